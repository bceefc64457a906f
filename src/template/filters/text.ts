/** Jinja's filters on text. */

import { checkedText } from '../eval/operators.ts';
import { plugin } from '../eval/plugin.ts';
import { capitalize } from '../methods/case.ts';
import { lines, pad, replace, split, strip } from '../methods/text.ts';
import { fixed } from '../python/fixed.ts';
import { Dict, isList, type V } from '../value/model.ts';
import { str } from '../value/text.ts';
import { fail } from '../value/undef.ts';
import { dict, flag, items, number, soft, text, whole } from './args.ts';
import { length, parseFloatText } from './basics.ts';
import { escapeHtml } from './html.ts';
import { urlize } from './urlize.ts';
import { wrapWords } from './wrap.ts';

const ENTITIES: { readonly [name: string]: string } = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'", nbsp: '\u00a0' };

function stripTags(value: string): string {
  const bare = value.replace(/<!--[\s\S]*?(?:-->|$)/g, '').replace(/<[^<>]*>/g, '');
  const plain = bare
    .split(/\s+/)
    .filter((word) => word !== '')
    .join(' ');
  return plain.replace(/&(?:#(\d+)|#x([\da-f]+)|(\w+));/gi, (whole_, decimal?: string, hex?: string, name?: string) => {
    if (name !== undefined) return (Object.hasOwn(ENTITIES, name) ? ENTITIES[name] : undefined) ?? whole_;
    const code = decimal === undefined ? Number.parseInt(hex ?? '0', 16) : Number(decimal);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole_;
  });
}

