/** Values of custom resources against their schema, with kube-openapi's sentences. */

import { type Cause, duplicate, invalidValue, notSupported, required, tooLong, tooMany, typeInvalid } from '../http/status.ts';
import { type Dict, dict, isDict, list, same } from '../json.ts';
import { oldChild } from '../rules/correlate.ts';
import { checkFormat } from './formats.ts';
import type { Schema } from './schema.ts';

/** What is wrong, fields in the order of their names. What was wrong before and is as it was may stay: `live` is the object before. */
export function validate(schema: Schema, object: Dict, live?: Dict): Cause[] {
  const causes = check(schema, object, { path: '', old: live });
  return causes.length > 0 ? causes : listCauses(schema, object, '');
}

const typeName = (value: unknown): string => {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value;
};

const nowhere = (message: string): Cause => ({ reason: 'FieldValueInvalid', message: `Invalid value: "": ${message}`, field: '<nil>' });
const body = (path: string): string => `${path} in body`;

interface Place {
  readonly path: string;
  readonly old: unknown;
}

function check(schema: Schema, value: unknown, { path, old }: Place): Cause[] {
  if (old !== undefined && old !== null && same(value, old)) return [];
  const causes: Cause[] = [];
  if (value === null && schema.nullable) return causes;
  const wrong = typeCause(schema, value, path);
  if (wrong) {
    if (schema.type === 'integer' && typeof value === 'number') {
      return [wrong, nowhere(`Checked value must be of type integer (default format) in ${path}`)];
    }
    return [wrong];
  }
  if (schema.enum && !schema.enum.some((one) => same(one, value))) return [notSupported(path, value, schema.enum.map(String))];
  if (typeof value === 'string') causes.push(...stringCauses(schema, value, path));
  if (typeof value === 'number') causes.push(...numberCauses(schema, value, path));
  if (Array.isArray(value)) causes.push(...arrayCauses(schema, value, { path, old }));
  if (isDict(value)) causes.push(...objectCauses(schema, value, { path, old }));
  return [...causes, ...combinedCauses(schema, value, path)];
}

function typeCause(schema: Schema, value: unknown, path: string): Cause | undefined {
  const type = typeName(value);
  const wanted = schema['x-kubernetes-int-or-string'] ? ['integer', 'string'] : schema.type ? [schema.type] : [];
  if (wanted.length === 0 || wanted.includes(type) || (schema.type === 'number' && type === 'integer')) return undefined;
  return typeInvalid(path, type, `${body(path)} must be of type ${wanted.join(',')}: "${type}"`);
}

function stringCauses(schema: Schema, value: string, path: string): Cause[] {
  const length = [...value].length;
  if (schema.maxLength !== undefined && length > schema.maxLength) return [tooLong(path, schema.maxLength)];
  if (schema.minLength !== undefined && length < schema.minLength) {
    return [invalidValue(path, value, `${body(path)} should be at least ${schema.minLength} chars long`)];
  }
  if (schema.pattern !== undefined && !patternOf(schema.pattern).test(value)) {
    return [invalidValue(path, value, `${body(path)} should match '${schema.pattern}'`)];
  }
  if (schema.format && !checkFormat(schema.format, value)) {
    return [typeInvalid(path, value, `${body(path)} must be of type ${schema.format}: ${JSON.stringify(value)}`)];
  }
  return [];
}

const patterns = new Map<string, RegExp>();
/** Patterns are Go's (RE2): `(?i)` and `\z` are the spellings that JavaScript does not share and CRDs use. */
function patternOf(source: string): RegExp {
  const known = patterns.get(source);
  if (known) return known;
  const insensitive = source.startsWith('(?i)');
  const made = new RegExp((insensitive ? source.slice(4) : source).replaceAll('\\z', '$').replaceAll('\\A', '^'), insensitive ? 'i' : '');
  patterns.set(source, made);
  return made;
}

function numberCauses(schema: Schema, value: number, path: string): Cause[] {
  const { minimum, maximum, multipleOf } = schema;
  if (maximum !== undefined && (schema.exclusiveMaximum ? value >= maximum : value > maximum)) {
    return [invalidValue(path, value, `${body(path)} should be less than${schema.exclusiveMaximum ? '' : ' or equal to'} ${maximum}`)];
  }
  if (minimum !== undefined && (schema.exclusiveMinimum ? value <= minimum : value < minimum)) {
    return [invalidValue(path, value, `${body(path)} should be greater than${schema.exclusiveMinimum ? '' : ' or equal to'} ${minimum}`)];
  }
  if (multipleOf !== undefined && value % multipleOf !== 0) {
    return [invalidValue(path, value, `${body(path)} should be a multiple of ${multipleOf}`)];
  }
  return [];
}

