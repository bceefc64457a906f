/** Wait until the host answers. */
import { clock } from '../probes/clock.ts';
import { args, defineModule, number, ok } from './define.ts';
import { unlessAway } from './system/reach.ts';

type State = {
  readonly elapsedMs: number;
  /** Why it does not answer; null where it does; undefined where nobody asked yet. */
  readonly away?: string | null;
};

export const waitForConnection = defineModule({
  name: 'wait_for_connection',
  aliases: ['ansible.builtin.wait_for_connection'],
  target: 'host',
  effect: 'converge',
  awaitsHost: true,
  summary: 'Wait until the host can be reached and answers',
  notes: [
    'The host answers once a shell runs there as the user in force: with become, that of become_user.',
    'A wrong host key, or a password of become that is wrong, is no matter of time and fails at once.',
  ],
  args: args({
    timeout: number('Seconds to wait', { default: 600, minimum: 0 }),
    delay: number('Seconds before the first attempt', { default: 0, minimum: 0 }),
    sleep: number('Seconds between attempts', { default: 1, minimum: 0.1 }),
    connect_timeout: number('Accepted: how long one attempt takes is set by ansible_timeout', { default: 5, minimum: 1 }),
  }),
  timeoutMs: ({ timeout }) => timeout * 1000,
  examples: [
    { title: 'it answers', args: {}, state: { elapsedMs: 21_300, away: null }, expect: 'ok' },
    { title: 'not yet', args: { sleep: 5 }, state: { elapsedMs: 2000, away: 'worker01: connection refused' }, expect: 'pending' },
    { title: 'the delay lasts', args: { delay: 10 }, state: { elapsedMs: 2000 }, expect: 'pending' },
  ],
  async read({ delay }, io): Promise<State> {
    const elapsedMs = io.elapsed();
    if (elapsedMs < delay * 1000) return { elapsedMs };
    const look = await unlessAway(() => io.ask(clock, null));
    return { elapsedMs, away: 'away' in look ? look.away : null };
  },
  decide(given, { elapsedMs, away }) {
    const why = 'the host to answer';
    if (away === undefined)
      return { is: 'pending', why, seen: `first attempt after ${given.delay} s`, pollMs: given.delay * 1000 - elapsedMs };
    if (away !== null) return { is: 'pending', why, seen: away, pollMs: given.sleep * 1000 };
    return ok({ elapsed: Math.floor(elapsedMs / 1000) });
  },
});
