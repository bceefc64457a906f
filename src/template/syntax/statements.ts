/** Templates: text, output and tags. */
import type { Body, Expr, Param, Stmt, Target } from './ast.ts';
import { Cursor, type Names } from './cursor.ts';
import { expression, filter, filtered, postfix, primary, tupleOr } from './expressions.ts';
import { describe, type Token } from './tokens.ts';

type Tag = (c: Cursor, pos: number) => Stmt | readonly Stmt[];

/** Throws SyntaxFault. */
export function parseTemplate(tokens: readonly Token[], names: Names): Body {
  const c = new Cursor(tokens, names);
  return body(c, []);
}

/** A bare expression, up to the end of the tokens. */
export function parseExpression(tokens: readonly Token[], names: Names): Expr {
  const c = new Cursor(tokens, names);
  const made = expression(c);
  if (!c.is('eof')) {
    const hint = c.is('op', '=') ? 'compare with "=="' : undefined;
    c.fail(`unexpected ${describe(c.now)} after the expression`, hint);
  }
  return made;
}

/** Statements up to one of the tags `ends`, which stays the current token (behind its "{%"). */
function body(c: Cursor, ends: readonly string[]): Body {
  const made: Stmt[] = [];
  for (;;) {
    const { kind, text, pos } = c.now;
    if (kind === 'data') {
      c.next();
      made.push({ is: 'text', text, pos });
    } else if (kind === 'variable_begin') {
      c.next();
      if (c.is('variable_end')) c.fail('Expected an expression, got end of print statement');
      const value = tupleOr(c, true);
      c.expect('variable_end', 'end of print statement');
      made.push({ is: 'output', value, pos });
    } else if (kind === 'block_begin') {
      c.next();
      if (c.is('name') && ends.includes(c.now.text)) return made;
      made.push(...[c.nested(() => tag(c, pos))].flat());
    } else {
      if (ends.length > 0) unclosed(c);
      return made;
    }
  }
}

function unclosed(c: Cursor): never {
  const inner = c.open.at(-1);
  return c.fail(
    `Unexpected end of template: '${inner?.tag}' is not closed`,
    `looking for ${inner?.ends.map((end) => `{% ${end} %}`).join(' or ')}`,
    inner?.pos ?? c.now.pos,
  );
}

/** Statements of a block whose opening tag has been read up to its "%}"; takes "{% end… %}" too, and tells which end it was. */
function block(c: Cursor, tagName: string, ends: readonly string[], pos: number): { readonly body: Body; readonly end: string } {
  c.expect('block_end', 'end of statement block');
  c.open.push({ tag: tagName, ends, pos });
  const made = body(c, ends);
  c.open.pop();
  return { body: made, end: c.next().text };
}

function close(c: Cursor): void {
  c.expect('block_end', 'end of statement block');
}

function tag(c: Cursor, pos: number): Stmt | readonly Stmt[] {
  const name = c.expect('name', 'the name of a tag');
  const parse = TAGS.get(name.text);
  if (parse) return parse(c, pos);
  const inner = c.open.at(-1);
  const hint = inner ? `the innermost open block is '${inner.tag}', which ends with ${inner.ends.join(' or ')}` : 'there is no open block';
  return c.fail(`Encountered unknown tag '${name.text}'`, hint, name.pos);
}

function target(c: Cursor, members = false): Target {
  const one = (): Target => {
    if (c.op('(')) {
      const made = target(c);
      c.expectOp(')');
      return made;
    }
    const { pos } = c.now;
    if (c.now.kind !== 'name') c.fail(`can't assign to ${describe(c.now)}`);
    const { text } = c.next();
    if (['true', 'false', 'none', 'True', 'False', 'None'].includes(text)) c.fail(`can't assign to '${text}'`, undefined, pos);
    if (members && c.op('.')) return { is: 'member', of: text, name: c.expect('name', 'an attribute').text, pos };
    return { is: 'name', name: text };
  };
  const first = one();
  if (!c.is('op', ',')) return first;
  const items = [first];
  while (c.op(','))
    if (c.is('name') && !c.is('name', 'in')) items.push(one());
    else if (c.is('op', '(')) items.push(one());
  return { is: 'tuple', items };
}

const ifTag: Tag = (c, pos) => {
  const branches: [Expr, Body][] = [];
  let otherwise: Body = [];
  let test = tupleOr(c, false);
  for (;;) {
    const part = block(c, 'if', ['elif', 'else', 'endif'], pos);
    branches.push([test, part.body]);
    if (part.end === 'elif') test = tupleOr(c, false);
    else {
      if (part.end === 'else') otherwise = block(c, 'if', ['endif'], pos).body;
      close(c);
      return { is: 'if', branches, otherwise, pos };
    }
  }
};

const forTag: Tag = (c, pos) => {
  const into = target(c);
  if (!c.word('in')) c.fail(`expected 'in', got ${describe(c.now)}`);
  const over = tupleOr(c, false);
  const test = c.word('if') ? expression(c) : undefined;
  const recursive = c.word('recursive');
  const main = block(c, 'for', ['endfor', 'else'], pos);
  const otherwise = main.end === 'else' ? block(c, 'for', ['endfor'], pos).body : [];
  close(c);
  return { is: 'for', target: into, over, test, recursive, body: main.body, otherwise, pos };
};

