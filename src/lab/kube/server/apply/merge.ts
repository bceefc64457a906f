/** Merging an applied object into the live one, and removing fields: structured-merge-diff's Merge and RemoveItems. */
import { type Dict, dict, isDict, list } from '../json.ts';
import { fieldOf, type Schema, shapeOf } from '../schema/schema.ts';
import { type FieldSet, field, isEmptySet } from './field-set.ts';
import { itemSchema, partsOf } from './typed.ts';

/** The live value with what is applied put in: granular maps and keyed lists are merged, all else is replaced. */
export function mergeApplied(live: unknown, applied: unknown, schema: Schema | undefined): unknown {
  if (applied === undefined) return live;
  const shape = shapeOf(schema, applied);
  if (live === undefined || live === null || shape.kind === 'leaf') return applied;
  if (shape.kind === 'map') {
    if (!isDict(live)) return applied;
    const out: Dict = { ...live };
    for (const [name, one] of Object.entries(dict(applied))) out[name] = mergeApplied(live[name], one, fieldOf(schema, name));
    return out;
  }
  if (!Array.isArray(live)) return applied;
  return mergeLists(live, list(applied), schema);
}

/** The applied order rules for what both have; what only the live list has keeps its place before the next shared item. */
function mergeLists(live: unknown[], applied: unknown[], schema: Schema | undefined): unknown[] {
  const left = partsOf(live, schema) ?? [];
  const right = partsOf(applied, schema) ?? [];
  const mine = new Map(left.map((part) => [part.edge, part.value]));
  const theirs = new Set(right.map((part) => part.edge));
  const done = new Set<string>();
  const out: unknown[] = [];
  let next = 0;
  const skipLive = (): void => {
    for (; next < left.length; next++) {
      const part = left[next];
      if (!part || done.has(part.edge)) continue;
      if (theirs.has(part.edge)) return;
      out.push(part.value);
    }
  };
  for (const part of right) {
    skipLive();
    out.push(mergeApplied(mine.get(part.edge), part.value, itemSchema(schema)));
    done.add(part.edge);
  }
  skipLive();
  return out;
}

/** The value without the fields of a set; undefined when nothing is left of it. */
export function removeFields(value: unknown, set: FieldSet, schema: Schema | undefined): unknown {
  if (isEmptySet(set)) return value;
  const shape = shapeOf(schema, value);
  if (shape.kind === 'leaf') return value;
  if (shape.kind === 'map') {
    const out: Dict = {};
    for (const [name, one] of Object.entries(dict(value))) {
      const sub = set.children.get(field(name));
      if (sub?.member) continue;
      const left = sub ? removeFields(one, sub, fieldOf(schema, name)) : one;
      // What is emptied stays as null, as it does in the real one; decoding drops it.
      out[name] = left === undefined ? null : left;
    }
    return Object.keys(out).length === 0 ? undefined : out;
  }
  const out: unknown[] = [];
  for (const part of partsOf(value, schema) ?? []) {
    const sub = set.children.get(part.edge);
    if (sub?.member) continue;
    out.push(sub ? removeFields(part.value, sub, part.schema) : part.value);
  }
  return out.length === 0 ? undefined : out;
}
