/** Server-side apply and the field tracking of every other write. After structured-merge-diff's merge.Updater and apiserver's field managers. */
import { ApiError, type Cause } from '../http/status.ts';
import { copy, type Dict, known, type Obj, same } from '../json.ts';
import { emptyOf } from '../schema/decode.ts';
import { fieldOf, isDeclared, type Schema } from '../schema/schema.ts';
import { type Comparison, compareObjects } from './compare.ts';
import { difference, emptySet, type FieldSet, field, intersection, isEmptySet, pathTexts, union, without } from './field-set.ts';
import { type Identity, isSame, loseFields, type Manager, type Managers, readManagers, withSet, writeManagers } from './managers.ts';
import { mergeApplied, removeFields } from './merge.ts';
import { fieldSetOf, itemSchema } from './typed.ts';

export interface Tracked {
  /** The whole object's schema, with metadata. */
  readonly schema: Schema;
  readonly custom: boolean;
  /** Fields that this endpoint does not set: `status` of the object itself, `spec` of its status. */
  readonly reset: readonly (readonly string[])[];
  readonly writer: Identity;
  readonly now: string;
}

const meta = ['creationTimestamp', 'selfLink', 'uid', 'clusterName', 'generation', 'managedFields', 'resourceVersion', 'name', 'namespace'];
/** Nobody owns what the server sets, and what names the object. */
const stripped: readonly (readonly string[])[] = [['apiVersion'], ['kind'], ...meta.map((name) => ['metadata', name])];

const bare = (object: Obj): Obj => {
  const { managedFields: _, ...metadata } = object.metadata;
  return { ...object, metadata };
};

function strip(set: FieldSet, reset: Tracked['reset']): FieldSet {
  const out = without(set, [...stripped, ...reset]);
  // `metadata` itself is in a set only when all of it is.
  const metadata = out.children.get(field('metadata'));
  if (metadata) metadata.member = false;
  return out;
}

/** What a new object is compared with: an empty one of its kind. */
function nothingOf(object: Obj, { schema, custom }: Tracked): Obj {
  const { apiVersion, kind } = object;
  return custom ? { apiVersion, kind, metadata: {} } : { apiVersion, kind, metadata: {}, ...emptyOf(schema) };
}

/** The managedFields after a create, update or patch. `live` is undefined for a new object. */
export function trackUpdate(live: Obj | undefined, object: Obj, tracked: Tracked): Obj {
  const before = live ?? nothingOf(object, tracked);
  const given = object.metadata.managedFields;
  // A client may give all ownership up by writing an empty list; the object is not tracked again before somebody applies.
  if (given !== undefined && live && (given.length === 0 || given.every((one) => !one.manager && !one.fieldsV1))) return bare(object);
  const managers = given && live ? readManagers(object.metadata) : readManagers(before.metadata);
  if (live && managers.length === 0) return bare(object);
  const { writer } = tracked;
  const comparison = ignoring(compareObjects(bare(before), bare(object), tracked.schema), tracked);
  const left = loseFields(managers, writer, comparison);
  const mine = left.find((one) => isSame(one, writer))?.set ?? emptySet();
  const set = strip(union(difference(mine, comparison.removed), union(comparison.modified, comparison.added)), tracked.reset);
  return managed(object, withSet(left, writer, set, tracked.now));
}

const ignoring = (comparison: Comparison, { reset }: Tracked): Comparison => ({
  added: without(comparison.added, reset),
  modified: without(comparison.modified, reset),
  removed: without(comparison.removed, reset),
});

function managed(object: Obj, managers: Managers): Obj {
  const entries = writeManagers(managers);
  return { ...object, metadata: known({ ...bare(object).metadata, managedFields: entries }) };
}

