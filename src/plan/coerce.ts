/** Ansible's conversions of module arguments, driven by the schema: "yes" → true, "5" → 5, "a,b" → ["a", "b"], 5 → "5". */
import { isObject, keysOf, withKeys } from '../core/value.ts';
import { booleanOf, wordsFor } from '../core/yes-no.ts';

export type Schema = { readonly [keyword: string]: unknown };

export const typesOf = (schema: Schema): readonly string[] => {
  const { type } = schema;
  return typeof type === 'string' ? [type] : Array.isArray(type) ? (type as string[]) : [];
};

const variants = (schema: Schema): readonly Schema[] => ((schema['anyOf'] ?? schema['oneOf']) as Schema[] | undefined) ?? [];

export const typeOf = (value: unknown): string => {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return typeof value === 'number' && Number.isInteger(value) ? 'integer' : typeof value;
};

const fits = (schema: Schema, value: unknown): boolean => {
  const types = typesOf(schema);
  const enumerated = schema['enum'] as readonly unknown[] | undefined;
  if (enumerated && !enumerated.includes(value)) return false;
  if ('const' in schema && schema['const'] !== value) return false;
  return types.length === 0 || types.includes(typeOf(value)) || (typeOf(value) === 'integer' && types.includes('number'));
};

/** The value as the schema wants it; unchanged where no conversion is known: the check that follows says what is wrong. */
export function coerce(schema: Schema, value: unknown): unknown {
  const options = variants(schema);
  if (options.length > 0) {
    const option = options.find((item) => fits(item, value)) ?? options.find((item) => fits(item, coerce(item, value)));
    return option ? coerce(option, value) : value;
  }
  const types = typesOf(schema);
  const natural = types.length === 0 || fits({ type: schema['type'] }, value);
  const converted = natural ? value : convert(types[0] ?? '', value, schema);
  if (Array.isArray(converted)) return list(schema, converted);
  return plain(converted) ? properties(schema, converted) : converted;
}

// instances (bound expressions, unknowns) pass untouched
const plain = (value: unknown): value is Record<string, unknown> => isObject(value) && typeof value['value'] !== 'function';

const list = (schema: Schema, value: readonly unknown[]): readonly unknown[] => {
  const items = schema['items'];
  return isObject(items) ? value.map((item) => coerce(items, item)) : value;
};

function properties(schema: Schema, value: Record<string, unknown>): Record<string, unknown> {
  const known = (schema['properties'] ?? {}) as { readonly [name: string]: Schema };
  const entries = keysOf(value).map((key) => {
    const [name, item] = [String(key), value[String(key)]];
    const inner = Object.hasOwn(known, name) ? known[name] : rest(schema, name);
    return [key, inner ? coerce(inner, item) : item] as const;
  });
  return withKeys(entries);
}

/** The schema of names the mapping does not list. */
function rest(schema: Schema, name: string): Schema | undefined {
  const patterns = Object.entries((schema['patternProperties'] ?? {}) as { readonly [pattern: string]: Schema });
  const found = patterns.find(([pattern]) => new RegExp(pattern, 'u').test(name))?.[1] ?? schema['additionalProperties'];
  return isObject(found) ? found : undefined;
}

function convert(type: string, value: unknown, schema: Schema): unknown {
  switch (type) {
    case 'boolean':
      return toBoolean(value);
    case 'integer':
      return typeof value === 'string' && /^\s*[-+]?\d+\s*$/.test(value) ? Number(value) : value;
    case 'number':
      return typeof value === 'string' && /^\s*[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?\s*$/.test(value) ? Number(value) : value;
    case 'string':
      return toText(value, schema);
    case 'array':
      return toList(value);
    case 'object':
      return toMapping(value);
    default:
      return value;
  }
}

function toBoolean(value: unknown): unknown {
  return typeof value === 'string' || typeof value === 'number' ? (booleanOf(String(value).trim()) ?? value) : value;
}

function toText(value: unknown, schema: Schema): unknown {
  // a mode that came as a number has lost its leading zero: no text can repair it
  if (schema['x-pb'] === 'mode') return value;
  if (typeof value === 'boolean') {
    const words = (schema['enum'] ?? []) as readonly unknown[];
    // `state: yes` was written as a word; Python would say "True" of it
    const word = wordsFor(value).find((item) => words.includes(item));
    return word ?? (value ? 'True' : 'False');
  }
  return typeof value === 'number' ? String(value) : value;
}

function toList(value: unknown): unknown {
  if (typeof value === 'string') return value.trim() === '' ? [] : value.split(',').map((item) => item.trim());
  return typeof value === 'number' || typeof value === 'boolean' || isObject(value) ? [value] : value;
}

/** `{"a": 1}` as text, or `a=1, b=2`. */
function toMapping(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  if (value.trim().startsWith('{')) {
    try {
      return JSON.parse(value) as unknown;
    } catch {
      return value;
    }
  }
  const pairs = value
    .split(/[,\s]+/)
    .filter(Boolean)
    .map((pair) => /^([^=]+)=(.*)$/.exec(pair));
  return pairs.length > 0 && pairs.every((pair) => pair !== null) ? Object.fromEntries(pairs.map((pair) => [pair[1], pair[2]])) : value;
}
