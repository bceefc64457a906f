/** meta tasks. */
import type { MetaAction, MetaTask } from '../core/plan.ts';
import { all } from './conditions.ts';
import { refreshInventory } from './enlist.ts';
import { flushHandlers } from './flush.ts';
import type { HostState } from './host-state.ts';
import type { Walk } from './walk.ts';

/** Decided by each host for itself; of all other actions the first host's `when` decides for everyone, as in Ansible. */
const PER_HOST: readonly MetaAction[] = ['noop', 'reset_connection', 'end_host', 'end_role'];

export async function runMeta(node: MetaTask, hosts: readonly HostState[], on: Walk): Promise<void> {
  const { batch } = on;
  // Ansible does not look at the `when` of this one either.
  if (node.action === 'flush_handlers') return flushHandlers(hosts, batch);
  const asked = PER_HOST.includes(node.action) ? hosts : hosts.slice(0, 1);
  const wanted: HostState[] = [];
  for (const state of asked) {
    const verdict = await all(node.when, batch.scopes.of(state, batch.view, node));
    if (verdict.is === 'true') wanted.push(state);
    else if (verdict.is === 'unknown') {
      batch.emit({
        type: 'notice',
        severity: 'warning',
        text: `meta: ${node.action} on ${state.host.name} is not foretold: ${verdict.unknown.why}`,
        span: node.at,
      });
    }
  }
  if (wanted.length > 0) await act(node.action, wanted, on);
}

async function act(action: MetaAction, wanted: readonly HostState[], { batch }: Walk): Promise<void> {
  const ofPlay = batch.view.all.flatMap((name) => batch.states.get(name) ?? []);
  switch (action) {
    case 'clear_facts':
      for (const state of ofPlay) state.facts.clear();
      return;
    case 'clear_host_errors':
      // They take part again from the next play on.
      for (const state of ofPlay) if (state.standing === 'failed' || state.standing === 'unreachable') state.standing = 'ended';
      return;
    case 'end_host':
      for (const state of wanted) state.standing = 'ended';
      return;
    case 'end_role':
      for (const state of wanted) state.standing = 'left';
      return;
    case 'end_batch':
      batch.ended = 'batch';
      return;
    case 'end_play':
      batch.ended = 'play';
      return;
    case 'reset_connection':
      await Promise.all(wanted.map((state) => batch.ports.reset(state.host.name)));
      return;
    case 'refresh_inventory':
      if (batch.ports.refresh) refreshInventory(await batch.ports.refresh(), batch);
      return;
    case 'flush_handlers':
    case 'noop':
      return;
  }
}
