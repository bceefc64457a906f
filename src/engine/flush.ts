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
    const here = hosts.filter((state) => state.standing === 'in');
    for (const state of here) find(state, batch);
    const owed = here.filter((state) => idsOf(node).some((id) => state.due.has(id)));
    if (owed.length === 0) continue;
    for (const state of owed) for (const id of idsOf(node)) state.due.delete(id);
    await walk([node], owed, { batch, handler: true });
    if (batch.ended !== 'no' || batch.ports.stop.aborted) return;
  }
}

/** From the names that were notified to the handlers they mean by now. */
function find(state: HostState, { handlers }: BatchContext): void {
  for (const name of state.notified) for (const id of handlers.find(name)) state.due.add(id);
  state.notified.clear();
}

const idsOf = (node: Node): readonly TaskId[] =>
  node.kind === 'block' ? [...node.block, ...node.rescue, ...node.always].flatMap(idsOf) : [node.id];
