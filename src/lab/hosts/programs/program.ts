/** What a program is: a pure function of its words, its input and the world; a few need to be live processes instead. */
import type { Machine } from '../kernel/machine.ts';
import type { Process } from '../kernel/process.ts';
import { Errno } from '../world/errno.ts';
import type { Sight } from '../world/files.ts';
import type { World } from '../world/types.ts';

/** Everything but its words and input that a program's answer depends on. */
export interface Context extends Sight {
  readonly env: ReadonlyMap<string, string>;
  readonly umask: number;
  /** Groups and name of the user in force. */
  readonly user: string;
  /** Not the same twice. */
  readonly uuid: () => string;
  readonly pid: number;
}

export interface Result {
  readonly code: number;
  /** One character per byte. */
  readonly stdout?: string | Uint8Array;
  readonly stderr?: string;
  /** Left out where nothing has changed. */
  readonly world?: World;
  /** Lab time it takes. */
  readonly takesMs?: number;
}

export interface Pure {
  readonly names: readonly string[];
  /** Whether it reads its input to the end first. */
  readonly input?: (args: readonly string[]) => boolean;
  readonly run: (args: readonly string[], call: Call) => Result;
}

export interface Call {
  /** As it was called: "mkfs.ext4". */
  readonly name: string;
  readonly stdin: Uint8Array;
  readonly context: Context;
}

/** Starts other programs, reads bit by bit, or waits. */
export interface Live {
  readonly names: readonly string[];
  readonly live: (machine: Machine, process: Process) => Promise<number>;
}

export type Program = Pure | Live;

export const ok = (stdout = '', world?: World): Result => ({ code: 0, stdout, ...(world ? { world } : {}) });
export const fail = (stderr: string, code = 1, stdout = ''): Result => ({
  code,
  stdout,
  stderr: stderr.endsWith('\n') || stderr === '' ? stderr : `${stderr}\n`,
});

export interface Options {
  /** Letters and long names given. */
  readonly flags: ReadonlySet<string>;
  /** Values, the last one given first. */
  readonly values: ReadonlyMap<string, string>;
  readonly rest: readonly string[];
  /** An option that the program does not know, as getopt tells of it. */
  readonly unknown?: string;
}

/**
 * getopt(1): `short` as in "ab:" (a colon for those with a value), `long` as in ["all", "offset="]; aliases map long names to letters.
 * Options may come after words unless `ordered`.
 */
export function getopt(
  args: readonly string[],
  form: { readonly short: string; readonly long?: { readonly [name: string]: string }; readonly ordered?: boolean },
): Options {
  const flags = new Set<string>();
  const values = new Map<string, string>();
  const rest: string[] = [];
  const takes = (letter: string): boolean => form.short[form.short.indexOf(letter) + 1] === ':';
  const queue = [...args];
  for (let word = queue.shift(); word !== undefined; word = queue.shift()) {
    if (word === '--') {
      rest.push(...queue);
      break;
    }
    if (word.startsWith('--')) {
      const [, name = '', value] = /^--([^=]+)(?:=([\s\S]*))?$/.exec(word) ?? [];
      const letter = form.long?.[name] ?? form.long?.[Object.keys(form.long).find((long) => long.startsWith(name)) ?? ''];
      if (letter === undefined) return { flags, values, rest, unknown: `unrecognized option '${word}'` };
      flags.add(letter.replace(/[:?]$/, ''));
      if (letter.endsWith(':')) values.set(letter.slice(0, -1), value ?? queue.shift() ?? '');
      else if (letter.endsWith('?') && value !== undefined) values.set(letter.slice(0, -1), value);
      continue;
    }
    if (/^-./.test(word)) {
      for (let at = 1; at < word.length; at++) {
        const letter = word[at] ?? '';
        if (letter === ':' || !form.short.includes(letter)) return { flags, values, rest, unknown: `invalid option -- '${letter}'` };
        flags.add(letter);
        if (!takes(letter)) continue;
        const value = at + 1 < word.length ? word.slice(at + 1) : queue.shift();
        if (value === undefined) return { flags, values, rest, unknown: `option requires an argument -- '${letter}'` };
        values.set(letter, value);
        break;
      }
      continue;
    }
    rest.push(word);
    if (form.ordered) {
      rest.push(...queue);
      break;
    }
  }
  return { flags, values, rest };
}

/** A program over several operands: what each one writes, changes and complains of. The world goes from one to the next. */
export function eachOf(
  operands: readonly string[],
  context: Context,
  act: (operand: string, context: Context) => { readonly stdout?: string; readonly world?: World },
  say: (operand: string, error: Errno) => string,
): Result {
  let { world } = context;
  let stdout = '';
  let stderr = '';
  for (const operand of operands) {
    try {
      const done = act(operand, { ...context, world });
      world = done.world ?? world;
      stdout += done.stdout ?? '';
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      stderr += `${say(operand, error)}\n`;
    }
  }
  return { code: stderr === '' ? 0 : 1, stdout, stderr, ...(world === context.world ? {} : { world }) };
}
