/** What a rule is refused for when its definition is created: text that is no CEL, and fields or functions that do not exist. */
import type { Environment } from '@marcbachmann/cel-js';
import type { Schema } from '../schema/schema.ts';
import { typedEnvironment } from './environment.ts';
import { ruleName, withRoot } from './values.ts';

export interface Compiled {
  /** Why it cannot be compiled. */
  readonly error?: string;
  /** CEL's name for the type of its value. */
  readonly type?: string;
}

const scalars: { readonly [type: string]: string } = { string: 'string', boolean: 'bool', integer: 'int', number: 'double' };
const formatted: { readonly [format: string]: string } = {
  'date-time': 'google.protobuf.Timestamp',
  date: 'google.protobuf.Timestamp',
  duration: 'google.protobuf.Duration',
  byte: 'bytes',
};

/** Declares the types of a schema; the name of its own. */
function declare(env: Environment, schema: Schema, name: string): string {
  if (schema['x-kubernetes-int-or-string'] || schema['x-kubernetes-preserve-unknown-fields']) return 'dyn';
  if (schema.type === 'string') return formatted[schema.format ?? ''] ?? 'string';
  if (schema.type === 'array') return `list<${schema.items ? declare(env, schema.items, `${name}Item`) : 'dyn'}>`;
  if (typeof schema.additionalProperties === 'object') return `map<string, ${declare(env, schema.additionalProperties, `${name}Value`)}>`;
  if (schema.type !== 'object') return scalars[schema.type ?? ''] ?? 'dyn';
  const fields: Record<string, string> = {};
  for (const [key, one] of Object.entries(schema.properties ?? {})) {
    const field = ruleName(key);
    if (field) fields[field] = declare(env, one, `${name}_${field}`);
  }
  env.registerType(name, { fields });
  return name;
}

export interface RuleText {
  readonly rule: string;
  readonly optionalOldSelf: boolean;
}

export function compile(schema: Schema, { rule, optionalOldSelf }: RuleText, isRoot: boolean): Compiled {
  const env = typedEnvironment();
  const type = declare(env, isRoot || schema['x-kubernetes-embedded-resource'] ? withRoot(schema) : schema, 'Self');
  env.registerVariable('self', type).registerVariable('oldSelf', optionalOldSelf ? `optional<${type}>` : type);
  const result = env.check(rule);
  if (result.valid) return { type: result.type ?? 'dyn' };
  const error = result.error?.message.split('\n')[0] ?? 'it cannot be read';
  // The library compares maps, lists and objects as they run, but does not declare it: only scalars are told apart for certain.
  const [, left = '', right = ''] = /^no such overload: (\S+) (?:==|!=) (\S+)$/.exec(error) ?? [];
  const isCertain = left === '' || [left, right].every((one) => Object.values(scalars).includes(one));
  return isCertain ? { error } : { type: 'bool' };
}