const setTag: Tag = (c, pos) => {
  const into = target(c, true);
  if (c.op('=')) {
    const value = tupleOr(c, true);
    close(c);
    return { is: 'set', target: into, value, pos };
  }
  const filters = c.is('op', '|') ? filtered(c, undefined) : undefined;
  const inner = block(c, 'set', ['endset'], pos);
  close(c);
  return { is: 'set-block', target: into, filter: filters, body: inner.body, pos };
};

function params(c: Cursor): Param[] {
  const made: Param[] = [];
  c.expectOp('(');
  while (!c.op(')')) {
    if (made.length > 0) c.expectOp(',');
    if (c.op(')')) break;
    const name = c.expect('name', 'the name of a parameter').text;
    const fallback = c.op('=') ? expression(c) : undefined;
    if (!fallback && made.at(-1)?.fallback) c.fail('non-default argument follows default argument');
    made.push({ name, fallback });
  }
  return made;
}

const macroTag: Tag = (c, pos) => {
  const name = c.expect('name', 'the name of the macro').text;
  const takes = params(c);
  const inner = block(c, 'macro', ['endmacro'], pos);
  if (c.is('name', name)) c.next();
  close(c);
  return { is: 'macro', name, params: takes, body: inner.body, pos };
};

const callTag: Tag = (c, pos) => {
  const takes = c.is('op', '(') ? params(c) : [];
  const call = postfix(c, primary(c));
  if (call.is !== 'call') c.fail('expected a call', 'write {% call some_macro() %}', call.pos);
  const inner = block(c, 'call', ['endcall'], pos);
  close(c);
  return { is: 'call', call, params: takes, body: inner.body, pos };
};

const filterTag: Tag = (c, pos) => {
  const first = filter(c, undefined);
  const all = c.is('op', '|') ? filtered(c, first) : first;
  const inner = block(c, 'filter', ['endfilter'], pos);
  close(c);
  return { is: 'filter', filter: all, body: inner.body, pos };
};

const withTag: Tag = (c, pos) => {
  const items: [Target, Expr][] = [];
  while (!c.is('block_end')) {
    if (items.length > 0) c.expectOp(',');
    const { text } = c.expect('name', 'a name');
    c.expectOp('=');
    items.push([{ is: 'name', name: text }, expression(c)]);
  }
  const inner = block(c, 'with', ['endwith'], pos);
  close(c);
  return { is: 'with', items, body: inner.body, pos };
};

const autoescapeTag: Tag = (c, pos) => {
  expression(c);
  const inner = block(c, 'autoescape', ['endautoescape'], pos);
  close(c);
  return { is: 'group', body: inner.body, pos };
};

/** "with context" or "without context" behind an include or import. */
function context(c: Cursor, fallback: boolean): boolean {
  const says = c.is('name', 'with') || c.is('name', 'without');
  if (!says || c.peek().text !== 'context') return fallback;
  const value = c.next().text === 'with';
  c.next();
  return value;
}

const includeTag: Tag = (c, pos) => {
  const name = expression(c);
  const ignoreMissing = c.is('name', 'ignore') && c.peek().text === 'missing';
  if (ignoreMissing) {
    c.next();
    c.next();
  }
  const withContext = context(c, true);
  close(c);
  return { is: 'include', name, ignoreMissing, withContext, pos };
};

const importTag: Tag = (c, pos) => {
  const name = expression(c);
  if (!c.word('as')) c.fail(`expected 'as', got ${describe(c.now)}`);
  const as = c.expect('name', 'a name').text;
  const withContext = context(c, false);
  close(c);
  return { is: 'import', name, as, withContext, pos };
};

const fromTag: Tag = (c, pos) => {
  const name = expression(c);
  if (!c.word('import')) c.fail(`expected 'import', got ${describe(c.now)}`);
  const names: [string, string][] = [];
  let withContext = false;
  while (!c.is('block_end')) {
    if (names.length > 0) c.expectOp(',');
    const taken = c.expect('name', 'a name');
    if (taken.text.startsWith('_')) c.fail('names starting with an underline can not be imported', undefined, taken.pos);
    names.push([taken.text, c.word('as') ? c.expect('name', 'a name').text : taken.text]);
    withContext = context(c, withContext);
  }
  if (names.length === 0) c.fail('expected a name to import');
  close(c);
  return { is: 'from', name, names, withContext, pos };
};

const extendsTag: Tag = (c, pos) => {
  const name = expression(c);
  close(c);
  return { is: 'extends', name, pos };
};

const blockTag: Tag = (c, pos) => {
  const name = c.expect('name', 'the name of the block').text;
  if (c.blocks.has(name)) c.fail(`block '${name}' defined twice`, undefined, pos);
  c.blocks.add(name);
  const scoped = c.word('scoped');
  const required = c.word('required');
  const inner = block(c, 'block', ['endblock'], pos);
  if (c.is('name', name)) c.next();
  close(c);
  return { is: 'block', name, body: inner.body, scoped, required, pos };
};

const TAGS = new Map<string, Tag>([
  ['if', ifTag],
  ['for', forTag],
  ['set', setTag],
  ['macro', macroTag],
  ['call', callTag],
  ['filter', filterTag],
  ['with', withTag],
  ['autoescape', autoescapeTag],
  ['include', includeTag],
  ['import', importTag],
  ['from', fromTag],
  ['extends', extendsTag],
  ['block', blockTag],
]);
