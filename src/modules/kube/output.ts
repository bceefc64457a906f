/** Objects as results. */
import type { KubeObject } from '../../core/kube.ts';
import { isObject, type Json, type JsonObject } from '../../core/value.ts';
import { listOf, optional, text } from '../define.ts';

export const hiddenFieldsArg = optional(
  listOf(
    text('metadata.labels, spec.containers[0].env, metadata.annotations[example.com/key]'),
    'Fields left out of results; managedFields always are',
  ),
);

/** Without the bookkeeping of who set what. */
export function withoutNoise(object: KubeObject): KubeObject {
  const { managedFields: _, ...metadata } = object.metadata;
  return { ...object, metadata } as KubeObject;
}

/** What was asked for, without what the server has added: to show what goes with it. */
export function asAsked(object: KubeObject): KubeObject {
  const { status: _, ...rest } = object;
  const { managedFields: _m, uid: _u, resourceVersion: _v, generation: _g, creationTimestamp: _c, ...metadata } = rest.metadata;
  return { ...rest, metadata } as KubeObject;
}

/** Without noise and without these fields. */
export const shownWithout =
  (fields: readonly string[] = []) =>
  (object: KubeObject): KubeObject =>
    fields.reduce((shown, field) => without(shown, path(field)) as KubeObject, withoutNoise(object));

/** Keys with dots in them stand in brackets, and so do places in lists. */
const path = (field: string): readonly string[] => [...field.matchAll(/\[([^\]]+)\]|([^.[\]]+)/g)].map(([, key, word = '']) => key ?? word);

function without(value: Json | undefined, [first, ...rest]: readonly string[]): Json {
  if (first === undefined || value === undefined) return value ?? null;
  if (Array.isArray(value)) {
    const place = Number(first);
    const list = value as readonly Json[];
    return rest.length === 0
      ? list.filter((_, index) => index !== place)
      : list.map((item, index) => (index === place ? without(item, rest) : item));
  }
  if (!isObject(value) || !Object.hasOwn(value, first)) return value;
  const { [first]: inner, ...others } = value as JsonObject;
  return rest.length === 0 ? others : { ...(value as JsonObject), [first]: without(inner, rest) };
}
