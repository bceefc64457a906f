/** Whether pb reaches the host and a shell answers there. */
import { printf } from '../probes/printf.ts';
import { args, defineModule, failed, ok, text } from './define.ts';

export const ping = defineModule({
  name: 'ping',
  aliases: ['ansible.builtin.ping'],
  target: 'host',
  effect: 'converge',
  summary: 'Show that a host can be reached and answers',
  args: args({ data: text('What the host shall say back; "crash" makes the task fail', { default: 'pong' }) }),
  examples: [
    { title: 'the host answers', args: {}, state: 'pong', expect: 'ok' },
    { title: 'a failure to practise with', args: { data: 'crash' }, state: 'crash', expect: 'failed' },
  ],
  read: ({ data }, io) => io.ask(printf, data),
  decide: ({ data }, said) => (data === 'crash' ? failed('boom: ping was told to crash') : ok({ ping: said })),
});
