/** What a Deployment was before: the pod templates that its ReplicaSets keep, by revision. */
import type { KubeObject } from '../../core/kube.ts';
import type { KubeReader } from '../../core/module.ts';
import { isObject, type Json, type JsonObject } from '../../core/value.ts';

export type Revision = { readonly revision: number; readonly template: Json };

const REVISION = 'deployment.kubernetes.io/revision';
const objectIn = (value: Json | undefined): JsonObject => (isObject(value) ? (value as JsonObject) : {});

export const revisionOf = ({ metadata }: KubeObject): number => Number(objectIn(metadata['annotations'])[REVISION] ?? 0);

/** All of them, the newest first. */
export async function revisionsOf(deployment: KubeObject, io: Pick<KubeReader, 'list'>): Promise<readonly Revision[]> {
  const sets = await io.list({ apiVersion: 'apps/v1', kind: 'ReplicaSet', namespace: deployment.metadata.namespace ?? '' });
  const uid = deployment.metadata['uid'];
  const own = sets.filter(({ metadata }) => {
    const owners = metadata['ownerReferences'];
    return Array.isArray(owners) && owners.some((owner: Json) => objectIn(owner)['uid'] === uid);
  });
  return own
    .map((set) => ({ revision: revisionOf(set), template: withoutHash(objectIn(set['spec'])['template']) }))
    .sort((a, b) => b.revision - a.revision);
}

/** The controller adds this label to tell the sets apart. */
function withoutHash(template: Json | undefined): Json {
  const whole = objectIn(template);
  const metadata = objectIn(whole['metadata']);
  const { 'pod-template-hash': _, ...labels } = objectIn(metadata['labels']);
  return { ...whole, metadata: { ...metadata, labels } };
}
