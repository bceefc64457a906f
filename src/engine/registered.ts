/** What `register` keeps of a result: the module's output with Ansible's common keys, or an Unknown that names the task. */
import type { TaskResult } from '../core/event.ts';
import { isObject, type Json, type JsonObject, type Resolved, type TaskId, Unknown } from '../core/value.ts';

export function registered(result: TaskResult, task: TaskId): Resolved {
  switch (result.status) {
    case 'ok':
      return { changed: false, failed: false, ...asObject(result.output) };
    case 'changed':
      return { ...asObject(result.output), changed: true, failed: false };
    case 'would-change':
      return new Unknown(task, `known after ${task}`, { changed: true, failed: false, skipped: false });
    case 'unknown':
      return new Unknown(result.until, result.why);
    case 'skipped':
      return { changed: false, failed: false, skipped: true, skip_reason: result.why };
    case 'failed': {
      const output = asObject(result.output ?? {});
      return {
        changed: result.change !== undefined && result.error.code !== 'refused',
        msg: result.error.message,
        ...rcOf(result),
        ...output,
        failed: true,
      };
    }
    case 'unreachable':
      return { changed: false, failed: false, unreachable: true, msg: result.error.message };
  }
}

const rcOf = (result: Extract<TaskResult, { status: 'failed' }>): JsonObject =>
  result.error.output ? { rc: result.error.output.code, stdout: result.error.output.stdout, stderr: result.error.output.stderr } : {};

const asObject = (output: Json): JsonObject => (isObject(output) ? (output as JsonObject) : output === null ? {} : { result: output });

/** A loop's result: every item's, and what they amount to. */
export function loopResult(
  items: readonly { readonly result: TaskResult; readonly value: Resolved; readonly extra: { readonly [name: string]: Resolved } }[],
  task: TaskId,
): Resolved {
  const results = items.map(({ result, value, extra }) => withItem(registered(result, task), { ...extra, item: value }));
  const has = (status: TaskResult['status']): boolean => items.some(({ result }) => result.status === status);
  const unknown = items.find(({ result }) => result.status === 'unknown');
  return {
    results,
    changed: has('changed') || has('would-change') || (unknown ? (registered(unknown.result, task) as Unknown) : false),
    failed: items.some(({ result }) => result.status === 'failed' && !result.ignored),
    skipped: items.length > 0 && items.every(({ result }) => result.status === 'skipped'),
    msg: has('failed') ? 'One or more items failed' : 'All items completed',
  };
}

function withItem(value: Resolved, extra: { readonly [name: string]: Resolved }): Resolved {
  return isObject(value) ? { ...(value as { [key: string]: Resolved }), ...extra } : value;
}

/** The result of a loop as one task's, for counting and for the report. */
export function worst(results: readonly TaskResult[]): TaskResult {
  const first = (status: TaskResult['status']): TaskResult | undefined => results.find((result) => result.status === status);
  const failed = results.find((result) => result.status === 'failed' && !result.ignored);
  return (
    first('unreachable') ??
    failed ??
    first('unknown') ??
    first('would-change') ??
    first('changed') ??
    first('failed') ??
    first('ok') ??
    first('skipped') ?? { status: 'skipped', why: 'the loop has no items' }
  );
}
