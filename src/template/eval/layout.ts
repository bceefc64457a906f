/** Template files among each other: blocks and inheritance, includes, imports. */
import type { Scope } from '../../core/value.ts';
import type { Body, StmtOf } from '../syntax/ast.ts';
import { isList, Obj, type V } from '../value/model.ts';
import { Fn } from '../value/objects.ts';
import { str } from '../value/text.ts';
import { Fault, fail, Undef } from '../value/undef.ts';
import { compileExpr } from './expressions.ts';
import { Frame, type Unit } from './frame.ts';
import { concat } from './leave.ts';
import type { Act } from './statements.ts';

/** A compiled template. */
export interface Page {
  readonly body: Act;
  readonly blocks: ReadonlyMap<string, Act>;
}

interface Defined {
  readonly act: Act;
  readonly unit: Unit;
}

/** The blocks of a template and of those it extends, the most derived first. */
export class Layout {
  readonly blocks = new Map<string, Defined[]>();
  /** Set by `extends`: what is rendered once this template has run. */
  parent: { readonly page: Page; readonly unit: Unit } | undefined;

  add(page: Page, unit: Unit): void {
    for (const [name, act] of page.blocks) {
      const known = this.blocks.get(name);
      if (known) known.push({ act, unit });
      else this.blocks.set(name, [{ act, unit }]);
    }
  }

  /** Renders a block; `super()` in it is the one below. */
  render(name: string, f: Frame, out: V[], level = 0): void {
    const defined = this.blocks.get(name)?.[level];
    if (!defined) return fail(`there is no parent block called '${name}'`);
    const inner = f.inner(defined.unit);
    const below = (this.blocks.get(name)?.length ?? 0) > level + 1;
    inner.set(
      'super',
      below
        ? new Fn('super', () => this.#text(name, inner, level + 1), { type: 'BlockReference' })
        : new Undef(`there is no parent block called '${name}'`, { at: defined.unit.span(0) }),
    );
    f.ev.deeper(() => defined.act(inner, out));
  }

  #text(name: string, f: Frame, level: number): V {
    const out: V[] = [];
    this.render(name, f, out, level);
    return concat(out);
  }

  /** The variable `self`: blocks by name. */
  self(f: Frame): V {
    const names = [...this.blocks.keys()];
    const calls = Object.fromEntries(names.map((name) => [name, new Fn(name, () => this.#text(name, f, 0), { type: 'BlockReference' })]));
    return new Fn('self', () => fail('self cannot be called'), { type: 'TemplateReference', attributes: calls });
  }
}

/** Renders a template in a frame of its own, then what it extends. */
export function renderPage(page: Page, f: Frame): V[] {
  const layout = new Layout();
  layout.add(page, f.unit);
  f.layout = layout;
  let out: V[] = [];
  page.body(f, out);
  while (layout.parent) {
    const { page: parent, unit } = layout.parent;
    layout.parent = undefined;
    layout.add(parent, unit);
    out = [];
    f.ev.step(100);
    parent.body(f.inner(unit), out);
  }
  return out;
}

/** "without context", and what `import` has unless told otherwise. */
const NO_VARIABLES: Scope = { get: () => undefined, names: () => [] };

function load(f: Frame, name: V): { readonly page: Page; readonly unit: Unit } | undefined {
  if (name instanceof Undef) throw name.fault();
  if (typeof name !== 'string') return fail(`the name of a template must be text, not ${str(name)}`);
  return f.ev.services.load(name, f.unit, f.scope);
}

const notFound = (name: V): never => {
  throw new Fault('runtime', `template '${str(name)}' not found`, { hint: () => 'it is looked for beside the template that names it' });
};

export function compileInclude(s: StmtOf<'include'>): Act {
  const name = compileExpr(s.name);
  const { ignoreMissing, withContext } = s;
  return (f, out) => {
    const value = name(f);
    const names: readonly V[] = isList(value) ? value : [value];
    for (const each of names) {
      const found = load(f, each);
      if (!found) continue;
      const inner = withContext ? f.inner(found.unit) : new Frame(f.ev, found.unit, NO_VARIABLES);
      for (const part of f.ev.deeper(() => renderPage(found.page, inner))) out.push(part);
      return;
    }
    if (!ignoreMissing) notFound(value);
  };
}

/** What `import` gives: the names a template file has set. */
class Module extends Obj {
  readonly type = 'TemplateModule';
  readonly #names: ReadonlyMap<string, V>;
  constructor(names: ReadonlyMap<string, V>) {
    super();
    this.#names = names;
  }
  override attr(name: string): V | undefined {
    return name.startsWith('_') ? undefined : this.#names.get(name);
  }
}

function importing(s: StmtOf<'import' | 'from'>): (f: Frame) => Module {
  const name = compileExpr(s.name);
  const { withContext } = s;
  return (f) => {
    const value = name(f);
    const found = load(f, value) ?? notFound(value);
    const inner = withContext ? f.inner(found.unit) : new Frame(f.ev, found.unit, NO_VARIABLES);
    f.ev.deeper(() => renderPage(found.page, inner));
    return new Module(inner.own);
  };
}

export function compileImport(s: StmtOf<'import'>): Act {
  const get = importing(s);
  return (f) => f.set(s.as, get(f));
}

export function compileFrom(s: StmtOf<'from'>): Act {
  const get = importing(s);
  return (f) => {
    const module = get(f);
    for (const [name, as] of s.names)
      f.set(as, module.attr(name) ?? new Undef(`the template does not export the requested name '${name}'`, { at: f.unit.span(s.pos) }));
  };
}

export function compileExtends(s: StmtOf<'extends'>): Act {
  const name = compileExpr(s.name);
  return (f) => {
    const value = name(f);
    const { layout } = f;
    if (!layout) return fail('extends must stand in a template file');
    if (layout.parent) return fail('extended multiple times');
    layout.parent = load(f, value) ?? notFound(value);
  };
}

/** A block stands where it is defined unless the template extends another one. */
export function compileBlock(s: StmtOf<'block'>): Act {
  return (f, out) => {
    const { layout } = f;
    if (!layout || layout.parent) return;
    const defined = layout.blocks.get(s.name) ?? [];
    if (s.required && defined.length < 2) return fail(`Required block '${s.name}' not found`);
    layout.render(s.name, f, out);
  };
}

/** All blocks of a template, at any depth. */
export function blocksOf(body: Body): StmtOf<'block'>[] {
  return body.flatMap((s): StmtOf<'block'>[] => {
    if (s.is === 'block') return [s, ...blocksOf(s.body)];
    if (s.is === 'if') return [...s.branches.flatMap(([, inner]) => blocksOf(inner)), ...blocksOf(s.otherwise)];
    if (s.is === 'for') return [...blocksOf(s.body), ...blocksOf(s.otherwise)];
    return 'body' in s ? blocksOf(s.body) : [];
  });
}
