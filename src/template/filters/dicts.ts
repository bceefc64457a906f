/** Ansible's filters on dictionaries. */

import { getItem } from '../eval/access.ts';
import type { Frame } from '../eval/frame.ts';
import { plugin } from '../eval/plugin.ts';
import { Dict, isList, typeName, type V } from '../value/model.ts';
import { repr, str } from '../value/text.ts';
import { fail, Undef } from '../value/undef.ts';
import { dict, flag, items, listOf, rest, text } from './args.ts';
import { combine, listMerge } from './combine.ts';
import { extract, subelements } from './elements.ts';

function rekey(value: V, member: V, duplicates: string): V {
  if (duplicates !== 'error' && duplicates !== 'overwrite')
    return fail(`duplicates parameter to rekey_on_member has unknown value: ${duplicates}`);
  const made = new Dict();
  for (const item of value instanceof Dict ? value.values() : listOf(value)) {
    if (!(item instanceof Dict)) return fail('List item is not a valid dict');
    const key = item.get(member) ?? fail(`Key ${str(member)} was not found`);
    if (made.has(key) && duplicates === 'error') return fail(`Key ${str(key)} is not unique, cannot correctly turn into dict`);
    made.set(key, item);
  }
  return made;
}

export const dictFilters = [
  plugin('combine', 'value, *others, **options', (f, value, others, options) => {
    const given = dict(options);
    for (const key of given.keys())
      if (key !== 'recursive' && key !== 'list_merge') fail(`'recursive' and 'list_merge' are the only valid keyword arguments`);
    return combine(f, [value, ...rest(others)], {
      recursive: flag(given.get('recursive') ?? false),
      lists: listMerge(text(given.get('list_merge') ?? 'replace')),
    });
  }),
  plugin('dict2items', "value, key_name='key', value_name='value'", (_, value, key, name) => {
    if (!(value instanceof Dict)) return fail(`dict2items requires a dictionary, got ${typeName(value)} instead`);
    return value.entries().map(([k, v]) =>
      Dict.of([
        [key, k],
        [name, v],
      ]),
    );
  }),
  plugin('items2dict', "value, key_name='key', value_name='value'", (f, value, key, name) => {
    if (!isList(value)) return fail(`items2dict requires a list, got ${typeName(value)} instead`);
    const part = (item: V, of: V): V => {
      const found = getItem(f, item, of, PLACE);
      return found instanceof Undef
        ? fail(`items2dict requires each item to contain ${repr(key)} and ${repr(name)}, got ${str(item)}`)
        : found;
    };
    return Dict.of(value.map((item) => [part(item, key), part(item, name)]));
  }),
  plugin('rekey_on_member', "value, key, duplicates='error'", (_, value, key, duplicates) => rekey(value, key, text(duplicates))),
  plugin('subelements', 'value, subelements, skip_missing=False', (f, value, path, skip) => subelements(f, value, path, flag(skip))),
  plugin('extract', 'value, container, morekeys=None', (f, key, container, more) => extract(f, key, container, more)),
  plugin('dict_kv', 'value, key', (_, value, key) => Dict.of([[key, value]])),
  plugin('dict', 'value', (f, value) =>
    value instanceof Dict ? value.copy() : Dict.of(items(f, value).map((each, index) => pair(f, each, index))),
  ),
];

function pair(f: Frame, value: V, index: number): [V, V] {
  const [key, item, ...more] = items(f, value);
  return key === undefined || item === undefined || more.length > 0
    ? fail(`dictionary update sequence element #${index} has not length 2`)
    : [key, item];
}

const PLACE = { path: '… items2dict', pos: 0 };
