/** Values of keywords: the type Ansible asks for, or a located error. Templates pass: they are checked when they run. */
import { Template, type Value } from '../../core/value.ts';
import { booleanOf } from '../../core/yes-no.ts';
import type { Context } from '../context.ts';
import { type Entry, isNull, itemsOf, type ScalarNode, textOf, typeName, type YamlNode } from '../yaml/node.ts';
import { toValue } from '../yaml/value.ts';

function wrong(context: Context, entry: Entry, wanted: string): undefined {
  context.problems.error('wrong-type', `${entry.key} must be ${wanted}, not ${typeName(entry.value)}`, { at: entry.value.at });
  return undefined;
}

export function flag(context: Context, entry: Entry): Value | undefined {
  const value = templated(context, entry.value);
  if (value !== undefined) return value;
  const text = textOf(entry.value);
  return (text === undefined ? undefined : booleanOf(text)) ?? wrong(context, entry, 'true or false');
}

export function integer(context: Context, entry: Entry): Value | undefined {
  const value = templated(context, entry.value);
  if (value !== undefined) return value;
  const text = textOf(entry.value);
  return text !== undefined && /^-?\d+$/.test(text) ? Number(text) : wrong(context, entry, 'a whole number');
}

export function decimal(context: Context, entry: Entry): Value | undefined {
  const value = templated(context, entry.value);
  if (value !== undefined) return value;
  const text = textOf(entry.value);
  return text !== undefined && /^-?\d+(?:\.\d+)?$/.test(text) ? Number(text) : wrong(context, entry, 'a number');
}

/** Text, or a template of it; numbers and booleans as written. */
export function text(context: Context, entry: Entry): Value | undefined {
  if (entry.value.kind !== 'scalar' || entry.value.value === null) return wrong(context, entry, 'a string');
  return templated(context, entry.value) ?? entry.value.text;
}

/** Text that has to be known while loading. */
export function plainText(context: Context, entry: Entry): string | undefined {
  const value = text(context, entry);
  if (typeof value === 'string' || value === undefined) return value;
  context.problems.error('not-static', `${entry.key} cannot be a template`, { at: entry.value.at, hint: 'write the name itself' });
  return undefined;
}

/** One string or a list of them. */
export function words(context: Context, entry: Entry): readonly string[] {
  return itemsOf(entry.value).flatMap((item) => plainText(context, { ...entry, value: item }) ?? []);
}

/** Tags: the string `a, b` is two, in a list it is one; templates are worked out later, with the variables that hold there. */
export function tagValues(context: Context, entry: Entry): readonly Value[] {
  return itemsOf(entry.value).flatMap((item): readonly Value[] => {
    const found = text(context, { ...entry, value: item });
    if (typeof found !== 'string') return found === undefined ? [] : [found];
    const parts = entry.value.kind === 'seq' ? [found] : found.split(',').map((word) => word.trim());
    return parts.filter((word) => word !== '');
  });
}

function templated(context: Context, node: YamlNode): Template | undefined {
  if (node.kind !== 'scalar' || isNull(node)) return undefined;
  const value = toValue(context, node as ScalarNode);
  return value instanceof Template ? value : undefined;
}
