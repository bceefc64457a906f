/** How far a rolling update of a Deployment goes at once, as kube-controller-manager has it. Pure. */
import type { Deployment, ReplicaSet } from '../kinds.ts';

const DEFAULT = '25%';

/** How many pods there may be, and how many have to be available. */
function bounds({ spec }: Deployment): { readonly most: number; readonly least: number } {
  const wanted = spec.replicas ?? 1;
  const { maxSurge = DEFAULT, maxUnavailable = DEFAULT } = spec.strategy?.rollingUpdate ?? {};
  const count = (value: number | string, round: (share: number) => number): number =>
    typeof value === 'number' ? value : round((Number.parseInt(value, 10) * wanted) / 100);
  const surge = count(maxSurge, Math.ceil);
  const unavailable = count(maxUnavailable, Math.floor);
  return { most: wanted + surge, least: wanted - (surge === 0 && unavailable === 0 ? 1 : unavailable) };
}

const replicasOf = (set: ReplicaSet): number => set.spec.replicas ?? 0;
const availableOf = (set: ReplicaSet): number => set.status?.availableReplicas ?? 0;
const sum = (sets: readonly ReplicaSet[], count: (set: ReplicaSet) => number): number => sets.reduce((all, set) => all + count(set), 0);

/** How many replicas the new set gets beside the old ones: at most as many as are wanted. */
export function roomForNew(deployment: Deployment, current: ReplicaSet | undefined, old: readonly ReplicaSet[]): number {
  const wanted = deployment.spec.replicas ?? 1;
  const has = current ? replicasOf(current) : 0;
  if (has >= wanted) return wanted;
  return Math.min(wanted, has + Math.max(0, bounds(deployment).most - sum(old, replicasOf) - has));
}

/** How many replicas each old set keeps: those that are not available go first, so that none of them holds the place of a new one. */
export function leftOfOld(deployment: Deployment, current: ReplicaSet, old: readonly ReplicaSet[]): ReadonlyMap<ReplicaSet, number> {
  const { least } = bounds(deployment);
  const starting = Math.max(0, replicasOf(current) - availableOf(current));
  let may = sum([current, ...old], replicasOf) - least - starting;
  const left = new Map(old.map((set) => [set, replicasOf(set)]));
  const drop = (most: (set: ReplicaSet) => number): void => {
    for (const set of old) {
      const gone = Math.max(0, Math.min(most(set), may));
      left.set(set, (left.get(set) ?? 0) - gone);
      may -= gone;
    }
  };
  drop((set) => replicasOf(set) - availableOf(set));
  may = Math.min(may, sum([current, ...old], availableOf) - least);
  drop((set) => left.get(set) ?? 0);
  return left;
}
