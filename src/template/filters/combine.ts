/** `combine`: merging dictionaries, the last one wins. */
import type { Frame } from '../eval/frame.ts';
import { equal } from '../value/compare.ts';
import { Dict, isList, typeName, type V } from '../value/model.ts';
import { fail } from '../value/undef.ts';
import { flatten } from './sets.ts';

const MERGES = ['replace', 'keep', 'append', 'prepend', 'append_rp', 'prepend_rp'] as const;
type ListMerge = (typeof MERGES)[number];

export const listMerge = (name: string): ListMerge =>
  MERGES.find((each) => each === name) ?? fail(`'list_merge' must be one of ${MERGES.join(', ')}`);

function mergeLists(low: readonly V[], high: readonly V[], how: ListMerge): V[] {
  switch (how) {
    case 'replace':
      return [...high];
    case 'keep':
      return [...low];
    case 'append':
      return [...low, ...high];
    case 'prepend':
      return [...high, ...low];
    case 'append_rp':
      return [...low.filter((item) => !high.some((other) => equal(item, other))), ...high];
    case 'prepend_rp':
      return [...high, ...low.filter((item) => !high.some((other) => equal(item, other)))];
  }
}

export function merge(f: Frame, low: Dict, high: Dict, how: { readonly recursive: boolean; readonly lists: ListMerge }): Dict {
  const made = low.copy();
  f.ev.step(high.size);
  for (const [key, value] of high.entries()) {
    const before = made.get(key);
    if (how.recursive && before instanceof Dict && value instanceof Dict)
      made.set(
        key,
        f.ev.deeper(() => merge(f, before, value, how)),
      );
    else if (how.lists !== 'replace' && isList(before) && isList(value)) made.set(key, mergeLists(before, value, how.lists));
    else made.set(key, value);
  }
  return made;
}

/** The dictionaries may stand in lists; what is none is left out. */
export function combine(f: Frame, terms: readonly V[], how: { readonly recursive: boolean; readonly lists: ListMerge }): V {
  const [first, ...others] = flatten(f, terms, 1, true);
  if (first === undefined) return new Dict();
  if (others.length === 0) return first;
  const dict = (value: V): Dict =>
    value instanceof Dict ? value : fail(`failed to combine variables, expected dicts but got a '${typeName(value)}'`);
  return others.reduce((low: Dict, high: V) => merge(f, low, dict(high), how), dict(first));
}
