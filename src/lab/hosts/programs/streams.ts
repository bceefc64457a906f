/** Programs that pass bytes on as they come: cat, tee, head, tail, wc, sleep, yes. */
import type { Machine } from '../kernel/machine.ts';
import type { OpenFile } from '../kernel/open.ts';
import { openPath } from '../kernel/opening.ts';
import type { Process } from '../kernel/process.ts';
import { bytesOf } from '../world/bytes.ts';
import { Errno } from '../world/errno.ts';
import { getopt, type Live } from './program.ts';
import { sizeFrom } from './size.ts';

export const say = (process: Process, text: string): Promise<void> => process.write(2, bytesOf(text));
export const tell = (process: Process, text: string): Promise<void> => process.write(1, bytesOf(text));

/** Goes through files, or standard input where none is named; what cannot be opened or read is told. Gives the exit code. */
export async function eachFile(
  machine: Machine,
  process: Process,
  paths: readonly string[],
  more: { readonly act: (file: OpenFile, path: string) => Promise<void>; readonly complain: (path: string, error: Errno) => string },
): Promise<number> {
  let code = 0;
  for (const path of paths.length === 0 ? ['-'] : paths) {
    try {
      const file = path === '-' ? process.file(0).share() : openPath(machine, process, path, 'read');
      try {
        await more.act(file, path);
      } finally {
        file.release();
      }
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      await say(process, more.complain(path, error));
      code = 1;
    }
  }
  return code;
}

async function pass(process: Process, file: OpenFile): Promise<void> {
  for (let chunk = await process.until(file.read()); chunk !== undefined; chunk = await process.until(file.read()))
    await process.write(1, chunk);
}

const cat: Live = {
  names: ['cat'],
  live(machine, process) {
    const { rest, flags } = getopt(process.argv.slice(1), { short: 'AbeEnstTuv' });
    let number = 0;
    return eachFile(machine, process, rest, {
      async act(file) {
        if (!flags.has('n')) return pass(process, file);
        for (let line = await process.until(file.readLine()); line !== undefined; line = await process.until(file.readLine())) {
          await process.write(1, Buffer.concat([bytesOf(`${String(++number).padStart(6)}\t`), line]));
        }
      },
      complain: (path, error) => `cat: ${path}: ${error.message}\n`,
    });
  },
};

const tee: Live = {
  names: ['tee'],
  async live(machine, process) {
    const { rest, flags } = getopt(process.argv.slice(1), { short: 'aip', long: { append: 'a' } });
    let code = 0;
    const files: OpenFile[] = [];
    for (const path of rest) {
      try {
        files.push(openPath(machine, process, path, flags.has('a') ? 'append' : 'write'));
      } catch (error) {
        if (!(error instanceof Errno)) throw error;
        await say(process, `tee: ${path}: ${error.message}\n`);
        code = 1;
      }
    }
    const input = process.file(0);
    for (let chunk = await process.until(input.read()); chunk !== undefined; chunk = await process.until(input.read())) {
      await process.write(1, chunk);
      for (const file of files) await process.until(file.write(chunk));
    }
    for (const file of files) file.release();
    return code;
  },
};

/** -n N and -c N, also as -N; a minus before N counts from the end. */
function amount(args: readonly string[]): {
  readonly bytes: boolean;
  readonly count: number;
  readonly sign: string;
  readonly rest: readonly string[];
  readonly flags: ReadonlySet<string>;
} {
  // -5 and +5 stand for -n 5 and -n +5, but not where they are the value of -n or -c.
  const isValue = (at: number): boolean => /^(?:-[a-z]*[nc]|--lines|--bytes)$/.test(args[at - 1] ?? '');
  const words = args.map((arg, at) => (!isValue(at) && /^[-+]\d+$/.test(arg) ? `-n${arg.replace('-', '')}` : arg));
  const { values, rest, flags } = getopt(words, {
    short: 'n:c:qvzfFs:',
    long: { lines: 'n:', bytes: 'c:', quiet: 'q', silent: 'q', verbose: 'v', follow: 'f?' },
  });
  const text = values.get('c') ?? values.get('n') ?? '10';
  const [, sign = '', digits = ''] = /^([-+]?)(.*)$/.exec(text) ?? [];
  return { bytes: values.has('c'), count: sizeFrom(digits) ?? 0, sign, rest, flags };
}

/** "==> name <==" where there are several. */
const heading = (paths: readonly string[], path: string, first: boolean): string =>
  paths.length > 1 ? `${first ? '' : '\n'}==> ${path === '-' ? 'standard input' : path} <==\n` : '';

const head: Live = {
  names: ['head'],
  live(machine, process) {
    const { bytes, count, sign, rest } = amount(process.argv.slice(1));
    let first = true;
    return eachFile(machine, process, rest, {
      async act(file, path) {
        await tell(process, heading(rest, path, first));
        first = false;
        if (sign === '-') return tail(process, file, { bytes, count, butLast: true });
        let left = count;
        while (left > 0) {
          const chunk = await process.until(bytes ? file.read() : file.readLine());
          if (chunk === undefined) return;
          const part = bytes ? chunk.subarray(0, left) : chunk;
          if (bytes) file.unread(chunk.subarray(part.length));
          left -= bytes ? part.length : 1;
          await process.write(1, part);
        }
      },
      complain: (path, error) =>
        error.code === 'EISDIR'
          ? `head: error reading '${path}': ${error.message}\n`
          : `head: cannot open '${path}' for reading: ${error.message}\n`,
    });
  },
};

