/** What a workload was before, by revision, and the way back to it. */
import type { Change } from '../../core/change.ts';
import { type KubeObject, kubeName, refOf } from '../../core/kube.ts';
import type { Controller, KubeReader } from '../../core/module.ts';
import { isObject, type Json, type JsonObject } from '../../core/value.ts';
import { objectKey } from './keys.ts';

export type Revision = { readonly revision: number; readonly template: Json };

const REVISION = 'deployment.kubernetes.io/revision';
/** So that one task takes back one step, and no more while it waits. */
const UNDONE = 'pb/undoneAt';
const objectIn = (value: Json | undefined): JsonObject => (isObject(value) ? (value as JsonObject) : {});

/** When this task began, as restarts are marked: "2026-11-21T05:27:49Z". */
export const beginning = (io: Pick<Controller, 'now' | 'elapsed'>): string =>
  new Date(io.now() - io.elapsed()).toISOString().replace(/\.\d+Z$/, 'Z');

/** The pod templates that its ReplicaSets keep, or its ControllerRevisions; the newest first. */
export async function revisionsOf(workload: KubeObject, io: Pick<KubeReader, 'list'>): Promise<readonly Revision[]> {
  const isDeployment = workload.kind === 'Deployment';
  const kind = isDeployment ? 'ReplicaSet' : 'ControllerRevision';
  const all = await io.list({ apiVersion: 'apps/v1', kind, namespace: workload.metadata.namespace ?? '' });
  const uid = workload.metadata['uid'];
  const own = all.filter(({ metadata }) => {
    const owners = metadata['ownerReferences'];
    return Array.isArray(owners) && owners.some((owner: Json) => objectIn(owner)['uid'] === uid);
  });
  return own.map(isDeployment ? ofSet : ofRecord).sort((a, b) => b.revision - a.revision);
}

const annotated = ({ metadata }: KubeObject): number => Number(objectIn(metadata['annotations'])[REVISION] ?? 0);

/** The controller adds a label to tell the sets apart. */
function ofSet(set: KubeObject): Revision {
  const whole = objectIn(objectIn(set['spec'])['template']);
  const metadata = objectIn(whole['metadata']);
  const { 'pod-template-hash': _, ...labels } = objectIn(metadata['labels']);
  return { revision: annotated(set), template: { ...whole, metadata: { ...metadata, labels } } };
}

/** Kept as a patch that replaces the template. */
function ofRecord(record: KubeObject): Revision {
  const { $patch: _, ...template } = objectIn(objectIn(objectIn(record['data'])['spec'])['template']);
  return { revision: Number(record['revision'] ?? 0), template };
}

interface Wish {
  readonly began: string;
  /** The revision; the one before where left out. */
  readonly to?: number | undefined;
}

export const NOTHING_EARLIER = 'there is no earlier revision to go back to';

/** Undefined: this task has done it. A text: why it cannot be. */
export function undo(live: KubeObject, revisions: readonly Revision[], { began, to }: Wish): Change | string | undefined {
  const annotations = objectIn(live.metadata['annotations']);
  if (annotations[UNDONE] === began) return undefined;
  if (objectIn(live['spec'])['paused'] === true) return 'it is paused: resume it before it is undone';
  const now = live.kind === 'Deployment' ? annotated(live) : revisions[0]?.revision;
  const target = to === undefined ? revisions.find(({ revision }) => revision !== now) : revisions.find(({ revision }) => revision === to);
  if (!target) {
    const kept = revisions.map(({ revision }) => revision).join(', ') || 'none';
    return to === undefined ? NOTHING_EARLIER : `there is no revision ${to}; kept are ${kept}`;
  }
  const version = live.metadata['resourceVersion'];
  const patch: Json = [
    { op: 'replace', path: '/spec/template', value: target.template },
    { op: 'add', path: '/metadata/annotations', value: { ...annotations, [UNDONE]: began } },
  ];
  const bound = typeof version === 'string' ? { resourceVersion: version } : {};
  return {
    op: 'update',
    summary: `take back to revision ${target.revision}: ${kubeName(refOf(live))}`,
    before: { template: objectIn(live['spec'])['template'] ?? null },
    after: { template: target.template },
    steps: [{ do: 'kube.patch', ref: refOf(live), type: 'json', patch, ...bound }],
    provides: [objectKey(refOf(live))],
  };
}
