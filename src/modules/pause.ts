/** Let time pass. */
import { args, defineModule, failed, flag, number, ok, optional, text } from './define.ts';
import { moment } from './run/times.ts';

/** How long this takes in ms; null where the call waits for a person. */
const lengthOf = (given: { readonly seconds?: number; readonly minutes?: number }): number | null =>
  given.seconds !== undefined ? given.seconds * 1000 : given.minutes !== undefined ? given.minutes * 60_000 : null;

const GRACE_MS = 60_000;

interface State {
  readonly elapsedMs: number;
  /** The controller's clock, ms since the epoch. */
  readonly now: number;
}

/** As Python writes a float. */
const decimal = (value: number): string => (Number.isInteger(value) ? `${value}.0` : String(value));

export const pause = defineModule({
  name: 'pause',
  aliases: ['ansible.builtin.pause'],
  target: 'none',
  effect: 'converge',
  summary: 'Wait for a length of time',
  notes: [
    'pb asks nothing while it runs: a pause that waits for an answer fails. Ask before the run with vars_prompt, or give -e.',
    'In check mode no time passes.',
  ],
  args: args({
    seconds: optional(number('How many seconds', { minimum: 0 })),
    minutes: optional(number('How many minutes', { minimum: 0 })),
    prompt: optional(text('What to show meanwhile')),
    echo: flag('Accepted for compatibility: nothing is typed', true),
  }),
  timeoutMs: (given) => (lengthOf(given) ?? 0) + GRACE_MS,
  examples: [
    { title: 'half way', args: { seconds: 30 }, state: { elapsedMs: 15_000, now: 1_795_000_015_000 }, expect: 'pending' },
    { title: 'over', args: { minutes: 1 }, state: { elapsedMs: 60_000, now: 1_795_000_060_000 }, expect: 'ok' },
    {
      title: 'waiting for a person',
      args: { prompt: 'Is the cable in?' },
      state: { elapsedMs: 0, now: 1_795_000_000_000 },
      expect: 'failed',
    },
  ],
  read: async (_, io): Promise<State> => ({ elapsedMs: io.elapsed(), now: io.now() }),
  decide(given, { elapsedMs, now }) {
    if (given.seconds !== undefined && given.minutes !== undefined) return failed('give seconds or minutes, not both', { code: 'args' });
    const length = lengthOf(given);
    if (length === null) {
      return failed('pause would wait for an answer, and pb asks nothing while it runs', {
        hint: 'give seconds or minutes, or ask before the run with vars_prompt',
        code: 'args',
      });
    }
    const took = given.minutes === undefined ? `${decimal(length / 1000)} seconds` : `${decimal(length / 60_000)} minutes`;
    const output = {
      ...{ echo: given.echo, rc: 0, stderr: '', stdout: `Paused for ${took}`, user_input: '' },
      ...{ start: moment(now - elapsedMs), stop: moment(now), delta: Math.floor(elapsedMs / 1000) },
    };
    if (elapsedMs >= length) return ok(output);
    const left = length - elapsedMs;
    return {
      is: 'pending',
      why: given.prompt ?? `pause of ${length / 1000} s`,
      seen: `${Math.ceil(left / 1000)} s left`,
      pollMs: Math.min(left, 1000),
      output,
    };
  },
});
