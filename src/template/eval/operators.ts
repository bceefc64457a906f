/** Arithmetic and comparison beyond the quick cases. An unknown operand makes the result that unknown. */
import { Unknown } from '../../core/value.ts';
import { percent } from '../python/format.ts';
import type { BinaryOp, CompareOp } from '../syntax/ast.ts';
import { contains, equal, order, strict } from '../value/compare.ts';
import { float, int, isFloat, isInt, isList, Tuple, toNumber, tuple, typeName, type V } from '../value/model.ts';
import { DateTime, TimeDelta } from '../value/objects.ts';
import { MAX_TEXT } from '../value/text.ts';
import { Fault, fail } from '../value/undef.ts';
import type { Frame } from './frame.ts';

/** Items; the longest list a template may make. */
export const MAX_ITEMS = 1_000_000;
const MAX_BITS = 20_000;

export function binary(f: Frame, op: BinaryOp, a: V, b: V): V {
  if (a instanceof Unknown) return a;
  if (b instanceof Unknown) return b;
  strict(a);
  strict(b);
  if (op === '%' && typeof a === 'string') return percent(a, b);
  const x = toNumber(a);
  const y = toNumber(b);
  if (x !== undefined && y !== undefined) return arithmetic(op, a, b);
  if (op === '+') return plus(f, a, b);
  if (op === '*') return times(f, a, b, x, y);
  if (op === '-' && a instanceof DateTime && b instanceof DateTime) return new TimeDelta(a.micros - b.micros);
  if (op === '-' && b instanceof TimeDelta && (a instanceof DateTime || a instanceof TimeDelta)) return shifted(a, -b.micros);
  return fail(`unsupported operand type(s) for ${op}: '${typeName(a)}' and '${typeName(b)}'`);
}

const shifted = (of: DateTime | TimeDelta, by: number): V =>
  of instanceof DateTime ? new DateTime(of.micros + by, of.offset) : new TimeDelta(of.micros + by);

function plus(f: Frame, a: V, b: V): V {
  if (typeof a === 'string') {
    if (typeof b !== 'string') return fail(`can only concatenate str (not "${typeName(b)}") to str`);
    return checkedText(f, a.length + b.length) && a + b;
  }
  if (isList(a)) {
    if (!isList(b) || a instanceof Tuple !== b instanceof Tuple)
      return fail(`can only concatenate ${typeName(a)} (not "${typeName(b)}") to ${typeName(a)}`);
    checkedItems(f, a.length + b.length);
    return a instanceof Tuple ? tuple([...a, ...b]) : [...a, ...b];
  }
  if (b instanceof TimeDelta && (a instanceof DateTime || a instanceof TimeDelta)) return shifted(a, b.micros);
  return fail(`unsupported operand type(s) for +: '${typeName(a)}' and '${typeName(b)}'`);
}

function times(f: Frame, a: V, b: V, x: number | undefined, y: number | undefined): V {
  const sequence = x === undefined ? a : b;
  const countOf = x === undefined ? b : a;
  if (!isInt(countOf) && typeof countOf !== 'boolean') return fail(`can't multiply sequence by non-int of type '${typeName(countOf)}'`);
  const count = Math.max(0, x ?? y ?? 0);
  if (typeof sequence === 'string') return checkedText(f, sequence.length * count) && sequence.repeat(count);
  if (isList(sequence)) {
    checkedItems(f, sequence.length * count);
    const made: V[] = [];
    for (let i = 0; i < count && sequence.length > 0; i++) made.push(...sequence);
    return sequence instanceof Tuple ? tuple(made) : made;
  }
  return fail(`unsupported operand type(s) for *: '${typeName(a)}' and '${typeName(b)}'`);
}

export function checkedText(f: Frame, length: number): true {
  if (length > MAX_TEXT) throw new Fault('limit', `a text of ${length} characters is more than a template may make`);
  f.ev.step(length >> 8);
  return true;
}

