/** Values seen through their schema, as structured-merge-diff sees them: which parts are owned one by one, and which lists have keys. */
import { type Dict, dict, isDict, list } from '../json.ts';
import { fieldOf, isDeclared, objectMeta, resolve, type Schema, shapeOf } from '../schema/schema.ts';
import { edgeText, emptySet, type FieldSet, field, keyed, value as valueEdge } from './field-set.ts';

/** An object that does not fit its schema; the message begins with the path. */
export class TypedError extends Error {}

/** The schema of a whole object: a custom kind's own with apiVersion, kind and metadata. */
export function rootSchema(schema: Schema, isCustom: boolean): Schema {
  if (!isCustom) return schema;
  const string: Schema = { type: 'string' };
  return { ...schema, type: 'object', properties: { ...schema.properties, apiVersion: string, kind: string, metadata: objectMeta } };
}

export function itemSchema(schema: Schema | undefined): Schema | undefined {
  return schema && resolve(schema).items;
}

/** The edge that leads to an item of a list that has keys; missing keys have their default. */
export function keyEdge(item: unknown, keys: readonly string[], schema: Schema): string {
  const key: Dict = {};
  for (const name of keys) {
    const one = dict(item)[name] ?? resolve(schema).properties?.[name]?.default;
    if (one !== undefined) key[name] = one;
  }
  return keyed(key);
}

/** The children of a value by edge; undefined when it is owned as a whole. */
export function partsOf(
  value: unknown,
  schema: Schema | undefined,
): { edge: string; value: unknown; schema: Schema | undefined; declared: boolean }[] | undefined {
  const shape = shapeOf(schema, value);
  if (shape.kind === 'leaf') return undefined;
  if (shape.kind === 'map') {
    return Object.entries(dict(value)).map(([name, one]) => ({
      edge: field(name),
      value: one,
      schema: fieldOf(schema, name),
      declared: isDeclared(schema, name),
    }));
  }
  const item = itemSchema(schema);
  return list(value).map((one) => ({
    edge: shape.kind === 'set' ? valueEdge(one) : keyEdge(one, shape.keys, shape.item),
    value: one,
    schema: item,
    declared: false,
  }));
}

/** The fields that an applied object names. */
export function fieldSetOf(value: unknown, schema: Schema | undefined): FieldSet {
  const set = emptySet();
  const parts = partsOf(value, schema);
  if (!parts || parts.length === 0) {
    set.member = true;
    return set;
  }
  for (const part of parts) {
    const below = fieldSetOf(part.value, part.schema);
    if (!part.declared) below.member = true;
    set.children.set(part.edge, below);
  }
  return set;
}

/** Refuses what the schema does not have, and keys that stand twice, in structured-merge-diff's words. */
export function checkTyped(value: unknown, schema: Schema | undefined, path = ''): void {
  if (!schema || value === null || value === undefined) return;
  const whole = resolve(schema);
  const wrong = (wanted: string): TypedError => new TypedError(`${path}: expected ${wanted}, got ${gotText(value)}`);
  const isFree = whole['x-kubernetes-int-or-string'] || whole.format === 'int-or-string' || whole.oneOf;
  if (whole.type === 'string' && !isFree && typeof value !== 'string') throw wrong('string');
  if (whole.type === 'boolean' && typeof value !== 'boolean') throw wrong('boolean');
  if ((whole.type === 'integer' || whole.type === 'number') && typeof value !== 'number')
    throw new TypedError(`${path}: expected numeric (int or float), got ${goKind(value)}`);
  if (whole.type === 'array') {
    if (!Array.isArray(value)) throw wrong('list');
    const parts = partsOf(value, schema);
    const seen = new Set<string>();
    for (const { edge } of parts ?? []) {
      if (seen.has(edge)) throw new TypedError(`${path}: duplicate entries for key ${edgeText(edge)}`);
      seen.add(edge);
    }
    value.forEach((one, index) => {
      checkTyped(one, whole.items, path + (parts ? edgeText(parts[index]?.edge ?? '') : `[${index}]`));
    });
  }
  if (whole.type !== 'object') return;
  if (!isDict(value)) throw wrong('map');
  const isOpen =
    whole['x-kubernetes-preserve-unknown-fields'] ||
    (!whole.properties && whole.additionalProperties === undefined) ||
    whole.additionalProperties === true;
  for (const [name, one] of Object.entries(value)) {
    const known = fieldOf(schema, name);
    if (!known && !isOpen && !(whole['x-kubernetes-embedded-resource'] && ['apiVersion', 'kind', 'metadata'].includes(name))) {
      throw new TypedError(`${path}.${name}: field not declared in schema`);
    }
    checkTyped(one, known, `${path}.${name}`);
  }
}

const gotText = (value: unknown): string => `&value.valueUnstructured{Value:${goText(value)}}`;
const goText = (value: unknown): string => {
  if (typeof value === 'string') return JSON.stringify(value);
  if (Array.isArray(value)) return `[]interface {}{${value.map(goText).join(', ')}}`;
  if (isDict(value))
    return `map[string]interface {}{${Object.entries(value)
      .map(([key, one]) => `${JSON.stringify(key)}:${goText(one)}`)
      .join(', ')}}`;
  return String(value);
};
const goKind = (value: unknown): string =>
  Array.isArray(value) ? 'list' : isDict(value) ? 'map' : typeof value === 'boolean' ? 'boolean' : typeof value;
