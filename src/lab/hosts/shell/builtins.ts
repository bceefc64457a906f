/** The commands that are part of the shell. */
import { openPath } from '../kernel/opening.ts';
import { SIGNALS, type Signal, signalOf } from '../kernel/signals.ts';
import { parseMode, symbolicUmask } from '../programs/mode.ts';
import { echoText, printfText } from '../programs/printf.ts';
import { TestTrouble, testHolds } from '../programs/test.ts';
import { bytesOf, textOf } from '../world/bytes.ts';
import { Errno } from '../world/errno.ts';
import { find, may } from '../world/files.ts';
import { builtinOrProgram, execCommand } from './command.ts';
import { getopts, read } from './input.ts';
import { runText } from './run.ts';
import { ExitShell, LeaveFunction, LeaveLoop, type Option, type Shell } from './state.ts';

export type Builtin = (shell: Shell, args: readonly string[]) => Promise<number>;

const numberIn = (text: string | undefined, fallback: number): number => (text === undefined ? fallback : Number.parseInt(text, 10) || 0);
const quoted = (text: string): string => (/^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`);

async function assign(shell: Shell, args: readonly string[], how: 'export' | 'readonly'): Promise<number> {
  const names = args.filter((arg) => arg !== '-p' && arg !== '--');
  if (names.length === 0) {
    for (const [name, variable] of [...shell.variables].sort(([a], [b]) => (a < b ? -1 : 1))) {
      if (how === 'export' ? variable.exported : variable.readonly) await shell.out(`${how} ${name}=${quoted(variable.value ?? '')}\n`);
    }
  }
  for (const word of names) {
    const [, name = word, value] = /^([A-Za-z_]\w*)=([\s\S]*)$/.exec(word) ?? [];
    if (!/^[A-Za-z_]\w*$/.test(name)) {
      await shell.complain(`${how}: \`${word}': not a valid identifier`);
      return 1;
    }
    if (value !== undefined) await shell.set(name, value);
    const old = shell.variables.get(name);
    shell.variables.set(name, {
      value: old?.value,
      exported: how === 'export' || old?.exported === true,
      readonly: how === 'readonly' || old?.readonly === true,
    });
  }
  return 0;
}

async function set(shell: Shell, args: readonly string[]): Promise<number> {
  const rest = [...args];
  for (let word = rest[0]; word !== undefined && /^[+-]./.test(word) && word !== '--'; word = rest[0]) {
    rest.shift();
    const on = word.startsWith('-');
    const letters = word.slice(1) === 'o' ? [longOption(rest.shift())] : [...word.slice(1)];
    for (const letter of letters) {
      if (on) shell.options.add(letter as Option);
      else shell.options.delete(letter as Option);
    }
  }
  if (rest[0] === '--' || rest[0] === '-') shell.positional = rest.slice(1);
  else if (rest.length > 0) shell.positional = rest;
  return 0;
}

const LONG: { readonly [name: string]: Option } = {
  errexit: 'e',
  nounset: 'u',
  xtrace: 'x',
  noglob: 'f',
  noclobber: 'C',
  allexport: 'a',
  pipefail: 'pipefail',
};
const longOption = (name: string | undefined): Option => LONG[name ?? ''] ?? 'h';

async function trap(shell: Shell, args: readonly string[]): Promise<number> {
  const words = args[0] === '--' ? args.slice(1) : args;
  const [action, ...names] = words.length === 1 || /^\d+$/.test(words[0] ?? '') ? ['-', ...words] : words;
  if (action === undefined) {
    for (const [name, text] of shell.traps) await shell.out(`trap -- ${quoted(text)} ${name === 'EXIT' ? name : `SIG${name}`}\n`);
    return 0;
  }
  for (const name of names) {
    const signal: Signal | 'EXIT' | 0 | undefined = name === 'EXIT' ? 'EXIT' : signalOf(name);
    if (signal === undefined) {
      await shell.complain(`trap: ${name}: invalid signal specification`);
      return 1;
    }
    const key = signal === 0 ? 'EXIT' : signal;
    if (action === '-') shell.traps.delete(key);
    else shell.traps.set(key, action);
    if (key === 'EXIT') continue;
    if (action === '') shell.process.ignored.add(key);
    else shell.process.ignored.delete(key);
  }
  return 0;
}

async function wait(shell: Shell, args: readonly string[]): Promise<number> {
  if (args.length === 0) {
    await shell.process.until(Promise.all([...shell.jobs].map((job) => job.ended)));
    shell.jobs.clear();
    return 0;
  }
  let code = 0;
  for (const word of args) {
    const job = [...shell.jobs].find(({ pid }) => pid === Number(word));
    code = job ? (await shell.process.until(job.ended)).code : 127;
  }
  return code;
}

