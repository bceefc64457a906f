/** Truth, equality, order and membership as Python has them. */
import { Unknown } from '../../core/value.ts';
import { Dict, isList, Tuple, toNumber, typeName, type V } from './model.ts';
import { DateTime, Nothing, Range, TimeDelta } from './objects.ts';
import { Fault, fail, Undef, UnknownSignal } from './undef.ts';

const MAX_DEPTH = 200;

/** Throws when a value may not be used: undefined, or not known yet. */
export function strict(value: V): V {
  if (value instanceof Undef) throw value.fault();
  if (value instanceof Unknown) throw new UnknownSignal(value);
  return value;
}

export function truth(value: V): boolean {
  if (value === true || value === false) return value;
  if (value === null || value === '' || value === 0) return false;
  if (typeof value === 'string') return true;
  strict(value);
  if (isList(value)) return value.length > 0;
  if (value instanceof Dict) return value.size > 0;
  if (value instanceof Range) return value.length > 0;
  if (value instanceof Nothing) return false;
  const number = toNumber(value);
  return number === undefined || number !== 0;
}

export function equal(a: V, b: V, depth = 0): boolean {
  if (a === b) return a instanceof Undef || a instanceof Unknown ? strict(a) === null : true;
  if (typeof a === 'string' && typeof b === 'string') return false;
  strict(a);
  strict(b);
  if (typeof a === 'bigint' && typeof b === 'bigint') return a === b;
  const left = toNumber(a);
  if (left !== undefined) {
    const right = toNumber(b);
    return right !== undefined && left === right;
  }
  if (depth > MAX_DEPTH) throw new Fault('limit', 'the values are nested too deeply to compare');
  if (isList(a) && isList(b)) {
    if (a instanceof Tuple !== b instanceof Tuple || a.length !== b.length) return false;
    return a.every((item, index) => equal(item, b[index] ?? null, depth + 1));
  }
  if (a instanceof Dict && b instanceof Dict) {
    if (a.size !== b.size) return false;
    return a.entries().every(([key, item]) => {
      const other = b.get(key);
      return other !== undefined && equal(item, other, depth + 1);
    });
  }
  if (a instanceof DateTime && b instanceof DateTime) return a.micros === b.micros;
  if (a instanceof TimeDelta && b instanceof TimeDelta) return a.micros === b.micros;
  return false;
}

/** Negative, zero or positive; throws where Python has no order. `sign` is only for the message. */
export function order(a: V, b: V, sign = '<', depth = 0): number {
  if (typeof a === 'string' && typeof b === 'string') return compareText(a, b);
  strict(a);
  strict(b);
  const left = toNumber(a);
  const right = toNumber(b);
  if (left !== undefined && right !== undefined) {
    if (typeof a === 'bigint' && typeof b === 'bigint') return a < b ? -1 : a > b ? 1 : 0;
    return left < right ? -1 : left > right ? 1 : left === right ? 0 : Number.NaN;
  }
  if (depth > MAX_DEPTH) throw new Fault('limit', 'the values are nested too deeply to compare');
  if (isList(a) && isList(b) && a instanceof Tuple === b instanceof Tuple) {
    for (let i = 0; i < Math.min(a.length, b.length); i++) {
      const [x, y] = [a[i] ?? null, b[i] ?? null];
      if (!equal(x, y, depth + 1)) return order(x, y, sign, depth + 1);
    }
    return a.length - b.length;
  }
  if (a instanceof DateTime && b instanceof DateTime) return a.micros - b.micros;
  if (a instanceof TimeDelta && b instanceof TimeDelta) return a.micros - b.micros;
  return fail(`'${sign}' not supported between instances of '${typeName(a)}' and '${typeName(b)}'`);
}

/** By code point, which is not JavaScript's order beyond U+FFFF. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) return fix(x) - fix(y);
  }
  return a.length - b.length;
}

/** Surrogates sort after everything else of the basic plane. */
const fix = (unit: number): number => (unit >= 0xd800 && unit <= 0xdfff ? unit + 0x2800 : unit >= 0xe000 ? unit - 0x800 : unit);

export function contains(container: V, item: V): boolean {
  if (typeof container === 'string') {
    if (typeof item === 'string') return container.includes(item);
    strict(item);
    return fail(`'in <string>' requires string as left operand, not ${typeName(item)}`);
  }
  strict(container);
  strict(item);
  if (isList(container)) {
    let unknown: UnknownSignal | undefined;
    for (const each of container) {
      try {
        if (equal(each, item)) return true;
      } catch (error) {
        // A later item may decide all the same.
        if (!(error instanceof UnknownSignal)) throw error;
        unknown ??= error;
      }
    }
    if (unknown) throw unknown;
    return false;
  }
  if (container instanceof Dict) {
    if (isList(item) && !(item instanceof Tuple)) return fail("unhashable type: 'list'");
    return container.has(item);
  }
  if (container instanceof Range) {
    const number = toNumber(item);
    return number !== undefined && container.has(number);
  }
  return fail(`argument of type '${typeName(container)}' is not iterable`);
}
