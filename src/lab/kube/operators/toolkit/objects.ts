/** Kubernetes objects as these controllers see them: plain JSON with the few fields they touch. */

export interface OwnerReference {
  apiVersion: string;
  kind: string;
  name: string;
  uid: string;
  controller?: boolean;
  blockOwnerDeletion?: boolean;
}

export interface Meta {
  name: string;
  namespace?: string;
  uid?: string;
  resourceVersion?: string;
  generation?: number;
  /** RFC 3339. */
  creationTimestamp?: string;
  deletionTimestamp?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  finalizers?: string[];
  ownerReferences?: OwnerReference[];
}

export interface Obj {
  apiVersion?: string;
  kind?: string;
  metadata: Meta;
}

/** A kind, and how the API serves it: known beforehand, so no discovery is needed. `T` exists at compile time only. */
export interface Kind<T extends Obj = Obj> {
  readonly apiVersion: string;
  readonly kind: string;
  readonly plural: string;
  readonly namespaced: boolean;
  readonly is?: T;
}

export interface Condition {
  type: string;
  status: 'True' | 'False' | 'Unknown';
  reason?: string;
  message?: string;
  lastTransitionTime?: string;
}

export const keyOf = (object: Obj): string =>
  object.metadata.namespace ? `${object.metadata.namespace}/${object.metadata.name}` : object.metadata.name;

/** "ns/name" or "name" → its parts. */
export function parseKey(key: string): { name: string; namespace?: string } {
  const slash = key.indexOf('/');
  return slash < 0 ? { name: key } : { namespace: key.slice(0, slash), name: key.slice(slash + 1) };
}

export function ownerOf<T extends Obj>(kind: Kind<T>, object: T, controller = true): OwnerReference {
  const { name, uid = '' } = object.metadata;
  return { apiVersion: kind.apiVersion, kind: kind.kind, name, uid, ...(controller ? { controller, blockOwnerDeletion: true } : {}) };
}

export const isOwnedBy = (object: Obj, uid: string | undefined): boolean =>
  uid !== undefined && (object.metadata.ownerReferences ?? []).some((owner) => owner.uid === uid);

/** Whether two plain values are equal; undefined fields count as absent, key order does not matter. */
export function same(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null || Array.isArray(a) !== Array.isArray(b)) return false;
  const left = a as Record<string, unknown>;
  const right = b as Record<string, unknown>;
  for (const key of new Set([...Object.keys(left), ...Object.keys(right)])) if (!same(left[key], right[key])) return false;
  return true;
}

/** Whether `live` has everything `wanted` says; what it has beyond (the API's defaults) does not matter. */
export function covers(live: unknown, wanted: unknown): boolean {
  if (typeof wanted !== 'object' || wanted === null) return live === wanted;
  if (typeof live !== 'object' || live === null) return false;
  if (Array.isArray(wanted))
    return Array.isArray(live) && live.length === wanted.length && wanted.every((item, index) => covers(live[index], item));
  return Object.entries(wanted).every(([key, value]) => value === undefined || covers((live as Record<string, unknown>)[key], value));
}
