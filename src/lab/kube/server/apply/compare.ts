/** What changed between two objects, as sets of fields. */
import { isEmpty, same } from '../json.ts';
import type { Schema } from '../schema/schema.ts';
import { shapeOf } from '../schema/schema.ts';
import { child, emptySet, type FieldSet } from './field-set.ts';
import { partsOf } from './typed.ts';

export interface Comparison {
  readonly added: FieldSet;
  readonly modified: FieldSet;
  readonly removed: FieldSet;
}

export function compareObjects(before: unknown, after: unknown, schema: Schema): Comparison {
  const [added, modified, removed] = [emptySet(), emptySet(), emptySet()];
  walk(before, after, schema, { added, modified, removed });
  return { added, modified, removed };
}

const isNothing = (value: unknown): boolean => value === undefined || value === null || isEmpty(value);

function walk(before: unknown, after: unknown, schema: Schema | undefined, at: Comparison): void {
  if (before === undefined && after === undefined) return;
  const granular = isGranular(before, schema) || isGranular(after, schema);
  if (!granular || (isNothing(before) && isNothing(after)) || !fits(before, after)) {
    if (before === undefined) at.added.member = true;
    else if (after === undefined) at.removed.member = true;
    else if (!same(before, after)) at.modified.member = true;
    return;
  }
  if (before === undefined) at.added.member = true;
  if (after === undefined) at.removed.member = true;
  const old = new Map((partsOf(before, schema) ?? []).map((part) => [part.edge, part]));
  const now = new Map((partsOf(after, schema) ?? []).map((part) => [part.edge, part]));
  for (const edge of new Set([...old.keys(), ...now.keys()])) {
    const [one, two] = [old.get(edge), now.get(edge)];
    const sides = { added: child(at.added, edge), modified: child(at.modified, edge), removed: child(at.removed, edge) };
    walk(one?.value, two?.value, (two ?? one)?.schema, sides);
  }
}

const isGranular = (value: unknown, schema: Schema | undefined): boolean =>
  typeof value === 'object' && value !== null && shapeOf(schema, value).kind !== 'leaf';
/** Both maps, both lists, or one of them nothing. */
const fits = (before: unknown, after: unknown): boolean =>
  before === undefined ||
  after === undefined ||
  before === null ||
  after === null ||
  (typeof before === 'object' && typeof after === 'object' && Array.isArray(before) === Array.isArray(after));
