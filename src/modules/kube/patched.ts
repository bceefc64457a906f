/** The part of an object that a patch speaks of. */
import { isObject, type Json, type JsonObject } from '../../core/value.ts';
import { at, type Operation, tokens } from './json-patch.ts';

/** Merge and strategic patches have the object's own shape; lists are taken whole, `$patch` directives are none of it. */
export function underMerge(value: Json | undefined, patch: Json): Json | undefined {
  if (!isObject(patch)) return value;
  const object = isObject(value) ? (value as JsonObject) : {};
  const found = Object.entries(patch as JsonObject).flatMap(([key, inner]) => {
    if (key.startsWith('$')) return [];
    const part = underMerge(object[key], inner);
    return part === undefined ? [] : [[key, part] as const];
  });
  if (found.length === 0) return isObject(value) ? {} : undefined;
  return Object.fromEntries(found);
}

/** JSON patches name places; inside a list the whole list is shown, for numbers mean nothing without it. */
export function underJson(value: Json, operations: readonly Operation[]): Json {
  let out: JsonObject = {};
  for (const operation of operations) {
    for (const pointer of [operation.path, operation['from']]) {
      if (typeof pointer === 'string') out = put(out, place(value, tokens(pointer)), value);
    }
  }
  return out;
}

/** Cut off before the first list. */
function place(value: Json, path: readonly string[]): readonly string[] {
  for (let length = 1; length <= path.length; length++) {
    if (Array.isArray(at(value, pointerOf(path.slice(0, length))))) return path.slice(0, length);
  }
  return path;
}

const pointerOf = (path: readonly string[]): string =>
  path.map((token) => `/${token.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

function put(into: JsonObject, path: readonly string[], from: Json): JsonObject {
  const found = at(from, pointerOf(path));
  if (found === undefined) return into;
  const [first, ...rest] = path;
  if (first === undefined) return isObject(found) ? (found as JsonObject) : into;
  if (rest.length === 0) return { ...into, [first]: found };
  const inner = isObject(into[first]) ? (into[first] as JsonObject) : {};
  const below = isObject(from) ? ((from as JsonObject)[first] ?? null) : null;
  return { ...into, [first]: put(inner, rest, below) };
}
