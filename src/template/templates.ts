/** Sources compiled once and bound to their place. */
import type { Span } from '../core/diagnostic.ts';
import { OMIT } from '../core/resolve.ts';
import { type Expression, type Resolved, type Scope, Template, Unknown } from '../core/value.ts';
import { compileExpr, type Ev } from './eval/expressions.ts';
import { type Evaluation, Frame, type NativeTemplate, type Unit } from './eval/frame.ts';
import { type Page, renderPage } from './eval/layout.ts';
import { concat } from './eval/leave.ts';
import { evaluate, outward, spanIn } from './eval/run.ts';
import type { Services } from './eval/services.ts';
import { compilePage } from './eval/statements.ts';
import { readHeader, type Settings } from './header.ts';
import { names } from './registry.ts';
import { lex, lexExpression } from './syntax/lexer.ts';
import { parseExpression, parseTemplate } from './syntax/statements.ts';
import { type Syntax, YAML_SYNTAX } from './syntax/tokens.ts';
import { typeName, type V } from './value/model.ts';
import { shown } from './value/text.ts';
import { Fault } from './value/undef.ts';

export type PositionMap = (offset: number) => Span;

/** Parsed at once, compiled when first evaluated; shared by all templates of the same text. */
export type Compiled = { readonly page: () => Page; readonly layered: boolean } | { readonly expression: () => Ev };

export type Cache = Map<string, Compiled>;
const CACHE_SIZE = 20_000;

const once = <T>(make: () => T): (() => T) => {
  let made: T | undefined;
  return () => (made ??= make());
};

function remember<T extends Compiled>(cache: Cache, key: string, make: () => T): T {
  const known = cache.get(key);
  // The key names the kind, so what is found is of the kind asked for.
  if (known) return known as T;
  const made = make();
  if (cache.size >= CACHE_SIZE) cache.clear();
  cache.set(key, made);
  return made;
}

type CompiledPage = Extract<Compiled, { page: unknown }>;
type CompiledExpression = Extract<Compiled, { expression: unknown }>;

/** Throws SyntaxFault. */
function parsePage(text: string, syntax: Syntax): CompiledPage {
  const body = parseTemplate(lex(text.endsWith('\n') ? text.slice(0, -1) : text, syntax), names);
  return { page: once(() => compilePage(body)), layered: text.includes('block') || text.includes('extends') || text.includes('self') };
}

export interface Given {
  readonly services: Services;
  readonly cache: Cache;
  readonly source: string;
  readonly at: Span;
  readonly map: PositionMap | undefined;
}

const unitOf = ({ source, at, map }: Given): Unit => ({ source, span: map ?? ((pos) => spanIn(source, at, pos)) });

const located = <T>(unit: Unit, parse: () => T): T => {
  try {
    return parse();
  } catch (error) {
    throw outward(error, unit);
  }
};

const unix = (text: string): string => (text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text);

/** Outputs to a value. Newlines at the end that parsing took away come back where the result is text. */
function render(compiled: CompiledPage, frame: Frame, source: string): V {
  let out: V[] = [];
  if (compiled.layered) out = renderPage(compiled.page(), frame);
  else compiled.page().body(frame, out);
  const value = concat(out);
  if (typeof value !== 'string' || value === OMIT || !source.endsWith('\n')) return value;
  const missing = trailing(source) - trailing(value);
  return missing > 0 ? value + '\n'.repeat(missing) : value;
}

function trailing(text: string): number {
  let count = 0;
  while (text.charAt(text.length - 1 - count) === '\n') count += 1;
  return count;
}

export class YamlTemplate extends Template implements NativeTemplate {
  readonly source: string;
  readonly at: Span;
  readonly #services: Services;
  readonly #compiled: CompiledPage;
  readonly #unit: Unit;

  constructor(given: Given) {
    super();
    this.source = given.source;
    this.at = given.at;
    this.#services = given.services;
    this.#unit = unitOf(given);
    this.#compiled = located(this.#unit, () => remember(given.cache, `t${given.source}`, () => parsePage(unix(given.source), YAML_SYNTAX)));
  }

