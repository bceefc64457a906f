/** Run a program: no shell, so no pipes, redirections or patterns. */

import type { Output } from '../core/probe.ts';
import { args, defineModule, flag, listOf, optional, text } from './define.ts';
import type { Called, Conditions, Run, RunOutput } from './run/run.ts';
import { oneRun, runArgs, runOutput, stdinOf } from './run/run.ts';
import { expanding, split, takeOptions } from './run/words.ts';

type Args = Conditions & {
  readonly free_form?: string;
  readonly cmd?: string;
  readonly argv?: readonly string[];
  readonly stdin?: string | number | boolean;
  readonly stdin_add_newline: boolean;
  readonly expand_argument_vars: boolean;
};

/** The three ways to write a command, as one; conditions inside a free-form line count as arguments. */
function called(given: Args): Called {
  const ways = [given.free_form, given.cmd, given.argv].filter((way) => way !== undefined);
  if (ways.length !== 1) return { problem: 'give the command once: as free form, as cmd or as argv' };
  const taken = given.free_form === undefined ? { line: given.cmd ?? '', options: {} } : takeOptions(given.free_form);
  const words = given.argv === undefined ? split(taken.line) : { words: given.argv.map((value) => ({ value })) };
  if ('problem' in words) return { problem: `this command cannot be split into words: ${words.problem}` };
  const [program, ...rest] = words.words.map((word) => word.value);
  if (program === undefined || program === '') return { problem: 'the command is empty' };
  const cmd = [program, ...rest] as const;
  const asked = { ...given, ...taken.options };
  return { run: { cmd, argv: given.expand_argument_vars ? expanding(cmd) : cmd, ...stdinOf(asked) }, when: asked };
}

export const command = defineModule({
  name: 'command',
  aliases: ['ansible.builtin.command', 'ansible.legacy.command'],
  target: 'host',
  effect: 'once',
  summary: 'Run a program on the host, without a shell',
  notes: [
    'What a command does cannot be read back: in check mode it is unknown, unless creates, removes or a read-only `check:` command decides.',
    'Pipes, redirections and && need `shell`.',
  ],
  args: args({
    free_form: optional(
      text('The command line, as the plain string after `command:`; creates=, removes=, chdir= and stdin= may stand in it'),
    ),
    cmd: optional(text('The command line')),
    argv: optional(
      listOf(text('A word'), 'The program and its arguments, passed on as they are', {
        minItems: 1,
      }),
    ),
    ...runArgs,
    executable: optional(text('Accepted and left unused: no shell is asked; the module shell has one')),
    expand_argument_vars: flag('Replace ~ and $NAME in the arguments by what they are on the host', true),
  }),
  argAliases: { _raw_params: 'free_form' },
  freeForm: 'free_form',
  examples: [
    {
      title: 'a command',
      args: { free_form: 'systemctl daemon-reload' },
      state: { creates: null, removes: null, chdir: null },
      expect: 'change',
    },
    {
      title: 'already done',
      args: { argv: ['make', 'install'], chdir: '/src/tool', creates: '/usr/local/bin/tool' },
      state: { creates: '/usr/local/bin/tool', removes: null, chdir: { path: '/src/tool', is: 'directory' } },
      expect: 'ok',
    },
    {
      title: 'nothing to remove',
      args: { cmd: 'rm-cache --all', removes: '/var/cache/tool/*' },
      state: { creates: null, removes: null, chdir: null },
      expect: 'ok',
    },
  ],
  ...oneRun(called),
  result(given, outputs) {
    const call = called(given);
    const output = outputs.at(-1);
    const cmd = 'problem' in call ? '' : call.run.cmd;
    return notStarted(cmd, output) ?? runOutput(cmd, output, given.strip_empty_ends);
  },
});

/** The shell that was to become the program says why it could not: errno and words as Ansible has them. Nothing ran, nothing changed. */
function notStarted(cmd: Run['cmd'], output: Output | undefined): RunOutput | undefined {
  const why = /exec: .*(not found|No such file or directory|[Pp]ermission denied)\s*$/.exec(output?.stderr ?? '')?.[1];
  if (output === undefined || why === undefined || (output.code !== 126 && output.code !== 127)) return undefined;
  const nothing = { code: /denied/.test(why) ? 13 : 2, stdout: '', stderr: '' };
  return { ...runOutput(typeof cmd === 'string' ? cmd : cmd.join(' '), nothing, true), msg: 'Error executing command.', changed: false };
}
