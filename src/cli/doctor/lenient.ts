/** Templates and conditions that do not fail for want of what only a run brings: registered results, facts, earlier changes. */
import { PbError } from '../../core/diagnostic.ts';
import { OPEN } from '../../core/module.ts';
import { type Expression, isLazy, type Resolved, type Scope, Template, Unknown, type Value } from '../../core/value.ts';

class Lenient extends Template {
  readonly source: string;
  readonly at: Template['at'];
  readonly #inner: Template;
  readonly #otherwise: Resolved;
  constructor(inner: Template, otherwise: Resolved) {
    super();
    this.source = inner.source;
    this.at = inner.at;
    this.#inner = inner;
    this.#otherwise = otherwise;
  }
  eval(scope: Scope): Resolved {
    return known(() => this.#inner.eval(scope), this.#otherwise);
  }
}

function known<T>(evaluate: () => T | Unknown, otherwise: T): T {
  try {
    const value = evaluate();
    return value instanceof Unknown ? otherwise : value;
  } catch (error) {
    if (error instanceof PbError && error.code === 'template') return otherwise;
    throw error;
  }
}

/** The same value; each template in it that cannot be worked out comes to `otherwise`. */
export function lenient(value: Value, otherwise: Resolved = OPEN): Value {
  if (value instanceof Template) return new Lenient(value, otherwise);
  if (Array.isArray(value)) return value.map((item) => lenient(item as Value, otherwise));
  if (typeof value !== 'object' || value === null || value instanceof Date || value instanceof Unknown || isLazy(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, lenient(item as Value, otherwise)]));
}

/** What cannot be decided yet may hold. */
export const lenientCondition = (condition: Expression): Expression => ({
  source: condition.source,
  at: condition.at,
  value: (scope) => known(() => condition.value(scope), true),
  holds: (scope) => known(() => condition.holds(scope), true),
});
