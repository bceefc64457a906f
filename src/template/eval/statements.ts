/** The syntax tree of a template to closures that push what they put out. */
import type { Body, Stmt, StmtOf, Target } from '../syntax/ast.ts';
import { truth } from '../value/compare.ts';
import { isUnknown, type V } from '../value/model.ts';
import { Namespace } from '../value/objects.ts';
import { Fault, fail, UnknownSignal } from '../value/undef.ts';
import { compileBlockFilter } from './calls.ts';
import { compileExpr, type Ev } from './expressions.ts';
import type { Frame } from './frame.ts';
import { iterate } from './iterate.ts';
import { blocksOf, compileBlock, compileExtends, compileFrom, compileImport, compileInclude, type Page } from './layout.ts';
import { concat } from './leave.ts';
import { compileFor } from './loop.ts';
import { compileCallBlock, compileMacro } from './macro.ts';

export type Act = (f: Frame, out: V[]) => void;

/** The error with its place, unless something inside has given it one. */
export function at(error: unknown, f: Frame, pos: number): unknown {
  if (error instanceof Fault) error.at ??= f.unit.span(pos);
  return error;
}

/** Runs, adding the place to an error on its way up. */
export function placed<T>(f: Frame, pos: number, run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw at(error, f, pos);
  }
}

export function compilePage(body: Body): Page {
  const blocks = new Map<string, Act>();
  for (const block of blocksOf(body)) blocks.set(block.name, compileBody(block.body));
  return { body: compileBody(body), blocks };
}

export function compileBody(body: Body): Act {
  const acts = body.map(compileStmt);
  const [first, second] = acts;
  if (first && !second) return first;
  return (f, out) => {
    for (const act of acts) act(f, out);
  };
}

function compileStmt(s: Stmt): Act {
  switch (s.is) {
    case 'text':
      return (_, out) => {
        out.push(s.text);
      };
    case 'output': {
      const value = compileExpr(s.value);
      return (f, out) => {
        const made = value(f);
        if (made !== null) out.push(made);
      };
    }
    case 'if':
      return compileIf(s);
    case 'for':
      return compileFor(s);
    case 'set': {
      const value = compileExpr(s.value);
      const assign = compileTarget(s.target);
      return (f) => placed(f, s.pos, () => assign(f, value(f)));
    }
    case 'set-block':
    case 'filter':
      return compileCapture(s);
    case 'macro':
      return compileMacro(s);
    case 'call':
      return compileCallBlock(s);
    case 'with': {
      const items = s.items.map(([target, value]) => [compileTarget(target), compileExpr(value)] as const);
      const body = compileBody(s.body);
      return (f, out) => {
        const inner = f.inner();
        const values = items.map(([, value]) => value(f));
        items.forEach(([assign], index) => {
          assign(inner, values[index] ?? null);
        });
        body(inner, out);
      };
    }
    case 'group': {
      const body = compileBody(s.body);
      return (f, out) => body(f.inner(), out);
    }
    case 'include':
      return withPlace(s.pos, compileInclude(s));
    case 'import':
      return withPlace(s.pos, compileImport(s));
    case 'from':
      return withPlace(s.pos, compileFrom(s));
    case 'extends':
      return withPlace(s.pos, compileExtends(s));
    case 'block':
      return withPlace(s.pos, compileBlock(s));
  }
}

const withPlace =
  (pos: number, act: Act): Act =>
  (f, out) =>
    placed(f, pos, () => act(f, out));

function compileIf(s: StmtOf<'if'>): Act {
  const branches = s.branches.map(([test, body]) => [compileExpr(test), compileBody(body)] as const);
  const otherwise = compileBody(s.otherwise);
  return (f, out) => {
    for (const [test, body] of branches) {
      let holds: boolean;
      try {
        holds = truth(test(f));
      } catch (error) {
        throw at(error, f, s.pos);
      }
      if (holds) return body(f, out);
    }
    otherwise(f, out);
  };
}

/** `{% set x %}…{% endset %}` and `{% filter … %}`: what the body puts out, through filters, assigned or put out. */
function compileCapture(s: StmtOf<'set-block' | 'filter'>): Act {
  const body = compileBody(s.body);
  const capture: Ev = (f) => {
    const parts: V[] = [];
    body(f.inner(), parts);
    return concat(parts);
  };
  const value = s.filter ? compileBlockFilter(s.filter, capture) : capture;
  if (s.is === 'filter')
    return (f, out) => {
      const made = value(f);
      if (made !== null) out.push(made);
    };
  const assign = compileTarget(s.target);
  return (f) => placed(f, s.pos, () => assign(f, value(f)));
}

export function compileTarget(target: Target): (f: Frame, value: V) => void {
  if (target.is === 'name') {
    const { name } = target;
    return (f, value) => f.set(name, value);
  }
  if (target.is === 'member')
    return (f, value) => {
      const of = f.name(target.of, target.pos);
      if (!(of instanceof Namespace)) return fail('cannot assign attribute on non-namespace object');
      of.items.set(target.name, value);
    };
  const parts = target.items.map(compileTarget);
  return (f, value) => {
    if (isUnknown(value)) throw new UnknownSignal(value);
    const items = iterate(f, value);
    if (items.length < parts.length) fail(`not enough values to unpack (expected ${parts.length}, got ${items.length})`);
    if (items.length > parts.length) fail(`too many values to unpack (expected ${parts.length})`);
    parts.forEach((assign, index) => {
      assign(f, items[index] ?? null);
    });
  };
}
