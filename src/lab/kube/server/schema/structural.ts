/** Custom resources: pruning of unknown fields, defaulting, and what is known about a value's place. After apiextensions-apiserver's structural schemas. */
import { copy, type Dict, dict, isDict } from '../json.ts';
import { decodeBuiltin } from './decode.ts';
import { objectMeta, type Schema } from './schema.ts';

export interface Pruned {
  readonly value: Dict;
  /** Sorted paths of what was dropped. */
  readonly unknown: readonly string[];
}

/** An object of a custom kind without what its schema does not know. Throws DecodeError for metadata of the wrong type. */
export function prune(schema: Schema, object: Dict): Pruned {
  const unknown: string[] = [];
  const value = root(schema, object, '', unknown);
  return { value, unknown: unknown.sort() };
}

function root(schema: Schema, object: Dict, path: string, unknown: string[]): Dict {
  const prefix = path && `${path}.`;
  const { apiVersion, kind, metadata, ...rest } = object;
  const out = dict(value(schema, rest, path, unknown));
  if (apiVersion !== undefined) out['apiVersion'] = apiVersion;
  if (kind !== undefined) out['kind'] = kind;
  if (metadata !== undefined && metadata !== null) {
    const meta = decodeBuiltin({ type: 'object', properties: { metadata: objectMeta } }, { metadata });
    unknown.push(...meta.unknown.map((one) => `${prefix}${one}`));
    out['metadata'] = meta.value['metadata'];
  }
  return out;
}

function value(schema: Schema, given: unknown, path: string, unknown: string[]): unknown {
  if (Array.isArray(given)) {
    const { items } = schema;
    return items ? given.map((one, index) => inner(items, one, `${path}[${index}]`, unknown)) : given;
  }
  if (!isDict(given)) return given;
  const out: Dict = {};
  for (const [name, one] of Object.entries(given)) {
    const place = path ? `${path}.${name}` : name;
    const field = childOf(schema, name);
    if (field === true) out[name] = one;
    else if (field) out[name] = inner(field, one, place, unknown);
    else unknown.push(place);
  }
  return out;
}

function inner(schema: Schema, given: unknown, path: string, unknown: string[]): unknown {
  return schema['x-kubernetes-embedded-resource'] && isDict(given)
    ? root(schema, given, path, unknown)
    : value(schema, given, path, unknown);
}

/** The schema of a field; true where anything may stand. */
function childOf(schema: Schema, name: string): Schema | true | undefined {
  if (Object.hasOwn(schema.properties ?? {}, name)) return schema.properties?.[name] ?? true;
  if (schema.additionalProperties === true || schema['x-kubernetes-preserve-unknown-fields']) return true;
  return typeof schema.additionalProperties === 'object' ? schema.additionalProperties : undefined;
}

/** Fills in defaults and drops nulls that may not be null; changes the value. */
export function applyDefaults(schema: Schema, given: unknown): void {
  if (Array.isArray(given)) {
    if (schema.items) for (const one of given) applyDefaults(schema.items, one);
    return;
  }
  if (!isDict(given)) return;
  for (const [name, field] of Object.entries(schema.properties ?? {})) {
    if (given[name] === null && !field.nullable) delete given[name];
    if (given[name] === undefined && field.default !== undefined) given[name] = copy(field.default);
    if (given[name] !== undefined) applyDefaults(field, given[name]);
  }
  const extra = schema.additionalProperties;
  if (typeof extra !== 'object') return;
  for (const [name, one] of Object.entries(given)) {
    if (Object.hasOwn(schema.properties ?? {}, name)) continue;
    if (one === null && !extra.nullable) {
      if (extra.default === undefined) delete given[name];
      else given[name] = copy(extra.default);
    }
    applyDefaults(extra, given[name]);
  }
}