export function checkedItems(f: Frame, length: number): void {
  if (length > MAX_ITEMS) throw new Fault('limit', `a list of ${length} items is more than a template may make`);
  f.ev.step(length >> 2);
}

const modulo = (x: number, y: number): number => {
  const rest = x % y;
  return rest !== 0 && rest < 0 !== y < 0 ? rest + y : rest;
};

function arithmetic(op: BinaryOp, a: V, b: V): V {
  const x = toNumber(a) ?? 0;
  const y = toNumber(b) ?? 0;
  const floats = isFloat(a) || isFloat(b);
  if (y === 0 && (op === '/' || op === '//' || op === '%'))
    return fail(op === '/' || floats ? 'division by zero' : 'integer division or modulo by zero');
  if (op === '/') return float(x / y);
  if (op === '**') return power(a, b, floats);
  const plain =
    op === '+'
      ? x + y
      : op === '-'
        ? x - y
        : op === '*'
          ? x * y
          : op === '//'
            ? floats
              ? Math.floor(x / y)
              : (x - modulo(x, y)) / y
            : modulo(x, y);
  if (floats) return float(plain);
  const exact = typeof a !== 'bigint' && typeof b !== 'bigint' && Number.isSafeInteger(plain);
  // -0 is no integer of Python's.
  return exact ? plain + 0 : bigArithmetic(op, big(a), big(b));
}

const big = (value: V): bigint => (typeof value === 'bigint' ? value : BigInt(toNumber(value) ?? 0));

function bigArithmetic(op: BinaryOp, x: bigint, y: bigint): V {
  if (op === '+') return int(x + y);
  if (op === '-') return int(x - y);
  if (op === '*') {
    if (bits(x) + bits(y) > MAX_BITS) throw new Fault('limit', 'the number is too large');
    return int(x * y);
  }
  const rest = x % y;
  const wrapped = rest !== 0n && rest < 0n !== y < 0n ? rest + y : rest;
  return int(op === '%' ? wrapped : (x - wrapped) / y);
}

const bits = (value: bigint): number => (value < 0n ? -value : value).toString(16).length * 4;

function power(a: V, b: V, floats: boolean): V {
  const [x, y] = [toNumber(a) ?? 0, toNumber(b) ?? 0];
  if (x === 0 && y < 0) return fail('0.0 cannot be raised to a negative power');
  if (floats || y < 0) {
    const made = x ** y;
    if (Number.isNaN(made)) return fail('the power of a negative number with a fraction is no real number');
    return Number.isFinite(made) || !Number.isFinite(x) ? float(made) : fail("(34, 'Numerical result out of range')");
  }
  const plain = x ** y;
  if (Number.isSafeInteger(plain) && typeof a !== 'bigint') return plain;
  if (y * Math.max(1, bits(big(a))) > MAX_BITS) throw new Fault('limit', 'the number is too large');
  return int(big(a) ** big(b));
}

export function negate(value: V, sign: '-' | '+'): V {
  if (value instanceof Unknown) return value;
  strict(value);
  if (value instanceof TimeDelta) return sign === '-' ? new TimeDelta(-value.micros) : value;
  const number = toNumber(value) ?? fail(`bad operand type for unary ${sign}: '${typeName(value)}'`);
  if (sign === '+') return typeof value === 'boolean' ? number : value;
  if (typeof value === 'bigint') return int(-value);
  return isFloat(value) ? float(-number) : 0 - number;
}

export function compare(op: CompareOp, a: V, b: V): boolean {
  switch (op) {
    case '==':
      return equal(a, b);
    case '!=':
      return !equal(a, b);
    case 'in':
      return contains(b, a);
    case 'not in':
      return !contains(b, a);
    case '<':
      return order(a, b, op) < 0;
    case '<=':
      return order(a, b, op) <= 0;
    case '>':
      return order(a, b, op) > 0;
    case '>=':
      return order(a, b, op) >= 0;
  }
}
