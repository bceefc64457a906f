/** With what a module was called, as the results of a loop tell it: `item.invocation.module_args.path`. */
import type { AnyModule } from '../core/module.ts';
import type { JsonObject } from '../core/value.ts';

const SECRET = /passw(or)?d|passphrase|token|secret|api_key|private_key|kubeconfig/;
const HIDDEN = 'VALUE_SPECIFIED_IN_NO_LOG_PARAMETER';

/** `args`: checked, with defaults; of what was left out the value is null. Modules that act on nothing tell none. */
export function invocationOf(module: AnyModule, args: JsonObject): JsonObject | undefined {
  if (module.target === 'none') return undefined;
  const names = Object.keys((module.args['properties'] ?? {}) as object);
  const told = names.map((name) => [name, args[name] === undefined ? null : SECRET.test(name) ? HIDDEN : args[name]]);
  return { module_args: Object.fromEntries(told) };
}
