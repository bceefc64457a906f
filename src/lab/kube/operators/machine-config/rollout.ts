/** Pools: their nodes are told of a new configuration one after another, and their status says how far that is. */
import type { Context } from '../context.ts';
import { NODE } from '../kinds.ts';
import { MACHINE_CONFIG_POOL } from '../openshift-kinds.ts';
import { type Again, on } from '../toolkit/controller.ts';
import { annotate } from './annotations.ts';
import { nextNodes, poolOf, poolStatus, targetOf } from './pool.ts';

export function startRollout(context: Context): void {
  const { client } = context;
  const pools = context.cache(MACHINE_CONFIG_POOL);
  const nodes = context.cache(NODE);
  const every = (): string[] => pools.all().map((pool) => pool.metadata.name);

  context.controller('machine-config-pools', [on(pools), on(nodes, every)], async (name): Promise<Again | undefined> => {
    const pool = pools.get(name);
    if (!pool || targetOf(pool) === '') return undefined;
    const mine = nodes.all().filter((node) => poolOf(node, pools.all())?.metadata.name === name);
    for (const node of nextNodes(pool, mine))
      await client.edit(NODE, node.metadata, (live) => annotate(live, { desiredConfig: targetOf(pool) }));
    await client.editStatus(MACHINE_CONFIG_POOL, { name }, (live) => {
      live.status = poolStatus({ ...live, ...(pool.spec ? { spec: pool.spec } : {}) }, mine);
    });
    return undefined;
  });
}
