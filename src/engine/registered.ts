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
      if (result.output !== undefined) return { ...asObject(result.output), changed: hasChanged(result), failed: false };
      return new Unknown(task, `known after ${task}`, {
        ...result.change?.foreknown,
        changed: hasChanged(result),
        failed: false,
        skipped: false,
      });
    case 'unknown':
      return new Unknown(result.until, result.why);
    case 'skipped':
      if (result.empty) return { changed: false, skipped: true, skipped_reason: 'No items in the list', results: [] };
      return {
        changed: false,
        skipped: true,
        ...(result.condition === undefined
          ? { failed: false, skipped_reason: result.why }
          : { skip_reason: 'Conditional result was False', false_condition: result.condition }),
      };
    case 'failed': {
      const output = asObject(result.output ?? {});
      return {
        changed: hasChanged(result),
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

/** Whether the world is another than before, as far as the result knows. */
export const hasChanged = (result: TaskResult): boolean =>
  result.status === 'failed'
    ? (result.changed ??
      saysChanged(result.output) ??
      (result.change !== undefined && result.error.code !== 'refused' && !failedAtOnce(result)))
    : result.status === 'changed' || (result.status === 'would-change' && result.changed !== false);

const saysChanged = (output: Json | undefined): boolean | undefined =>
  isObject(output) && typeof output['changed'] === 'boolean' ? output['changed'] : undefined;

/** Its first step did nothing but fail (a file that does not pass `validate`); of a command nobody knows. */
const failedAtOnce = ({ error, output }: Extract<TaskResult, { status: 'failed' }>): boolean =>
  error.code === 'exec' && error.step === 0 && output === undefined;

const rcOf = (result: Extract<TaskResult, { status: 'failed' }>): JsonObject =>
  result.error.output ? { rc: result.error.output.code, stdout: result.error.output.stdout, stderr: result.error.output.stderr } : {};

const asObject = (output: Json): JsonObject => (isObject(output) ? (output as JsonObject) : output === null ? {} : { result: output });

export interface ItemDone {
  readonly result: TaskResult;
  /** What its result holds beside: the loop's variables. */
  readonly own: { readonly [name: string]: Resolved };
}

/** A loop's result: every item's, and what they amount to. */
export function loopResult(items: readonly ItemDone[], task: TaskId): Resolved {
  if (items.length === 0) return registered({ status: 'skipped', why: 'the loop has no items', empty: true }, task);
  const results = items.map(({ result, own }) => withItem(registered(result, task), own));
  const has = (status: TaskResult['status']): boolean => items.some(({ result }) => result.status === status);
  const allSkipped = items.every(({ result }) => result.status === 'skipped');
  const unknown = items.find(({ result }) => result.status === 'unknown');
  return {
    results,
    changed: items.some(({ result }) => hasChanged(result)) || (unknown ? (registered(unknown.result, task) as Unknown) : false),
    ...(has('failed') ? { failed: true } : {}),
    ...(has('unreachable') ? { unreachable: true } : {}),
    skipped: allSkipped,
    msg: allSkipped ? 'All items skipped' : has('failed') ? 'One or more items failed' : 'All items completed',
  };
}

function withItem(value: Resolved, own: { readonly [name: string]: Resolved }): Resolved {
  return isObject(value) ? { ...(value as { [key: string]: Resolved }), ...own } : value;
}

/** The result of a loop as one task's, for counting and for the report. */
export function worst(results: readonly TaskResult[]): TaskResult {
  const first = (status: TaskResult['status']): TaskResult | undefined => results.find((result) => result.status === status);
  const bad = (status: 'unreachable' | 'failed'): TaskResult | undefined =>
    results.find((result) => result.status === status && !('ignored' in result && result.ignored));
  return (
    bad('unreachable') ??
    bad('failed') ??
    first('unreachable') ??
    first('failed') ??
    first('unknown') ??
    first('would-change') ??
    first('changed') ??
    first('ok') ??
    first('skipped') ?? { status: 'skipped', why: 'the loop has no items', empty: true }
  );
}