/** Jinja's `title`: after white space and after brackets and dashes. */
const titled = (value: string): string =>
  value
    .split(/([-\s({[<]+)/u)
    .map((part) => part.slice(0, 1).toUpperCase() + part.slice(1).toLowerCase())
    .join('');

function indent(value: string, by: V, first: V, blank: V): string {
  const prefix = typeof by === 'string' ? by : ' '.repeat(Math.min(10_000, Math.max(0, whole(by))));
  const all = lines(`${value}\n`);
  const rest = all.slice(1).map((line) => (line !== '' || flag(blank) ? prefix + line : line));
  const made = [all[0] ?? '', ...rest].join('\n');
  return flag(first) ? prefix + made : made;
}

function truncate(value: V, size: number, kill: boolean, end: string, leeway: number): V {
  if (size < end.length) return fail(`expected length >= ${end.length}, got ${size}`);
  if (length(value) <= size + leeway) return value;
  const cut = text(value).slice(0, size - end.length);
  if (kill) return cut + end;
  const space = cut.lastIndexOf(' ');
  return (space < 0 ? cut : cut.slice(0, space)) + end;
}

/** Percent-encoding as Python's quote does it; "/" stays. */
const quotePath = (value: string, safe = '/'): string =>
  [...Buffer.from(value)]
    .map((byte) => {
      const char = String.fromCharCode(byte);
      return /[\w.~-]/.test(char) || safe.includes(char) ? char : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
    })
    .join('');
const quotePlus = (value: string): string => quotePath(value, ' ').replaceAll(' ', '+');

function urlencode(value: V): string {
  if (value instanceof Dict || isList(value)) {
    const pairs = value instanceof Dict ? value.entries() : value.map((pair) => (isList(pair) ? pair : fail('expected pairs')));
    return pairs.map(([key, item]) => `${quotePlus(str(key ?? null))}=${quotePlus(str(item ?? null))}`).join('&');
  }
  return quotePath(str(value));
}

const DECIMAL = ['kB', 'MB', 'GB', 'TB', 'PB', 'EB', 'ZB', 'YB'];
const BINARY = ['KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB', 'ZiB', 'YiB'];

const sizeOf = (value: V): number =>
  typeof value === 'string' ? (parseFloatText(value) ?? fail(`could not convert string to float: '${value}'`)) : number(value);

function fileSize(bytes: number, binary: boolean): string {
  const base = binary ? 1024 : 1000;
  if (bytes === 1) return '1 Byte';
  if (bytes < base) return `${Math.trunc(bytes)} Bytes`;
  const units = binary ? BINARY : DECIMAL;
  let power = 1;
  while (power < units.length && bytes >= base ** (power + 1)) power += 1;
  return `${fixed(bytes / base ** power, 1)} ${units[power - 1]}`;
}

function xmlattr(value: V, space: V): string {
  const pairs = dict(value)
    .entries()
    .filter(([, item]) => item !== null)
    .map(([key, item]) => {
      if (/[\s/>=]/.test(text(key))) return fail(`Invalid character in attribute name: '${str(key)}'`);
      return `${escapeHtml(str(key))}="${escapeHtml(str(item))}"`;
    });
  return (flag(space) && pairs.length > 0 ? ' ' : '') + pairs.join(' ');
}

export const textFilters = [
  plugin('upper', 'value', (_, value) => soft(value).toUpperCase()),
  plugin('lower', 'value', (_, value) => soft(value).toLowerCase()),
  plugin('capitalize', 'value', (_, value) => capitalize(soft(value))),
  plugin('title', 'value', (_, value) => titled(soft(value))),
  plugin('trim', 'value, chars=None', (_, value, set) => strip(soft(value), set, 'both')),
  plugin('center', 'value, width=80', (f, value, size) => pad(f, soft(value), size, ' ', 'both')),
  plugin('replace', 'value, old, new, count=None', (f, value, from, to, max) => {
    checkedText(f, soft(value).length * (1 + (soft(to).length > soft(from).length ? soft(to).length : 0)));
    return replace(soft(value), soft(from), soft(to), max === null ? -1 : whole(max));
  }),
  plugin('indent', 'value, width=4, first=False, blank=False', (f, value, by, first, blank) => {
    checkedText(f, text(value).length + lines(text(value)).length * (typeof by === 'string' ? by.length : number(by)));
    return indent(text(value), by, first, blank);
  }),
  plugin('truncate', "value, length=255, killwords=False, end='...', leeway=5", (_, value, size, kill, end, leeway) =>
    truncate(value, whole(size), flag(kill), text(end), leeway === null ? 5 : whole(leeway)),
  ),
  plugin('wordcount', 'value', (_, value) => soft(value).match(/[\p{L}\p{N}_]+/gu)?.length ?? 0),
  plugin(
    'wordwrap',
    "value, width=79, break_long_words=True, wrapstring='\\n', break_on_hyphens=True",
    (_, value, size, long, by, hyphens) =>
      wrapWords(text(value), { width: whole(size), breakLong: flag(long), breakHyphens: flag(hyphens) }, by === null ? '\n' : text(by)),
  ),
  plugin('striptags', 'value', (_, value) => stripTags(soft(value))),
  plugin('escape e forceescape', 'value', (_, value) => escapeHtml(soft(value))),
  plugin('urlencode', 'value', (_, value) => urlencode(value)),
  plugin(
    'urlize',
    'value, trim_url_limit=None, nofollow=False, target=None, rel=None, extra_schemes=None',
    (f, value, limit, no, target, rel, more) => {
      const schemes = more === null ? [] : items(f, more).map(text);
      const odd = schemes.find((scheme) => !/^[\w.+-]{2,}:(?:\/){0,2}$/.test(scheme));
      if (odd !== undefined) fail(`'${odd}' is not a valid URI scheme prefix.`);
      const words = rel === null ? [] : text(rel).split(/\s+/).filter(Boolean);
      return urlize(soft(value), {
        limit: limit === null ? undefined : whole(limit),
        rel: [...words, ...(flag(no) ? ['nofollow'] : []), 'noopener'],
        target: target === null ? undefined : text(target),
        schemes,
      });
    },
  ),
  plugin('filesizeformat', 'value, binary=False', (_, value, binary) => fileSize(sizeOf(value), flag(binary))),
  plugin('xmlattr', 'value, autospace=True', (_, value, space) => xmlattr(value, space)),
  plugin('split', 'value, sep=None, maxsplit=-1', (_, value, by, max) => split(text(value), by, max)),
  plugin('reverse', 'value', (f, value) => (typeof value === 'string' ? [...value].reverse().join('') : [...items(f, value)].reverse())),
  plugin('join', "value, d='', attribute=None", (f, value, by, attribute) => {
    const all = items(f, value);
    const parts = attribute === null ? all : f.filter('map', [all], new Map([['attribute', attribute]]));
    const texts = items(f, parts).map(soft);
    checkedText(
      f,
      texts.reduce((sum, part) => sum + part.length + soft(by).length, 0),
    );
    return texts.join(soft(by));
  }),
];
