/** A module's arguments as the engine hands them over: defaults filled in, expressions compiled. */
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { AnyModule } from '../../src/core/module.ts';
import type { Bound, JsonObject } from '../../src/core/value.ts';

const ajv = new Ajv2020({ useDefaults: true, allErrors: true, strict: false });

/** Throws with every violation of the schema. */
export function argsOf(module: AnyModule, given: JsonObject): JsonObject {
  const named = Object.entries(given).map(([name, value]) => [
    module.argAliases?.[name] ?? name,
    bound(module, module.argAliases?.[name] ?? name, value),
  ]);
  const args = Object.fromEntries(named) as JsonObject;
  const valid = ajv.compile(module.args);
  if (!valid(args)) throw new Error(`${module.name}: ${ajv.errorsText(valid.errors)}`);
  return args;
}

function bound(module: AnyModule, name: string, value: unknown): unknown {
  const schema = (module.args['properties'] as { [name: string]: { 'x-pb'?: string } | undefined } | undefined)?.[name];
  if (schema?.['x-pb'] === 'expression') return unbound(String(value));
  if (schema?.['x-pb'] === 'expressions') return (Array.isArray(value) ? value : [value]).map((source) => unbound(String(source)));
  return structuredClone(value);
}

/** read evaluates expressions; decide, which is all that runs here, must not. */
const unbound = (source: string): Bound => {
  const refuse = (): never => {
    throw new Error(`decide evaluated "${source}"`);
  };
  return { source, value: refuse, holds: refuse };
};
