/** Programs that run others: env, sudo, timeout, nohup, setsid, nice, xargs, sh itself. */
import type { Image, Machine } from '../kernel/machine.ts';
import { openPath } from '../kernel/opening.ts';
import type { Process } from '../kernel/process.ts';
import { type Signal, signalOf } from '../kernel/signals.ts';
import { shellMain } from '../shell/main.ts';
import { textOf } from '../world/bytes.ts';
import { Errno } from '../world/errno.ts';
import { getopt, type Live } from './program.ts';
import { durationMs, say, tell } from './streams.ts';

/** In place of the program that calls it: the same process goes on with other words. 127 and 126 as every such program has them. */
export async function becomes(machine: Machine, process: Process, argv: readonly string[]): Promise<number> {
  const image = await found(machine, process, argv);
  if (typeof image === 'number') return image;
  process.argv = argv;
  return image(process);
}

async function found(machine: Machine, process: Process, argv: readonly string[]): Promise<Image | number> {
  const caller = (process.argv[0] ?? '').replace(/^.*\//, '');
  const [word = ''] = argv;
  const file = machine.search(process, word);
  const image = file && file !== 'denied' ? machine.load(machine, file, argv) : undefined;
  if (image) return image;
  const why = file === 'denied' ? new Errno('EACCES') : new Errno('ENOENT');
  await say(
    process,
    caller === 'env' ? `env: '${word}': ${why.message}\n` : `${caller}: failed to run command '${word}': ${why.message}\n`,
  );
  return file === 'denied' ? 126 : 127;
}

/** A child that runs to its end. */
export async function runs(
  machine: Machine,
  process: Process,
  argv: readonly string[],
  prepare?: (child: Process) => void,
): Promise<number> {
  const image = await found(machine, process, argv);
  if (typeof image === 'number') return image;
  const child = machine.fork(process, argv);
  prepare?.(child);
  return (await process.until(machine.run(child, image))).code;
}

const env: Live = {
  names: ['env', 'printenv'],
  async live(machine, process) {
    const [called = '', ...args] = process.argv;
    if (called.endsWith('printenv') && args.length > 0) {
      const values = args.map((name) => process.env.get(name));
      for (const value of values) if (value !== undefined) await tell(process, `${value}\n`);
      return values.includes(undefined) ? 1 : 0;
    }
    const words = [...args];
    for (let word = words[0]; word?.startsWith('-'); word = words[0]) {
      words.shift();
      if (word === '--') break;
      if (word === '-i' || word === '-') process.env = new Map();
      else if (word === '-u') process.env.delete(words.shift() ?? '');
      else if (word === '-C') process.cwd = words.shift() ?? '/';
    }
    for (let word = words[0]; word !== undefined && /^[^=]+=/.test(word); word = words[0]) {
      words.shift();
      process.env.set(word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1));
    }
    if (words.length > 0) return becomes(machine, process, words);
    for (const [name, value] of process.env) await tell(process, `${name}=${value}\n`);
    return 0;
  },
};

const timeout: Live = {
  names: ['timeout'],
  async live(machine, process) {
    const { rest, values } = getopt(process.argv.slice(1), {
      short: 's:k:v',
      long: { signal: 's:', 'kill-after': 'k:', foreground: 'f', 'preserve-status': 'p' },
      ordered: true,
    });
    const [time = '', ...argv] = rest;
    const ms = durationMs(time);
    if (ms === undefined || argv.length === 0) {
      await say(process, `timeout: invalid time interval '${time}'\nTry 'timeout --help' for more information.\n`);
      return 125;
    }
    const image = await found(machine, process, argv);
    if (typeof image === 'number') return image;
    const child = machine.fork(process, argv);
    const done = machine.run(child, image);
    const control = new AbortController();
    process.alive.addEventListener('abort', () => control.abort(), { once: true });
    const late = ms === 0 ? new Promise<never>(() => undefined) : machine.sleep(ms, control.signal).then(() => 'late' as const);
    const first = await process.until(Promise.race([done, late]));
    control.abort();
    if (first !== 'late') return first.code;
    const signal = signalOf(values.get('s') ?? 'TERM') || 'TERM';
    child.kill(signal);
    if (values.has('k'))
      void machine.sleep(durationMs(values.get('k') ?? '0') ?? 0, new AbortController().signal).then(() => child.kill('KILL'));
    await process.until(done);
    return signal === 'KILL' ? 137 : 124;
  },
};

