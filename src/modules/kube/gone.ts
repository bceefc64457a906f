/** Deleting objects: k8s_delete, and k8s_apply with state absent. */
import type { Change, Step } from '../../core/change.ts';
import { type KubeObject, type KubeQuery, type KubeRef, kubeName, refOf } from '../../core/kube.ts';
import type { Decision, KubeReader } from '../../core/module.ts';
import { ok } from '../define.ts';
import { masked } from './compare.ts';
import { objectKey } from './keys.ts';
import { asAsked, withoutNoise } from './output.ts';

export interface GoneState {
  /** What is still there of what shall go. */
  readonly objects: readonly KubeObject[];
}

export interface GoneOptions {
  readonly wait: boolean;
  readonly propagation?: 'Foreground' | 'Background' | 'Orphan';
  /** Seconds; else the object's own. */
  readonly grace?: number;
}

export async function readLeft(refs: readonly KubeRef[], io: Pick<KubeReader, 'get'>): Promise<GoneState> {
  const found = await Promise.all(refs.map((ref) => io.get(ref)));
  return { objects: found.flatMap((object) => (object ? [object] : [])) };
}

/** What is lost with an object of these kinds. */
const LOSSES: { readonly [kind: string]: string } = {
  Namespace: 'every object in the namespace',
  Project: 'every object in the project',
  CustomResourceDefinition: 'every object of this kind',
  PersistentVolumeClaim: 'the data on its volume, unless the volume is kept (reclaim policy Retain)',
  PersistentVolume: 'the way to the data on this volume',
  LocalVolume: 'the data on its released disks: the operator wipes them',
  ObjectBucketClaim: 'the bucket and what is in it, unless its class keeps it',
};

export function decideGone(state: GoneState, options: GoneOptions): Decision {
  const left = state.objects.filter((object) => !object.metadata['deletionTimestamp']);
  const [first, ...others] = left;
  if (first) return { is: 'change', change: deletion([first, ...others], options) };
  if (state.objects.length === 0 || !options.wait) return ok({ result: {}, method: 'delete', resources: state.objects.map(withoutNoise) });
  return {
    is: 'pending',
    why: `${state.objects.map(called).join(', ')} to be gone`,
    seen: state.objects.map((object) => `${called(object)} is being deleted${heldBy(object)}`).join('; '),
    watch: state.objects.map((object): KubeQuery => refOf(object)),
    detail: state.objects.flatMap((object) =>
      finalizersOf(object).length > 0 ? [`${called(object)} waits for its finalizers: a controller has to remove them`] : [],
    ),
  };
}

function deletion(objects: readonly [KubeObject, ...KubeObject[]], options: GoneOptions): Change {
  const lost = [...new Set(objects.flatMap(({ kind }) => LOSSES[kind] ?? []))];
  const [first, ...rest] = objects.map((object) => stepFor(object, options)) as [Step, ...Step[]];
  const shown = objects.map((object) => {
    const plain = asAsked(object);
    return object.kind === 'Secret' ? masked(plain, plain).before : plain;
  });
  return {
    op: 'delete',
    summary: `delete ${objects.map(called).join(', ')}`,
    before: shown.length === 1 ? (shown[0] ?? null) : shown,
    after: null,
    ...(lost.length > 0 ? { destroys: lost.join('; ') } : {}),
    steps: [first, ...rest],
    // Different from now on: whoever looks at them later in check mode must not take today's answer.
    provides: objects.map((object) => objectKey(refOf(object))),
  };
}

/** The uid: only this very object, not one that took its name meanwhile. */
const stepFor = (object: KubeObject, { propagation, grace }: GoneOptions): Step => {
  const uid = object.metadata['uid'];
  const how = { ...(propagation ? { propagation } : {}), ...(grace === undefined ? {} : { grace }) };
  return { do: 'kube.delete', ref: refOf(object), ...(typeof uid === 'string' ? { uid } : {}), ...how };
};

const called = (object: KubeObject): string => kubeName(refOf(object));

export const finalizersOf = (object: KubeObject): readonly string[] => {
  const { finalizers } = object.metadata;
  return Array.isArray(finalizers) ? finalizers.map(String) : [];
};

export const heldBy = (object: KubeObject): string => {
  const finalizers = finalizersOf(object);
  return finalizers.length > 0 ? ` (finalizers: ${finalizers.join(', ')})` : '';
};
