/**
 * The values expressions work on, as Python sees them: dict is `Dict`, tuple is `Tuple`, an int is a JS number (bigint beyond 2^53), a float
 * is a non-integral number or a boxed `Float`, so that 4/2 prints 2.0. Nothing here exposes a property of the host language.
 */
import { Unknown } from '../../core/value.ts';
import type { Undef } from './undef.ts';

export type V = null | boolean | number | bigint | string | Float | readonly V[] | Dict | Undef | Unknown | Obj;

/** A float whose value happens to be a whole number. */
export class Float {
  readonly value: number;
  constructor(value: number) {
    this.value = value;
  }
}

/** Printed "(1, 2)", compared apart from lists, leaves as a list. */
export class Tuple extends Array<V> {
  static override get [Symbol.species](): ArrayConstructor {
    return Array;
  }
}

/** What `groupby` gives: a pair that also answers to `.grouper` and `.list`. */
export class Group extends Tuple {}

export function tuple(items: Iterable<V>): Tuple {
  const made = new Tuple();
  for (const item of items) made.push(item);
  return made;
}

export function group(grouper: V, list: V): Group {
  const made = new Group();
  made.push(grouper, list);
  return made;
}

/** Everything that is not plain data: functions, ranges, dates, namespaces. Attributes are a closed list of each class. */
export abstract class Obj {
  abstract readonly type: string;
  attr(_name: string): V | undefined {
    return undefined;
  }
}

/** Where the items of a dictionary come from until it is changed or walked: each key is worked out when asked for. */
export interface Source {
  keys(): Iterable<string>;
  /** undefined: no such key. */
  get(key: string): V | undefined;
}

/** Keys that are equal in Python are one key: 1, 1.0 and True; tuples by their items. */
function keyOf(key: V): unknown {
  if (typeof key === 'string' || typeof key === 'number') return key;
  if (typeof key === 'boolean') return key ? 1 : 0;
  if (key instanceof Float) return key.value;
  if (key instanceof Tuple) return `\u0000(${[...key].map((item) => `${typeof item}:${String(keyOf(item))}`).join('\u0000,')}`;
  return key;
}

/** An ordered dictionary with Python's keys. */
export class Dict {
  #items: Map<unknown, V> = new Map();
  /** Keys whose Python form differs from the map's. */
  #originals: Map<unknown, V> | undefined;
  #source: Source | undefined;

  constructor(source?: Source) {
    this.#source = source;
  }

  static of(entries: Iterable<readonly [V, V]>): Dict {
    const made = new Dict();
    for (const [key, value] of entries) made.set(key, value);
    return made;
  }

  get(key: V): V | undefined {
    const plain = keyOf(key);
    const found = this.#items.get(plain);
    if (found !== undefined || this.#source === undefined || typeof plain !== 'string') return found;
    const value = this.#source.get(plain);
    if (value !== undefined) this.#items.set(plain, value);
    return value;
  }

  has(key: V): boolean {
    const plain = keyOf(key);
    if (this.#items.has(plain)) return true;
    if (this.#source === undefined || typeof plain !== 'string') return false;
    for (const known of this.#source.keys()) if (known === plain) return true;
    return false;
  }

  set(key: V, value: V): this {
    const items = this.#own();
    const plain = keyOf(key);
    if (plain !== key && !items.has(plain)) (this.#originals ??= new Map()).set(plain, key);
    items.set(plain, value);
    return this;
  }

  delete(key: V): boolean {
    const plain = keyOf(key);
    this.#originals?.delete(plain);
    return this.#own().delete(plain);
  }

  clear(): void {
    this.#source = undefined;
    this.#originals = undefined;
    this.#items.clear();
  }

  get size(): number {
    return this.#source === undefined ? this.#items.size : this.keys().length;
  }

  keys(): V[] {
    if (this.#source !== undefined) return [...this.#source.keys()];
    if (this.#originals === undefined) return [...this.#items.keys()] as V[];
    return [...this.#items.keys()].map((key) => this.#originals?.get(key) ?? (key as V));
  }

  values(): V[] {
    return [...this.#own().values()];
  }

  entries(): [V, V][] {
    const items = this.#own();
    return this.keys().map((key) => [key, items.get(keyOf(key)) ?? null]);
  }

  copy(): Dict {
    return Dict.of(this.entries());
  }

  /** All items in place, in the source's order. */
  #own(): Map<unknown, V> {
    const source = this.#source;
    if (source === undefined) return this.#items;
    const all = new Map<unknown, V>();
    for (const key of source.keys()) {
      const value = this.get(key);
      if (value !== undefined) all.set(key, value);
    }
    // A template inside may have walked this very dictionary meanwhile.
    if (this.#source === undefined) return this.#items;
    this.#source = undefined;
    this.#items = all;
    return all;
  }
}

export const isList = (value: V | undefined): value is V[] => Array.isArray(value);
export const isUnknown = (value: V | undefined): value is Unknown => value instanceof Unknown;

export const float = (value: number): V => (Number.isInteger(value) ? new Float(value) : value);
export const int = (value: bigint): V =>
  value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value;
export const isFloat = (value: V): value is number | Float =>
  value instanceof Float || (typeof value === 'number' && !Number.isInteger(value));
export const isInt = (value: V): value is number | bigint =>
  typeof value === 'bigint' || (typeof value === 'number' && Number.isInteger(value));
export const isNumber = (value: V): boolean => isInt(value) || isFloat(value);

/** The value as a JS number, or undefined when it is none in Python; True counts as 1. */
export function toNumber(value: V): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (value instanceof Float) return value.value;
  if (typeof value === 'bigint') return Number(value);
  return undefined;
}

/** Python's name for the type of a value. */
export function typeName(value: V): string {
  if (value === null) return 'NoneType';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'string') return 'str';
  if (isFloat(value)) return 'float';
  if (isInt(value)) return 'int';
  if (value instanceof Tuple) return 'tuple';
  if (Array.isArray(value)) return 'list';
  if (value instanceof Dict) return 'dict';
  if (value instanceof Unknown) return 'unknown';
  return (value as Obj | Undef).type;
}
