/** A command line as it is, with nothing around it. */
import { args, change, defineModule, failed, optional, text } from './define.ts';
import { runOutput } from './run/run.ts';
import { takeOptions } from './run/words.ts';

type Args = { readonly free_form?: string; readonly executable?: string };

/** `executable=` may stand in the line; other options are part of the command. */
function called(given: Args): { readonly line: string; readonly executable: string } {
  const line = given.free_form ?? '';
  const { options } = takeOptions(line);
  if (options.executable === undefined) return { line, executable: given.executable ?? '/bin/sh' };
  return { line: line.replace(/(^|\s)executable=\S+/, '').trim(), executable: options.executable };
}

export const raw = defineModule({
  name: 'raw',
  aliases: ['ansible.builtin.raw'],
  target: 'host',
  effect: 'once',
  summary: 'Run a command line through a shell, with no conditions',
  notes: [
    'pb needs no Python on the host, so raw is shell without creates and removes.',
    'What it does cannot be read back: in check mode it is unknown.',
  ],
  args: args({
    free_form: optional(text('The command line, as the plain string after `raw:`')),
    executable: optional(text('The shell, by its full path; /bin/sh when left out')),
  }),
  argAliases: { _raw_params: 'free_form', cmd: 'free_form' },
  freeForm: 'free_form',
  examples: [
    { title: 'a command', args: { free_form: 'cat /proc/loadavg' }, state: null, expect: 'change' },
    { title: 'nothing to run', args: { free_form: '' }, state: null, expect: 'failed' },
  ],
  read: async () => null,
  decide(given) {
    const { line, executable } = called(given);
    if (line.trim() === '') return failed('the command is empty', { code: 'args' });
    const summary = `run ${line.trim().split('\n')[0]}`;
    return change({ op: 'run', summary, before: null, after: { cmd: line }, steps: [{ do: 'exec', argv: [executable, '-c', line] }] });
  },
  result(_, outputs) {
    const { cmd: __, ...rest } = runOutput('', outputs.at(-1), false);
    return rest;
  },
});