function arrayCauses(schema: Schema, value: unknown[], { path, old }: Place): Cause[] {
  const { items, maxItems, minItems } = schema;
  const causes = items
    ? value.flatMap((one, index) => check(items, one, { path: `${path}[${index}]`, old: oldChild(schema, old, one) }))
    : [];
  if (maxItems !== undefined && value.length > maxItems) causes.push(tooMany(path, value.length, maxItems));
  if (minItems !== undefined && value.length < minItems) {
    causes.push(invalidValue(path, value.length, `${body(path)} should have at least ${minItems} items`));
  }
  return causes;
}

function objectCauses(schema: Schema, value: Dict, { path, old }: Place): Cause[] {
  const at = (name: string): string => (path ? `${path}.${name}` : name);
  const causes: Cause[] = [];
  if (schema['x-kubernetes-embedded-resource']) {
    for (const name of ['apiVersion', 'kind']) if (value[name] === undefined) causes.push(required(at(name)));
  }
  for (const name of [...(schema.required ?? [])].sort()) if (value[name] === undefined) causes.push(required(at(name)));
  const count = Object.keys(value).length;
  if (schema.maxProperties !== undefined && count > schema.maxProperties) {
    causes.push({ ...tooMany(path, count, schema.maxProperties) });
  }
  if (schema.minProperties !== undefined && count < schema.minProperties) {
    causes.push(invalidValue(path, count, `${body(path)} should have at least ${schema.minProperties} properties`));
  }
  for (const [name, one] of Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) {
    const declared = Object.hasOwn(schema.properties ?? {}, name) ? schema.properties?.[name] : undefined;
    const field = declared ?? (typeof schema.additionalProperties === 'object' ? schema.additionalProperties : undefined);
    if (field && one !== undefined) causes.push(...check(field, one, { path: at(name), old: dict(old)[name] }));
  }
  return causes;
}

function combinedCauses(schema: Schema, value: unknown, path: string): Cause[] {
  const causes: Cause[] = [];
  for (const one of schema.allOf ?? []) causes.push(...check(one, value, { path, old: undefined }));
  if (schema.not && check(schema.not, value, { path, old: undefined }).length === 0) {
    causes.push(nowhere(`"${path}" must not validate the schema (not)`));
  }
  for (const [word, options, text] of [
    ['anyOf', schema.anyOf, 'must validate at least one schema (anyOf)'],
    ['oneOf', schema.oneOf, 'must validate one and only one schema (oneOf)'],
  ] as const) {
    if (!options || schema['x-kubernetes-int-or-string']) continue;
    const results = options.map((one) => check(one, value, { path, old: undefined }));
    const fit = results.filter((one) => one.length === 0).length;
    if (fit === 0) {
      // The best try's mistakes follow, as they say what to do about it.
      const best = [...results].sort((a, b) => a.length - b.length)[0] ?? [];
      causes.push(nowhere(`"${path}" ${text}${word === 'oneOf' ? '. Found none valid' : ''}`), ...best);
    } else if (word === 'oneOf' && fit > 1) causes.push(nowhere(`"${path}" ${text}. Found ${fit} valid alternatives`));
  }
  return causes;
}

/** Items that stand twice in sets and keyed lists. */
function listCauses(schema: Schema, value: unknown, path: string): Cause[] {
  const causes: Cause[] = [];
  if (Array.isArray(value)) {
    const keys = schema['x-kubernetes-list-map-keys'];
    const type = schema['x-kubernetes-list-type'];
    const keyOf = (one: unknown): unknown =>
      type === 'map' && isDict(one) ? Object.fromEntries((keys ?? []).map((key) => [key, one[key]])) : one;
    value.forEach((one, index) => {
      if (type !== 'map' && type !== 'set') return;
      const key = keyOf(one);
      if (value.slice(0, index).some((other) => same(keyOf(other), key))) causes.push(duplicate(`${path}[${index}]`, key));
    });
    const { items } = schema;
    if (items) causes.push(...list(value).flatMap((one, index) => listCauses(items, one, `${path}[${index}]`)));
  } else if (isDict(value)) {
    for (const [name, one] of Object.entries(value)) {
      const field =
        schema.properties?.[name] ?? (typeof schema.additionalProperties === 'object' ? schema.additionalProperties : undefined);
      if (field) causes.push(...listCauses(field, one, path ? `${path}.${name}` : name));
    }
  }
  return causes;
}
