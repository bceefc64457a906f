/** Run a script of the controller on the host. */
import { args, change, defineModule, failed, flag, optional, text } from './define.ts';
import { type Conditions, decideRun, lookedAt, type RunState, readConditions, runArgs, runOutput } from './run/run.ts';
import { split, takeOptions } from './run/words.ts';

type Args = Conditions & { readonly free_form?: string; readonly cmd?: string; readonly executable?: string; readonly decrypt: boolean };

type State = RunState & { readonly script: string; readonly encoding: 'utf8' | 'base64' };

type Called = { readonly file: string; readonly words: string; readonly asked: Args } | { readonly problem: string };

/** The file's name, and the rest of the line as it was written: a shell on the host reads it, as with Ansible. */
function called(given: Args): Called {
  if ((given.free_form === undefined) === (given.cmd === undefined)) return { problem: 'give the script once: as free form or as cmd' };
  const { line, options } = takeOptions(given.free_form ?? given.cmd ?? '');
  const found = split(line);
  if ('problem' in found) return { problem: `this line cannot be split into words: ${found.problem}` };
  const [first] = found.words;
  if (first === undefined || first.value === '') return { problem: 'the name of the script is missing' };
  return { file: first.value, words: line.slice(first.end).trim(), asked: { ...given, ...options } };
}

// $1: how to decode, $2: executable, $3: the arguments as shell words. The script arrives on stdin and is gone afterwards.
const RUNNER = `f=$(umask 077; mktemp "\${TMPDIR:-/tmp}/pb-script.XXXXXXXX") || exit 126
trap 'rm -f "$f"' EXIT; trap 'exit 143' HUP INT TERM
if [ "$1" = base64 ]; then base64 -d >"$f"; else cat >"$f"; fi && chmod 700 "$f" || exit 126
eval "$2 \\"\\$f\\" $3" </dev/null`;

const { stdin: _, stdin_add_newline: __, strip_empty_ends: ___, ...conditions } = runArgs;

export const script = defineModule({
  name: 'script',
  aliases: ['ansible.builtin.script', 'ansible.legacy.script'],
  target: 'host',
  effect: 'once',
  summary: 'Run a script of the controller on the host',
  notes: [
    'It is looked for in files/ of the role and of the playbook, runs from a temporary file and is removed afterwards.',
    'What it does cannot be read back: in check mode it is unknown, unless creates, removes or a read-only `check:` command decides.',
    'Its arguments are read by a shell on the host: values from variables belong through the filter `quote`.',
  ],
  args: args({
    free_form: optional(
      text('The script and its arguments, as the plain string after `script:`; creates=, removes=, chdir= and executable= may stand in it'),
    ),
    cmd: optional(text('The script and its arguments')),
    executable: optional(text('Program that runs the script; its first line decides when left out')),
    decrypt: flag('Open the script where it is vaulted', true),
    ...conditions,
  }),
  argAliases: { _raw_params: 'free_form' },
  freeForm: 'free_form',
  examples: [
    {
      title: 'a script',
      args: { free_form: 'prepare.sh --all' },
      state: { creates: null, removes: null, chdir: null, script: '#!/bin/sh\necho hi\n', encoding: 'utf8' },
      expect: 'change',
    },
    {
      title: 'already done',
      args: { cmd: 'prepare.sh', creates: '/var/lib/prepared' },
      state: { creates: '/var/lib/prepared', removes: null, chdir: null, script: '', encoding: 'utf8' },
      expect: 'skipped',
    },
    { title: 'no script', args: {}, state: { creates: null, removes: null, chdir: null, script: '', encoding: 'utf8' }, expect: 'failed' },
  ],
  reads(given) {
    const call = called(given);
    return 'problem' in call ? [] : lookedAt(call.asked);
  },
  async read(given, io): Promise<State> {
    const call = called(given);
    if ('problem' in call) return { creates: null, removes: null, chdir: null, script: '', encoding: 'utf8' };
    const [state, path] = await Promise.all([readConditions(call.asked, io), io.files.find('files', call.file)]);
    const bytes = Buffer.from(await io.files.read(path, given.decrypt ? undefined : 'stored'));
    const plain = bytes.equals(Buffer.from(bytes.toString())) && !bytes.includes(0);
    return { ...state, script: bytes.toString(plain ? 'utf8' : 'base64'), encoding: plain ? 'utf8' : 'base64' };
  },
  decide(given, state) {
    const call = called(given);
    if ('problem' in call) return failed(call.problem, { code: 'args' });
    const line = `${call.file} ${call.words}`.trim();
    const argv = ['sh', '-c', RUNNER, 'sh', state.encoding, call.asked.executable ?? '', call.words] as const;
    if (state.creates !== null) return { is: 'skipped', why: `${call.asked.creates} exists, matching creates option` };
    if (call.asked.removes !== undefined && state.removes === null)
      return { is: 'skipped', why: `${call.asked.removes} does not exist, matching removes option` };
    const decision = decideRun({ cmd: line, argv, stdin: state.script }, call.asked, state);
    return decision.is === 'change'
      ? change({ ...decision.change, summary: `run the script ${decision.change.summary.slice(4)}` })
      : decision;
  },
  result(given, outputs) {
    const call = called(given);
    return runOutput('problem' in call ? '' : `${call.file} ${call.words}`.trim(), outputs.at(-1), false);
  },
});
