/** delegate_to: the host that a task of another one is done on, and the variables it has there. */
import type { ModuleTask } from '../core/plan.ts';
import { OMIT, resolve } from '../core/resolve.ts';
import { type HostName, type Scope, Unknown } from '../core/value.ts';
import { withExtra } from './conditions.ts';
import type { HostState } from './host-state.ts';
import type { BatchContext } from './run-context.ts';
import { asDictionary } from './scope.ts';

/** Undefined where the task is done on its own host. */
export async function delegateOf({ settings }: ModuleTask, scope: Scope): Promise<HostName | undefined> {
  const name = settings.delegate_to === undefined ? undefined : await resolve(settings.delegate_to, scope);
  return name === undefined || name === null || name === OMIT || name instanceof Unknown ? undefined : (String(name) as HostName);
}

/** The variables of a host that a task was delegated to; one the inventory does not know has none of its own. */
export function delegateScope(name: HostName, batch: BatchContext, scope: Scope): Scope {
  const state = batch.states.get(name);
  if (state) return batch.scopes.of(state, batch.view);
  return { get: (key) => (key.startsWith('ansible_') ? undefined : scope.get(key)), names: () => scope.names() };
}

/** The scope with `ansible_delegated_vars`; inventory_hostname is the task's own host there too. */
export async function withDelegatedVars(node: ModuleTask, scope: Scope, state: HostState, batch: BatchContext): Promise<Scope> {
  // What is wrong with the name is told where the task is carried out, if it is.
  const name = await delegateOf(node, scope).catch(() => undefined);
  if (name === undefined) return scope;
  const theirs = withExtra(delegateScope(name, batch, scope), { inventory_hostname: state.host.name });
  return withExtra(scope, { ansible_delegated_vars: { [name]: asDictionary(theirs) } });
}
