/** `sequence`: numbers as text, from "start=1 end=5 stride=2 format=x%02d", "1-5/2:x%02d" or named options. */
import type { Frame } from '../eval/frame.ts';
import { checkedItems } from '../eval/operators.ts';
import { percent } from '../python/format.ts';
import type { V } from '../value/model.ts';
import { str } from '../value/text.ts';
import { fail } from '../value/undef.ts';

const NUMBER = '(?:0x[\\da-f]+|0o?[0-7]+|-?\\d+)';
const SHORT = new RegExp(`^(?:(${NUMBER})-)?(${NUMBER})(?:/(${NUMBER}))?(?::(.+))?$`, 'i');

interface Settings {
  start: number;
  end: number | undefined;
  count: number | undefined;
  stride: number;
  format: string;
}

export function sequence(f: Frame, terms: readonly V[], options: ReadonlyMap<string, V>): V[] {
  const all = terms.length === 0 ? [''] : terms.map(str);
  return all.flatMap((term) => numbers(f, settings(term, options)));
}

function settings(term: string, options: ReadonlyMap<string, V>): Settings {
  const made: Settings = { start: 1, end: undefined, count: undefined, stride: 1, format: '%d' };
  for (const [name, value] of options) assign(made, name, str(value));
  const short = SHORT.exec(term.trim());
  if (short) {
    if (short[1] !== undefined) made.start = integer('start', short[1]);
    made.end = integer('end', short[2] ?? '');
    if (short[3] !== undefined) made.stride = integer('stride', short[3]);
    if (short[4] !== undefined) made.format = short[4];
    return made;
  }
  for (const part of term.split(/\s+/).filter((piece) => piece !== '')) {
    const [, name = '', value = ''] =
      /^(\w+)=(.*)$/.exec(part) ?? fail(`sequence cannot read '${part}': write start=, end=, count=, stride=, format=`);
    assign(made, name, value);
  }
  return made;
}

function assign(made: Settings, name: string, value: string): void {
  if (name === 'format') made.format = value;
  else if (name === 'start' || name === 'end' || name === 'count' || name === 'stride') made[name] = integer(name, value);
  else fail(`sequence has no option '${name}'`);
}

function integer(name: string, text: string): number {
  const octal = /^0([0-7]+)$/.exec(text);
  const value = Number(octal ? `0o${octal[1]}` : text);
  return Number.isInteger(value) && text !== '' ? value : fail(`sequence: can't parse ${name}=${text} as an integer`);
}

function numbers(f: Frame, { start, end, count, stride, format }: Settings): V[] {
  if (end === undefined && count === undefined) return fail('sequence: must specify count or end');
  if (end !== undefined && count !== undefined) return fail("sequence: can't specify both count and end");
  if (count === 0) return [];
  const last = end ?? start + ((count ?? 1) - 1) * stride;
  if (stride === 0) return [];
  if (stride > 0 && last < start) return fail('sequence: to count backwards make stride negative');
  if (stride < 0 && last > start) return fail("sequence: to count forward don't make stride negative");
  const size = Math.floor((last - start) / stride) + 1;
  checkedItems(f, size);
  return Array.from({ length: size }, (_, index) => percent(format, start + index * stride));
}
