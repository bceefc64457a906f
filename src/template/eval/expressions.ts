/** The syntax tree of an expression to a closure. */
import { PbError } from '../../core/diagnostic.ts';
import { PendingLookup, Unknown } from '../../core/value.ts';
import type { Expr, ExprOf } from '../syntax/ast.ts';
import { truth } from '../value/compare.ts';
import { Dict, isList, tuple, typeName, type V } from '../value/model.ts';
import { NOTHING } from '../value/objects.ts';
import { str } from '../value/text.ts';
import { Fault, fail, Undef, UnknownSignal } from '../value/undef.ts';
import { getAttr, getItem, getSlice, type Place } from './access.ts';
import { compileCall, compileFilter, compileTest } from './calls.ts';
import type { Frame } from './frame.ts';
import { binary, checkedText, compare, negate } from './operators.ts';

export type Ev = (f: Frame) => V;

/** Gives an error the place of the construct it came through first; an unknown becomes the value. */
export function caught(error: unknown, f: Frame, pos: number): Unknown {
  if (error instanceof UnknownSignal) return error.unknown;
  if (error instanceof Fault) error.at ??= f.unit.span(pos);
  throw error;
}

/** How an expression of names, attributes and constant items is written: "a.b['c']". */
export function pathOf(e: Expr): string {
  if (e.is === 'name') return e.name;
  if (e.is === 'attr') return `${pathOf(e.of)}.${e.name}`;
  if (e.is === 'item') return `${pathOf(e.of)}[${e.key.is === 'const' ? JSON.stringify(e.key.value) : '…'}]`;
  return e.is === 'call' ? `${pathOf(e.of)}()` : '(…)';
}

export function compileExpr(e: Expr): Ev {
  switch (e.is) {
    case 'const': {
      const { value } = e;
      return () => value;
    }
    case 'name': {
      const { name, pos } = e;
      return (f) => f.name(name, pos);
    }
    case 'attr': {
      const of = compileExpr(e.of);
      const place: Place = { path: pathOf(e), pos: e.pos + 1 };
      const { name } = e;
      return (f) => getAttr(f, of(f), name, place);
    }
    case 'item': {
      const of = compileExpr(e.of);
      const key = compileExpr(e.key);
      const place: Place = { path: pathOf(e), pos: e.key.pos };
      return (f) => getItem(f, of(f), key(f), place);
    }
    case 'slice':
      return compileSlice(e);
    case 'list':
    case 'tuple': {
      const items = e.items.map(compileExpr);
      if (e.is === 'tuple') return (f) => tuple(items.map((item) => item(f)));
      return (f) => items.map((item) => item(f));
    }
    case 'dict': {
      const items = e.items.map(([key, value]) => [compileExpr(key), compileExpr(value)] as const);
      return (f) => Dict.of(items.map(([key, value]) => [hashable(key(f)), value(f)] as const));
    }
    case 'unary':
      return compileUnary(e);
    case 'binary':
      return compileBinary(e);
    case 'concat': {
      const items = e.items.map(compileExpr);
      const { pos } = e;
      return (f) => {
        try {
          const parts = items.map((item) => str(item(f)));
          checkedText(
            f,
            parts.reduce((sum, part) => sum + part.length, 0),
          );
          return parts.join('');
        } catch (error) {
          return caught(error, f, pos);
        }
      };
    }
    case 'and':
    case 'or':
      return compileLogic(e);
    case 'compare':
      return compileCompare(e);
    case 'if':
      return compileIf(e);
    case 'call':
      return compileCall(e);
    case 'filter':
      return compileFilter(e);
    case 'test':
      return compileTest(e);
  }
}

/** A dictionary key; unhashable values are refused as Python refuses them. */
function hashable(key: V): V {
  if (key instanceof Undef) throw key.fault();
  if (key instanceof Unknown) throw new UnknownSignal(key);
  return key instanceof Dict || (isList(key) && typeName(key) === 'list') ? fail(`unhashable type: '${typeName(key)}'`) : key;
}

function compileSlice(e: ExprOf<'slice'>): Ev {
  const of = compileExpr(e.of);
  const none: Ev = () => null;
  const [start, stop, step] = [e.start, e.stop, e.step].map((part) => (part ? compileExpr(part) : none)) as [Ev, Ev, Ev];
  const { pos } = e;
  return (f) => {
    try {
      return getSlice(of(f), start(f), stop(f), step(f));
    } catch (error) {
      return caught(error, f, pos);
    }
  };
}

function compileUnary(e: ExprOf<'unary'>): Ev {
  const of = compileExpr(e.of);
  const { op, pos } = e;
  return (f) => {
    const value = of(f);
    try {
      return op === 'not' ? !truth(value) : negate(value, op);
    } catch (error) {
      return caught(error, f, pos);
    }
  };
}

function compileBinary(e: ExprOf<'binary'>): Ev {
  const left = compileExpr(e.left);
  const right = compileExpr(e.right);
  const { op, pos } = e;
  return (f) => {
    const a = left(f);
    const b = right(f);
    try {
      return binary(f, op, a, b);
    } catch (error) {
      return caught(error, f, pos);
    }
  };
}

/** `and`, `or`: when the left side is not known yet, the right side may still decide. */
function compileLogic(e: ExprOf<'and' | 'or'>): Ev {
  const left = compileExpr(e.left);
  const right = compileExpr(e.right);
  const decides = e.is === 'or';
  const { pos } = e;
  return (f) => {
    let first: V;
    let holds: boolean;
    try {
      first = left(f);
      holds = truth(first);
    } catch (error) {
      return byRightSide(caught(error, f, pos), () => right(f), decides);
    }
    return holds === decides ? first : right(f);
  };
}

function byRightSide(unknown: Unknown, right: () => V, decides: boolean): V {
  try {
    const value = right();
    return !(value instanceof Unknown) && truth(value) === decides ? value : unknown;
  } catch (error) {
    // Whether the right side would ever be asked is not known, so its mistakes do not count.
    if (error instanceof PendingLookup || error instanceof PbError || (error instanceof Fault && error.kind === 'limit')) throw error;
    return unknown;
  }
}

function compileCompare(e: ExprOf<'compare'>): Ev {
  const first = compileExpr(e.first);
  const rest = e.rest.map(([op, operand]) => [op, compileExpr(operand)] as const);
  const { pos } = e;
  return (f) => {
    let left = first(f);
    let unknown: Unknown | undefined;
    for (const [op, operand] of rest) {
      const right = operand(f);
      try {
        if (!compare(op, left, right)) return false;
      } catch (error) {
        unknown ??= caught(error, f, pos);
      }
      left = right;
    }
    return unknown ?? true;
  };
}

function compileIf(e: ExprOf<'if'>): Ev {
  const test = compileExpr(e.test);
  const then = compileExpr(e.then);
  const otherwise = e.otherwise && compileExpr(e.otherwise);
  const { pos } = e;
  return (f) => {
    let holds: boolean;
    try {
      holds = truth(test(f));
    } catch (error) {
      return caught(error, f, pos);
    }
    if (holds) return then(f);
    if (otherwise) return otherwise(f);
    return NOTHING;
  };
}