/** The object after an apply; 409 names each field that others have and want differently. */
export function applyTo(live: Obj | undefined, applied: Obj, options: Tracked & { readonly force: boolean }): Obj {
  const { schema, writer, now, force } = options;
  const start = live ?? nothingOf(applied, { ...options, custom: true });
  const managers = firstApply(live, options);
  const config = bare(applied);
  const set = strip(fieldSetOf(config, schema), options.reset);
  const before = managers.find((one) => isSame(one, writer));
  const wanted = withSet(managers, writer, set, now);
  const merged = mergeApplied(bare(start), config, schema) as Obj;
  const pruned = before ? pruneUnowned(merged, before.set, { managers: wanted, schema }) : merged;
  const comparison = compareObjects(bare(start), pruned, schema);
  const changed = union(comparison.added, comparison.modified);
  const conflicts = managers
    .filter((one) => !isSame(one, writer))
    .map((one) => ({ ...one, set: intersection(one.set, changed) }))
    .filter((one) => !isEmptySet(one.set));
  if (conflicts.length > 0 && !force) throw conflictError(conflicts);
  const others = loseFields(
    managers.filter((one) => !isSame(one, writer)),
    writer,
    comparison,
  );
  return managed(pruned, before ? withSet([...others, before], writer, set, now) : withSet(others, writer, set, now));
}

/** An object that nobody tracked before its first apply: what it holds belongs to "before-first-apply". */
function firstApply(live: Obj | undefined, { schema, reset, writer }: Tracked): Managers {
  if (!live) return [];
  const managers = readManagers(live.metadata);
  if (managers.length > 0) return managers;
  const set = strip(fieldSetFrom(live, schema), reset);
  return [{ manager: 'before-first-apply', operation: 'Update', apiVersion: writer.apiVersion, subresource: '', set, time: undefined }];
}

const fieldSetFrom = (live: Obj, schema: Schema): FieldSet =>
  compareObjects({ apiVersion: '', kind: '', metadata: {} }, bare(live), schema).added;

/** Removes what the applier named before and names no more, unless somebody else owns it. */
function pruneUnowned(merged: Obj, last: FieldSet, { managers, schema }: { managers: Managers; schema: Schema }): Obj {
  const mergedSet = fieldSetOf(merged, schema);
  const owned = managers.reduce((all, one: Manager) => union(all, one.set), emptySet());
  const held = withParents(owned, schema);
  const lost = intersection(difference(mergedSet, held), last);
  return (removeFields(merged, lost, schema) ?? {}) as Obj;
}

/** Whoever owns a declared field owns the declared fields on the way to it; keys of maps and items of lists are owned by name alone. */
function withParents(set: FieldSet, schema: Schema | undefined): FieldSet {
  const out: FieldSet = { member: set.member, children: new Map() };
  for (const [edge, sub] of set.children) {
    const name = edge.startsWith('f:') ? edge.slice(2) : undefined;
    const below = withParents(sub, name === undefined ? itemSchema(schema) : fieldOf(schema, name));
    if (name !== undefined && isDeclared(schema, name) && below.children.size > 0) below.member = true;
    out.children.set(edge, below);
  }
  return out;
}

function conflictError(conflicts: Managers): ApiError {
  const named = conflicts.map((one) => ({ text: managerText(one), paths: pathTexts(one.set) })).sort((a, b) => (a.text < b.text ? -1 : 1));
  const causes: Cause[] = named.flatMap(({ text, paths }) =>
    paths.map((path) => ({ reason: 'FieldManagerConflict', message: `conflict with ${text}`, field: path })),
  );
  const count = causes.length;
  const [first] = named;
  const message =
    count === 1 && first
      ? `conflict with ${first.text}: ${first.paths[0]}`
      : named.map(({ text, paths }) => `conflicts with ${text}:\n${paths.map((path) => `- ${path}`).join('\n')}`).join('\n');
  return new ApiError(409, 'Conflict', `Apply failed with ${count} conflict${count === 1 ? '' : 's'}: ${message}`, { details: { causes } });
}

function managerText(one: Manager): string {
  const sub = one.subresource ? ` with subresource "${one.subresource}"` : '';
  return `"${one.manager}"${sub}${one.operation === 'Update' ? ` using ${one.apiVersion}` : ''}`;
}

/** Whether two objects differ in more than the times of their managers. */
export function sameObject(a: Obj, b: Obj): boolean {
  const timeless = (object: Obj): Dict => {
    const { resourceVersion: _, ...metadata } = object.metadata;
    return { ...object, metadata: { ...metadata, managedFields: metadata.managedFields?.map(({ time: _time, ...rest }) => rest) } };
  };
  return same(copy(timeless(a)), copy(timeless(b)));
}