async function kill(shell: Shell, args: readonly string[]): Promise<number> {
  const rest = [...args];
  let signal: Signal | 0 | undefined = 'TERM';
  if (rest[0] === '-l') {
    await shell.out(`${Object.keys(SIGNALS).join(' ')}\n`);
    return 0;
  }
  if (rest[0] === '-s') {
    rest.shift();
    signal = signalOf(rest.shift() ?? '');
  } else if (/^-./.test(rest[0] ?? '') && rest[0] !== '--') signal = signalOf((rest.shift() ?? '').slice(1));
  if (rest[0] === '--') rest.shift();
  if (signal === undefined) {
    await shell.complain('kill: invalid signal specification');
    return 1;
  }
  let code = 0;
  for (const word of rest) if (!(await killOne(shell, word, signal))) code = 1;
  shell.process.check();
  return code;
}

async function killOne(shell: Shell, word: string, signal: Signal | 0): Promise<boolean> {
  const pid = Number(word);
  const one = shell.machine.process(pid);
  const targets = pid < 0 ? shell.machine.group(-pid) : one ? [one] : [];
  if (!Number.isInteger(pid) || targets.length === 0) {
    await shell.complain(`kill: (${word}) - No such process`);
    return false;
  }
  const { uid } = shell.process.who;
  if (uid !== 0 && targets.some((target) => target.who.uid !== uid)) {
    await shell.complain(`kill: (${word}) - ${new Errno('EPERM').message}`);
    return false;
  }
  for (const target of targets) if (signal !== 0 && target.pid !== 1) target.kill(signal);
  return true;
}

async function cd(shell: Shell, args: readonly string[]): Promise<number> {
  const words = args.filter((arg) => arg !== '--' && arg !== '-P' && arg !== '-L');
  const to = words[0] === '-' ? (shell.get('OLDPWD') ?? '') : (words[0] ?? shell.get('HOME') ?? '/');
  if (to === '') return 0;
  try {
    const sight = shell.machine.sight(shell.process);
    const { node, path } = find(sight, to);
    if (node.kind !== 'dir') throw new Errno('ENOTDIR');
    if (!may(sight.who, node, 1)) throw new Errno('EACCES');
    await shell.set('OLDPWD', shell.process.cwd);
    shell.process.cwd = path;
    await shell.set('PWD', path);
    if (words[0] === '-') await shell.out(`${path}\n`);
    return 0;
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    await shell.complain(`cd: ${to}: ${error.message}`);
    return 1;
  }
}

async function test(shell: Shell, args: readonly string[], name: string): Promise<number> {
  try {
    return testHolds(args, shell.machine.sight(shell.process)) ? 0 : 1;
  } catch (error) {
    if (!(error instanceof TestTrouble)) throw error;
    await shell.complain(`${name}: ${error.message}`);
    return 2;
  }
}

async function umask(shell: Shell, args: readonly string[]): Promise<number> {
  const [word] = args;
  const { process } = shell;
  if (word === undefined) await shell.out(`${process.umask.toString(8).padStart(4, '0')}\n`);
  else if (word === '-S') await shell.out(`${symbolicUmask(process.umask)}\n`);
  else {
    const mode = /^[0-7]+$/.test(word) ? Number.parseInt(word, 8) : parseMode(word, ~process.umask & 0o777, { directory: false, umask: 0 });
    if (mode === undefined) {
      await shell.complain(`umask: ${word}: invalid symbolic mode operator`);
      return 1;
    }
    process.umask = /^[0-7]+$/.test(word) ? mode : ~mode & 0o777;
  }
  return 0;
}

async function where(shell: Shell, args: readonly string[], how: 'command' | 'type'): Promise<number> {
  let code = 0;
  for (const name of args) {
    const found = shell.functions.has(name)
      ? `${how === 'type' ? `${name} is a function` : name}`
      : isBuiltin(name)
        ? how === 'type'
          ? `${name} is a shell builtin`
          : name
        : pathOf(shell, name, how);
    if (found === undefined) {
      if (how === 'type') await shell.complain(`type: ${name}: not found`);
      code = 1;
    } else await shell.out(`${found}\n`);
  }
  return code;
}

const isBuiltin = (name: string): boolean => SPECIAL.has(name) || BUILTINS.has(name);
function pathOf(shell: Shell, name: string, how: 'command' | 'type'): string | undefined {
  shell.process.env.set('PATH', shell.get('PATH') ?? '');
  const found = shell.machine.search(shell.process, name);
  if (!found || found === 'denied') return undefined;
  return how === 'type' ? `${name} is ${found.path}` : found.path;
}

