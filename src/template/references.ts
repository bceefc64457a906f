/** Which variables a template reads from outside: for pb lint, which looks for names that nothing defines. */
import { isGlobal } from './eval/globals.ts';
import { readHeader } from './header.ts';
import { names } from './registry.ts';
import { lex, lexExpression } from './syntax/lexer.ts';
import { parseExpression, parseTemplate } from './syntax/statements.ts';
import { SyntaxFault, YAML_SYNTAX } from './syntax/tokens.ts';

export interface Reference {
  readonly name: string;
  /** Offset in the source, of its first use. */
  readonly offset: number;
}

/** Names the evaluator or Jinja2 binds by itself. */
const OWN = new Set(['loop', 'caller', 'varargs', 'kwargs', 'super', 'true', 'false', 'none', 'True', 'False', 'None']);

/**
 * Names that must be variables for the source to work. Left out are those it binds somewhere itself (for, set, macro, import), and those it
 * guards anywhere (`is defined`, `default`). None for a source that cannot be parsed: that is another diagnostic.
 */
export function references(source: string, kind: 'template' | 'expression' | 'file'): readonly Reference[] {
  const found: Found = { read: new Map(), bound: new Set(OWN), guarded: new Set() };
  let base = 0;
  try {
    // `{{ }}` round a whole condition is accepted there
    if (kind === 'expression' && !source.includes('{{')) walk(parseExpression(lexExpression(source), names), found);
    else {
      const header = kind === 'file' ? readHeader(source) : { syntax: YAML_SYNTAX, length: 0 };
      base = header.length;
      walk(parseTemplate(lex(source.slice(base), header.syntax), names), found);
    }
  } catch (error) {
    if (error instanceof SyntaxFault) return [];
    throw error;
  }
  return [...found.read]
    .filter(([name]) => !found.bound.has(name) && !found.guarded.has(name) && !isGlobal(name))
    .map(([name, offset]) => ({ name, offset: base + offset }));
}

interface Found {
  readonly read: Map<string, number>;
  readonly bound: Set<string>;
  readonly guarded: Set<string>;
}

const GUARDS = ['default', 'd', 'mandatory'];
const CHECKS = ['defined', 'undefined'];

/** The tree is plain data: every object in it is a node, a list of nodes, or a target. */
function walk(node: unknown, found: Found): void {
  if (Array.isArray(node)) {
    for (const item of node) walk(item, found);
    return;
  }
  if (typeof node !== 'object' || node === null) return;
  const at = node as { readonly [field: string]: unknown };
  if (at['is'] === 'const') return;
  if (at['is'] === 'name') {
    const name = String(at['name']);
    // targets of set and for have no place of their own
    if (typeof at['pos'] !== 'number') found.bound.add(name);
    else if (!found.read.has(name)) found.read.set(name, at['pos']);
    return;
  }
  bindings(at, found);
  if ((at['is'] === 'filter' && GUARDS.includes(String(at['name']))) || (at['is'] === 'test' && CHECKS.includes(String(at['name']))))
    guard(at['of'], found);
  for (const value of Object.values(at)) walk(value, found);
}

function bindings(at: { readonly [field: string]: unknown }, { bound }: Found): void {
  if (at['is'] === 'macro') bound.add(String(at['name']));
  if (at['is'] === 'import') bound.add(String(at['as']));
  if (at['is'] === 'from' && Array.isArray(at['names'])) for (const [, as] of at['names'] as [string, string][]) bound.add(as);
  if (Array.isArray(at['params'])) for (const param of at['params'] as { name: string }[]) bound.add(param.name);
}

/** `a.b['c'] is defined` guards a. */
function guard(node: unknown, found: Found): void {
  const at = (node ?? {}) as { readonly [field: string]: unknown };
  if (at['is'] === 'name') found.guarded.add(String(at['name']));
  else if (at['of'] !== undefined) guard(at['of'], found);
}