  eval(scope: Scope): Resolved {
    return evaluate(this.#services, this.#unit, scope, (ev) => this.evalNative(ev, scope));
  }

  evalNative(ev: Evaluation, scope: Scope): V {
    return render(this.#compiled, new Frame(ev, this.#unit, scope), this.source);
  }
}

/** `{{ … }}` round a whole condition, blanked out so that offsets stay. */
function unwrapped(source: string): string {
  const match = /^(\s*\{\{)(.*)(\}\}\s*)$/s.exec(source);
  if (!match || match[2]?.includes('}}') || match[2]?.includes('{{')) return source;
  const blank = (text = ''): string => text.replace(/[{}]/g, ' ');
  return blank(match[1]) + (match[2] ?? '') + blank(match[3]);
}

export class YamlExpression implements Expression {
  readonly source: string;
  readonly at: Span;
  readonly #services: Services;
  readonly #compiled: CompiledExpression;
  readonly #unit: Unit;

  constructor(given: Given) {
    this.source = given.source;
    this.at = given.at;
    this.#services = given.services;
    this.#unit = unitOf(given);
    this.#compiled = located(this.#unit, () =>
      remember(given.cache, `e${given.source}`, () => {
        const parsed = parseExpression(lexExpression(unwrapped(unix(given.source))), names);
        return { expression: once(() => compileExpr(parsed)) };
      }),
    );
  }

  value(scope: Scope): Resolved {
    return evaluate(this.#services, this.#unit, scope, (ev) => this.#native(ev, scope));
  }

  holds(scope: Scope): boolean | Unknown {
    const value = this.value(scope);
    if (typeof value === 'boolean' || value instanceof Unknown) return value;
    throw outward(
      new Fault(
        'condition',
        `the condition gave ${shown(this.#brief(value))} of type '${typeName(this.#brief(value))}', and a condition must be true or false`,
        {
          hint: () => 'compare it, or convert it with "| bool"; "x is defined", "x | length > 0"',
        },
      ),
      this.#unit,
    );
  }

  #native(ev: Evaluation, scope: Scope): V {
    return this.#compiled.expression()(new Frame(ev, this.#unit, scope));
  }

  #brief(value: Resolved): V {
    if (Array.isArray(value)) return [];
    if (typeof value === 'string') return value.length > 40 ? `${value.slice(0, 40)}…` : value;
    return value === null || typeof value === 'number' ? value : '{…}';
  }
}

interface LoadedPage {
  readonly compiled: CompiledPage;
  readonly unit: Unit;
  /** As it stands in the file, without the header line. */
  readonly body: string;
  /** Nothing in it is a template. */
  readonly plain: boolean;
}

export interface FileOptions {
  readonly file: string;
  readonly settings?: Settings;
  /** Of the template that includes this one; a header is text here. */
  readonly syntax?: Syntax;
}

/** A template file with its `#jinja2:` header; throws PbError. */
export function loadPage(cache: Cache, text: string, { file, settings, syntax: outer }: FileOptions): LoadedPage {
  const source = unix(text);
  const span = (pos: number): Span => spanIn(source, { file, line: 1, column: 1 }, pos);
  return located({ source, span }, () => {
    const { syntax, length } = outer ? { syntax: outer, length: 0 } : readHeader(source, settings);
    const body = source.slice(length);
    const compiled = remember(cache, `f${JSON.stringify(syntax)}${body}`, () => parsePage(body, syntax));
    const plain = [syntax.variable, syntax.block, syntax.comment].every(([begin]) => !body.includes(begin));
    const raw = length === 0 ? text : text.slice(text.indexOf('\n') + 1);
    return { compiled, unit: { source, span: (pos) => span(pos + length), syntax }, body: raw, plain };
  });
}

/** How a file is shown to its users: `render` and `text`. */
export function fileTemplate(services: Services, cache: Cache, { text, ...options }: FileOptions & { readonly text: string }) {
  const { compiled, unit, body, plain } = loadPage(cache, text, options);
  const run = (scope: Scope, finish: (value: V) => V): Resolved =>
    evaluate(services, unit, scope, (ev) => {
      const value = plain ? body : render(compiled, new Frame(ev, unit, scope), body);
      if (value === OMIT) throw new Fault('runtime', 'the template gives `omit`, and a file cannot be omitted');
      return finish(value);
    });
  const asText = (value: V): V => {
    if (typeof value === 'string' || value instanceof Unknown) return value;
    return (value === null ? '' : shown(value)) + (body.endsWith('\n') ? '\n' : '');
  };
  return { render: (scope: Scope) => run(scope, (value) => value), text: (scope: Scope) => run(scope, asText) };
}
