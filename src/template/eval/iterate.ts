/** Walking over a value as Python's `for` does. */
import { strict } from '../value/compare.ts';
import { Dict, isList, typeName, type V } from '../value/model.ts';
import { Bytes, Nothing, Range } from '../value/objects.ts';
import { chars } from '../value/text.ts';
import { Fault, fail } from '../value/undef.ts';
import type { Frame } from './frame.ts';
import { MAX_ITEMS } from './operators.ts';

/** Whether `for` can walk over it. */
export const iterable = (value: V): boolean =>
  typeof value === 'string' || isList(value) || value instanceof Dict || value instanceof Range;

/** The items; a list is given as it is, so the caller must not change it. */
export function iterate(f: Frame, value: V): readonly V[] {
  if (isList(value)) {
    f.ev.step(value.length >> 3);
    return value;
  }
  strict(value);
  if (typeof value === 'string') {
    f.ev.step(value.length >> 3);
    return chars(value);
  }
  if (value instanceof Dict) return value.keys();
  if (value instanceof Range) {
    if (value.length > MAX_ITEMS) throw new Fault('limit', `a range of ${value.length} items is more than a template may walk`);
    f.ev.step(value.length >> 2);
    return Array.from({ length: value.length }, (_, index) => value.at(index) ?? null);
  }
  if (value instanceof Bytes) return [...value.data];
  if (value instanceof Nothing) return [];
  return fail(`'${typeName(value)}' object is not iterable`);
}
