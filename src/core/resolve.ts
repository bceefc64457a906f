/** Templates inside data, worked out: the one place where variables become values. */
import { isLazy, keysOf, PendingLookup, type Resolved, type Scope, Template, Unknown, type Value, withKeys } from './value.ts';

/** Evaluates once; a template that waits for a lookup throws PendingLookup. */
export function resolveNow(value: Value, scope: Scope): Resolved {
  if (value instanceof Template) return value.eval(scope);
  if (value === null || typeof value !== 'object' || value instanceof Unknown) return value;
  // a date of YAML has no time of day
  if (value instanceof Date) return value.toISOString().replace(/T00:00:00\.000Z$/, '');
  if (Array.isArray(value)) return value.map((item) => resolveNow(item, scope)).filter((item) => item !== OMIT);
  if (isLazy(value)) {
    const inner = value.scope ?? scope;
    return Object.fromEntries([...value.keys()].map((key) => [key, resolveNow(value.get(key) ?? null, inner)]));
  }
  const items = value as { readonly [key: string]: Value };
  const entries = keysOf(value).map((key) => [key, resolveNow(items[String(key)] ?? null, scope)] as const);
  return withKeys(entries.filter(([, item]) => item !== OMIT));
}

/** Evaluates, waiting for the lookups inside. */
export const resolve = (value: Value, scope: Scope): Promise<Resolved> => settled(() => resolveNow(value, scope));

/** Calls `evaluate` again each time a lookup it waited for has answered. */
export async function settled<T>(evaluate: () => T): Promise<T> {
  for (;;) {
    try {
      return evaluate();
    } catch (error) {
      if (!(error instanceof PendingLookup)) throw error;
      await error.ready;
    }
  }
}

/** What the variable `omit` holds: an argument with this value counts as not given. */
export const OMIT = '__omit_place_holder__pb';
