/**
 * Reads an object of a built-in kind as Go's decoder does: what has the wrong type is refused in Go's words, what the kind does not have
 * is left out and named, null and empty optional values disappear, quantities get their canonical form.
 */
import { type Dict, isDict, isEmpty } from '../json.ts';
import { canonicalQuantity, QuantityError } from './quantity.ts';
import { quantityType, resolve, type Schema } from './schema.ts';

/** The decoder's sentence: "json: cannot unmarshal …". */
export class DecodeError extends Error {}

export interface Decoded {
  readonly value: Dict;
  /** Paths of fields that the kind does not have, in the order of the text. */
  readonly unknown: readonly string[];
}

interface Place {
  /** `spec.template.spec.containers[0]`. */
  readonly path: string;
  /** Without indexes, and with the struct that declares the last field: `PodSpec.spec.template.spec.containers`. */
  readonly struct: string;
  readonly fields: string;
}

export function decodeBuiltin(schema: Schema, object: Dict): Decoded {
  const unknown: string[] = [];
  const value = struct(schema, object, { path: '', struct: '', fields: '' }, unknown);
  return { value, unknown };
}

const structName = (schema: Schema): string => schema.$ref?.split('.').at(-1) ?? '';

function struct(schema: Schema, object: Dict, place: Place, unknown: string[]): Dict {
  const whole = resolve(schema);
  const out: Dict = {};
  for (const [name, given] of Object.entries(object)) {
    const path = place.path ? `${place.path}.${name}` : name;
    const field = Object.hasOwn(whole.properties ?? {}, name) ? whole.properties?.[name] : undefined;
    if (!field) {
      unknown.push(path);
      continue;
    }
    if (given === null) continue;
    const fields = place.fields ? `${place.fields}.${name}` : name;
    const value = decodeValue(field, given, { path, struct: structName(schema), fields }, unknown);
    const target = resolve(field);
    const isCollection = target.type === 'array' || (target.type === 'object' && !target.properties && isTyped(target));
    // An empty list of managers says that nobody manages anything.
    if (isCollection && isEmpty(value) && name !== 'managedFields') continue;
    if ((value === '' || value === 0 || value === false) && whole['x-drop-zero']?.includes(name)) continue;
    out[name] = value;
  }
  for (const [name, field] of Object.entries(whole.properties ?? {})) {
    const { default: value } = field;
    if (value && typeof value !== 'object' && !Object.hasOwn(out, name)) out[name] = value;
  }
  for (const [name, value] of Object.entries(whole['x-always'] ?? {})) {
    const field = whole.properties?.[name];
    if (Object.hasOwn(out, name) || !field) continue;
    out[name] = isDict(value) ? struct(field, {}, place, unknown) : value;
  }
  return out;
}

const isTyped = (schema: Schema): boolean => typeof schema.additionalProperties === 'object';

function decodeValue(schema: Schema, value: unknown, place: Place, unknown: string[]): unknown {
  const whole = resolve(schema);
  if (schema.$ref === quantityType) return quantity(value);
  if (whole.format === 'int-or-string') {
    if (typeof value === 'string' || Number.isInteger(value)) return value;
    throw wrong(value, place, 'intstr.IntOrString');
  }
  switch (whole.type) {
    case 'string':
      return string(schema, whole, value, place);
    case 'boolean':
      if (typeof value !== 'boolean') throw wrong(value, place, 'bool');
      return value;
    case 'integer': {
      const type = whole.format === 'int64' ? 'int64' : 'int32';
      if (typeof value !== 'number') throw wrong(value, place, type);
      if (!Number.isInteger(value)) throw wrong(value, place, type, ` ${value}`);
      return value;
    }
    case 'number':
      if (typeof value !== 'number') throw wrong(value, place, 'float64');
      return value;
    case 'array': {
      if (!Array.isArray(value)) throw wrong(value, place, goType(schema));
      const item = whole.items ?? {};
      return value.map((one, index) =>
        one === null ? one : decodeValue(item, one, { ...place, path: `${place.path}[${index}]` }, unknown),
      );
    }
    case 'object': {
      if (!isDict(value)) throw wrong(value, place, goType(schema));
      if (whole.properties) return struct(schema, value, place, unknown);
      const inner = whole.additionalProperties;
      if (typeof inner !== 'object') return value;
      if (inner.$ref === quantityType) return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, quantity(one, true)]));
      const entries = Object.entries(value).map(([key, one]) => [
        key,
        one === null ? zero(inner) : decodeValue(inner, one, { ...place, path: `${place.path}.${key}` }, unknown),
      ]);
      return Object.fromEntries(entries);
    }
    default:
      return value;
  }
}

const zero = (schema: Schema): unknown => (resolve(schema).type === 'string' ? '' : null);

function string(schema: Schema, whole: Schema, value: unknown, place: Place): string {
  if (typeof value !== 'string') throw wrong(value, place, schema.$ref ? goType(schema) : 'string');
  if (whole.format === 'byte') {
    const bad = /[^A-Za-z0-9+/=\r\n]/.exec(value)?.index;
    const bare = value.replace(/[\r\n]/g, '');
    if (bad !== undefined || bare.length % 4 !== 0)
      throw new DecodeError(`illegal base64 data at input byte ${bad ?? bare.length - (bare.length % 4)}`);
  }
  if (whole.format === 'date-time' && Number.isNaN(Date.parse(value))) {
    throw new DecodeError(
      `parsing time ${JSON.stringify(JSON.stringify(value)).slice(1, -1)} as "2006-01-02T15:04:05Z07:00": cannot parse "${value}" as "2006"`,
    );
  }
  return value;
}

function quantity(value: unknown, coarse = false): string {
  try {
    return canonicalQuantity(typeof value === 'string' || typeof value === 'number' ? value : '', coarse);
  } catch (error) {
    if (error instanceof QuantityError) throw new DecodeError(error.message);
    throw error;
  }
}

/** Go's name of a type, as its decoder prints it. */
function goType(schema: Schema): string {
  const whole = resolve(schema);
  if (schema.$ref) return schema.$ref.split('.').slice(-2).join('.');
  if (whole.type === 'array') return `[]${goType(whole.items ?? {})}`;
  if (whole.type === 'object')
    return `map[string]${goType(typeof whole.additionalProperties === 'object' ? whole.additionalProperties : {})}`;
  if (whole.type === 'integer') return whole.format ?? 'int32';
  return { boolean: 'bool', number: 'float64', string: 'string' }[whole.type ?? ''] ?? 'interface {}';
}

const jsonName = (value: unknown): string =>
  Array.isArray(value) ? 'array' : isDict(value) ? 'object' : typeof value === 'boolean' ? 'bool' : typeof value;

const wrong = (value: unknown, place: Place, type: string, shown = ''): DecodeError =>
  new DecodeError(`json: cannot unmarshal ${jsonName(value)}${shown} into Go struct field ${place.struct}.${place.fields} of type ${type}`);

/** What Go's empty value of a kind looks like: the object that a new one is compared with. */
export function emptyOf(schema: Schema): Dict {
  return struct(schema, {}, { path: '', struct: '', fields: '' }, []);
}
