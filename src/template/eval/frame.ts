/** The state of an evaluation: variables with their memo, limits, and the chain of frames that names are looked up in. */
import { nearest, type Span } from '../../core/diagnostic.ts';
import { type Scope, Template, type Value } from '../../core/value.ts';
import type { Syntax } from '../syntax/tokens.ts';
import type { V } from '../value/model.ts';
import { Fault, Undef, UnknownSignal } from '../value/undef.ts';
import type { Layout } from './layout.ts';
import type { Services } from './services.ts';
import { wrap } from './wrap.ts';

/** A text that is evaluated, and where it stands. */
export interface Unit {
  readonly source: string;
  span(pos: number): Span;
  /** Of a template file: what begins and ends its tags. Those it includes are read the same way. */
  readonly syntax?: Syntax;
}

/** A template of this engine: gives its value without leaving the engine's own representation. */
export interface NativeTemplate {
  evalNative(evaluation: Evaluation, scope: Scope): V;
}
const isNative = (template: Template): template is Template & NativeTemplate => 'evalNative' in template;

const BUSY = Symbol('busy');

/** One evaluation from outside: everything evaluated on the way shares its memo and its limits. */
export class Evaluation {
  readonly services: Services;
  readonly root: Scope;
  readonly #memo = new Map<Scope, Map<string, V | typeof BUSY>>();
  readonly #trail: string[] = [];
  #steps: number;
  #depth = 0;

  constructor(services: Services, root: Scope) {
    this.services = services;
    this.root = root;
    this.#steps = services.limits.steps;
  }

  /** Pays for work; throws when the evaluation has done too much. */
  step(cost = 1): void {
    this.#steps -= cost;
    if (this.#steps < 0)
      throw new Fault('limit', `the template did more than ${this.services.limits.steps} steps of work`, {
        hint: () => 'a loop or range in it is far too large',
      });
  }

  deeper<T>(run: () => T): T {
    if (this.#depth >= this.services.limits.depth)
      throw new Fault('limit', `the template calls itself more than ${this.services.limits.depth} levels deep`);
    this.#depth += 1;
    try {
      return run();
    } finally {
      this.#depth -= 1;
    }
  }

  /** The variable, worked out once per evaluation; undefined when there is none. */
  variable(scope: Scope, name: string): V | undefined {
    let memo = this.#memo.get(scope);
    if (memo === undefined) this.#memo.set(scope, (memo = new Map()));
    const known = memo.get(name);
    if (known === BUSY) throw this.#loop(name);
    if (known !== undefined) return known;
    const value = scope.get(name);
    if (value === undefined) return undefined;
    if (!(value instanceof Template)) {
      const made = wrap(value, scope, this);
      memo.set(name, made);
      return made;
    }
    memo.set(name, BUSY);
    this.#trail.push(name);
    try {
      const made = this.template(value, scope);
      memo.set(name, made);
      return made;
    } finally {
      this.#trail.pop();
      if (memo.get(name) === BUSY) memo.delete(name);
    }
  }

  #loop(name: string): Fault {
    const from = Math.max(0, this.#trail.indexOf(name));
    return this.recursion([...this.#trail.slice(from), name]);
  }

  recursion(trail: readonly string[]): Fault {
    return new Fault('recursion', `Recursive loop detected in template: ${trail.join(' → ')}`, {
      hint: () => 'a variable is defined by itself',
    });
  }

  /** A template met inside a variable; one that is undefined gives the marker, so that `default` can answer for it. */
  template(template: Template, scope: Scope): V {
    try {
      if (!isNative(template)) return wrap(template.eval(scope), scope, this);
      return this.deeper(() => template.evalNative(this, scope));
    } catch (error) {
      if (error instanceof Fault && error.undef) return error.undef;
      if (error instanceof UnknownSignal) return error.unknown;
      throw error;
    }
  }

  wrap(value: Value, scope: Scope): V {
    return wrap(value, scope, this);
  }
}

/** Where names are looked up: what the template has set, outwards; then the variables; then what the language brings. */
export class Frame {
  readonly ev: Evaluation;
  readonly unit: Unit;
  readonly scope: Scope;
  readonly parent: Frame | undefined;
  /** The blocks of the template being rendered. */
  layout: Layout | undefined;
  #vars: Map<string, V> | undefined;

  constructor(ev: Evaluation, unit: Unit, scope: Scope, parent?: Frame) {
    this.ev = ev;
    this.unit = unit;
    this.scope = scope;
    this.parent = parent;
    this.layout = parent?.layout;
  }

  inner(unit: Unit = this.unit): Frame {
    return new Frame(this.ev, unit, this.scope, this);
  }

  set(name: string, value: V): void {
    (this.#vars ??= new Map()).set(name, value);
  }

  /** A name the template itself has set. */
  local(name: string): V | undefined {
    for (let frame: Frame | undefined = this; frame !== undefined; frame = frame.parent) {
      const value = frame.#vars?.get(name);
      if (value !== undefined) return value;
    }
    return undefined;
  }

  /** Names set in this very frame: what an import offers. */
  get own(): ReadonlyMap<string, V> {
    return (this.#vars ??= new Map());
  }

  name(name: string, pos: number): V {
    // None is a value, so each source is asked for undefined only.
    let found = this.local(name);
    if (found === undefined) found = this.ev.variable(this.scope, name);
    if (found === undefined) found = this.ev.services.global(name, this);
    if (found !== undefined) return found;
    const { scope } = this;
    return new Undef(`'${name}' is undefined`, {
      at: this.unit.span(pos),
      hint: () => {
        const near = nearest(name, scope.names());
        return near === undefined ? undefined : `did you mean '${near}'?`;
      },
    });
  }

  /** Applies a filter by name, as `map` and `select` do. */
  filter(name: string, positional: readonly V[], named?: ReadonlyMap<string, V>): V {
    return this.ev.services.applyFilter(name, this, positional, named);
  }
  test(name: string, positional: readonly V[], named?: ReadonlyMap<string, V>): V {
    return this.ev.services.applyTest(name, this, positional, named);
  }
}
