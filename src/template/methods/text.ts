/** Methods of text that cut, join, search and pad. */
import { getAttr, getItem } from '../eval/access.ts';
import type { Frame } from '../eval/frame.ts';
import { iterate } from '../eval/iterate.ts';
import { checkedText } from '../eval/operators.ts';
import { plugin } from '../eval/plugin.ts';
import { format } from '../python/format.ts';
import { truth } from '../value/compare.ts';
import { Dict, isList, Tuple, toNumber, tuple, typeName, type V } from '../value/model.ts';
import { Bytes, encode } from '../value/objects.ts';
import { chars, str, textLength } from '../value/text.ts';
import { fail, Undef } from '../value/undef.ts';

const asText = (value: V): string => (typeof value === 'string' ? value : fail(`expected text, not ${typeName(value)}`));
const asIndex = (value: V): number => toNumber(value) ?? fail(`expected an integer, not ${typeName(value)}`);

/** `text.split(sep, maxsplit)`; without a separator at runs of white space. */
export function split(text: string, separator: V, limit: V): V[] {
  const max = asIndex(limit);
  if (separator === null) {
    const made: string[] = [];
    let rest = text.trimStart();
    while (rest !== '') {
      const space = made.length === max && max >= 0 ? -1 : rest.search(/\s/);
      if (space < 0) {
        made.push(made.length === max && max >= 0 ? rest.trimEnd() : rest);
        break;
      }
      made.push(rest.slice(0, space));
      rest = rest.slice(space).trimStart();
    }
    return made;
  }
  const by = asText(separator);
  if (by === '') return fail('empty separator');
  const parts = text.split(by);
  return max < 0 || parts.length <= max + 1 ? parts : [...parts.slice(0, max), parts.slice(max).join(by)];
}

function rsplit(text: string, separator: V, limit: V): V[] {
  const max = asIndex(limit);
  if (max < 0) return split(text, separator, -1);
  if (separator === null) {
    const words = split(text, null, -1).map(str);
    if (words.length <= max + 1) return words;
    const tail = words.slice(words.length - max);
    let head = text.trimEnd();
    for (const word of [...tail].reverse()) head = head.slice(0, head.length - word.length).trimEnd();
    return [head, ...tail];
  }
  const parts = text.split(asText(separator));
  return parts.length <= max + 1 ? parts : [parts.slice(0, parts.length - max).join(asText(separator)), ...parts.slice(parts.length - max)];
}

/** `strip`: white space, or any of the given characters. */
export function strip(text: string, set: V, sides: 'both' | 'left' | 'right'): string {
  if (set === null) return sides === 'both' ? text.trim() : sides === 'left' ? text.trimStart() : text.trimEnd();
  const all = chars(text);
  const drop = new Set(chars(asText(set)));
  let from = 0;
  let to = all.length;
  if (sides !== 'right') while (from < to && drop.has(all[from] ?? '')) from += 1;
  if (sides !== 'left') while (to > from && drop.has(all[to - 1] ?? '')) to -= 1;
  return all.slice(from, to).join('');
}

/** One line per item, without its end. */
export const lines = (text: string): string[] => {
  const parts = text.split(/\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]/);
  if (parts.at(-1) === '') parts.pop();
  return parts;
};

function search(text: string, part: string, range: readonly V[], last: boolean): number {
  const all = chars(text);
  const clip = (value: V | undefined, missing: number): number => {
    if (value === undefined || value === null) return missing;
    const i = asIndex(value);
    return i < 0 ? Math.max(0, i + all.length) : Math.min(i, all.length);
  };
  const from = clip(range[0], 0);
  const inside = all.slice(from, clip(range[1], all.length)).join('');
  const at = last ? inside.lastIndexOf(part) : inside.indexOf(part);
  return at < 0 ? -1 : from + textLength(inside.slice(0, at));
}

const ends = (value: V): string[] => (value instanceof Tuple ? value.map(asText) : [asText(value)]);
const rest = (value: V): readonly V[] => (isList(value) ? value : []);

export function pad(f: Frame, text: string, size: V, fill: V, side: 'left' | 'right' | 'both'): string {
  const missing = asIndex(size) - textLength(text);
  if (missing <= 0) return text;
  checkedText(f, asIndex(size));
  const left = side === 'left' ? missing : side === 'right' ? 0 : Math.floor(missing / 2) + (missing & asIndex(size) & 1);
  return asText(fill).repeat(left) + text + asText(fill).repeat(missing - left);
}

function count(text: string, part: string): number {
  return part === '' ? textLength(text) + 1 : text.split(part).length - 1;
}

/** `replace`, at most `limit` times. */
export function replace(text: string, from: string, to: string, limit: number): string {
  if (limit < 0) return text.replaceAll(from, () => to);
  let left = limit;
  return text.replaceAll(from, () => (left-- > 0 ? to : from));
}

function translate(text: string, map: V): string {
  if (!(map instanceof Dict)) return fail('translate needs a dictionary of code points');
  return [...text]
    .map((char) => {
      const to = map.get(char.codePointAt(0) ?? 0);
      return to === undefined ? char : to === null ? '' : typeof to === 'number' ? String.fromCodePoint(to) : str(to);
    })
    .join('');
}

