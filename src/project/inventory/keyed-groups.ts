/** keyed_groups: names of groups made of a value, `{key, prefix, separator, parent_group, default_value, trailing_separator}`. */
import { PbError, type Span } from '../../core/diagnostic.ts';
import { type Expression, isObject, type Resolved, type Value } from '../../core/value.ts';
import type { Context } from '../context.ts';
import { checkKeys } from '../playbook/keywords.ts';
import { flag } from '../playbook/typed.ts';
import { child, entry, isNull, textOf, typeName, type YamlNode } from '../yaml/node.ts';
import { toExpression, toValue } from '../yaml/value.ts';

export interface Keyed {
  readonly at: Span;
  readonly key: Expression;
  readonly prefix: string;
  readonly separator: string;
  /** A template or a name. */
  readonly parent?: Value;
  /** Takes the place of an empty value. */
  readonly fallback?: string;
  readonly trailingSeparator: boolean;
}

const KEYS = ['key', 'prefix', 'separator', 'parent_group', 'default_value', 'trailing_separator'];

export function keyedOf(context: Context, node: YamlNode): Keyed | undefined {
  const { problems } = context;
  if (node.kind !== 'map') {
    problems.error('wrong-type', `an entry of keyed_groups must be a mapping, not ${typeName(node)}`, { at: node.at });
    return undefined;
  }
  checkKeys(problems, node, { keys: KEYS, where: 'keyed_groups' });
  const [key, parent, trailing] = [child(node, 'key'), child(node, 'parent_group'), entry(node, 'trailing_separator')];
  if (key === undefined) problems.error('missing-argument', 'an entry of keyed_groups needs key', { at: node.at });
  if (trailing && entry(node, 'default_value'))
    problems.error('conflicting-arguments', 'default_value and trailing_separator exclude each other', { at: trailing.keyAt });
  const expression = key && toExpression(context, key, 'key');
  const fallback = textOf(child(node, 'default_value'));
  return (
    expression && {
      at: node.at,
      key: expression,
      prefix: textOf(child(node, 'prefix')) ?? '',
      separator: textOf(child(node, 'separator')) ?? '_',
      ...(parent === undefined || isNull(parent) ? {} : { parent: toValue(context, parent) }),
      ...(fallback === undefined ? {} : { fallback }),
      trailingSeparator: trailing === undefined || flag(context, trailing) !== false,
    }
  );
}

/** Names before invalid characters are replaced. Throws PbError 'args' for a value of a kind that names nothing. */
export function namesOf(keyed: Keyed, key: Resolved, leadingSeparator: boolean): readonly string[] {
  const { prefix, separator, fallback } = keyed;
  const front = prefix === '' && !leadingSeparator ? '' : prefix + separator;
  return bareNames(keyed, key, fallback).map((name) => front + name);
}

const isEmpty = (value: Resolved): boolean => value === null || value === '';

function bareNames(keyed: Keyed, key: Resolved, fallback: string | undefined): readonly string[] {
  if (isEmpty(key)) return fallback === undefined ? [] : [fallback];
  if (key === false || key === 0) return [];
  if (typeof key === 'string') return [key];
  if (Array.isArray(key)) return key.map((item: Resolved) => (isEmpty(item) && fallback !== undefined ? fallback : shown(item)));
  if (isObject(key)) return Object.entries(key).map(([name, value]) => pair(keyed, name, value as Resolved));
  throw new PbError('args', `a group is named by a string, a list or a mapping, not ${JSON.stringify(key)}`, { at: keyed.at });
}

function pair({ separator, fallback, trailingSeparator }: Keyed, name: string, value: Resolved): string {
  if (!isEmpty(value)) return `${name}${separator}${shown(value)}`;
  if (fallback !== undefined) return `${name}${separator}${fallback}`;
  return trailingSeparator ? `${name}${separator}${shown(value)}` : name;
}

/** As Python's str. */
const shown = (value: Resolved): string => (value === null ? 'None' : value === true ? 'True' : value === false ? 'False' : String(value));
