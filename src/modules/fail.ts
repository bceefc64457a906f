/** End a host's run with a message. */
import { args, defineModule, failed, text } from './define.ts';

export const fail = defineModule({
  name: 'fail',
  aliases: ['ansible.builtin.fail'],
  target: 'none',
  effect: 'converge',
  summary: 'Fail with a message, usually under a `when`',
  args: args({ msg: text('The message', { default: 'Failed as requested from task' }) }),
  argAliases: { message: 'msg' },
  examples: [{ title: 'stop here', args: { msg: 'firmware is older than 2.4' }, state: null, expect: 'failed' }],
  read: async () => null,
  decide: ({ msg }) => failed(msg),
});
