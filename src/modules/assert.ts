/** Conditions that must hold before the play goes on. */
import { settled } from '../core/resolve.ts';
import { type Bound, type TaskId, Unknown } from '../core/value.ts';
import { args, defineModule, expressions, failed, flag, json, ok, optional } from './define.ts';

/** `holds` is null where it is known only after another task was applied. */
type Verdict = { readonly assertion: string | boolean; readonly holds: boolean | null; readonly until?: TaskId; readonly why?: string };

const message = (description: string) =>
  optional(json<string | readonly string[]>(description, { type: ['string', 'array'], items: { type: 'string' } }));

const said = (text: string | readonly string[]): string => (typeof text === 'string' ? text : text.join('\n'));

export const assert = defineModule({
  name: 'assert',
  aliases: ['ansible.builtin.assert'],
  target: 'none',
  effect: 'converge',
  summary: 'Fail unless every condition holds',
  args: args({
    that: expressions('One expression or a list; each must be true'),
    fail_msg: message('What to say when one does not hold'),
    success_msg: message('What to say when all hold'),
    quiet: flag('Accepted; nothing is said of conditions that hold', false),
  }),
  argAliases: { msg: 'fail_msg' },
  examples: [
    {
      title: 'all hold',
      args: { that: ['disk.size > 0', 'not disk.mounted'] },
      state: [
        { assertion: 'disk.size > 0', holds: true },
        { assertion: 'not disk.mounted', holds: true },
      ],
      expect: 'ok',
    },
    {
      title: 'one does not',
      args: { that: 'replicas == 3', fail_msg: 'three replicas are needed' },
      state: [{ assertion: 'replicas == 3', holds: false }],
      expect: 'failed',
    },
    {
      title: 'not known yet',
      args: { that: 'made.rc == 0' },
      state: [{ assertion: 'made.rc == 0', holds: null, until: 'storage/3:command' as TaskId, why: 'known after storage/3:command' }],
      expect: 'unknown',
    },
  ],
  read: ({ that }) => Promise.all(that.map(judged)),
  decide({ fail_msg, success_msg }, verdicts) {
    const bad = verdicts.find(({ holds }) => holds === false);
    const open = verdicts.find(({ holds }) => holds === null);
    if (bad) {
      const why = fail_msg === undefined ? `assertion failed: ${bad.assertion}` : said(fail_msg);
      // A message of the only one speaks of that.
      const hint = fail_msg === undefined || verdicts.length === 1 ? {} : { hint: `the assertion that failed: ${bad.assertion}` };
      return failed(why, {
        ...hint,
        output: { msg: fail_msg ?? 'Assertion failed', assertion: bad.assertion, evaluated_to: false },
      });
    }
    if (open?.until) return { is: 'unknown', until: open.until, why: `whether "${open.assertion}" holds: ${open.why}` };
    return ok({ msg: success_msg ?? 'All assertions passed' });
  },
});

async function judged(bound: Bound): Promise<Verdict> {
  const assertion = bound.literal ?? bound.source;
  const holds = await settled(() => bound.holds());
  return holds instanceof Unknown ? { assertion, holds: null, until: holds.until, why: holds.why } : { assertion, holds };
}
