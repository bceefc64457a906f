/** Settings of buckets as XML, and back from what the reader made of it. Pure. */
import { isObject, type Json } from '../../core/value.ts';

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** Lists are several elements of one tag. */
export function xmlOf(tag: string, value: Json): string {
  if (Array.isArray(value)) return value.map((item) => xmlOf(tag, item)).join('');
  const inner = isObject(value)
    ? Object.entries(value)
        .map(([name, item]) => xmlOf(name, item as Json))
        .join('')
    : escaped(String(value ?? ''));
  return `<${tag}>${inner}</${tag}>`;
}

/** What stands at the path; undefined where an element is missing or empty. */
export function at(body: Json, ...path: readonly string[]): Json | undefined {
  let found: Json | undefined = body;
  for (const name of path) found = isObject(found) ? (found as { [name: string]: Json })[name] : undefined;
  return found === '' ? undefined : found;
}

/** None, one or several elements of one tag. */
export const listAt = (body: Json, ...path: readonly string[]): readonly Json[] => [at(body, ...path) ?? []].flat() as readonly Json[];