const wrappers: Live = {
  names: ['nohup', 'nice', 'ionice', 'stdbuf', 'setarch'],
  live(machine, process) {
    const { rest } = getopt(process.argv.slice(1), { short: 'n:c:o:e:i:', long: { adjustment: 'n:' }, ordered: true });
    if (process.argv[0]?.endsWith('nohup')) process.ignored.add('HUP');
    return becomes(machine, process, rest);
  },
};

const setsid: Live = {
  names: ['setsid'],
  async live(machine, process) {
    const { flags, rest } = getopt(process.argv.slice(1), { short: 'cfw', long: { fork: 'f', wait: 'w' }, ordered: true });
    const own = (child: Process): void => {
      child.session = child.pid;
      child.pgrp = child.pid;
    };
    if (!flags.has('f') && process.pgrp !== process.pid) {
      own(process);
      return becomes(machine, process, rest);
    }
    const done = runs(machine, process, rest, own);
    if (flags.has('w')) return done;
    void done.catch(() => undefined);
    return 0;
  },
};

/** Words from input, in as many commands as needed. */
const xargs: Live = {
  names: ['xargs'],
  async live(machine, process) {
    const { flags, values, rest } = getopt(process.argv.slice(1), {
      short: '0rtn:L:I:P:d:a:s:',
      long: { null: '0', 'no-run-if-empty': 'r', 'max-args': 'n:', 'max-procs': 'P:', delimiter: 'd:', replace: 'I:' },
      ordered: true,
    });
    const text = textOf(await process.until(process.file(0).readAll()));
    const command = rest.length === 0 ? ['echo'] : [...rest];
    const replaced = values.get('I');
    const words = flags.has('0')
      ? text.split('\0').filter(Boolean)
      : replaced !== undefined
        ? text.split('\n').filter(Boolean)
        : values.has('d')
          ? text.replace(/\n$/, '').split(values.get('d') === '\\n' ? '\n' : (values.get('d') ?? '\n'))
          : shellWords(text);
    const size = replaced !== undefined ? 1 : Number(values.get('n') ?? values.get('L') ?? 1000);
    let code = 0;
    const batches: string[][] = [];
    for (let at = 0; at < words.length; at += size) batches.push(words.slice(at, at + size));
    if (batches.length === 0 && !flags.has('r') && replaced === undefined) batches.push([]);
    for (const batch of batches) {
      const argv = replaced === undefined ? [...command, ...batch] : command.map((word) => word.replaceAll(replaced, batch[0] ?? ''));
      if (flags.has('t')) await say(process, `${argv.join(' ')}\n`);
      const nothing = openPath(machine, process, '/dev/null', 'read');
      const status = await runs(machine, process, argv, (child) => child.setFile(0, nothing.share()));
      nothing.release();
      if (status >= 126) return status;
      if (status === 255) return 124;
      if (status !== 0) code = 123;
    }
    return code;
  },
};

/** Blanks part words; quotes and backslashes hold them together. */
const shellWords = (text: string): string[] =>
  [...text.matchAll(/(?:[^\s'"\\]|\\[\s\S]|'[^'\n]*'|"[^"\n]*")+/g)].map(([word]) =>
    word.replace(/'([^']*)'|"([^"]*)"|\\([\s\S])/g, (_, a?: string, b?: string, c?: string) => a ?? b ?? c ?? ''),
  );

const kill: Live = {
  names: ['kill', 'pkill'],
  async live(machine, process) {
    const [name, ...words] = process.argv;
    const [first = ''] = words;
    const given = /^-./.test(first) ? signalOf(first === '-s' ? (words[1] ?? '') : first.slice(1)) : 'TERM';
    const targets = words.slice(/^-./.test(first) ? (first === '-s' ? 2 : 1) : 0);
    let code = 0;
    for (const word of targets) {
      const target = machine.process(Number(word));
      if (!target || given === undefined) {
        await say(process, `${name}: (${word}): No such process\n`);
        code = 1;
      } else if (process.who.uid !== 0 && target.who.uid !== process.who.uid) {
        await say(process, `${name}: (${word}): Operation not permitted\n`);
        code = 1;
      } else if (given !== 0 && target.pid !== 1) target.kill(given as Signal);
    }
    return code;
  },
};

const shell: Live = { names: ['sh', 'bash'], live: shellMain };

export const runOthers: readonly Live[] = [env, timeout, wrappers, setsid, xargs, kill, shell];