/** The last lines or bytes, all from the Nth on, or all but the last. */
async function tail(
  process: Process,
  file: OpenFile,
  how: { readonly bytes: boolean; readonly count: number; readonly from?: boolean; readonly butLast?: boolean },
): Promise<void> {
  const all = Buffer.from(await process.until(file.readAll()));
  const starts = how.bytes ? undefined : lineStarts(all);
  const total = starts?.length ?? all.length;
  const at = how.from ? Math.max(0, how.count - 1) : Math.max(0, total - how.count);
  const cut = starts ? (starts[at] ?? all.length) : Math.min(at, all.length);
  await process.write(1, how.butLast ? all.subarray(0, cut) : all.subarray(cut));
}

function lineStarts(all: Buffer): readonly number[] {
  const starts: number[] = [];
  for (let at = 0; at < all.length; ) {
    starts.push(at);
    const end = all.indexOf(0x0a, at);
    at = end < 0 ? all.length : end + 1;
  }
  return starts;
}

const tailProgram: Live = {
  names: ['tail'],
  live(machine, process) {
    const { bytes, count, sign, rest } = amount(process.argv.slice(1));
    let first = true;
    return eachFile(machine, process, rest, {
      async act(file, path) {
        await tell(process, heading(rest, path, first));
        first = false;
        await tail(process, file, { bytes, count, from: sign === '+' });
      },
      complain: (path, error) =>
        error.code === 'EISDIR'
          ? `tail: error reading '${path}': ${error.message}\n`
          : `tail: cannot open '${path}' for reading: ${error.message}\n`,
    });
  },
};

const wc: Live = {
  names: ['wc'],
  async live(machine, process) {
    const { flags, rest } = getopt(process.argv.slice(1), { short: 'lwcmL', long: { lines: 'l', words: 'w', bytes: 'c', chars: 'm' } });
    const wanted = flags.size === 0 ? ['l', 'w', 'c'] : ['l', 'w', 'm', 'c'].filter((flag) => flags.has(flag));
    const rows: { counts: readonly number[]; path: string }[] = [];
    const code = await eachFile(machine, process, rest, {
      async act(file, path) {
        const text = Buffer.from(await process.until(file.readAll())).toString('latin1');
        const counts: { readonly [flag: string]: number } = {
          l: text.split('\n').length - 1,
          w: (text.match(/\S+/g) ?? []).length,
          c: text.length,
          m: text.length,
        };
        rows.push({ counts: wanted.map((flag) => counts[flag] ?? 0), path: path === '-' && rest.length === 0 ? '' : path });
      },
      complain: (path, error) => `wc: ${path}: ${error.message}\n`,
    });
    const totals = wanted.map((_, index) => rows.reduce((sum, { counts }) => sum + (counts[index] ?? 0), 0));
    if (rest.length > 1) rows.push({ counts: totals, path: 'total' });
    const width = wanted.length === 1 && rows.length === 1 ? 1 : rest.length === 0 ? 7 : String(Math.max(...totals)).length;
    for (const { counts, path } of rows)
      await tell(process, `${counts.map((count) => String(count).padStart(width)).join(' ')}${path === '' ? '' : ` ${path}`}\n`);
    return code;
  },
};

const UNITS: { readonly [unit: string]: number } = { s: 1, m: 60, h: 3600, d: 86_400 };
/** "1.5", "2m" in ms; undefined for what is no time. */
export function durationMs(text: string): number | undefined {
  const [, digits, unit = 's'] = /^(\d*\.?\d+|\d+\.)([smhd]?)$/.exec(text) ?? [];
  if (digits === undefined) return text === 'infinity' ? Number.MAX_SAFE_INTEGER : undefined;
  return Number(digits) * (UNITS[unit || 's'] ?? 1) * 1000;
}

const sleep: Live = {
  names: ['sleep'],
  async live(machine, process) {
    const words = process.argv.slice(1);
    const wrong = words.find((word) => durationMs(word) === undefined);
    if (wrong !== undefined || words.length === 0) {
      await say(
        process,
        wrong === undefined
          ? "sleep: missing operand\nTry 'sleep --help' for more information.\n"
          : `sleep: invalid time interval '${wrong}'\nTry 'sleep --help' for more information.\n`,
      );
      return 1;
    }
    const ms = words.reduce((sum, word) => sum + (durationMs(word) ?? 0), 0);
    await process.until(machine.sleep(ms, process.alive));
    return 0;
  },
};

const yes: Live = {
  names: ['yes'],
  async live(_machine, process) {
    const line = `${process.argv.slice(1).join(' ') || 'y'}\n`;
    const block = bytesOf(line.repeat(Math.ceil(8192 / line.length)));
    for (;;) await process.write(1, block);
  },
};

export const streams: readonly Live[] = [cat, tee, head, tailProgram, wc, sleep, yes];
