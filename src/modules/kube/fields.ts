/**
 * Which fields a manager owns, as the API server itself worked it out from the kind's schema (metadata.managedFields, fieldsV1), and an
 * object cut down to them. Lists are thus matched by their real merge keys, and atomic ones are taken whole.
 *
 *   {"f:spec": {"f:replicas": {}, "f:ports": {"k:{\"port\":80}": {".": {}, "f:port": {}}}}}
 */
import type { KubeObject } from '../../core/kube.ts';
import { isObject, type Json, type JsonObject } from '../../core/value.ts';

export type FieldSet = { readonly [key: string]: FieldSet };

export const MANAGER = 'pb';

interface Entry {
  readonly manager?: string;
  readonly operation?: string;
  readonly subresource?: string;
  readonly apiVersion?: string;
  readonly fieldsV1?: FieldSet;
}

/** What pb set by server-side apply, in this object's own version. */
export function ownedBy(object: KubeObject, manager: string = MANAGER): FieldSet | undefined {
  const entries = (object.metadata['managedFields'] ?? []) as readonly Entry[];
  return entries.find(
    (entry) => entry.manager === manager && entry.operation === 'Apply' && !entry.subresource && entry.apiVersion === object.apiVersion,
  )?.fieldsV1;
}

/** For servers that keep no managedFields: every field given, lists whole. */
export function fieldsOf(value: Json): FieldSet {
  if (!isObject(value)) return {};
  return Object.fromEntries(Object.entries(value as JsonObject).map(([key, item]) => [`f:${key}`, fieldsOf(item)]));
}

export function union(a: FieldSet, b: FieldSet): FieldSet {
  // Without children it stands for the whole value, which holds whatever the other names.
  if (Object.keys(a).length === 0) return a;
  if (Object.keys(b).length === 0) return b;
  const out: { [key: string]: FieldSet } = { ...a };
  for (const [key, set] of Object.entries(b)) out[key] = key in out ? union(out[key] ?? {}, set) : set;
  return out;
}

/** The part of `value` that `set` names; undefined where there is none of it. */
export function project(value: Json | undefined, set: FieldSet): Json | undefined {
  const children = Object.entries(set).filter(([key]) => key !== '.');
  if (value === undefined || children.length === 0) return '.' in set ? hollow(value) : value;
  if (Array.isArray(value)) return items(value, children);
  if (!isObject(value)) return value;
  const object = value as JsonObject;
  const found = children.flatMap(([key, inner]) => {
    const name = key.slice(2);
    const part = key.startsWith('f:') && Object.hasOwn(object, name) ? project(object[name], inner) : undefined;
    return part === undefined ? [] : [[name, part] as const];
  });
  return found.length > 0 || '.' in set ? Object.fromEntries(found) : undefined;
}

/** Only its being there is owned, not what others put in. */
const hollow = (value: Json | undefined): Json | undefined => (Array.isArray(value) ? [] : isObject(value) ? {} : value);

/** Members in the list's own order: by merge key, by value (sets) or by index. */
function items(list: readonly Json[], children: readonly (readonly [string, FieldSet])[]): Json[] {
  return list.flatMap((item, index) => {
    const member = children.find(([key]) => isMember(key, item, index));
    if (!member) return [];
    const [key, inner] = member;
    const part = project(item, inner);
    if (part === undefined) return [];
    return [key.startsWith('k:') && isObject(part) ? { ...keysOf(key), ...(part as JsonObject) } : part];
  });
}

function isMember(key: string, item: Json, index: number): boolean {
  const text = key.slice(2);
  if (key.startsWith('i:')) return Number(text) === index;
  if (key.startsWith('v:')) return JSON.stringify(item) === JSON.stringify(JSON.parse(text));
  return isObject(item) && Object.entries(keysOf(key)).every(([name, value]) => (item as JsonObject)[name] === value);
}

const keysOf = (key: string): JsonObject => JSON.parse(key.slice(2)) as JsonObject;

/** `live` and `wanted` cut down to what pb sets now or set before. */
export function ownFields(live: KubeObject | null, wanted: KubeObject, manifest: KubeObject): { before: Json; after: Json } {
  const { apiVersion, kind, metadata, ...rest } = manifest;
  const { name, namespace, ...meta } = metadata as JsonObject;
  const now = ownedBy(wanted) ?? fieldsOf({ ...rest, ...(Object.keys(meta).length > 0 ? { metadata: meta } : {}) });
  const was = live ? ownedBy(live) : undefined;
  // At the top an empty set is no field at all, not the whole object.
  const set = was && size(was) > 0 && size(now) > 0 ? union(was, now) : was && size(was) > 0 ? was : now;
  return { before: live ? cut(live, set) : null, after: cut(wanted, set) };
}

const size = (set: FieldSet): number => Object.keys(set).length;

/** With its identity in front; the rest sorted as the server has it. */
function cut(object: KubeObject, set: FieldSet): JsonObject {
  // An empty set would mean the whole object; a manifest may consist of nothing but its name.
  const part = size(set) === 0 ? {} : ((project(object, set) ?? {}) as JsonObject);
  const { name, namespace } = object.metadata;
  const metadata = { name, ...(namespace ? { namespace } : {}), ...(part['metadata'] as JsonObject | undefined) };
  return { apiVersion: object.apiVersion, kind: object.kind, ...part, metadata };
}
