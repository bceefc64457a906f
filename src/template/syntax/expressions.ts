/** Expressions, by precedence: Jinja's table, which differs from Python's in `~`, `**` and where filters bind. */
import { float, int, type V } from '../value/model.ts';
import type { BinaryOp, CallArgs, CompareOp, Expr } from './ast.ts';
import type { Cursor } from './cursor.ts';
import { describe } from './tokens.ts';

export function expression(c: Cursor, conditional = true): Expr {
  return c.nested(() => (conditional ? inlineIf(c) : or(c)));
}

function inlineIf(c: Cursor): Expr {
  let value = or(c);
  while (c.is('name', 'if')) {
    const { pos } = c.next();
    const test = or(c);
    const otherwise = c.word('else') ? expression(c) : undefined;
    value = { is: 'if', test, then: value, otherwise, pos };
  }
  return value;
}

function or(c: Cursor): Expr {
  let left = and(c);
  while (c.is('name', 'or')) {
    const { pos } = c.next();
    left = { is: 'or', left, right: and(c), pos };
  }
  return left;
}

function and(c: Cursor): Expr {
  let left = not(c);
  while (c.is('name', 'and')) {
    const { pos } = c.next();
    left = { is: 'and', left, right: not(c), pos };
  }
  return left;
}

function not(c: Cursor): Expr {
  if (!c.is('name', 'not')) return compare(c);
  const { pos } = c.next();
  return { is: 'unary', op: 'not', of: c.nested(() => not(c)), pos };
}

const COMPARE = new Set(['==', '!=', '<', '<=', '>', '>=']);

function compare(c: Cursor): Expr {
  const first = sum(c);
  const rest: [CompareOp, Expr][] = [];
  const pos = c.now.pos;
  for (;;) {
    if (c.now.kind === 'op' && COMPARE.has(c.now.text)) rest.push([c.next().text as CompareOp, sum(c)]);
    else if (c.word('in')) rest.push(['in', sum(c)]);
    else if (c.is('name', 'not') && c.peek().kind === 'name' && c.peek().text === 'in') {
      c.next();
      c.next();
      rest.push(['not in', sum(c)]);
    } else break;
  }
  return rest.length === 0 ? first : { is: 'compare', first, rest, pos };
}

function leftToRight(c: Cursor, ops: ReadonlySet<string>, operand: (c: Cursor) => Expr): Expr {
  let left = operand(c);
  while (c.now.kind === 'op' && ops.has(c.now.text)) {
    const { text, pos } = c.next();
    left = { is: 'binary', op: text as BinaryOp, left, right: operand(c), pos };
  }
  return left;
}

const SUM = new Set(['+', '-']);
const PRODUCT = new Set(['*', '/', '//', '%']);
const POWER = new Set(['**']);
const sum = (c: Cursor): Expr => leftToRight(c, SUM, concat);
const product = (c: Cursor): Expr => leftToRight(c, PRODUCT, power);
const power = (c: Cursor): Expr => leftToRight(c, POWER, (inner) => unary(inner));

function concat(c: Cursor): Expr {
  const first = product(c);
  if (!c.is('op', '~')) return first;
  const items = [first];
  const pos = c.now.pos;
  while (c.op('~')) items.push(product(c));
  return { is: 'concat', items, pos };
}

function unary(c: Cursor, filters = true): Expr {
  let value: Expr;
  const { pos } = c.now;
  if (c.is('op', '-') || c.is('op', '+')) {
    const op = c.next().text as '-' | '+';
    value = { is: 'unary', op, of: c.nested(() => unary(c, false)), pos };
  } else value = primary(c);
  value = postfix(c, value);
  return filters ? filtered(c, value) : value;
}

const CONSTANTS = new Map<string, V>([
  ['true', true],
  ['True', true],
  ['false', false],
  ['False', false],
  ['none', null],
  ['None', null],
]);

export function primary(c: Cursor): Expr {
  const token = c.now;
  const { pos } = token;
  switch (token.kind) {
    case 'name': {
      c.next();
      const constant = CONSTANTS.get(token.text);
      return constant === undefined ? { is: 'name', name: token.text, pos } : { is: 'const', value: constant, pos };
    }
    case 'string': {
      let text = '';
      while (c.now.kind === 'string') text += c.next().text;
      return { is: 'const', value: text, pos };
    }
    case 'int':
      c.next();
      return { is: 'const', value: int(BigInt(token.text.toLowerCase())), pos };
    case 'float':
      c.next();
      return { is: 'const', value: float(Number(token.text)), pos };
    case 'op':
      if (token.text === '(') return c.nested(() => parenthesised(c));
      if (token.text === '[') return c.nested(() => list(c));
      if (token.text === '{') return c.nested(() => dict(c));
      return c.fail(`unexpected ${describe(token)}`);
    default:
      return c.fail(`unexpected ${describe(token)}, expected an expression`);
  }
}

function parenthesised(c: Cursor): Expr {
  const { pos } = c.next();
  if (c.op(')')) return { is: 'tuple', items: [], pos };
  const value = tupleOr(c, true);
  c.expectOp(')');
  return value;
}

