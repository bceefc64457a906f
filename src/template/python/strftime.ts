/** Dates to text and back with C's directives. Names of days and months are English whatever the locale. */
import { DateTime } from '../value/date.ts';
import { fail } from '../value/undef.ts';

const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'];
const pad = (value: number, width = 2, fill = '0'): string => String(value).padStart(width, fill);

const dayOfYear = (at: Date): number => Math.floor((at.getTime() - Date.UTC(at.getUTCFullYear(), 0, 1)) / 86_400_000) + 1;

/** Year and week of ISO 8601. */
function isoWeek(at: Date): { year: number; week: number } {
  const thursday = new Date(at.getTime());
  thursday.setUTCDate(at.getUTCDate() - ((at.getUTCDay() + 6) % 7) + 3);
  return { year: thursday.getUTCFullYear(), week: Math.floor((dayOfYear(thursday) - 1) / 7) + 1 };
}

const DIRECTIVES: { readonly [letter: string]: (at: Date, date: DateTime) => string } = {
  Y: (at) => String(at.getUTCFullYear()),
  y: (at) => pad(at.getUTCFullYear() % 100),
  C: (at) => pad(Math.floor(at.getUTCFullYear() / 100)),
  m: (at) => pad(at.getUTCMonth() + 1),
  d: (at) => pad(at.getUTCDate()),
  e: (at) => pad(at.getUTCDate(), 2, ' '),
  H: (at) => pad(at.getUTCHours()),
  I: (at) => pad(at.getUTCHours() % 12 || 12),
  k: (at) => pad(at.getUTCHours(), 2, ' '),
  l: (at) => pad(at.getUTCHours() % 12 || 12, 2, ' '),
  M: (at) => pad(at.getUTCMinutes()),
  S: (at) => pad(at.getUTCSeconds()),
  f: (_, date) => pad(date.microsecond, 6),
  p: (at) => (at.getUTCHours() < 12 ? 'AM' : 'PM'),
  P: (at) => (at.getUTCHours() < 12 ? 'am' : 'pm'),
  j: (at) => pad(dayOfYear(at), 3),
  a: (at) => (DAYS[at.getUTCDay()] ?? '').slice(0, 3),
  A: (at) => DAYS[at.getUTCDay()] ?? '',
  b: (at) => (MONTHS[at.getUTCMonth()] ?? '').slice(0, 3),
  h: (at) => (MONTHS[at.getUTCMonth()] ?? '').slice(0, 3),
  B: (at) => MONTHS[at.getUTCMonth()] ?? '',
  w: (at) => String(at.getUTCDay()),
  u: (at) => String(at.getUTCDay() || 7),
  U: (at) => pad(Math.floor((dayOfYear(at) + 6 - at.getUTCDay()) / 7)),
  W: (at) => pad(Math.floor((dayOfYear(at) + 6 - ((at.getUTCDay() + 6) % 7)) / 7)),
  V: (at) => pad(isoWeek(at).week),
  G: (at) => String(isoWeek(at).year),
  g: (at) => pad(isoWeek(at).year % 100),
  s: (_, date) => String(Math.floor(date.epoch)),
  z: (_, { offset }) =>
    offset === undefined ? '' : `${offset < 0 ? '-' : '+'}${pad(Math.floor(Math.abs(offset) / 60))}${pad(Math.abs(offset) % 60)}`,
  Z: (_, { offset }) => (offset === 0 ? 'UTC' : ''),
  n: () => '\n',
  t: () => '\t',
  '%': () => '%',
};

const COMPOUND: { readonly [letter: string]: string } = {
  F: '%Y-%m-%d',
  T: '%H:%M:%S',
  R: '%H:%M',
  D: '%m/%d/%y',
  c: '%a %b %e %H:%M:%S %Y',
  x: '%m/%d/%y',
  X: '%H:%M:%S',
  r: '%I:%M:%S %p',
};

