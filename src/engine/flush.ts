/**
 * Running the handlers that are owed, once, in the order in which they are defined. What a handler notifies in turn runs too where it
 * stands further down; above, it waits for the next flush, as with Ansible: two handlers that notify each other come to an end.
 */
import type { Node } from '../core/plan.ts';
import type { TaskId } from '../core/value.ts';
import type { HostState } from './host-state.ts';
import type { BatchContext } from './run-context.ts';
import { walk } from './walk.ts';

export async function flushHandlers(hosts: readonly HostState[], batch: BatchContext): Promise<void> {
  for (const node of [...batch.handlers.nodes]) {
    const owed = hosts.filter((state) => idsOf(node).some((id) => state.notified.has(id)));
    const here = owed.filter((state) => state.standing === 'in');
    if (here.length === 0) continue;
    for (const state of here) for (const id of idsOf(node)) state.notified.delete(id);
    await walk([node], here, { batch, handler: true });
    if (batch.ended !== 'no' || batch.ports.stop.aborted) return;
  }
}

const idsOf = (node: Node): readonly TaskId[] =>
  node.kind === 'block' ? [...node.block, ...node.rescue, ...node.always].flatMap(idsOf) : [node.id];