async function command(shell: Shell, args: readonly string[]): Promise<number> {
  const rest = args.filter((arg, index) => !(index === 0 && (arg === '-p' || arg === '--')));
  if (rest[0] === '-v' || rest[0] === '-V') return where(shell, rest.slice(1), rest[0] === '-v' ? 'command' : 'type');
  const [name, ...more] = rest;
  return name === undefined ? 0 : builtinOrProgram(shell, name, more);
}

async function unset(shell: Shell, args: readonly string[]): Promise<number> {
  for (const name of args.filter((arg) => arg !== '-v' && arg !== '-f')) {
    if (args[0] === '-f') shell.functions.delete(name);
    else shell.variables.delete(name);
  }
  return 0;
}

async function source(shell: Shell, args: readonly string[]): Promise<number> {
  try {
    const file = openPath(shell.machine, shell.process, args[0] ?? '', 'read');
    const text = textOf(await shell.process.until(file.readAll()));
    file.release();
    return await runText(shell, text);
  } catch (error) {
    if (error instanceof LeaveFunction) return error.code;
    if (!(error instanceof Errno)) throw error;
    await shell.complain(`.: ${args[0]}: ${error.message}`);
    throw new ExitShell(1);
  }
}

async function local(shell: Shell, args: readonly string[]): Promise<number> {
  const covered = shell.locals.at(-1);
  for (const word of args) {
    const [, name = word, value] = /^([A-Za-z_]\w*)=([\s\S]*)$/.exec(word) ?? [];
    if (covered && !covered.has(name)) covered.set(name, shell.variables.get(name));
    shell.variables.set(name, { value: value ?? '', exported: false });
  }
  return 0;
}

const leaveLoop =
  (how: 'break' | 'continue'): Builtin =>
  async (shell, args) => {
    if (shell.loops === 0) return 0;
    throw new LeaveLoop(how, Math.min(shell.loops, Math.max(1, numberIn(args[0], 1))));
  };

/** Special builtins: found before functions, and an error in one ends the shell. */
export const SPECIAL: ReadonlyMap<string, Builtin> = new Map<string, Builtin>([
  [':', async () => 0],
  ['break', leaveLoop('break')],
  ['continue', leaveLoop('continue')],
  ['eval', (shell, args) => runText(shell, args.join(' '))],
  ['exec', (shell, args) => execCommand(shell, args[0] === '--' ? args.slice(1) : args)],
  ['exit', (shell, args) => Promise.reject(new ExitShell(numberIn(args[0], shell.status) & 255))],
  ['return', (shell, args) => Promise.reject(new LeaveFunction(numberIn(args[0], shell.status) & 255))],
  ['export', (shell, args) => assign(shell, args, 'export')],
  ['readonly', (shell, args) => assign(shell, args, 'readonly')],
  ['set', set],
  [
    'shift',
    async (shell, args) => {
      const count = numberIn(args[0], 1);
      if (count > shell.positional.length) return 1;
      shell.positional = shell.positional.slice(count);
      return 0;
    },
  ],
  ['trap', trap],
  ['unset', unset],
  ['.', source],
]);

export const BUILTINS: ReadonlyMap<string, Builtin> = new Map<string, Builtin>([
  ['true', async () => 0],
  ['false', async () => 1],
  ['source', source],
  ['cd', cd],
  ['command', command],
  ['type', (shell, args) => where(shell, args, 'type')],
  ['hash', async () => 0],
  ['alias', async () => 0],
  ['getopts', getopts],
  ['read', read],
  ['kill', kill],
  ['local', local],
  ['wait', wait],
  ['umask', umask],
  ['ulimit', async (shell) => shell.out('unlimited\n').then(() => 0)],
  ['times', async (shell) => shell.out('0m0.00s 0m0.00s\n0m0.00s 0m0.00s\n').then(() => 0)],
  ['pwd', async (shell) => shell.out(`${shell.process.cwd}\n`).then(() => 0)],
  ['echo', async (shell, args) => shell.out(echoText(args)).then(() => 0)],
  [
    'printf',
    async (shell, args) => {
      const { text, trouble } = printfText(args);
      if (text !== '') await shell.process.write(1, bytesOf(text));
      if (trouble === undefined) return 0;
      const usage = 'usage' in trouble;
      await shell.complain(usage ? 'printf: usage: printf [-v var] format [arguments]' : `printf: ${trouble.number}: invalid number`);
      return usage ? 2 : 1;
    },
  ],
  ['test', (shell, args) => test(shell, args, 'test')],
  [
    '[',
    async (shell, args) => {
      if (args.at(-1) === ']') return test(shell, args.slice(0, -1), '[');
      await shell.complain("[: missing `]'");
      return 2;
    },
  ],
]);
