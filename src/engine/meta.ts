/** meta tasks. */
import type { MetaTask } from '../core/plan.ts';
import { all } from './conditions.ts';
import { flushHandlers } from './flush.ts';
import type { HostState } from './host-state.ts';
import type { Walk } from './walk.ts';

export async function runMeta(node: MetaTask, hosts: readonly HostState[], on: Walk): Promise<void> {
  const { batch } = on;
  const wanted: HostState[] = [];
  for (const state of hosts) {
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
  if (wanted.length === 0) return;
  switch (node.action) {
    case 'flush_handlers':
      return flushHandlers(hosts, batch);
    case 'clear_facts':
      for (const state of wanted) state.facts.clear();
      return;
    case 'clear_host_errors':
      for (const state of batch.states.values()) if (state.standing === 'failed' || state.standing === 'unreachable') state.standing = 'in';
      return;
    case 'end_host':
    case 'end_role':
      for (const state of wanted) state.standing = 'ended';
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
    case 'noop':
      return;
  }
}
