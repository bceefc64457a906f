/** Which part of the object before belongs to a part of the object now. */
import { dict, dicts, same } from '../json.ts';
import type { Schema } from '../schema/schema.ts';

/** Items of lists with keys belong together by their keys; those of other lists to nothing. */
export function oldChild(schema: Schema, old: unknown, item: unknown): unknown {
  const keys = schema['x-kubernetes-list-map-keys'];
  if (schema['x-kubernetes-list-type'] !== 'map' || !keys || !Array.isArray(old)) return undefined;
  const now = dict(item);
  return dicts(old).find((one) => keys.every((key) => same(one[key], now[key])));
}
