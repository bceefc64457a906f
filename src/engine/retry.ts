/** until, retries, delay. */

import type { Where } from '../core/event.ts';
import type { ModuleTask } from '../core/plan.ts';
import { resolve } from '../core/resolve.ts';
import { isObject, type JsonObject, type Scope } from '../core/value.ts';
import { all, withExtra } from './conditions.ts';
import { registered } from './registered.ts';
import type { BatchContext } from './run-context.ts';
import type { Outcome } from './task.ts';

/** Calls again until the conditions hold. Check mode asks once: what only time can bring is unknown. */
export async function withRetries(
  site: { readonly node: ModuleTask; readonly scope: Scope; readonly where: Where },
  batch: BatchContext,
  call: () => Promise<Outcome>,
): Promise<Outcome> {
  const { node, scope, where } = site;
  if (!node.retry) return call();
  const retries = Math.max(1, Number(await resolve(node.retry.retries, scope)));
  const delayMs = Math.max(0, Number(await resolve(node.retry.delay, scope))) * 1000;
  for (let attempt = 1; ; attempt++) {
    const outcome = withAttempts(await call(), attempt);
    const { result } = outcome;
    if (result.status === 'unreachable' || result.status === 'unknown' || result.status === 'would-change') return outcome;
    if (result.status === 'failed' && ['template', 'args', 'interrupted', 'bug'].includes(result.error.code)) return outcome;
    const inner = node.register ? withExtra(scope, { [node.register]: registered(result, node.id) }) : scope;
    const verdict = node.retry.until.length > 0 ? await all(node.retry.until, inner) : undefined;
    const done = verdict ? verdict.is !== 'false' : result.status !== 'failed';
    if (done) return outcome;
    const why = verdict?.is === 'false' ? `until: ${verdict.source}` : result.status === 'failed' ? result.error.message : 'not yet';
    if (batch.mode.is === 'check') return { result: { status: 'unknown', until: node.id, why: `would try again: ${why}` } };
    if (attempt > retries || batch.ports.stop.aborted) return exhausted(withAttempts(outcome, retries), why, attempt);
    batch.emit({ type: 'task.retry', where, attempt, retries, why, delayMs });
    await batch.ports.clock.sleep(delayMs, batch.ports.stop).catch(() => {});
  }
}

/** The output says how often it was tried. */
function withAttempts(outcome: Outcome, attempts: number): Outcome {
  const { result } = outcome;
  if (result.status !== 'ok' && result.status !== 'changed' && result.status !== 'failed') return outcome;
  const output = isObject(result.output) ? (result.output as JsonObject) : {};
  return { ...outcome, result: { ...result, output: { ...output, attempts } } };
}

function exhausted(outcome: Outcome, why: string, attempts: number): Outcome {
  const { result } = outcome;
  const message = `gave up after ${attempts} attempts: ${why}`;
  if (result.status === 'failed')
    return { result: { ...result, error: { ...result.error, message: `${result.error.message} (${attempts} attempts)` } } };
  const output = 'output' in result ? { output: result.output } : {};
  const change = 'change' in result && result.change ? { change: result.change } : {};
  return { ...outcome, result: { status: 'failed', error: { code: 'failed', message, retryable: true }, ...output, ...change } };
}
