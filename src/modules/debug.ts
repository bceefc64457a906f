/** Show a value. */
import { PbError } from '../core/diagnostic.ts';
import { settled } from '../core/resolve.ts';
import { type Bound, type Json, type Resolved, type TaskId, unknownIn } from '../core/value.ts';
import { args, defineModule, expression, failed, integer, json, ok, optional } from './define.ts';

/** What `var` came to; null where `msg` is shown. */
type Seen =
  | { readonly source: string; readonly value: Json }
  | { readonly source: string; readonly until: TaskId; readonly why: string }
  | { readonly quiet: true }
  | null;

/** A variable that cannot be told is no failure of a task that only shows: the reason is shown in its place, as Ansible does. */
function shownValue(bound: Bound): Resolved {
  try {
    return bound.value();
  } catch (error) {
    if (!(error instanceof PbError) || error.code !== 'template') throw error;
    return `<< error 1 - ${error.message.replace(/ \(in '[^']*'\)$/, '')} >>`;
  }
}

export const debug = defineModule({
  name: 'debug',
  aliases: ['ansible.builtin.debug'],
  target: 'none',
  effect: 'converge',
  summary: 'Show a message or the value of an expression',
  args: args({
    msg: optional(json('What to show; any value. "Hello world!" when neither msg nor var is given')),
    var: optional(expression('An expression, without braces, whose value is shown')),
    verbosity: integer('Show only from this many -v on', { default: 0, minimum: 0 }),
  }),
  examples: [
    { title: 'a message', args: { msg: 'formatting starts' }, state: null, expect: 'ok' },
    { title: 'a value', args: { var: 'disk.size' }, state: { source: 'disk.size', value: 480103981056 }, expect: 'ok' },
    {
      title: 'a value nobody knows yet',
      args: { var: 'made.stdout' },
      state: { source: 'made.stdout', until: 'storage/3:command' as TaskId, why: 'known after storage/3:command' },
      expect: 'unknown',
    },
  ],
  async read(given, io): Promise<Seen> {
    if (given.verbosity > Number((await io.variable?.('ansible_verbosity')) ?? 0)) return { quiet: true };
    const bound = given.var;
    if (bound === undefined) return null;
    const value = await settled(() => shownValue(bound));
    const unknown = unknownIn(value);
    return { source: bound.source, ...(unknown ? { until: unknown.until, why: unknown.why } : { value: value as Json }) };
  },
  decide({ msg }, seen) {
    if (seen !== null && 'quiet' in seen) return { is: 'skipped', why: 'Verbosity threshold not met.' };
    if (msg !== undefined && seen !== null) return failed('give msg or var, not both', { code: 'args' });
    if (seen !== null && 'until' in seen) return { is: 'unknown', until: seen.until, why: `${seen.source}: ${seen.why}` };
    const shown: { [name: string]: Json } =
      seen === null ? { msg: msg === undefined ? 'Hello world!' : msg } : { [seen.source]: seen.value };
    return ok(shown);
  },
});