/** One expression, or several with commas between as a tuple. */
export function tupleOr(c: Cursor, conditional: boolean): Expr {
  const { pos } = c.now;
  const first = expression(c, conditional);
  if (!c.is('op', ',')) return first;
  const items = [first];
  while (c.op(',')) {
    const ended =
      c.is('op', ')') ||
      c.is('op', ']') ||
      c.is('variable_end') ||
      c.is('block_end') ||
      c.is('eof') ||
      c.is('name', 'in') ||
      c.is('op', '=');
    if (ended) break;
    items.push(expression(c, conditional));
  }
  return { is: 'tuple', items, pos };
}

function list(c: Cursor): Expr {
  const { pos } = c.next();
  const items: Expr[] = [];
  while (!c.op(']')) {
    if (items.length > 0) c.expectOp(',');
    if (c.op(']')) break;
    items.push(expression(c));
  }
  return { is: 'list', items, pos };
}

function dict(c: Cursor): Expr {
  const { pos } = c.next();
  const items: [Expr, Expr][] = [];
  while (!c.op('}')) {
    if (items.length > 0) c.expectOp(',');
    if (c.op('}')) break;
    const key = expression(c);
    c.expectOp(':', items.length === 0 ? 'inside an expression a variable stands without {{ }}' : undefined);
    items.push([key, expression(c)]);
  }
  return { is: 'dict', items, pos };
}

export function postfix(c: Cursor, start: Expr): Expr {
  let value = start;
  for (;;) {
    const { pos } = c.now;
    if (c.op('.')) {
      if (c.now.kind === 'name') value = { is: 'attr', of: value, name: c.next().text, pos };
      else if (c.now.kind === 'int') value = { is: 'item', of: value, key: primary(c), pos };
      else c.fail('expected name or number after "."');
    } else if (c.op('[')) value = subscript(c, value, pos);
    else if (c.is('op', '(')) value = { is: 'call', of: value, args: callArgs(c), pos };
    else return value;
  }
}

function subscript(c: Cursor, of: Expr, pos: number): Expr {
  const part = (): Expr | undefined => (c.is('op', ':') || c.is('op', ']') ? undefined : tupleOr(c, true));
  const start = part();
  if (!c.op(':')) {
    c.expectOp(']');
    return start ? { is: 'item', of, key: start, pos } : c.fail('expected subscript expression');
  }
  const stop = part();
  const step = c.op(':') ? part() : undefined;
  c.expectOp(']');
  return { is: 'slice', of, start, stop, step, pos };
}

function callArgs(c: Cursor): CallArgs {
  c.expectOp('(');
  const positional: Expr[] = [];
  const named: [string, Expr][] = [];
  let rest: Expr | undefined;
  let restNamed: Expr | undefined;
  let first = true;
  while (!c.op(')')) {
    if (!first) {
      c.expectOp(',');
      if (c.op(')')) break;
    }
    first = false;
    if (c.op('*')) rest = expression(c);
    else if (c.op('**')) restNamed = expression(c);
    else if (c.now.kind === 'name' && c.peek().kind === 'op' && c.peek().text === '=') {
      const name = c.next().text;
      c.next();
      named.push([name, expression(c)]);
    } else {
      if (named.length > 0 || restNamed)
        c.fail('invalid syntax for function call expression', 'give arguments without a name before those with one');
      positional.push(expression(c));
    }
  }
  return { positional, named, rest, restNamed };
}

export function filtered(c: Cursor, start: Expr | undefined): Expr {
  let value = start;
  for (;;) {
    const { pos } = c.now;
    if (c.op('|')) value = filter(c, value);
    else if (value && c.is('name', 'is')) value = test(c, value);
    else if (value && c.is('op', '(')) value = { is: 'call', of: value, args: callArgs(c), pos };
    else return value ?? c.fail('expected a filter');
  }
}

const NO_ARGS: CallArgs = { positional: [], named: [] };

/** A name with dots: "ansible.builtin.default". */
function dotted(c: Cursor, called: string): string {
  let name = c.expect('name', called).text;
  while (c.is('op', '.') && c.peek().kind === 'name') {
    c.next();
    name += `.${c.next().text}`;
  }
  return name;
}

/** One filter, its name and arguments, behind the "|". */
export function filter(c: Cursor, of: Expr | undefined): Expr {
  const { pos } = c.now;
  const name = dotted(c, 'the name of a filter');
  const known = c.names.filter(name);
  if (known !== true) c.fail(`No filter named '${name}'`, known && `did you mean '${known}'?`, pos);
  return { is: 'filter', of, name, args: c.is('op', '(') ? callArgs(c) : NO_ARGS, pos };
}

const AFTER_TEST = new Set(['else', 'or', 'and', 'if', 'in', 'not']);

function test(c: Cursor, of: Expr): Expr {
  c.next();
  const negated = c.word('not');
  const { pos } = c.now;
  const name = dotted(c, 'the name of a test');
  const known = c.names.test(name);
  if (known !== true) c.fail(`No test named '${name}'`, known && `did you mean '${known}'?`, pos);
  let args = NO_ARGS;
  const { kind, text } = c.now;
  if (c.is('op', '(')) args = callArgs(c);
  else if (
    kind === 'string' ||
    kind === 'int' ||
    kind === 'float' ||
    c.is('op', '[') ||
    c.is('op', '{') ||
    (kind === 'name' && !AFTER_TEST.has(text))
  ) {
    if (c.is('name', 'is')) c.fail('You cannot chain multiple tests with is', 'join them with "and"');
    args = { positional: [postfix(c, primary(c))], named: [] };
  }
  return { is: 'test', of, name, args, negated, pos };
}
