/** Who manages which fields of an object: metadata.managedFields read, and written after an update or an apply. */
import type { ManagedFields, Meta } from '../json.ts';
import type { Comparison } from './compare.ts';
import { difference, type FieldSet, fromFields, isEmptySet, sameSet, toFields, union } from './field-set.ts';

export interface Identity {
  readonly manager: string;
  readonly operation: 'Apply' | 'Update';
  readonly apiVersion: string;
  readonly subresource: string;
}

export interface Manager extends Identity {
  readonly set: FieldSet;
  readonly time: string | undefined;
}

export type Managers = readonly Manager[];

/** One manager may be known in several versions, by several operations and subresources. */
export const isSame = (a: Identity, b: Identity): boolean =>
  a.manager === b.manager &&
  a.operation === b.operation &&
  a.subresource === b.subresource &&
  (a.operation === 'Apply' || a.apiVersion === b.apiVersion);

export function readManagers(metadata: Meta): Managers {
  return (metadata.managedFields ?? []).map((entry) => ({
    manager: entry.manager ?? '',
    operation: entry.operation === 'Apply' ? 'Apply' : 'Update',
    apiVersion: entry.apiVersion ?? '',
    subresource: entry.subresource ?? '',
    set: fromFields(entry.fieldsV1 ?? {}),
    time: entry.time,
  }));
}

/** Appliers first, then by time, then by name. */
export function writeManagers(managers: Managers): ManagedFields[] | undefined {
  if (managers.length === 0) return undefined;
  const sorted = [...managers].sort((a, b) => {
    if (a.operation !== b.operation) return a.operation === 'Apply' ? -1 : 1;
    if (a.operation === 'Update' && a.time !== b.time) return (a.time ?? '') < (b.time ?? '') ? -1 : 1;
    return a.manager < b.manager ? -1 : a.manager > b.manager ? 1 : a.subresource < b.subresource ? -1 : 1;
  });
  return sorted.map(({ manager, operation, apiVersion, subresource, set, time }) => ({
    ...{ manager, operation, apiVersion },
    ...(time ? { time } : {}),
    ...{ fieldsType: 'FieldsV1', fieldsV1: toFields(set) },
    ...(subresource ? { subresource } : {}),
  }));
}

/** After a change: fields that changed or went are nobody else's any more. */
export function loseFields(managers: Managers, writer: Identity, comparison: Comparison): Managers {
  const lost = union(comparison.added, comparison.modified);
  return managers
    .map((one) => ({ ...one, set: difference(isSame(one, writer) ? one.set : difference(one.set, lost), comparison.removed) }))
    .filter((one) => isSame(one, writer) || !isEmptySet(one.set));
}

/** The managers with the writer's set in its place; a set that is the same keeps its time. */
export function withSet(managers: Managers, writer: Identity, set: FieldSet, now: string): Managers {
  const before = managers.find((one) => isSame(one, writer));
  const others = managers.filter((one) => one !== before);
  if (isEmptySet(set)) return others;
  const time = before && sameSet(before.set, set) && before.apiVersion === writer.apiVersion ? before.time : now;
  return [...others, { ...writer, set, time }];
}
