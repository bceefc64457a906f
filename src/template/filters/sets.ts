/** Lists as sets: unique, union, difference. Order of first appearance is kept. */
import type { Frame } from '../eval/frame.ts';
import { checkedItems } from '../eval/operators.ts';
import { plugin } from '../eval/plugin.ts';
import { product as combine } from '../lookups/pure.ts';
import { equal } from '../value/compare.ts';
import { Float, isList, tuple, type V } from '../value/model.ts';
import { fail } from '../value/undef.ts';
import { flag, items, rest, whole } from './args.ts';
import { folded, getter } from './sequences.ts';

/** Membership with Python's equality; text and numbers are found without a search. */
class Bag {
  readonly #plain = new Set<V>();
  readonly #others: V[] = [];
  readonly #f: Frame;
  constructor(f: Frame, values: readonly V[] = []) {
    this.#f = f;
    for (const value of values) this.add(value);
  }
  has(value: V): boolean {
    if (typeof value === 'string') return this.#plain.has(value);
    const number = value instanceof Float ? value.value : value;
    if (typeof number === 'number' && this.#plain.has(number)) return true;
    this.#f.ev.step(this.#others.length);
    return (
      this.#others.some((other) => equal(other, value)) ||
      (typeof value !== 'number' && typeof value !== 'object' && [...this.#plain].some((other) => equal(other, value)))
    );
  }
  add(value: V): void {
    if (typeof value === 'string' || typeof value === 'number') this.#plain.add(value);
    else this.#others.push(value);
  }
}

export function unique(f: Frame, values: readonly V[], key: (value: V) => V = (value) => value): V[] {
  const seen = new Bag(f);
  return values.filter((value) => {
    const by = key(value);
    if (seen.has(by)) return false;
    seen.add(by);
    return true;
  });
}

export const union = (f: Frame, a: readonly V[], b: readonly V[]): V[] => unique(f, [...a, ...b]);

export function intersect(f: Frame, a: readonly V[], b: readonly V[]): V[] {
  const other = new Bag(f, b);
  return unique(
    f,
    a.filter((value) => other.has(value)),
  );
}
export function difference(f: Frame, a: readonly V[], b: readonly V[]): V[] {
  const other = new Bag(f, b);
  return unique(
    f,
    a.filter((value) => !other.has(value)),
  );
}
export const symmetric = (f: Frame, a: readonly V[], b: readonly V[]): V[] => union(f, difference(f, a, b), difference(f, b, a));

export function flatten(f: Frame, value: V, levels: number, skipNulls: boolean): V[] {
  f.ev.step();
  return items(f, value).flatMap((item): V[] => {
    if (skipNulls && (item === null || item === 'None' || item === 'null')) return [];
    if (!isList(item)) return [item];
    return levels === 0 ? [item] : f.ev.deeper(() => flatten(f, item, levels - 1, skipNulls));
  });
}

function permutations(f: Frame, all: readonly V[], size: number): V[] {
  const made: V[] = [];
  const walk = (chosen: readonly number[]): void => {
    f.ev.step(1 + chosen.length);
    if (chosen.length === size) {
      checkedItems(f, made.length);
      made.push(tuple(chosen.map((index) => all[index] ?? null)));
      return;
    }
    for (let i = 0; i < all.length; i++) if (!chosen.includes(i)) walk([...chosen, i]);
  };
  if (size <= all.length) f.ev.deeper(() => walk([]));
  return made;
}

function combinations(f: Frame, all: readonly V[], size: number): V[] {
  const made: V[] = [];
  const walk = (start: number, chosen: readonly V[]): void => {
    f.ev.step(1 + chosen.length);
    if (chosen.length === size) {
      made.push(tuple(chosen));
      return;
    }
    for (let i = start; i <= all.length - (size - chosen.length); i++) walk(i + 1, [...chosen, all[i] ?? null]);
  };
  if (size > 2000) return fail('too many items to combine');
  walk(0, []);
  return made;
}

function zip(f: Frame, lists: readonly (readonly V[])[], fill: V | undefined): V[] {
  const lengths = lists.map((list) => list.length);
  const size = lengths.length === 0 ? 0 : fill === undefined ? Math.min(...lengths) : Math.max(...lengths);
  checkedItems(f, size);
  return Array.from({ length: size }, (_, index) =>
    tuple(lists.map((list) => list[index] ?? (index < list.length ? null : (fill ?? null)))),
  );
}

const pair = (name: string, run: (f: Frame, a: readonly V[], b: readonly V[]) => V[]) =>
  plugin(name, 'value, other', (f, a, b) => run(f, items(f, a), items(f, b)));

export const setFilters = [
  plugin('unique', 'value, case_sensitive=None, attribute=None', (f, value, cases, attribute) => {
    const get = attribute === null ? (item: V) => item : getter(f, attribute);
    const fold = folded(cases !== null && flag(cases));
    return unique(f, items(f, value), (item) => fold(get(item)));
  }),
  pair('union', union),
  pair('intersect', intersect),
  pair('difference', difference),
  pair('symmetric_difference', symmetric),
  plugin('flatten', 'value, levels=None, skip_nulls=True', (f, value, levels, skip) =>
    flatten(f, value, levels === null ? -1 : whole(levels), flag(skip)),
  ),
  plugin('zip', 'value, *lists', (f, value, lists) =>
    zip(
      f,
      [value, ...rest(lists)].map((list) => items(f, list)),
      undefined,
    ),
  ),
  plugin('zip_longest', 'value, *lists, **options', (f, value, lists, options) => {
    const fill = options !== null && typeof options === 'object' && 'get' in options ? options.get('fillvalue') : undefined;
    return zip(
      f,
      [value, ...rest(lists)].map((list) => items(f, list)),
      fill ?? null,
    );
  }),
  plugin('product', 'value, *lists, **options', (f, value, lists, options) => {
    const repeat = options !== null && typeof options === 'object' && 'get' in options ? options.get('repeat') : undefined;
    const all = [value, ...rest(lists)].map((list) => items(f, list));
    const repeated = Array.from({ length: repeat === undefined ? 1 : Math.min(whole(repeat), 30) }, () => all).flat();
    return combine(f, repeated).map(tuple);
  }),
  plugin('permutations', 'value, size=None', (f, value, size) =>
    permutations(f, items(f, value), size === null ? items(f, value).length : whole(size)),
  ),
  plugin('combinations', 'value, size', (f, value, size) => combinations(f, items(f, value), whole(size))),
];
