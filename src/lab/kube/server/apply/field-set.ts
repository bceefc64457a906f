/** Sets of field paths, as managedFields stores them: a tree whose edges are `f:name`, `k:{"name":"x"}`, `v:"x"` and `i:0`. */
import { type Dict, isDict } from '../json.ts';

export interface FieldSet {
  /** Whether the path that leads here is in the set itself. */
  member: boolean;
  readonly children: Map<string, FieldSet>;
}

export const emptySet = (): FieldSet => ({ member: false, children: new Map() });
export const isEmptySet = (set: FieldSet): boolean => !set.member && [...set.children.values()].every(isEmptySet);

export const field = (name: string): string => `f:${name}`;
export const value = (one: unknown): string => `v:${JSON.stringify(one)}`;
export const keyed = (key: Dict): string =>
  `k:${JSON.stringify(Object.fromEntries(Object.entries(key).sort(([a], [b]) => (a < b ? -1 : 1))))}`;

/** The subset below an edge, made when it is not there. */
export function child(set: FieldSet, edge: string): FieldSet {
  const known = set.children.get(edge);
  if (known) return known;
  const made = emptySet();
  set.children.set(edge, made);
  return made;
}

export function fromFields(fields: Dict): FieldSet {
  const set = emptySet();
  for (const [edge, below] of Object.entries(fields)) {
    if (edge === '.') set.member = true;
    else {
      const sub = isDict(below) ? fromFields(below) : emptySet();
      // An edge without anything below it is a member.
      if (sub.children.size === 0) sub.member = true;
      set.children.set(edge, sub);
    }
  }
  return set;
}

export function toFields(set: FieldSet): Dict {
  const out: Dict = {};
  const edges = [...set.children].filter(([, sub]) => !isEmptySet(sub)).sort(([a], [b]) => (a < b ? -1 : 1));
  for (const [edge, sub] of edges) {
    const below = toFields(sub);
    out[edge] = sub.member && Object.keys(below).length > 0 ? { '.': {}, ...below } : below;
  }
  return out;
}

/** What is in a set for which `keep` holds of the members of both. */
function combine(a: FieldSet, b: FieldSet, keep: (inA: boolean, inB: boolean) => boolean): FieldSet {
  const out: FieldSet = { member: keep(a.member, b.member), children: new Map() };
  for (const edge of new Set([...a.children.keys(), ...b.children.keys()])) {
    const sub = combine(a.children.get(edge) ?? nothing, b.children.get(edge) ?? nothing, keep);
    if (!isEmptySet(sub)) out.children.set(edge, sub);
  }
  return out;
}
const nothing: FieldSet = { member: false, children: new Map() };

export const union = (a: FieldSet, b: FieldSet): FieldSet => combine(a, b, (inA, inB) => inA || inB);
export const intersection = (a: FieldSet, b: FieldSet): FieldSet => combine(a, b, (inA, inB) => inA && inB);
export const difference = (a: FieldSet, b: FieldSet): FieldSet => combine(a, b, (inA, inB) => inA && !inB);
export const sameSet = (a: FieldSet, b: FieldSet): boolean => isEmptySet(difference(a, b)) && isEmptySet(difference(b, a));

/** Without these paths and all below them. */
export function without(set: FieldSet, paths: readonly (readonly string[])[]): FieldSet {
  const out = combine(set, nothing, (inA) => inA);
  for (const path of paths) {
    let here: FieldSet | undefined = out;
    for (const name of path.slice(0, -1)) here = here?.children.get(field(name));
    here?.children.delete(field(path.at(-1) ?? ''));
  }
  return out;
}

/** Only what lies at or below these paths. */
export function within(set: FieldSet, paths: readonly (readonly string[])[]): FieldSet {
  return difference(set, without(set, paths));
}

/** The members as people read them: `.spec.containers[name="c"].image`. */
export function pathTexts(set: FieldSet, prefix = ''): string[] {
  const below = [...set.children].flatMap(([edge, sub]) => pathTexts(sub, prefix + edgeText(edge)));
  return set.member ? [prefix, ...below] : below;
}

export function edgeText(edge: string): string {
  const rest = edge.slice(2);
  if (edge.startsWith('f:')) return `.${rest}`;
  if (edge.startsWith('v:')) return `[=${rest}]`;
  if (edge.startsWith('i:')) return `[${rest}]`;
  const pairs = Object.entries(JSON.parse(rest) as Dict).map(([key, one]) => `${key}=${JSON.stringify(one)}`);
  return `[${pairs.join(',')}]`;
}
