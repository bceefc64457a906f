/** JSON as rules see it: by its schema, integers are CEL's int, times are timestamps, and names are escaped. */
import { type Dict, isDict, list, text } from '../json.ts';
import type { Schema } from '../schema/schema.ts';
import { durationOf } from './environment.ts';

const keywords = new Set(
  'true false null in as break const continue else for function if import let loop package namespace return var void while'.split(' '),
);
const signs: { readonly [sign: string]: string } = { __: '__underscores__', '.': '__dot__', '-': '__dash__', '/': '__slash__' };

/** How a rule writes a property's name; undefined for one that rules cannot reach. */
export function ruleName(name: string): string | undefined {
  if (keywords.has(name)) return `__${name}__`;
  const escaped = name.replace(/__|[.\-/]/g, (sign) => signs[sign] ?? sign);
  return /^[A-Za-z_]\w*$/.test(escaped) ? escaped : undefined;
}

/** The fields that the root of an object has besides those of its schema. */
export const rootFields = {
  apiVersion: { type: 'string' },
  kind: { type: 'string' },
  metadata: { type: 'object', properties: { name: { type: 'string' }, generateName: { type: 'string' } } },
} as const;

export const withRoot = (schema: Schema): Schema => ({ ...schema, properties: { ...schema.properties, ...rootFields } });

export function ruleValue(schema: Schema, value: unknown): unknown {
  if (schema['x-kubernetes-int-or-string']) return typeof value === 'number' ? BigInt(value) : value;
  if (typeof value === 'number') return schema.type === 'integer' ? BigInt(Math.trunc(value)) : value;
  if (typeof value === 'string') return stringValue(schema.format, value);
  if (Array.isArray(value)) return list(value).map((one) => (schema.items ? ruleValue(schema.items, one) : one));
  if (!isDict(value)) return value;
  const extra = schema.additionalProperties;
  const out: Dict = {};
  for (const [name, one] of Object.entries(value)) {
    const field = Object.hasOwn(schema.properties ?? {}, name) ? schema.properties?.[name] : undefined;
    if (typeof extra === 'object' && !field) out[name] = ruleValue(extra, one);
    else if (field && one !== null) out[ruleName(name) ?? name] = ruleValue(field, one);
  }
  return out;
}

function stringValue(format: string | undefined, value: string): unknown {
  if (format === 'date-time' || format === 'date') return new Date(value);
  if (format === 'duration') return durationOf(value);
  return format === 'byte' ? Uint8Array.from(Buffer.from(value, 'base64')) : value;
}

/** The kind of value as a failing rule names it. */
export const typeWord = (schema: Schema, value: unknown): string =>
  Array.isArray(value) ? 'array' : isDict(value) ? 'object' : text(schema.type) || typeof value;
