/** What a call of a playbook came to, in the form that is compared: made from the events of pb or of ansible-playbook. */
import { isObject, type Json, type JsonObject } from '../../../../src/core/value.ts';

export interface Outcome {
  readonly exitCode: number;
  /** Each host's counts, zeros left out. */
  readonly recap: { readonly [host: string]: { readonly [count: string]: number } };
  /** Each host's tasks in the order they ended: what they came to, and their results. */
  readonly hosts: { readonly [host: string]: readonly Told[] };
  readonly stdout?: string;
}

export interface Told {
  readonly task: string;
  /** ok, changed, skipped, failed, unreachable; "item …" for one item of a loop; "ignored" follows where it was. */
  readonly was: string;
  readonly result?: Json;
}

export const told = (task: string, was: string, result: JsonObject = {}): Told => {
  // Of a loop as a whole there is nothing to say that its items do not.
  const kept = 'results' in result ? {} : /skipped/.test(was) ? conditionOf(result) : keptOf(result);
  return Object.keys(kept).length > 0 ? { task, was, result: kept } : { task, was };
};

const conditionOf = ({ false_condition: condition }: JsonObject): JsonObject =>
  condition === undefined ? {} : { false_condition: condition };

/** Never equal from run to run, or about the program rather than the playbook. */
const LEFT_OUT = new Set([
  ...['invocation', 'deprecations', 'warnings', 'exception', 'diff', 'ansible_facts', 'ansible_included_var_files', '_ansible_no_log'],
  ...[
    'start',
    'end',
    'md5sum',
    'censored',
    'delta',
    'elapsed',
    'atime',
    'mtime',
    'ctime',
    'inode',
    'dev',
    'backup_file',
    'src',
    'version',
    'attr_flags',
    'attributes',
  ],
  // Said by `was`.
  ...[
    'changed',
    'failed',
    'skipped',
    'unreachable',
    'ignored',
    'skip_reason',
    'results',
    'skipped_reason',
    'failed_when_result',
    'failed_when_suppressed_exception',
  ],
  // The loop's own; a playbook that reads them shows them with debug.
  ...['item', 'ansible_loop_var', 'ansible_index_var', 'ansible_loop'],
]);

/** Errors are said in other words by design, where it is not a module that speaks. */
function keptOf(result: JsonObject): JsonObject {
  const own = [result['ansible_loop_var'], result['ansible_index_var']];
  return Object.fromEntries(
    Object.entries(result).filter(
      ([key, value]) =>
        !own.includes(key) &&
        !LEFT_OUT.has(key) &&
        !key.startsWith('_ansible_') &&
        !(key === 'msg' && /^Task failed: /.test(String(value))),
    ),
  );
}

export const countsOf = (stats: { readonly [count: string]: number }): { [count: string]: number } =>
  Object.fromEntries(
    Object.entries(stats)
      .filter(([, count]) => count !== 0)
      .sort(),
  );

/** The part of `got` that `wanted` speaks of: pb may tell more of a result than Ansible, never less or something else. */
export function shared(got: readonly Outcome[], wanted: readonly Outcome[]): readonly Outcome[] {
  return got.map((outcome, time) => ({
    ...outcome,
    hosts: Object.fromEntries(
      Object.entries(outcome.hosts).map(([host, list]) => [
        host,
        list.map((one, at) => {
          const model = wanted[time]?.hosts[host]?.[at]?.result;
          if (model === undefined) return { task: one.task, was: one.was };
          return { ...one, result: overlap(one.result, model) };
        }),
      ]),
    ),
  }));
}

const overlap = (got: Json | undefined, model: Json): Json =>
  isObject(got) && isObject(model)
    ? (Object.fromEntries(Object.entries(got).filter(([key]) => key in model)) as JsonObject)
    : (got ?? null);

/** The listing of hosts is a set to Ansible: its order differs from run to run. */
export const inOrder = (listing: string): string => {
  const lines = listing.split('\n');
  const isHost = (line: string | undefined): boolean => /^ {6}\S+$/.test(line ?? '');
  for (let from = 0; from < lines.length; from++) {
    let to = from;
    while (isHost(lines[to])) to++;
    if (to > from) lines.splice(from, to - from, ...lines.slice(from, to).sort());
    from = to;
  }
  return lines.join('\n').trimEnd();
};

/** What is compared of the result of a module that came to `was`. */
export function comparable(
  { module, was }: { readonly module: string; readonly was: string },
  result: JsonObject,
  call: { readonly results: boolean; readonly leaveOut: readonly string[]; readonly failures: boolean },
): JsonObject {
  if (!call.results || (!call.failures && was.includes('failed')) || /setup$|gather_facts$/.test(module)) return {};
  return /debug$/.test(module) ? result : Object.fromEntries(Object.entries(result).filter(([key]) => !call.leaveOut.includes(key)));
}
