/** End a host's run with a message. */
import type { Json } from '../core/value.ts';
import { args, defineModule, failed, json } from './define.ts';

export const fail = defineModule({
  name: 'fail',
  aliases: ['ansible.builtin.fail'],
  target: 'none',
  effect: 'converge',
  summary: 'Fail with a message, usually under a `when`',
  args: args({
    msg: json('The message: text, or any other value (a list is shown line by line)', { default: 'Failed as requested from task' }),
  }),
  argAliases: { message: 'msg' },
  examples: [{ title: 'stop here', args: { msg: 'firmware is older than 2.4' }, state: null, expect: 'failed' }],
  read: async () => null,
  decide: ({ msg }) => failed(said(msg), { output: { msg } }),
});

const said = (msg: Json): string => (Array.isArray(msg) ? msg.map(said).join('\n') : typeof msg === 'string' ? msg : JSON.stringify(msg));
