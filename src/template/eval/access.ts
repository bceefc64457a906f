/** Attributes, items and slices. Methods come from closed lists; the host language's own properties cannot be reached. */
import { nearest } from '../../core/diagnostic.ts';
import { Unknown } from '../../core/value.ts';
import { method } from '../methods/index.ts';
import { Dict, Group, isInt, isList, Obj, Tuple, toNumber, tuple, typeName, type V } from '../value/model.ts';
import { Fn, Range } from '../value/objects.ts';
import { chars, repr, textLength, wide } from '../value/text.ts';
import { fail, Undef } from '../value/undef.ts';
import type { Frame } from './frame.ts';
import { bind } from './plugin.ts';

/** `path`: how the whole expression is written, for the message; `pos`: where. */
export interface Place {
  readonly path: string;
  readonly pos: number;
}

const NOWHERE: Place = { path: '', pos: 0 };

/** `of.name`: a method, else an item. */
export function getAttr(f: Frame, of: V, name: string, place: Place = NOWHERE): V {
  if (of instanceof Undef) return of;
  if (of instanceof Unknown) return known(f, of, name);
  const run = method(of, name);
  if (run) {
    return new Fn(name, ({ positional, named }) => run.run(f, of, ...bind(name, run, positional, named)), {
      type: 'builtin_function_or_method',
    });
  }
  const value = property(of, name);
  if (value !== undefined) return value;
  const found = item(of, name);
  return found === undefined ? absent(f, of, name, place) : found;
}

/** `of[key]`: an item, else a method or attribute. */
export function getItem(f: Frame, of: V, key: V, place: Place = NOWHERE): V {
  if (of instanceof Undef) return of;
  if (key instanceof Undef || key instanceof Unknown) return key;
  if (of instanceof Unknown) return typeof key === 'string' ? known(f, of, key) : of;
  const found = item(of, key);
  if (found !== undefined) return found;
  if (typeof key === 'string') {
    const value = property(of, key);
    if (value !== undefined) return value;
    if (!(of instanceof Dict) && method(of, key)) return getAttr(f, of, key, place);
  }
  return absent(f, of, key, place);
}

/** Attributes of objects and of `groupby`'s pairs; names with two underscores are Python's internals and stay closed. */
function property(of: V, name: string): V | undefined {
  if (name.startsWith('__')) return undefined;
  if (of instanceof Group) return name === 'grouper' ? of[0] : name === 'list' ? of[1] : undefined;
  return of instanceof Obj ? of.attr(name) : undefined;
}

function item(of: V, key: V): V | undefined {
  if (of instanceof Dict) return of.get(key);
  const index = isInt(key) || typeof key === 'boolean' ? toNumber(key) : undefined;
  if (index === undefined) return undefined;
  if (isList(of)) return of[index < 0 ? index + of.length : index];
  if (typeof of === 'string') {
    const all: string | readonly string[] = wide(of) ? chars(of) : of;
    return all[index < 0 ? index + all.length : index];
  }
  return of instanceof Range ? of.at(index) : undefined;
}

function known(f: Frame, of: Unknown, name: string): V {
  return Object.hasOwn(of.known, name) ? f.ev.wrap(of.known[name] ?? null, f.scope) : of;
}

function absent(f: Frame, of: V, key: V, place: Place): Undef {
  const at = place.path === '' ? undefined : f.unit.span(place.pos);
  const name = typeof key === 'string' ? key : undefined;
  if (name !== undefined && /^__\w+__$/.test(name))
    return new Undef(`access to attribute '${name}' of '${typeName(of)}' object is unsafe`, { at });
  const inside = place.path === '' ? '' : ` (in '${place.path}')`;
  const size = isList(of) || typeof of === 'string' ? `; it has ${isList(of) ? of.length : textLength(of)} items` : '';
  const what = typeof key === 'number' ? `${repr(key)}${size}` : repr(key);
  return new Undef(`object of type '${typeName(of)}' has no attribute ${what}${inside}`, { at, hint: () => suggestion(of, name) });
}

function suggestion(of: V, name: string | undefined): string | undefined {
  if (name === undefined || !(of instanceof Dict)) return undefined;
  const keys = of.keys().filter((key) => typeof key === 'string');
  const near = nearest(name, keys);
  if (near !== undefined) return `did you mean '${near}'?`;
  return keys.length === 0 ? 'it is empty' : keys.length <= 12 ? `it has: ${keys.join(', ')}` : undefined;
}

/** `of[start:stop:step]` */
export function getSlice(of: V, start: V, stop: V, step: V): V {
  if (of instanceof Undef || of instanceof Unknown) return of;
  const by = bound(step) ?? 1;
  if (by === 0) return fail('slice step cannot be zero');
  const pick = <T>(items: ArrayLike<T>): T[] => {
    const made: T[] = [];
    const size = items.length;
    const clip = (index: number | undefined, missing: number): number => {
      if (index === undefined) return missing;
      const i = index < 0 ? index + size : index;
      return by > 0 ? Math.min(Math.max(i, 0), size) : Math.min(Math.max(i, -1), size - 1);
    };
    const from = clip(bound(start), by > 0 ? 0 : size - 1);
    const to = clip(bound(stop), by > 0 ? size : -1);
    for (let i = from; by > 0 ? i < to : i > to; i += by) made.push(items[i] as T);
    return made;
  };
  if (typeof of === 'string') {
    if (by === 1 && !wide(of)) return of.slice(bound(start) ?? 0, bound(stop) ?? of.length);
    return pick(chars(of)).join('');
  }
  if (of instanceof Tuple) return tuple(pick(of));
  if (isList(of)) return pick(of);
  if (of instanceof Range) return pick(Array.from({ length: Math.min(of.length, 1_000_000) }, (_, index) => of.at(index) ?? null));
  return fail(`'${typeName(of)}' object is not subscriptable`);
}

function bound(value: V): number | undefined {
  if (value === null) return undefined;
  const number = isInt(value) || typeof value === 'boolean' ? toNumber(value) : undefined;
  return number ?? fail('slice indices must be integers or None');
}
