/**
 * Lists of objects merged item by item, for kinds whose schema does not say how: in a merge patch such a list replaces the whole old one,
 * and with it what others put there (the identityProviders of OAuth).
 */
import type { KubeObject } from '../../core/kube.ts';
import { isObject, type Json, type JsonObject } from '../../core/value.ts';
import { at, tokens } from './json-patch.ts';

/** Where the list is ("spec.identityProviders", "/spec/a.b/list") → the field that tells its items apart ("name"). */
export type MergeLists = { readonly [path: string]: string };

/** As in strategic merge patches: { name: old, $patch: delete }. */
const DIRECTIVE = '$patch';

const pointerOf = (path: string): string => (path.startsWith('/') ? path : `/${path.split('.').join('/')}`);
const itemsOf = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? (value as readonly Json[]) : []);
const keyOf = (item: Json, key: string): Json | undefined => (isObject(item) ? (item as JsonObject)[key] : undefined);

/** What makes the lists of the patch impossible to merge, whatever the object is. */
export function mergeProblem(patch: Json, lists: MergeLists): string | undefined {
  for (const [path, key] of Object.entries(lists)) {
    const items = at(patch, pointerOf(path));
    if (!Array.isArray(items)) return `merge_lists: the patch has no list at ${path}`;
    const keys = items.map((item: Json) => keyOf(item, key));
    const without = keys.findIndex((found) => typeof found !== 'string' && typeof found !== 'number');
    if (without >= 0) return `merge_lists: item ${without + 1} of ${path} has no ${key}`;
    const twice = keys.find((found, index) => keys.indexOf(found) !== index);
    if (twice !== undefined) return `merge_lists: ${path} has two items with ${key} ${String(twice)}`;
    const odd = items
      .map((item: JsonObject) => item[DIRECTIVE])
      .find((word) => word !== undefined && word !== 'delete' && word !== 'replace');
    if (odd !== undefined) return `merge_lists: ${DIRECTIVE} in ${path} can be delete or replace, not ${JSON.stringify(odd)}`;
  }
  return undefined;
}

/** The same patch with each of the lists as it comes to: the object's own items in their order, changed where the patch names them, new ones last. */
export function withMergedLists(patch: Json, lists: MergeLists, live: KubeObject): Json {
  return Object.entries(lists).reduce<Json>((out, [path, key]) => {
    const pointer = pointerOf(path);
    return put(out, tokens(pointer), mergedList(itemsOf(at(live, pointer)), itemsOf(at(patch, pointer)), key));
  }, patch);
}

function mergedList(now: readonly Json[], wanted: readonly Json[], key: string): readonly Json[] {
  const named = new Map(wanted.map((item) => [keyOf(item, key), item as JsonObject]));
  const kept = now.flatMap((item) => {
    const change = named.get(keyOf(item, key));
    if (change === undefined) return [item];
    return applied(item, change);
  });
  const there = new Set(now.map((item) => keyOf(item, key)));
  return [...kept, ...wanted.flatMap((item) => (there.has(keyOf(item, key)) ? [] : applied({}, item as JsonObject)))];
}

/** None where the item goes. */
function applied(item: Json, change: JsonObject): readonly Json[] {
  const { [DIRECTIVE]: directive, ...fields } = change;
  if (directive === 'delete') return [];
  return [merged(directive === 'replace' ? {} : item, fields)];
}

/** RFC 7386: null removes a field, a list replaces a list. */
function merged(value: Json, patch: Json): Json {
  if (!isObject(patch)) return patch;
  const out = new Map(Object.entries(isObject(value) ? (value as JsonObject) : {}));
  for (const [name, inner] of Object.entries(patch as JsonObject)) {
    if (inner === null) out.delete(name);
    else out.set(name, merged(out.get(name) ?? null, inner));
  }
  return Object.fromEntries(out);
}

function put(into: Json, path: readonly string[], value: Json): Json {
  const [first, ...rest] = path;
  if (first === undefined) return value;
  const object = into as JsonObject;
  return { ...object, [first]: put(object[first] as Json, rest, value) };
}
