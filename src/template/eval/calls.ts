/** Calls of functions, methods, filters and tests. */
import { Unknown } from '../../core/value.ts';
import { method } from '../methods/index.ts';
import type { CallArgs, Expr, ExprOf } from '../syntax/ast.ts';
import { truth } from '../value/compare.ts';
import { Dict, typeName, type V } from '../value/model.ts';
import { Fn } from '../value/objects.ts';
import { fail, Undef } from '../value/undef.ts';
import { getAttr, type Place } from './access.ts';
import { caught, compileExpr, type Ev, pathOf } from './expressions.ts';
import type { Frame } from './frame.ts';
import { iterate } from './iterate.ts';
import { bind } from './plugin.ts';

interface Given {
  readonly positional: V[];
  readonly named: ReadonlyMap<string, V>;
}

const NONE: ReadonlyMap<string, V> = new Map();

/** Evaluates arguments; `self` goes in front. */
function compileArgs(args: CallArgs): (f: Frame, self?: V) => Given {
  const positional = args.positional.map(compileExpr);
  const named = args.named.map(([name, value]) => [name, compileExpr(value)] as const);
  const rest = args.rest && compileExpr(args.rest);
  const restNamed = args.restNamed && compileExpr(args.restNamed);
  const plain = named.length === 0 && !restNamed;
  return (f, self) => {
    const values: V[] = self === undefined ? [] : [self];
    for (const each of positional) values.push(each(f));
    if (rest) values.push(...iterate(f, rest(f)));
    if (plain) return { positional: values, named: NONE };
    const names = new Map<string, V>();
    for (const [name, value] of named) names.set(name, value(f));
    if (restNamed) {
      const more = restNamed(f);
      if (!(more instanceof Dict)) return fail(`argument after ** must be a mapping, not ${typeName(more)}`);
      for (const [key, value] of more.entries()) names.set(typeof key === 'string' ? key : fail('keywords must be strings'), value);
    }
    return { positional: values, named: names };
  };
}

/** The first argument that is undefined or unknown: it becomes the result of whatever it was given to. */
export function passedOn(given: Given): Undef | Unknown | undefined {
  for (const value of given.positional) if (value instanceof Undef || value instanceof Unknown) return value;
  for (const value of given.named.values()) if (value instanceof Undef || value instanceof Unknown) return value;
  return undefined;
}

export function compileCall(e: ExprOf<'call'>): Ev {
  const args = compileArgs(e.args);
  const callee = e.of;
  const { pos } = e;
  const path = pathOf(callee);
  if (callee.is === 'attr') return compileMethodCall(callee, args, pos);
  const of = compileExpr(callee);
  return (f) => {
    try {
      return call(f, of(f), args, path);
    } catch (error) {
      return caught(error, f, pos);
    }
  };
}

/** `of.name(...)` without making a function value in between. */
function compileMethodCall(callee: ExprOf<'attr'>, args: (f: Frame, self?: V) => Given, pos: number): Ev {
  const { name } = callee;
  const of = compileExpr(callee.of);
  const place: Place = { path: pathOf(callee), pos: callee.pos + 1 };
  return (f) => {
    const self = of(f);
    try {
      const run = method(self, name);
      if (run === undefined) return call(f, getAttr(f, self, name, place), args, place.path);
      const given = args(f);
      f.ev.step();
      if (!run.lax) {
        const passed = passedOn(given);
        if (passed) return passed;
      }
      return run.run(f, self, ...bind(name, run, given.positional, given.named));
    } catch (error) {
      return caught(error, f, pos);
    }
  };
}

function call(f: Frame, callee: V, args: (f: Frame) => Given, path: string): V {
  if (callee instanceof Undef || callee instanceof Unknown) {
    // what is wrong in the arguments is wrong all the same
    args(f);
    return callee;
  }
  if (!(callee instanceof Fn)) return fail(`'${path}' is of type '${typeName(callee)}' and cannot be called`);
  f.ev.step();
  return f.ev.deeper(() => callee.call(args(f)));
}

export function compileFilter(e: ExprOf<'filter'>): Ev {
  const inner: Expr | undefined = e.of;
  if (inner === undefined) throw new Error('a filter without a value outside a block');
  return filterOver(e, compileExpr(inner));
}

/** A chain of filters without a value in front, as `{% filter %}` has it, over what `start` gives. */
export function compileBlockFilter(e: Expr, start: Ev): Ev {
  if (e.is !== 'filter') return compileExpr(e);
  return filterOver(e, e.of === undefined ? start : compileBlockFilter(e.of, start));
}

function filterOver(e: ExprOf<'filter'>, of: Ev): Ev {
  const args = compileArgs(e.args);
  const { name, pos } = e;
  return (f) => {
    try {
      const { positional, named } = args(f, of(f));
      return f.ev.services.applyFilter(name, f, positional, named);
    } catch (error) {
      return caught(error, f, pos);
    }
  };
}

export function compileTest(e: ExprOf<'test'>): Ev {
  const of = compileExpr(e.of);
  const args = compileArgs(e.args);
  const { name, pos, negated } = e;
  return (f) => {
    try {
      const { positional, named } = args(f, of(f));
      const result = f.ev.services.applyTest(name, f, positional, named);
      return result instanceof Unknown || !negated ? result : !truth(result);
    } catch (error) {
      return caught(error, f, pos);
    }
  };
}
