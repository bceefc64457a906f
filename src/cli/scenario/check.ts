/** A located YAML tree against the scenario schema: what is wrong, where, with the nearest right word. */
import { nearest } from '../../core/diagnostic.ts';
import type { Json } from '../../core/value.ts';
import type { Schema } from '../../lab/scenario/schema.ts';
import type { Problems } from '../../project/problems.ts';
import { child, type MapNode, type ScalarNode, typeName, type YamlNode } from '../../project/yaml/node.ts';

/** The tree as plain data; only what passed is meant to be used. */
export function checked(node: YamlNode, schema: Schema, problems: Problems): Json {
  walk(node, schema, problems);
  return plain(node);
}

export function plain(node: YamlNode): Json {
  if (node.kind === 'seq') return node.items.map(plain);
  if (node.kind === 'map') return Object.fromEntries(node.entries.map((entry) => [entry.key, plain(entry.value)]));
  return node.value instanceof Date ? node.text : node.value;
}

const NAMES: { readonly [type: string]: string } = {
  string: 'text',
  boolean: 'true or false',
  integer: 'a whole number',
  array: 'a list',
  object: 'a mapping',
  null: 'null',
};

function walk(node: YamlNode, schema: Schema, problems: Problems): void {
  if (schema.oneOf) return walkVariant(node, schema.oneOf, problems);
  const types = schema.type === undefined ? [] : typeof schema.type === 'string' ? [schema.type] : schema.type;
  if (types.length > 0 && !types.some((type) => isOf(node, type))) {
    problems.error('scenario-type', `this must be ${types.map((type) => NAMES[type] ?? type).join(' or ')}, not ${typeName(node)}`, {
      at: node.at,
      hint: schema.description,
    });
    return;
  }
  if (node.kind === 'map') walkMap(node, schema, problems);
  else if (node.kind === 'seq') for (const item of node.items) walk(item, schema.items ?? {}, problems);
  else walkScalar(node, schema, problems);
}

function isOf(node: YamlNode, type: string): boolean {
  if (type === 'object') return node.kind === 'map';
  if (type === 'array') return node.kind === 'seq';
  if (node.kind !== 'scalar') return false;
  if (type === 'null') return node.value === null;
  if (type === 'string') return typeof node.value === 'string';
  return type === 'integer' ? Number.isInteger(node.value) : typeof node.value === type;
}

function walkMap(node: MapNode, schema: Schema, problems: Problems): void {
  const { properties = {}, additionalProperties } = schema;
  for (const { key, keyAt, value } of node.entries) {
    const known = Object.hasOwn(properties, key) ? properties[key] : undefined;
    if (known) walk(value, known, problems);
    else if (typeof additionalProperties === 'object') walk(value, additionalProperties, problems);
    else if (additionalProperties === false) {
      const guess = nearest(key, Object.keys(properties));
      problems.error('scenario-key', `there is no ${JSON.stringify(key)} here`, {
        at: keyAt,
        hint: guess ? `did you mean ${guess}?` : `known here: ${Object.keys(properties).join(', ')}`,
      });
    }
  }
  for (const name of schema.required ?? [])
    if (!child(node, name))
      problems.error('scenario-missing', `${JSON.stringify(name)} is missing`, { at: node.at, hint: properties[name]?.description });
}

function walkScalar(node: ScalarNode, schema: Schema, problems: Problems): void {
  const { value } = node;
  const words = schema.const === undefined ? schema.enum : [schema.const];
  if (words && !words.some((word) => word === value)) {
    const guess = typeof value === 'string' ? nearest(value, words.map(String)) : undefined;
    problems.error('scenario-value', `this must be one of ${words.join(', ')}, not ${node.text}`, {
      at: node.at,
      hint: guess ? `did you mean ${guess}?` : schema.description,
    });
  }
  if (schema.pattern !== undefined && typeof value === 'string' && !new RegExp(schema.pattern).test(value))
    problems.error('scenario-value', `${JSON.stringify(value)} is not understood`, { at: node.at, hint: schema.description });
  if (schema.minimum !== undefined && typeof value === 'number' && value < schema.minimum)
    problems.error('scenario-value', `this must be ${schema.minimum} or more`, { at: node.at, hint: schema.description });
}

/** A fault: its name decides what else it takes. `- F16` alone is short for `- fault: F16`. */
function walkVariant(node: YamlNode, variants: readonly Schema[], problems: Problems): void {
  const names = variants.map((variant) => variant.properties?.['fault']?.const ?? '');
  const given = node.kind === 'map' ? child(node, 'fault') : node;
  if (given?.kind !== 'scalar') {
    problems.error('scenario-missing', 'a fault needs its name', { at: node.at, hint: `fault: one of ${names.join(', ')}` });
    return;
  }
  const variant = variants[names.indexOf(given.text)];
  if (!variant) {
    const guess = nearest(given.text, names);
    problems.error('scenario-fault', `there is no fault ${given.text}`, {
      at: given.at,
      hint: guess ? `did you mean ${guess}?` : `there are ${names.join(', ')}`,
    });
  } else if (node.kind === 'map') walk(node, variant, problems);
  else if ((variant.required ?? []).length > 1)
    problems.error('scenario-missing', `${given.text} needs ${(variant.required ?? []).slice(1).join(', ')}`, { at: given.at });
}