export function strftime(format: string, date: DateTime): string {
  const at = date.fields;
  return format.replace(/%([-_0^#]?)([a-zA-Z%])/g, (whole, flag: string, letter: string) => {
    const compound = Object.hasOwn(COMPOUND, letter) ? COMPOUND[letter] : undefined;
    if (compound !== undefined) return strftime(compound, date);
    const make = Object.hasOwn(DIRECTIVES, letter) ? DIRECTIVES[letter] : undefined;
    if (make === undefined) return whole;
    const text = make(at, date);
    if (flag === '-') return text.replace(/^[0 ]+(?=.)/, '');
    if (flag === '_') return text.replace(/^0+(?=.)/, (zeros) => ' '.repeat(zeros.length));
    return flag === '^' ? text.toUpperCase() : text;
  });
}

const names = (list: readonly string[], length?: number): string => list.map((name) => name.slice(0, length)).join('|');

const PATTERNS: { readonly [letter: string]: string } = {
  Y: '\\d{4}',
  y: '\\d{2}',
  m: '1[0-2]|0[1-9]|[1-9]',
  d: '3[01]|[12]\\d|0[1-9]|[1-9]| [1-9]',
  H: '2[0-3]|[01]\\d|\\d',
  I: '1[0-2]|0[1-9]|[1-9]',
  M: '[0-5]\\d|\\d',
  S: '6[01]|[0-5]\\d|\\d',
  f: '\\d{1,6}',
  p: 'am|pm',
  j: '36[0-6]|3[0-5]\\d|[12]\\d\\d|0[1-9]\\d|00[1-9]|[1-9]\\d|0[1-9]|[1-9]',
  a: names(DAYS, 3),
  A: names(DAYS),
  b: names(MONTHS, 3),
  B: names(MONTHS),
  z: 'Z|[+-]\\d\\d:?[0-5]\\d',
  Z: 'UTC|GMT',
  w: '[0-6]',
};

/** Reads a date as Python's strptime does; throws when the text does not fit. */
export function strptime(text: string, format: string): DateTime {
  const letters: string[] = [];
  const full = format.replace(/%([FTRD])/g, (_, letter: string) => COMPOUND[letter] ?? '');
  const pattern = full.replace(/%(.)|\s+|[^%\s]/gs, (piece, letter: string | undefined) => {
    if (letter === '%') return '%';
    if (letter === undefined) return /\s/.test(piece) ? '\\s+' : piece.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
    const known = Object.hasOwn(PATTERNS, letter) ? PATTERNS[letter] : undefined;
    if (known === undefined) return fail(`'${letter}' is a bad directive in format '${format}'`);
    letters.push(letter);
    return `(${known})`;
  });
  const match = new RegExp(`^${pattern}$`, 'i').exec(text);
  if (!match) return fail(`time data '${text}' does not match format '${format}'`);
  return assemble(new Map(letters.map((letter, index) => [letter, match[index + 1] ?? ''])), text);
}

function assemble(parts: ReadonlyMap<string, string>, text: string): DateTime {
  const number = (letter: string, missing: number): number => Number(parts.get(letter) ?? missing);
  const short = parts.get('y');
  const year = short === undefined ? number('Y', 1900) : Number(short) + (Number(short) < 69 ? 2000 : 1900);
  const name = (parts.get('B') ?? parts.get('b'))?.slice(0, 3).toLowerCase();
  const named = name === undefined ? -1 : MONTHS.findIndex((month) => month.slice(0, 3).toLowerCase() === name);
  const month = named >= 0 ? named : number('m', 1) - 1;
  const half = parts.get('p')?.toLowerCase();
  const hour = parts.has('I') ? (number('I', 12) % 12) + (half === 'pm' ? 12 : 0) : number('H', 0);
  const day = parts.has('j') ? number('j', 1) : number('d', 1);
  const first = new Date(Date.UTC(2000, parts.has('j') ? 0 : month, day, hour, number('M', 0), number('S', 0)));
  first.setUTCFullYear(year, parts.has('j') ? 0 : month, day);
  if (!parts.has('j') && first.getUTCMonth() !== month) fail(`day is out of range for month: '${text}'`);
  const micro = Number((parts.get('f') ?? '').padEnd(6, '0'));
  const zone = parts.get('z');
  const offset = zone === undefined ? undefined : zoneMinutes(zone);
  return new DateTime(first.getTime() * 1000 + micro, offset);
}

function zoneMinutes(zone: string): number {
  if (zone.toUpperCase() === 'Z') return 0;
  const digits = zone.slice(1).replace(':', '');
  return (zone.startsWith('-') ? -1 : 1) * (Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2, 4)));
}
