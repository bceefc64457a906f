/** Jinja's filters on lists: map, select, sort, group and their kin. */
import { getItem } from '../eval/access.ts';
import type { Frame } from '../eval/frame.ts';
import { binary, checkedItems } from '../eval/operators.ts';
import { plugin } from '../eval/plugin.ts';
import { equal, order, truth } from '../value/compare.ts';
import { group, isList, tuple, type V } from '../value/model.ts';
import { str } from '../value/text.ts';
import { fail, Undef } from '../value/undef.ts';
import { dict, flag, items, named, rest, text, whole } from './args.ts';

type Get = (item: V) => V;

/** "a.b.0" or an index: the way to a part of each item. */
export function getter(f: Frame, attribute: V, fallback?: V): Get {
  const path: V[] =
    typeof attribute === 'string' ? attribute.split('.').map((part) => (/^\d+$/.test(part) ? Number(part) : part)) : [attribute];
  return (item) => {
    let value = item;
    for (const part of path) value = getItem(f, value, part, { path: `… ${str(attribute)}`, pos: 0 });
    return value instanceof Undef && fallback !== undefined ? fallback : value;
  };
}

const strictly = (value: V): V => {
  if (value instanceof Undef) throw value.fault();
  return value;
};

/** Text is compared without its case unless asked. */
export const folded =
  (caseSensitive: boolean): Get =>
  (value) =>
    !caseSensitive && typeof value === 'string' ? value.toLowerCase() : value;

/** Nothing at all (none, false, 0, '') has no items. */
const itemsOrNone = (f: Frame, value: V): readonly V[] => (truth(value) ? items(f, value) : []);

function map(f: Frame, value: V, args: readonly V[], options: ReadonlyMap<string, V>): V {
  const all = itemsOrNone(f, value);
  f.ev.step(all.length);
  const attribute = options.get('attribute');
  if (args.length === 0 && attribute !== undefined) return all.map(getter(f, attribute, options.get('default')));
  const [name, ...more] = args;
  if (name === undefined) return fail('map requires a filter argument');
  return all.map((item) => f.filter(text(name), [item, ...more], options));
}

/** `select`, `reject`, `selectattr`, `rejectattr`. */
function select(f: Frame, value: V, args: readonly V[], how: { keep: boolean; attribute: boolean; named: ReadonlyMap<string, V> }): V {
  const [first, ...more] = args;
  if (how.attribute && first === undefined) return fail('the name of an attribute is missing');
  const get: Get = how.attribute ? getter(f, first ?? '') : (item) => item;
  const [name, ...given] = how.attribute ? more : args;
  const all = itemsOrNone(f, value);
  f.ev.step(all.length);
  return all.filter((item) => {
    const part = get(item);
    const result = name === undefined ? truth(part) : truth(f.test(text(name), [part, ...given], how.named));
    return result === how.keep;
  });
}

const selector = (name: string, keep: boolean, attribute: boolean) =>
  plugin(name, 'value, *args, **kwargs', (f, value, args, kwargs) =>
    select(f, value, rest(args), { keep, attribute, named: named(kwargs) }),
  );

/** Sorted by one or several keys; stable. */
export function sorted(f: Frame, all: readonly V[], keys: readonly Get[], reverse: boolean): V[] {
  f.ev.step(all.length);
  const rows = all.map((item) => ({ item, keys: keys.map((get) => strictly(get(item))) }));
  const sign = reverse ? -1 : 1;
  rows.sort((a, b) => {
    for (let i = 0; i < keys.length; i++) {
      const way = order(a.keys[i] ?? null, b.keys[i] ?? null);
      if (way !== 0) return way * sign;
    }
    return 0;
  });
  return rows.map((row) => row.item);
}

function sortKeys(f: Frame, attribute: V, caseSensitive: boolean): Get[] {
  const fold = folded(caseSensitive);
  if (attribute === null) return [fold];
  const parts = typeof attribute === 'string' ? attribute.split(',') : [attribute];
  return parts.map((part) => {
    const get = getter(f, part);
    return (item) => fold(get(item));
  });
}

function dictsort(f: Frame, value: V, caseSensitive: boolean, by: string, reverse: boolean): V {
  if (by !== 'key' && by !== 'value') return fail('You can only sort by either "key" or "value"');
  const fold = folded(caseSensitive);
  const entries: V[] = dict(value).entries().map(tuple);
  return sorted(f, entries, [(pair) => fold(isList(pair) ? (pair[by === 'key' ? 0 : 1] ?? null) : pair)], reverse);
}

