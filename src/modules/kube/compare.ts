/** Values side by side: what differs, and how it may be shown. */
import { isObject, type Json, type JsonObject } from '../../core/value.ts';

/** Order of keys does not matter, order of lists does. */
export function equal(a: Json | undefined, b: Json | undefined): boolean {
  if (a === b) return true;
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((item, index) => equal(item, b[index]));
  if (!isObject(a) || !isObject(b) || Array.isArray(b)) return false;
  const [left, right] = [a as JsonObject, b as JsonObject];
  const keys = Object.keys(left);
  return keys.length === Object.keys(right).length && keys.every((key) => Object.hasOwn(right, key) && equal(left[key], right[key]));
}

/** "spec.replicas", "metadata.labels": the first places where two values differ, lists as a whole; at most `most`. */
export function differences(a: Json | undefined, b: Json | undefined, most = 4): readonly string[] {
  const found: string[] = [];
  const walk = (left: Json | undefined, right: Json | undefined, path: string): void => {
    if (equal(left, right)) return;
    if (!isObject(left) || !isObject(right)) return void found.push(path || '(whole)');
    for (const key of new Set([...Object.keys(left), ...Object.keys(right)])) {
      walk((left as JsonObject)[key], (right as JsonObject)[key], path ? `${path}.${key}` : key);
    }
  };
  walk(a, b, '');
  return found.length > most ? [...found.slice(0, most), `${found.length - most} more`] : found;
}

/** A Secret's before and after with values replaced by marks: equal ones by the same, different ones by different marks. */
export function masked(before: Json, after: Json): { readonly before: Json; readonly after: Json } {
  const mask = (own: Json, other: Json, side: string): Json => {
    if (!isObject(own)) return own;
    const shown: { [key: string]: Json } = { ...(own as JsonObject) };
    for (const field of ['data', 'stringData']) {
      const data = shown[field];
      if (!isObject(data)) continue;
      const others = isObject(other) ? (other as JsonObject)[field] : undefined;
      shown[field] = Object.fromEntries(
        Object.entries(data as JsonObject).map(([key, value]) => {
          const counterpart = isObject(others) ? (others as JsonObject)[key] : undefined;
          return [key, counterpart === undefined || equal(value, counterpart) ? '***' : `*** (${side})`];
        }),
      );
    }
    return shown;
  };
  return { before: mask(before, after, 'before'), after: mask(after, before, 'after') };
}
