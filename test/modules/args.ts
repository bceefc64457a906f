/** A module's arguments as the engine hands them over: expressions compiled and bound, then checked, with defaults. */
import type { AnyModule } from '../../src/core/module.ts';
import type { Bound, JsonObject, Scope, Vars } from '../../src/core/value.ts';
import { checkArgs } from '../../src/plan/check-args.ts';
import { createEngine } from '../../src/template/index.ts';

const engine = createEngine({});
const at = { file: 'case.yaml', line: 1, column: 1 };

/** Throws PbError 'args' with every violation of the schema. No variables are in scope but those a module gives itself. */
export function argsOf(module: AnyModule, given: JsonObject): JsonObject {
  const args = Object.fromEntries(Object.entries(given).map(([name, value]) => [name, bound(module, name, value)]));
  return checkArgs(module, module.name, args, at);
}

function bound(module: AnyModule, name: string, value: unknown): unknown {
  const properties = module.args['properties'] as { [name: string]: { 'x-pb'?: string } | undefined } | undefined;
  const kind = properties?.[module.argAliases?.[name] ?? name]?.['x-pb'];
  if (kind === 'expression') return bind(String(value));
  if (kind === 'expressions') return (Array.isArray(value) ? value : [value]).map((source) => bind(String(source)));
  return value;
}

function bind(source: string): Bound {
  const expression = engine.expression(source, at);
  return {
    source,
    value: (extra = {}) => expression.value(scopeOf(extra)),
    holds: (extra = {}) => expression.holds(scopeOf(extra)),
  };
}

/** Those that serve some calls of the module instead: wait_for with `k8s`, htpasswd with `secret`. */
export const variantsOf = (module: AnyModule): readonly AnyModule[] =>
  ['k8s', 'secret'].flatMap((argument) => module.variant?.(new Set([argument])) ?? []);

const scopeOf = (vars: Vars): Scope => ({ get: (name) => vars[name], names: () => Object.keys(vars) });
