/** Lookups that only look at their arguments and at the variables. Each gives a list. */

import type { Frame } from '../eval/frame.ts';
import { iterate } from '../eval/iterate.ts';
import { MAX_ITEMS } from '../eval/operators.ts';
import { subelements } from '../filters/elements.ts';
import { pattern } from '../python/regex.ts';
import { truth } from '../value/compare.ts';
import { Dict, isList, tuple, typeName, type V } from '../value/model.ts';
import { str } from '../value/text.ts';
import { Fault, fail, Undef } from '../value/undef.ts';
import { sequence } from './sequence.ts';

type PureLookup = (f: Frame, terms: readonly V[], options: ReadonlyMap<string, V>) => readonly V[];

/** Lists inside are opened, once or all the way. */
const flat = (terms: readonly V[], deep: boolean): V[] =>
  terms.flatMap((term): V[] => (isList(term) ? (deep ? flat(term, true) : [...term]) : [term]));

/** Every combination of one item of each list. */
export function product(f: Frame, lists: readonly (readonly V[])[]): V[][] {
  const size = lists.reduce((all, list) => all * list.length, 1);
  if (size > MAX_ITEMS) throw new Fault('limit', `${size} combinations are more than a template may make`);
  f.ev.step(size);
  return lists.reduce<V[][]>((made, list) => made.flatMap((before) => list.map((item) => [...before, item])), [[]]);
}

const asLists = (f: Frame, terms: readonly V[]): (readonly V[])[] =>
  terms.map((term) => (typeof term === 'string' ? [term] : iterate(f, term)));

const dict: PureLookup = (_, terms) =>
  flat(terms, false).flatMap((term) => {
    if (!(term instanceof Dict)) return fail(`expected a dictionary, not ${typeName(term)}`);
    return term.entries().map(([key, value]) =>
      Dict.of([
        ['key', key],
        ['value', value],
      ]),
    );
  });

const together: PureLookup = (f, terms) => {
  const lists = asLists(f, terms);
  if (lists.length === 0) return fail('together needs at least one list');
  const longest = Math.max(...lists.map((list) => list.length));
  return Array.from({ length: longest }, (_, index) => lists.map((list) => list[index] ?? null));
};

const nested: PureLookup = (f, terms) => {
  if (terms.length === 0) return fail('nested needs at least one list');
  return product(f, asLists(f, terms)).map((row) => flat(row, false));
};

const vars: PureLookup = (f, terms, options) =>
  terms.map((term) => {
    if (typeof term !== 'string') return fail(`the name of a variable must be text, not ${typeName(term)}`);
    const found = f.ev.variable(f.scope, term);
    if (found !== undefined && !(found instanceof Undef)) return found;
    const fallback = options.get('default');
    if (fallback !== undefined && fallback !== null) return fallback;
    throw (found ?? new Undef(`No variable named '${term}' was found`)).fault();
  });

const varnames: PureLookup = (f, terms) => {
  const names = [...f.scope.names()];
  return terms.flatMap((term) => {
    const wanted = pattern(str(term));
    return names.filter((name) => wanted.search(name) !== undefined);
  });
};

/** One of the terms; a list given as the only term is one item, as in Ansible. */
const randomChoice: PureLookup = (f, terms) => {
  if (terms.length === 0) return fail('random_choice needs at least one item');
  return [terms[Math.floor(f.ev.services.random() * terms.length)] ?? null];
};

/** The item without the list that was taken apart. */
function without(item: V, path: readonly string[]): V {
  const [first, ...rest] = path;
  if (!(item instanceof Dict) || first === undefined) return item;
  const entries = item.entries();
  if (rest.length === 0) return Dict.of(entries.filter(([key]) => key !== first));
  return Dict.of(entries.map(([key, value]) => [key, key === first ? without(value, rest) : value] as const));
}

/** Of a registered result: the task, or this item of its loop, was skipped. */
const isSkipped = (item: V): boolean => item instanceof Dict && truth(item.get('skipped') ?? false);

/** Something that is no mapping stands where the path goes on. */
function endsEarly(item: V, keys: readonly string[]): boolean {
  const [first, ...rest] = keys;
  if (!(item instanceof Dict) || first === undefined || rest.length === 0) return false;
  const next = item.get(first);
  return next !== undefined && (!(next instanceof Dict) || endsEarly(next, rest));
}

const subelementsOf: PureLookup = (f, [list, key, flags]) => {
  const path = key ?? null;
  const skip = flags instanceof Dict && truth(flags.get('skip_missing') ?? false);
  const keys = isList(path) ? path.map(str) : str(path).split('.');
  const all = list instanceof Dict ? (isSkipped(list) ? [] : list.values()) : (list ?? []);
  const left = isList(all) ? all.filter((item) => !isSkipped(item) && !(skip && endsEarly(item, keys))) : all;
  return subelements(f, left, path, skip).map((pair) => (isList(pair) ? tuple([without(pair[0] ?? null, keys), pair[1] ?? null]) : pair));
};

export const pure: ReadonlyMap<string, PureLookup> = new Map<string, PureLookup>([
  ['dict', dict],
  ['items', (_, terms) => flat(terms, false)],
  ['list', (_, terms) => terms],
  ['flattened', (_, terms) => flat(terms, true)],
  ['sequence', sequence],
  ['subelements', subelementsOf],
  ['together', together],
  ['nested', nested],
  ['cartesian', (f, terms) => product(f, asLists(f, terms))],
  ['random_choice', randomChoice],
  ['indexed_items', (_, terms) => flat(terms, false).map((item, index) => [index, item])],
  ['vars', vars],
  ['varnames', varnames],
]);
