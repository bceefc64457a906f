/** ClusterOperator image-registry: the union of the Config's conditions and the ImagePruner's. Pure. */
import type { NewCondition } from '../toolkit/conditions.ts';
import type { Condition } from '../toolkit/objects.ts';

const types = [
  { type: 'Available', normal: 'True' },
  { type: 'Progressing', normal: 'False' },
  { type: 'Degraded', normal: 'False' },
] as const;

export function unionConditions(registry: readonly Condition[], pruner: readonly Condition[]): NewCondition[] {
  const all = [...registry, ...pruner.map((one) => ({ ...one, type: `ImagePruner${one.type}` }))];
  return types.map(({ type, normal }) => {
    const ours = all.filter((one) => one.type.endsWith(type));
    const bad = ours.filter((one) => one.status !== normal);
    const shown = bad.length > 0 ? bad : ours;
    const reasons = shown
      .filter((one) => one.reason && one.reason !== 'AsExpected')
      .map((one) => one.type.slice(0, -type.length) + one.reason);
    const status = bad[0]?.status ?? (ours.length > 0 ? normal : 'Unknown');
    return {
      type,
      status,
      reason: [...new Set(reasons)].sort().join('::') || (ours.length > 0 ? 'AsExpected' : 'NoData'),
      message: shown
        .filter((one) => one.message)
        .map((one) => `${one.type}: ${one.message}`)
        .join('\n'),
    };
  });
}