/** Fields of `format` reach items and attributes as expressions do. */
const reach =
  (f: Frame) =>
  (of: V, key: string | number, attribute: boolean): V => {
    const found =
      attribute && of instanceof Dict
        ? new Undef(`'dict' object has no attribute '${key}'`)
        : attribute
          ? getAttr(f, of, String(key))
          : getItem(f, of, key);
    return found instanceof Undef ? fail(found.message) : found;
  };

export const textMethods = [
  plugin('split', 'sep=None, maxsplit=-1', (_, s, by, max) => split(str(s), by, max)),
  plugin('rsplit', 'sep=None, maxsplit=-1', (_, s, by, max) => rsplit(str(s), by, max)),
  plugin('splitlines', 'keepends=False', (_, s, keep) => (truth(keep) ? (str(s).match(/[^\n]*\n|[^\n]+/g) ?? []) : lines(str(s)))),
  plugin('strip', 'chars=None', (_, s, set) => strip(str(s), set, 'both')),
  plugin('lstrip', 'chars=None', (_, s, set) => strip(str(s), set, 'left')),
  plugin('rstrip', 'chars=None', (_, s, set) => strip(str(s), set, 'right')),
  plugin('startswith', 'prefix, *range', (_, s, prefix, range) =>
    ends(prefix).some((each) => str(s).startsWith(each, asIndex(rest(range)[0] ?? 0))),
  ),
  plugin('endswith', 'suffix', (_, s, suffix) => ends(suffix).some((each) => str(s).endsWith(each))),
  plugin('removeprefix', 'prefix', (_, s, prefix) => (str(s).startsWith(asText(prefix)) ? str(s).slice(asText(prefix).length) : s)),
  plugin('removesuffix', 'suffix', (_, s, suffix) =>
    asText(suffix) !== '' && str(s).endsWith(asText(suffix)) ? str(s).slice(0, -asText(suffix).length) : s,
  ),
  plugin('replace', 'old, new, count=-1', (f, s, from, to, max) => {
    if (asText(to).length > asText(from).length) checkedText(f, str(s).length * (1 + asText(to).length));
    return replace(str(s), asText(from), asText(to), asIndex(max));
  }),
  plugin('find', 'sub, *range', (_, s, part, range) => search(str(s), asText(part), rest(range), false)),
  plugin('rfind', 'sub, *range', (_, s, part, range) => search(str(s), asText(part), rest(range), true)),
  plugin('index', 'sub, *range', (_, s, part, range) => {
    const at = search(str(s), asText(part), rest(range), false);
    return at < 0 ? fail('substring not found') : at;
  }),
  plugin('rindex', 'sub, *range', (_, s, part, range) => {
    const at = search(str(s), asText(part), rest(range), true);
    return at < 0 ? fail('substring not found') : at;
  }),
  plugin('count', 'sub', (_, s, part) => count(str(s), asText(part))),
  plugin('partition', 'sep', (_, s, by) => {
    const at = str(s).indexOf(asText(by));
    return tuple(at < 0 ? [s, '', ''] : [str(s).slice(0, at), by, str(s).slice(at + asText(by).length)]);
  }),
  plugin('rpartition', 'sep', (_, s, by) => {
    const at = str(s).lastIndexOf(asText(by));
    return tuple(at < 0 ? ['', '', s] : [str(s).slice(0, at), by, str(s).slice(at + asText(by).length)]);
  }),
  plugin('join', 'items', (f, s, items) => {
    const parts = iterate(f, items).map((item, i) =>
      typeof item === 'string' ? item : fail(`sequence item ${i}: expected str instance, ${typeName(item)} found`),
    );
    checkedText(
      f,
      parts.reduce((sum, part) => sum + part.length + str(s).length, 0),
    );
    return parts.join(str(s));
  }),
  plugin('ljust', "width, fillchar=' '", (f, s, size, fill) => pad(f, str(s), size, fill, 'right')),
  plugin('rjust', "width, fillchar=' '", (f, s, size, fill) => pad(f, str(s), size, fill, 'left')),
  plugin('center', "width, fillchar=' '", (f, s, size, fill) => pad(f, str(s), size, fill, 'both')),
  plugin('zfill', 'width', (f, s, size) =>
    str(s).replace(/^([+-]?)(.*)$/s, (_, sign: string, body: string) => sign + pad(f, body, asIndex(size) - sign.length, '0', 'left')),
  ),
  plugin('expandtabs', 'tabsize=8', (_, s, size) =>
    str(s)
      .split('\n')
      .map((line) => expand(line, asIndex(size)))
      .join('\n'),
  ),
  plugin('encode', "encoding='utf-8', errors='strict'", (_, s, encoding) => new Bytes(encode(str(s), str(encoding)))),
  plugin('translate', 'table', (_, s, map) => translate(str(s), map)),
  plugin('format', '*args, **kwargs', (f, s, args, named) =>
    format(str(s), rest(args), { get: (name) => (named instanceof Dict ? named.get(name) : undefined) }, reach(f)),
  ),
];

function expand(line: string, size: number): string {
  if (size > 1000) return fail('the tab size is too large');
  let made = '';
  for (const char of line) made += char === '\t' ? ' '.repeat(size > 0 ? size - (made.length % size) : 0) : char;
  return made;
}
