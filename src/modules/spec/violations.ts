/** Values against an argument specification of Ansible: what is wrong, in Ansible's words. Pure. */

import { isObject, type Json } from '../../core/value.ts';
import { booleanOf } from '../../core/yes-no.ts';

export interface Option {
  readonly type?: string;
  readonly elements?: string;
  readonly required?: boolean;
  readonly choices?: readonly Json[];
  readonly default?: Json;
  readonly options?: { readonly [name: string]: Option };
}

type Options = { readonly [name: string]: Option };
type Values = { readonly [name: string]: Json };

/** Whether Ansible would convert the value to the type. */
const FITS: { readonly [type: string]: (value: Json) => boolean } = {
  str: (value) => !isObject(value) && !Array.isArray(value),
  path: (value) => typeof value === 'string',
  raw: () => true,
  int: (value) => (typeof value === 'number' && Number.isInteger(value)) || (typeof value === 'string' && /^\s*[-+]?\d+\s*$/.test(value)),
  float: (value) => typeof value === 'number' || (typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value))),
  bool: (value) => typeof value === 'boolean' || booleanOf(String(value)) !== undefined,
  list: (value) => Array.isArray(value) || typeof value === 'string' || typeof value === 'number',
  dict: (value) => isObject(value) || (typeof value === 'string' && /^\s*\{|=/.test(value)),
  json: () => true,
  jsonarg: () => true,
  bytes: (value) => typeof value === 'number' || /^\s*\d+(\.\d+)?\s*[KMGTPEZY]?[bB]?\s*$/.test(String(value)),
  bits: (value) => typeof value === 'number' || /^\s*\d+(\.\d+)?\s*[KMGTPEZY]?b?\s*$/.test(String(value)),
};

/** `within`: the options above, for nested specifications: "disk -> size". */
export function violations(options: Options, values: Values, within: readonly string[] = []): readonly string[] {
  const found = within.length === 0 ? '' : ` found in ${within.join(' -> ')}`;
  const errors: string[] = [];
  if (within.length > 0) {
    const extra = Object.keys(values).filter((name) => !Object.hasOwn(options, name));
    if (extra.length > 0) {
      const names = extra.map((name) => [...within, name].join('.'));
      errors.push(`${names.join(', ')}. Supported parameters include: ${Object.keys(options).sort().join(', ')}.`);
    }
  }
  const given = (name: string): Json | undefined => values[name] ?? options[name]?.default;
  const missing = Object.keys(options).filter((name) => options[name]?.required === true && (given(name) ?? null) === null);
  if (missing.length > 0) errors.push(`missing required arguments: ${missing.sort().join(', ')}${found}`);
  for (const [name, option] of Object.entries(options)) {
    const value = given(name);
    if (value !== undefined && value !== null) errors.push(...judged(name, value, { option, within, found }));
  }
  return errors;
}

function judged(name: string, value: Json, at: { option: Option; within: readonly string[]; found: string }): readonly string[] {
  const { option, within, found } = at;
  const type = option.type ?? 'str';
  if (!(FITS[type] ?? FITS['raw'])?.(value)) {
    return [`argument '${name}' is of type ${typeName(value)}${found} and we were unable to convert to ${type}: ${whyNot(value, type)}`];
  }
  const items = type === 'list' ? (Array.isArray(value) ? (value as readonly Json[]) : String(value).split(',')) : [value];
  const elements = option.elements;
  const wrong = type === 'list' && elements !== undefined ? items.find((item) => !(FITS[elements] ?? FITS['raw'])?.(item)) : undefined;
  if (wrong !== undefined) {
    return [
      `Elements value for option '${name}'${found} is of type ${typeName(wrong)} and we were unable to convert to ${elements}: ${whyNot(wrong, String(elements))}`,
    ];
  }
  const choices = option.choices;
  const outside = choices ? items.filter((item) => !choices.some((choice) => String(choice) === String(item))) : [];
  if (outside.length > 0) {
    const many = type === 'list' ? 'one or more of' : 'one of';
    return [`value of ${name} must be ${many}: ${choices?.join(', ')}, got: ${outside.map(String).join(', ')}${found}`];
  }
  const inner = option.options;
  if (!inner) return [];
  return items.flatMap((item) => (isObject(item) ? violations(inner, item as Values, [...within, name]) : []));
}

const typeName = (value: Json): string => {
  if (value === null) return 'NoneType';
  if (Array.isArray(value)) return 'list';
  if (typeof value === 'object') return 'dict';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int' : 'float';
  return 'str';
};

/** Python's words for it. */
function whyNot(value: Json, type: string): string {
  if (type === 'int') return `"${typeof value === 'string' ? `'${value}'` : JSON.stringify(value)}" cannot be converted to an int`;
  if (type === 'dict' && typeof value === 'string') return 'dictionary requested, could not parse JSON or key=value';
  return `<class '${typeName(value)}'> cannot be converted to a ${type}`;
}
