/** PodDisruptionBudgets' status, for API servers without kube-controller-manager: how many pods may be evicted now. */
import type { Context } from '../context.ts';
import { PDB, POD, type Pod, REPLICA_SET } from '../kinds.ts';
import type { LabelSelector } from '../openshift-kinds.ts';
import { isTrue, withCondition } from '../toolkit/conditions.ts';
import { on } from '../toolkit/controller.ts';
import { type Condition, isOwnedBy, keyOf, parseKey } from '../toolkit/objects.ts';
import { selectsAll } from './match.ts';

interface BudgetSpec {
  readonly selector?: LabelSelector;
  readonly minAvailable?: number | string;
  readonly maxUnavailable?: number | string;
}

export function startDisruption(context: Context): void {
  const { client } = context;
  const budgets = context.cache(PDB);
  const pods = context.cache(POD);
  const sets = context.cache(REPLICA_SET);
  const inNamespace = (namespace: string | undefined) => budgets.all(namespace).map(keyOf);

  context.controller(
    'disruption',
    [on(budgets), on(pods, (pod) => inNamespace(pod.metadata.namespace)), on(sets, (set) => inNamespace(set.metadata.namespace))],
    async (key) => {
      const ref = parseKey(key);
      const budget = budgets.get(ref.name, ref.namespace);
      if (!budget || budget.metadata.deletionTimestamp) return undefined;
      const spec = budget.spec as BudgetSpec;
      const mine = pods
        .all(ref.namespace)
        .filter((pod) => !['Succeeded', 'Failed'].includes(pod.status?.phase ?? '') && selectsAll(spec.selector, pod.metadata.labels));
      const counts = disruptions(spec, expected(mine), mine.filter(isHealthy).length);
      await client.editStatus(PDB, ref, (live) => {
        const { conditions } = (live.status ?? {}) as { conditions?: Condition[] };
        const allowed = counts.disruptionsAllowed > 0;
        const condition = {
          ...{ type: 'DisruptionAllowed', status: allowed ? ('True' as const) : ('False' as const) },
          ...{ reason: allowed ? 'SufficientPods' : 'InsufficientPods', message: '' },
        };
        const observedGeneration = budget.metadata.generation ?? 0;
        live.status = { ...counts, observedGeneration, conditions: withCondition(conditions, condition) };
      });
      return undefined;
    },
  );

  /** What the pods' owners want, also while one of them is missing. */
  const expected = (mine: readonly Pod[]): number => {
    const owners = new Set(mine.flatMap((pod) => sets.all(pod.metadata.namespace).filter((set) => isOwnedBy(pod, set.metadata.uid))));
    const single = mine.filter((pod) => !(pod.metadata.ownerReferences ?? []).some((owner) => owner.kind === 'ReplicaSet'));
    return single.length + [...owners].reduce((sum, set) => sum + (set.spec.replicas ?? 1), 0);
  };
}

const isHealthy = (pod: Pod): boolean => isTrue(pod.status?.conditions, 'Ready') && !pod.metadata.deletionTimestamp;

/** Pure. */
export function disruptions(spec: BudgetSpec, expectedPods: number, currentHealthy: number) {
  const part = (value: number | string): number =>
    typeof value === 'number' ? value : Math.ceil((expectedPods * Number.parseInt(value, 10)) / 100);
  const desiredHealthy =
    spec.maxUnavailable !== undefined ? Math.max(0, expectedPods - part(spec.maxUnavailable)) : part(spec.minAvailable ?? 1);
  const disruptionsAllowed = expectedPods > 0 ? Math.max(0, currentHealthy - desiredHealthy) : 0;
  return { expectedPods, currentHealthy, desiredHealthy, disruptionsAllowed };
}
