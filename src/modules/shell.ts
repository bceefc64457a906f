/** Run a command line through a shell. */
import { args, defineModule, optional, text } from './define.ts';
import type { Called, Conditions } from './run/run.ts';
import { oneRun, runArgs, runOutput, stdinOf } from './run/run.ts';
import { takeOptions } from './run/words.ts';

type Args = Conditions & {
  readonly free_form?: string;
  readonly cmd?: string;
  readonly executable?: string;
  readonly stdin?: string | number | boolean;
  readonly stdin_add_newline: boolean;
};

function called(given: Args): Called {
  if ((given.free_form === undefined) === (given.cmd === undefined)) return { problem: 'give the command once: as free form or as cmd' };
  const taken = given.free_form === undefined ? { line: given.cmd ?? '', options: {} } : takeOptions(given.free_form);
  if (taken.line.trim() === '') return { problem: 'the command is empty' };
  const asked: Args = { ...given, ...taken.options };
  return { run: { cmd: taken.line, argv: [asked.executable ?? '/bin/sh', '-c', taken.line], ...stdinOf(asked) }, when: asked };
}

export const shell = defineModule({
  name: 'shell',
  aliases: ['ansible.builtin.shell', 'ansible.legacy.shell'],
  target: 'host',
  effect: 'once',
  summary: 'Run a command line through a shell on the host',
  notes: [
    'What a command does cannot be read back: in check mode it is unknown, unless creates, removes or a read-only `check:` command decides.',
    'A pipe ends with the code of its last command; for `set -o pipefail` give executable: /bin/bash.',
    'Values from variables belong through the filter `quote`.',
  ],
  args: args({
    free_form: optional(
      text('The command line, as the plain string after `shell:`; creates=, removes=, chdir= and executable= may stand in it'),
    ),
    cmd: optional(text('The command line')),
    executable: optional(text('The shell, by its full path; /bin/sh when left out')),
    ...runArgs,
  }),
  argAliases: { _raw_params: 'free_form' },
  freeForm: 'free_form',
  examples: [
    {
      title: 'a pipe',
      args: { free_form: 'journalctl -b | grep -c error', executable: '/bin/bash' },
      state: { creates: null, removes: null, chdir: null },
      expect: 'change',
    },
    {
      title: 'already done',
      args: { cmd: 'tool export > /var/lib/tool.json', creates: '/var/lib/tool.json' },
      state: { creates: '/var/lib/tool.json', removes: null, chdir: null },
      expect: 'ok',
    },
  ],
  ...oneRun(called),
  result(given, outputs) {
    const call = called(given);
    return runOutput('problem' in call ? '' : call.run.cmd, outputs.at(-1), given.strip_empty_ends);
  },
});
