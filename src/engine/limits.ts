/** any_errors_fatal and max_fail_percentage. Unreachable hosts count as failed: a node out of reach is a node down. */
import type { HostState } from './host-state.ts';
import type { BatchContext } from './run-context.ts';

export function stopIfTooMany(batch: BatchContext, hosts: readonly HostState[], fatal: boolean): void {
  const lost = hosts.filter((state) => state.standing === 'failed' || state.standing === 'unreachable');
  if (lost.length === 0) return;
  if (fatal) {
    for (const state of hosts) state.sweep();
    batch.ended = 'run';
    return;
  }
  const limit = batch.play.maxFailPercentage;
  if (limit === undefined) return;
  const down = batch.view.batch.filter((name) => ['failed', 'unreachable'].includes(batch.states.get(name)?.standing ?? 'in')).length;
  if ((100 * down) / batch.view.batch.length > limit) {
    batch.emit({
      type: 'notice',
      severity: 'warning',
      text: `${down} of ${batch.view.batch.length} hosts failed: more than max_fail_percentage ${limit}`,
    });
    batch.ended = 'run';
  }
}
