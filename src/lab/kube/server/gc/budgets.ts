/** Disruption budgets: how many pods there should be, how many are well, and so how many may go. After the disruption controller. */
import type { Api } from '../api.ts';
import { at, copy, type Dict, dict, dicts, number, type Obj, put, same, text, timestamp } from '../json.ts';
import { matchesSelector } from '../store/labels.ts';
import { keyFor } from '../store/store.ts';
import { pathNames } from '../verbs/scale-value.ts';
import { WorkQueue } from './work-queue.ts';

const bucket = 'policy/poddisruptionbudgets';
const key = (namespace = '', name = ''): string => `${namespace}/${name}`;

export function countBudgets(api: Api): () => void {
  const queue = new WorkQueue((name) => {
    const budget = api.store.get(bucket, name);
    if (!budget) return;
    const next = copy(budget);
    put(next, ['status'], statusOf(api, budget));
    if (!same(next, budget)) api.store.put(bucket, next);
  });
  const stopListening = api.store.onChange(({ bucket: changed, object: { metadata }, type }) => {
    if (changed === bucket && type !== 'DELETED') queue.add(key(metadata.namespace, metadata.name));
    if (changed !== '/pods') return;
    for (const one of api.store.list(bucket, metadata.namespace)) queue.add(key(one.metadata.namespace, one.metadata.name));
  });
  return () => {
    stopListening();
    queue.stop();
  };
}

function statusOf(api: Api, budget: Obj): Dict {
  const pods = api.store.list('/pods', budget.metadata.namespace).filter((pod) => {
    const isOver = ['Succeeded', 'Failed'].includes(text(at(pod, 'status', 'phase')));
    return !isOver && matchesSelector(at(budget, 'spec', 'selector'), pod.metadata.labels ?? {});
  });
  const before = dict(budget['status']);
  const disrupted = Object.fromEntries(
    Object.entries(dict(before['disruptedPods'])).filter(([name]) =>
      pods.some(({ metadata }) => metadata.name === name && !metadata.deletionTimestamp),
    ),
  );
  const isWell = (pod: Obj): boolean =>
    !pod.metadata.deletionTimestamp && !Object.hasOwn(disrupted, pod.metadata.name ?? '') && isReady(pod);
  const healthy = pods.filter(isWell).length;
  const { expected, desired } = wanted(api, budget, pods);
  const allowed = expected > 0 ? Math.max(healthy - desired, 0) : 0;
  const generation = number(budget.metadata.generation);
  return {
    ...(Object.keys(disrupted).length > 0 ? { disruptedPods: disrupted } : {}),
    ...{
      observedGeneration: generation,
      disruptionsAllowed: allowed,
      currentHealthy: healthy,
      desiredHealthy: desired,
      expectedPods: expected,
    },
    conditions: [condition(api, dicts(before['conditions'])[0], { allowed, generation })],
  };
}

export const isReady = (pod: Obj): boolean =>
  dicts(at(pod, 'status', 'conditions')).some((one) => one['type'] === 'Ready' && one['status'] === 'True');

function condition(
  api: Api,
  before: Dict | undefined,
  { allowed, generation }: { readonly allowed: number; readonly generation: number },
): Dict {
  const [status, reason] = allowed > 0 ? ['True', 'SufficientPods'] : ['False', 'InsufficientPods'];
  const lastTransitionTime = before?.['status'] === status ? before['lastTransitionTime'] : timestamp(api.now());
  return { type: 'DisruptionAllowed', status, observedGeneration: generation, lastTransitionTime, reason, message: '' };
}

/** A number of pods counts those there are; a share, or a number that may be missing, what their controllers want. */
function wanted(api: Api, budget: Obj, pods: readonly Obj[]): { expected: number; desired: number } {
  const { minAvailable, maxUnavailable } = dict(budget['spec']);
  if (maxUnavailable === undefined && typeof minAvailable === 'number') return { expected: pods.length, desired: minAvailable };
  const expected = scaled(api, pods);
  if (maxUnavailable !== undefined) return { expected, desired: Math.max(expected - share(maxUnavailable, expected), 0) };
  return { expected, desired: share(minAvailable, expected) };
}

const share = (value: unknown, of: number): number =>
  typeof value === 'number' ? value : Math.ceil((Number.parseFloat(text(value)) / 100) * of);

/** The replicas that the pods' controllers want in all; a replica set's own controller speaks for it. */
function scaled(api: Api, pods: readonly Obj[]): number {
  const counts = new Map<string, number>();
  for (const pod of pods) {
    let controller = controllerOf(api, pod);
    for (let above = controller && controllerOf(api, controller.object); above; above = controllerOf(api, above.object)) controller = above;
    if (controller) counts.set(controller.object.metadata.uid ?? '', controller.replicas);
  }
  return [...counts.values()].reduce((sum, one) => sum + one, 0);
}

function controllerOf(api: Api, object: Obj): { object: Obj; replicas: number } | undefined {
  const owner = object.metadata.ownerReferences?.find((one) => one.controller === true);
  const resource = owner && api.registry.ofKind(owner.apiVersion, owner.kind);
  if (!owner || !resource?.subresources.some((one) => one.name === 'scale')) return undefined;
  const found = api.store.get(resource.bucket, keyFor(resource.namespaced ? object.metadata.namespace : undefined, owner.name));
  if (found?.metadata.uid !== owner.uid) return undefined;
  return { object: found, replicas: number(at(found, ...pathNames(resource.scale?.spec ?? '.spec.replicas'))) };
}
