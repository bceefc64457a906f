/** MachineConfigPools: which nodes they hold, how far those are, and which may be next. Pure. */
import type { Node } from '../kinds.ts';
import type { MachineConfigPool, PoolStatus } from '../openshift-kinds.ts';
import { type NewCondition, withConditions } from '../toolkit/conditions.ts';
import { selectsAll } from '../volumes/match.ts';
import { isReady, isUpdated, stateOf } from './annotations.ts';

/** Masters stay with theirs; else a pool of one's own goes before that of all workers. */
export function poolOf(node: Node, pools: readonly MachineConfigPool[]): MachineConfigPool | undefined {
  const fits = pools.filter((pool) => selectsAll(pool.spec?.nodeSelector, node.metadata.labels));
  const named = (name: string) => fits.find((pool) => pool.metadata.name === name);
  return named('master') ?? fits.find((pool) => pool.metadata.name !== 'worker') ?? named('worker');
}

export const targetOf = (pool: MachineConfigPool): string => pool.spec?.configuration?.name ?? '';

/** How many nodes may be away at a time. */
export function mostUnavailable(pool: MachineConfigPool, count: number): number {
  const given = pool.spec?.maxUnavailable ?? 1;
  const most =
    typeof given === 'number' ? given : given.endsWith('%') ? Math.floor((count * Number.parseInt(given, 10)) / 100) : Number(given);
  return Math.max(1, most);
}

/** The nodes to be told of the pool's configuration now. */
export function nextNodes(pool: MachineConfigPool, nodes: readonly Node[]): Node[] {
  const target = targetOf(pool);
  if (pool.spec?.paused || target === '') return [];
  const away = nodes.filter((node) => !isReady(node) || stateOf(node).currentConfig !== stateOf(node).desiredConfig);
  const waiting = nodes
    .filter((node) => stateOf(node).desiredConfig !== target && !away.includes(node))
    .sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
  return waiting.slice(0, Math.max(0, mostUnavailable(pool, nodes.length) - away.length));
}

export function poolStatus(pool: MachineConfigPool, nodes: readonly Node[]): PoolStatus {
  const target = targetOf(pool);
  const updated = nodes.filter((node) => isUpdated(node, target));
  const ready = updated.filter(isReady);
  const degraded = nodes.filter((node) => stateOf(node).state === 'Degraded');
  const away = nodes.filter((node) => !isReady(node) || stateOf(node).currentConfig !== stateOf(node).desiredConfig);
  const done = updated.length === nodes.length && ready.length === nodes.length && away.length === 0;
  const line = `MachineConfig ${target}`;
  const reports = degraded.map((node) => `Node ${node.metadata.name} is reporting: ${JSON.stringify(stateOf(node).reason)}`).join(', ');
  const say = (type: string, on: boolean, message = '', reason = ''): NewCondition => ({
    ...{ type, status: on ? 'True' : 'False', reason, message },
  });
  const conditions = [
    say('RenderDegraded', false),
    done ? say('Updated', true, `All nodes are updated with ${line}`) : say('Updated', false),
    done
      ? say('Updating', false)
      : pool.spec?.paused
        ? say('Updating', false, `Pool is paused; will not update to ${line}`)
        : say('Updating', true, `All nodes are updating to ${line}`),
    degraded.length > 0
      ? say('NodeDegraded', true, reports, `${degraded.length} nodes are reporting degraded status on sync`)
      : say('NodeDegraded', false),
    say('Degraded', degraded.length > 0),
  ];
  return {
    ...pool.status,
    configuration: done ? { ...pool.spec?.configuration } : (pool.status?.configuration ?? {}),
    machineCount: nodes.length,
    updatedMachineCount: updated.length,
    readyMachineCount: ready.length,
    unavailableMachineCount: away.length,
    degradedMachineCount: degraded.length,
    observedGeneration: pool.metadata.generation ?? 0,
    conditions: withConditions(pool.status?.conditions, conditions),
  };
}
