/** access_time and modification_time of the module file: times given in the host's own time zone. Pure but for `readTimes`. */
import type { Step } from '../../core/change.ts';
import type { HostReader } from '../../core/module.ts';
import type { JsonObject } from '../../core/value.ts';
import { localEpoch } from '../../probes/clock.ts';
import { optional, text } from '../define.ts';

const FORMAT = '%Y%m%d%H%M.%S';
const which = 'now, preserve, or a time in the format below; left out: now with state: touch, else preserve';

export const timeArgs = {
  access_time: optional(text(`The time of last access: ${which}`)),
  access_time_format: text('How access_time is written: %Y %m %d %H %M %S', { default: FORMAT }),
  modification_time: optional(text(`The time of last modification: ${which}`)),
  modification_time_format: text('How modification_time is written', { default: FORMAT }),
};

export interface TimeArgs {
  readonly access_time?: string;
  readonly access_time_format: string;
  readonly modification_time?: string;
  readonly modification_time_format: string;
}

/** Which times become those of the moment; `touch`: those that are left out do too. */
export const setNow = (given: TimeArgs, touch: boolean): { readonly access: boolean; readonly modification: boolean } => {
  const isNow = (time: string | undefined): boolean => time === 'now' || (touch && time === undefined);
  return { access: isNow(given.access_time), modification: isNow(given.modification_time) };
};

/** Seconds since the epoch; undefined where the task gives no time of its own. */
export type Times = { readonly access?: number; readonly modification?: number };

const isTime = (given: string | undefined): given is string => given !== undefined && given !== 'now' && given !== 'preserve';

const DIGITS: { readonly [letter: string]: number } = { Y: 4, m: 2, d: 2, H: 2, M: 2, S: 2 };

/** "2026-01-31 04:05:06"; undefined where the text is not of that format. */
function localTime(given: string, format: string): string | undefined {
  const names: string[] = [];
  const source = format.replace(/%(.)|[\\^$.*+?()[\]{}|/]/g, (whole, letter: string | undefined) => {
    const digits = DIGITS[letter ?? ''];
    if (letter === undefined || digits === undefined) return letter === '%' ? '%' : letter === undefined ? `\\${whole}` : '(?!)';
    names.push(letter);
    return `(\\d{${digits === 4 ? '4' : '1,2'}})`;
  });
  const found = new RegExp(`^${source}$`).exec(given);
  if (!found) return undefined;
  const of = (letter: string, fallback: string): string => (found[names.indexOf(letter) + 1] ?? fallback).padStart(2, '0');
  const part = (letter: string, fallback: string): string => (names.includes(letter) ? of(letter, fallback) : fallback);
  return `${part('Y', '1900')}-${part('m', '01')}-${part('d', '01')} ${part('H', '00')}:${part('M', '00')}:${part('S', '00')}`;
}

export function timeProblem(given: TimeArgs): string | undefined {
  for (const name of ['access_time', 'modification_time'] as const) {
    const value = given[name];
    if (!isTime(value)) continue;
    const format = given[`${name}_format`];
    if (localTime(value, format) === undefined) return `${name} "${value}" is not written as ${format}`;
  }
  return undefined;
}

export async function readTimes(given: TimeArgs, io: HostReader): Promise<Times | undefined> {
  const at = async (value: string | undefined, format: string): Promise<number | undefined> => {
    const local = isTime(value) ? localTime(value, format) : undefined;
    return local === undefined ? undefined : io.ask(localEpoch, local);
  };
  const access = await at(given.access_time, given.access_time_format);
  const modification = await at(given.modification_time, given.modification_time_format);
  if (access === undefined && modification === undefined) return undefined;
  return { ...(access === undefined ? {} : { access }), ...(modification === undefined ? {} : { modification }) };
}

/** What sets the times that differ; `now` undefined for a file just made. */
export function timeChange(
  path: string,
  now: { readonly atime: number; readonly mtime: number } | undefined,
  { access, modification }: Times,
): { readonly before: JsonObject; readonly after: JsonObject; readonly steps: readonly Step[] } {
  const accessed = access !== undefined && Math.floor(now?.atime ?? -1) !== access;
  const modified = modification !== undefined && Math.floor(now?.mtime ?? -1) !== modification;
  const touch = (letter: string, time: number): Step => ({ do: 'exec', argv: ['touch', letter, '-d', `@${time}`, '--', path] });
  return {
    before: { ...(accessed && now ? { accessed: now.atime } : {}), ...(modified && now ? { modified: now.mtime } : {}) },
    after: { ...(accessed ? { accessed: access } : {}), ...(modified ? { modified: modification } : {}) },
    steps: [...(accessed ? [touch('-a', access)] : []), ...(modified ? [touch('-m', modification)] : [])],
  };
}
