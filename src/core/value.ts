/**
 * Values: what variables hold before and after templating.
 *
 * A plain string is data for ever. Only the project loader makes `Template` objects, so what a host, a cluster or a lookup
 * answers can never be evaluated by accident.
 */
import type { Span } from './diagnostic.ts';

/** A finished value: what modules, events and files exchange. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

export type HostName = string & { readonly _: 'HostName' };
/** Position in the plan, stable across runs: "storage/3:mkfs". */
export type TaskId = string & { readonly _: 'TaskId' };

/** A value that exists only once `until` has been applied. Check mode carries it through templates, `when`, `register` and loops. */
export class Unknown {
  readonly until: TaskId;
  readonly why: string;
  /** Attributes that are known all the same, such as `changed: true` of a task that would change. */
  readonly known: JsonObject;
  constructor(until: TaskId, why: string, known: JsonObject = {}) {
    this.until = until;
    this.why = why;
    this.known = known;
  }
}

/** Text with expressions, made by the project loader only. `eval` may throw `PendingLookup`: see `resolve`. */
export abstract class Template {
  abstract readonly source: string;
  abstract readonly at: Span;
  abstract eval(scope: Scope): Resolved;
}

/** Marks a `Lazy`; a symbol, which no data from a file, a host or a cluster can hold. */
export const LAZY: unique symbol = Symbol('lazy');

/** A dictionary whose items are looked up when asked for, e.g. `hostvars` and one host's variables in it. */
export interface Lazy {
  readonly [LAZY]: true;
  keys(): Iterable<string>;
  get(key: string): Value | undefined;
  /** Templates found inside are evaluated here, not in the scope that asked. */
  readonly scope?: Scope;
}

/** What a variable may hold: data, or templates inside data. */
export type Value =
  | null
  | boolean
  | number
  | string
  | Template
  | Unknown
  | Lazy
  | Date
  | readonly Value[]
  | { readonly [key: string]: Value };
/** A finished value in which parts may still be unknown. */
export type Resolved = null | boolean | number | string | Unknown | readonly Resolved[] | { readonly [key: string]: Resolved };
export type Vars = { readonly [name: string]: Value };

/** The variables one expression sees. */
export interface Scope {
  get(name: string): Value | undefined;
  names(): Iterable<string>;
}

/** A bare expression (`when`, `until`, `assert.that`, `debug.var`), compiled, with its place in the file. */
export interface Expression {
  readonly source: string;
  /** What stands in the file where that is `true` or `false` itself, and no text. */
  readonly literal?: boolean;
  readonly at: Span;
  /** Its value; throws PbError 'template' when undefined or wrong. */
  value(scope: Scope): Resolved;
  /** Its truth; throws PbError 'template' unless the value is a boolean. */
  holds(scope: Scope): boolean | Unknown;
}

/** An expression bound to the variables of one host and task: what a module receives for an argument marked as expression. */
export interface Bound {
  readonly source: string;
  readonly literal?: boolean;
  /** `extra` names are seen before the task's own variables. */
  value(extra?: Vars): Resolved;
  holds(extra?: Vars): boolean | Unknown;
}

/** Thrown by a synchronous evaluation that needs an answer from outside; evaluate again once `ready` is fulfilled. */
export class PendingLookup extends Error {
  readonly ready: Promise<unknown>;
  constructor(ready: Promise<unknown>) {
    super('a lookup has not answered yet');
    this.ready = ready;
  }
}

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && [Object.prototype, null].includes(Object.getPrototypeOf(value));

export const isLazy = (value: unknown): value is Lazy => typeof value === 'object' && value !== null && (value as Lazy)[LAZY] === true;

/** A task's name as it was written; undefined where it has none. */
export const nameText = (name: Value | undefined): string | undefined =>
  name instanceof Template ? name.source : name === undefined || name === null ? undefined : String(name);

/** The first unknown inside a resolved value, if there is one. */
export function unknownIn(value: Resolved | undefined): Unknown | undefined {
  if (value instanceof Unknown) return value;
  if (typeof value !== 'object' || value === null) return undefined;
  for (const item of Array.isArray(value) ? value : Object.values(value)) {
    const found = unknownIn(item as Resolved);
    if (found) return found;
  }
  return undefined;
}

export type Key = string | number | boolean | null;
const KEYS = Symbol('keys');

/** An object of JavaScript has text as keys, in an order of its own; this one remembers what they were, in theirs. */
export function withKeys<T>(entries: readonly (readonly [Key, T])[]): { readonly [key: string]: T } {
  const made = Object.fromEntries(entries.map(([key, value]) => [String(key), value]));
  const keys = entries.map(([key]) => key);
  const plain = keys.every((key) => typeof key === 'string' && !/^\d+$/.test(key));
  return plain ? made : Object.defineProperty(made, KEYS, { value: keys });
}

/** The keys of an object as they were given. */
export const keysOf = (value: object): readonly Key[] => (KEYS in value ? (value[KEYS] as readonly Key[]) : Object.keys(value));
export const hasKeys = (value: object): boolean => KEYS in value;
