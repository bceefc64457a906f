/** Which of the files below a directory are meant: the conditions of find. Pure. */
import type { FileStat } from '../../probes/stat.ts';
import { modeProblem } from './attributes.ts';
import { fnmatch } from './fnmatch.ts';
import { resolveMode } from './mode.ts';
import { baseOf } from './path.ts';
import { pattern } from './pattern.ts';

export interface Sought {
  readonly patterns: readonly string[];
  readonly excludes: readonly string[];
  readonly use_regex: boolean;
  readonly file_type: 'any' | 'directory' | 'file' | 'link';
  readonly hidden: boolean;
  readonly age?: string;
  readonly age_stamp: 'atime' | 'ctime' | 'mtime';
  readonly size?: string;
  readonly mode?: string;
  readonly exact_mode: boolean;
}

export type Entry = { readonly path: string; readonly stat: FileStat };

const SECONDS: { readonly [unit: string]: number } = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };
const BYTES: { readonly [unit: string]: number } = { b: 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3, t: 1024 ** 4 };

/** "-1w" → -604800; undefined where it is no such quantity. */
function quantity(text: string, units: { readonly [unit: string]: number }): number | undefined {
  const [, number, unit = ''] = /^\s*(-?\d+)\s*([a-z]?)/.exec(text.toLowerCase()) ?? [];
  const factor = unit === '' ? 1 : units[unit];
  return number === undefined || factor === undefined ? undefined : Number(number) * factor;
}

/** What is wrong with the conditions themselves. */
export function soughtProblem({ age, size, mode }: Pick<Sought, 'age' | 'size' | 'mode'>): string | undefined {
  if (age !== undefined && quantity(age, SECONDS) === undefined)
    return `age "${age}" is no time: give seconds, or a number with s, m, h, d or w`;
  if (size !== undefined && quantity(size, BYTES) === undefined)
    return `size "${size}" is no size: give bytes, or a number with b, k, m, g or t`;
  return modeProblem(mode);
}

/** At least the bound, or with a negative bound at most. */
const beyond = (value: number, bound: number): boolean => (bound < 0 ? value <= -bound : value >= bound);

/** `now`: seconds since the epoch by the host's own clock. Throws PatternError. */
export function seeker(asked: Sought, now: number): (entry: Entry) => boolean {
  const age = asked.age === undefined ? undefined : quantity(asked.age, SECONDS);
  const size = asked.size === undefined ? undefined : quantity(asked.size, BYTES);
  const bits = asked.mode === undefined ? undefined : Number.parseInt(resolveMode(asked.mode, '0000', false), 8);
  const included = names(asked.patterns, asked.use_regex);
  const excluded = names(asked.excludes, asked.use_regex);
  return ({ path, stat }) => {
    const name = baseOf(path);
    if (!asked.hidden && name.startsWith('.')) return false;
    if (asked.file_type !== 'any' && stat.kind !== asked.file_type) return false;
    if (asked.patterns.length > 0 && !included(name)) return false;
    if (excluded(name)) return false;
    if (age !== undefined && !beyond(now - stat[asked.age_stamp], age)) return false;
    if (size !== undefined && !beyond(stat.size, size)) return false;
    const has = Number.parseInt(stat.mode, 8);
    return bits === undefined || (asked.exact_mode ? has === bits : (has & bits) !== 0);
  };
}

function names(patterns: readonly string[], regex: boolean): (name: string) => boolean {
  const tests = patterns.map((source) => {
    if (!regex) return fnmatch(source);
    const compiled = pattern(source);
    return (name: string) => compiled.search(name)?.index === 0;
  });
  return (name) => tests.some((fits) => fits(name));
}
