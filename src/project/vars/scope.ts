/** Variables that are known before any host is: for names of files, roles and hosts in a playbook. */
import { PbError, type Span } from '../../core/diagnostic.ts';
import { byPrecedence, type Layer } from '../../core/precedence.ts';
import { resolveNow } from '../../core/resolve.ts';
import { PendingLookup, type Resolved, type Scope, type Value } from '../../core/value.ts';
import type { Context } from '../context.ts';

export function layerScope(layers: readonly Layer[]): Scope {
  const vars = new Map<string, Value>();
  for (const layer of byPrecedence(layers)) for (const [name, value] of Object.entries(layer.vars)) vars.set(name, value);
  return { get: (name) => vars.get(name), names: () => vars.keys() };
}

/** A value worked out while loading; undefined after reporting why it cannot be. `what` begins the sentence. */
export function staticValue(
  context: Context,
  value: Value,
  about: { layers: readonly Layer[]; at: Span; what: string; hint: string },
): Resolved | undefined {
  try {
    return resolveNow(value, layerScope([...about.layers, ...(context.magic ? [context.magic] : [])]));
  } catch (error) {
    const why = error instanceof PendingLookup ? 'it needs a lookup' : error instanceof PbError ? error.message : undefined;
    if (why === undefined) throw error;
    context.problems.error('not-static', `${about.what} must be known while loading: ${why}`, { at: about.at, hint: about.hint });
    return undefined;
  }
}
