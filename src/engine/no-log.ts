/** no_log: what is left of a change or a result once its content must not be shown. */
import type { Change } from '../core/change.ts';
import type { TaskResult } from '../core/event.ts';
import type { Json } from '../core/value.ts';

const HIDDEN = "the output has been hidden because of 'no_log: true'";
const censored: Json = { censored: HIDDEN };

export const concealed = (change: Change): Change => ({
  op: change.op,
  summary: `${change.op} (${HIDDEN})`,
  before: null,
  after: null,
  steps: [{ do: 'exec', argv: ['(hidden)'] }],
  ...(change.destroys ? { destroys: change.destroys } : {}),
});

export function concealedResult(result: TaskResult): TaskResult {
  const change = 'change' in result && result.change ? { change: concealed(result.change) } : {};
  switch (result.status) {
    case 'ok':
      return { status: 'ok', output: censored };
    case 'changed':
      return { status: 'changed', output: censored, ...change };
    case 'would-change':
      return {
        status: 'would-change',
        ...change,
        ...(result.changed === false ? { changed: false } : {}),
        ...('output' in result ? { output: censored } : {}),
      };
    case 'unknown':
      return { status: 'unknown', until: result.until, why: HIDDEN, ...change };
    case 'failed':
      return {
        ...result,
        error: { code: result.error.code, message: HIDDEN, retryable: result.error.retryable },
        output: censored,
        ...change,
      };
    default:
      return result;
  }
}