function groupby(f: Frame, value: V, attribute: V, fallback: V, caseSensitive: boolean): V {
  const get = getter(f, attribute, fallback === null ? undefined : fallback);
  const fold = folded(caseSensitive);
  const groups: { key: V; shown: V; list: V[] }[] = [];
  for (const item of sorted(f, items(f, value), [(each) => fold(get(each))], false)) {
    const key = fold(get(item));
    const last = groups.at(-1);
    if (last && equal(last.key, key)) last.list.push(item);
    else groups.push({ key, shown: get(item), list: [item] });
  }
  return groups.map((each) => group(each.shown, each.list));
}

function extreme(f: Frame, value: V, attribute: V, caseSensitive: boolean, sign: 1 | -1): V {
  const all = items(f, value);
  if (all.length === 0) return new Undef('No aggregated item, sequence was empty.');
  const get = attribute === null ? (item: V) => item : getter(f, attribute);
  const fold = folded(caseSensitive);
  const key = (item: V): V => fold(strictly(get(item)));
  return all.reduce((best, item) => (order(key(item), key(best)) * sign < 0 ? item : best));
}

function batch(f: Frame, value: V, size: number, fill: V): V {
  if (size < 1) return fail('the size of a batch must be at least 1');
  const all = items(f, value);
  const rows: V[][] = [];
  for (let i = 0; i < all.length; i += size) rows.push(all.slice(i, i + size));
  const last = rows.at(-1);
  if (last && fill !== null) {
    checkedItems(f, size);
    while (last.length < size) last.push(fill);
  }
  return rows;
}

function slice(f: Frame, value: V, slices: number, fill: V): V {
  if (slices < 1) return fail('the number of slices must be at least 1');
  checkedItems(f, slices);
  const all = items(f, value);
  const size = Math.floor(all.length / slices);
  const longer = all.length % slices;
  let at = 0;
  return Array.from({ length: slices }, (_, index) => {
    const part = all.slice(at, at + size + (index < longer ? 1 : 0));
    at += part.length;
    return fill !== null && index >= longer ? [...part, fill] : part;
  });
}

function sum(f: Frame, value: V, attribute: V, start: V): V {
  const get = attribute === null ? (item: V) => item : getter(f, attribute);
  return items(f, value).reduce((total, item) => binary(f, '+', total, strictly(get(item))), start);
}

export const sequenceFilters = [
  plugin('map', 'value, *args, **kwargs', (f, value, args, kwargs) => map(f, value, rest(args), named(kwargs))),
  selector('select', true, false),
  selector('reject', false, false),
  selector('selectattr', true, true),
  selector('rejectattr', false, true),
  plugin('sort', 'value, reverse=False, case_sensitive=False, attribute=None', (f, value, reverse, cases, attribute) =>
    sorted(f, items(f, value), sortKeys(f, attribute, flag(cases)), flag(reverse)),
  ),
  plugin('dictsort', "value, case_sensitive=False, by='key', reverse=False", (f, value, cases, by, reverse) =>
    dictsort(f, value, flag(cases), text(by), flag(reverse)),
  ),
  plugin('groupby', 'value, attribute, default=None, case_sensitive=False', (f, value, attribute, fallback, cases) =>
    groupby(f, value, attribute, fallback, flag(cases)),
  ),
  plugin('first', 'value', (f, value) =>
    items(f, value).length > 0 ? (items(f, value)[0] ?? null) : new Undef('No first item, sequence was empty.'),
  ),
  plugin('last', 'value', (f, value) =>
    items(f, value).length > 0 ? (items(f, value).at(-1) ?? null) : new Undef('No last item, sequence was empty.'),
  ),
  plugin('batch', 'value, linecount, fill_with=None', (f, value, size, fill) => batch(f, value, whole(size), fill)),
  plugin('slice', 'value, slices, fill_with=None', (f, value, slices, fill) => slice(f, value, whole(slices), fill)),
  plugin('sum', 'value, attribute=None, start=0', (f, value, attribute, start) => sum(f, value, attribute, start)),
  plugin('max', 'value, case_sensitive=False, attribute=None', (f, value, cases, attribute) =>
    extreme(f, value, attribute, flag(cases), -1),
  ),
  plugin('min', 'value, case_sensitive=False, attribute=None', (f, value, cases, attribute) =>
    extreme(f, value, attribute, flag(cases), 1),
  ),
];
