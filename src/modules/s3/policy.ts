/** Policies of users: when two mean the same, whatever order their lists are in. Pure. */
import { isObject, type Json } from '../../core/value.ts';

const LISTS = new Set(['Action', 'NotAction', 'Resource', 'NotResource', 'Statement', 'AWS']);

/** One form for all that means the same: one item is a list too, order of lists and keys does not count, an empty Sid is none. */
export function canonical(value: Json, key = ''): Json {
  const list = Array.isArray(value) ? value : LISTS.has(key) ? [value] : undefined;
  if (list) return list.map((item) => canonical(item)).sort((a, b) => (text(a) < text(b) ? -1 : 1));
  if (!isObject(value)) return value;
  const entries = Object.entries(value as { readonly [name: string]: Json }).filter(
    ([name, item]) => !(name === 'Sid' && item === '') && name !== 'ID',
  );
  return Object.fromEntries(entries.map(([name, item]) => [name, canonical(item, name)] as const).sort(([a], [b]) => (a < b ? -1 : 1)));
}

export const sameAs = (one: Json, other: Json): boolean => text(canonical(one)) === text(canonical(other));

const text = (value: Json): string => JSON.stringify(value);
