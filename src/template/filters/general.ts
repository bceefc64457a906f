/** The commonly used filters of community.general, ansible.utils and kubernetes.core. */
import { configHash } from '../../core/config-hash.ts';
import { plugin } from '../eval/plugin.ts';
import { compareVersions } from '../python/version.ts';
import { compareText } from '../value/compare.ts';
import { Dict, isList, typeName, type V } from '../value/model.ts';
import { repr, str } from '../value/text.ts';
import { fail } from '../value/undef.ts';
import { dict, flag, items, listOf, named, rest, text } from './args.ts';
import { listMerge, merge } from './combine.ts';
import { toJson } from './json.ts';
import { jsonQuery } from './query.ts';
import { difference, intersect, symmetric, union } from './sets.ts';
import { duration } from './time-units.ts';

/** "b.c[0]" → value */
function toPaths(value: V, prepend: string, made: Dict): Dict {
  if (value instanceof Dict && value.size > 0) {
    for (const [key, item] of value.entries()) {
      const name = str(key);
      const part = typeof key === 'string' ? (prepend === '' ? name : `.${name}`) : `[${repr(key)}]`;
      toPaths(item, prepend + part, made);
    }
  } else if (isList(value) && value.length > 0) for (const [index, item] of value.entries()) toPaths(item, `${prepend}[${index}]`, made);
  else made.set(prepend, value);
  return made;
}

/** The name kubectl's kustomize would give: a hash of the content behind the name. */
function configName(resource: V): string {
  const manifest = dict(resource);
  const metadata = manifest.get('metadata');
  const name = metadata instanceof Dict ? metadata.get('name') : undefined;
  if (name === undefined) return fail('resource must have a metadata.name key to generate a resource name');
  const kind = str(manifest.get('kind') ?? '');
  const data = manifest.get('data') ?? '';
  const body: [V, V][] =
    kind === 'Secret'
      ? [
          ['data', data],
          ['kind', kind],
          ['name', name],
          ['type', manifest.get('type') ?? ''],
        ]
      : [
          ['data', data],
          ['kind', kind],
          ['name', name],
        ];
  const text_ = toJson(Dict.of(body), { indent: undefined, sort: true, ascii: true, item: ',', key: ':' });
  return `${str(name)}-${configHash(text_)}`;
}

function mergeBy(f: Parameters<typeof merge>[0], lists: readonly V[], index: string, options: ReadonlyMap<string, V>): V {
  const how = { recursive: flag(options.get('recursive') ?? false), lists: listMerge(text(options.get('list_merge') ?? 'replace')) };
  const by = new Dict();
  for (const list of lists)
    for (const item of listOf(list)) {
      const key = dict(item).get(index);
      if (key === undefined) continue;
      const before = by.get(key);
      by.set(key, before instanceof Dict ? merge(f, before, dict(item), how) : item);
    }
  return by
    .entries()
    .sort(([a], [b]) => compareText(str(a), str(b)))
    .map(([, item]) => item);
}

/** The value and the further lists, one after the other through `run`. */
const folded = (name: string, run: typeof union) =>
  plugin(name, 'value, *lists, **options', (f, value, more, options) => {
    const open = flag(named(options).get('flatten') ?? false);
    const lists = [value, ...rest(more)].flatMap((list): V[] => (open ? [...listOf(list)] : [list]));
    const [first = [], ...others] = lists.map((list) => items(f, list));
    return others.reduce((all, list) => run(f, all, list), union(f, first, []));
  });

/** "dict[str, int]": the kinds inside, joined by "|" where they differ. */
function revealed(value: V, alias: Dict): string {
  const name = (each: V): string => {
    const plain = typeName(each);
    return str(alias.get(plain) ?? plain);
  };
  const kinds = (all: readonly V[]): string => [...new Set(all.map(name))].sort(compareText).join('|');
  if (value instanceof Dict && value.size > 0) return `${name(value)}[${kinds(value.keys())}, ${kinds(value.values())}]`;
  return isList(value) && value.length > 0 ? `${name(value)}[${kinds(value)}]` : name(value);
}

export const generalFilters = [
  plugin('json_query', 'value, expr', (_, value, query) => jsonQuery(value, text(query))),
  plugin('version_sort', 'value, reverse=False', (f, value, reverse) => {
    const made = [...items(f, value)].sort((a, b) => compareVersions(str(a), str(b), 'loose'));
    return flag(reverse) ? made.reverse() : made;
  }),
  plugin('unicode_normalize', "value, form='NFC'", (_, value, form) => {
    const name = text(form);
    return ['NFC', 'NFD', 'NFKC', 'NFKD'].includes(name) ? text(value).normalize(name) : fail(`unsupported form '${name}'`);
  }),
  plugin('counter', 'value', (f, value) => {
    if (value instanceof Dict) return fail('Argument for community.general.counter must be a sequence (string or list)');
    const made = new Dict();
    for (const item of items(f, value)) made.set(item, Number(made.get(item) ?? 0) + 1);
    return made;
  }),
  plugin('groupby_as_dict', 'value, attribute', (f, value, attribute) => {
    const made = new Dict();
    for (const item of items(f, value)) {
      const key = dict(item).get(attribute) ?? fail(`Attribute not contained in element of sequence: ${str(attribute)}`);
      if (made.has(key)) fail(`Multiple sequence entries have attribute value ${repr(key)}`);
      made.set(key, item);
    }
    return made;
  }),
  folded('lists_union', union),
  folded('lists_intersect', intersect),
  folded('lists_difference', difference),
  folded('lists_symmetric_difference', symmetric),
  plugin('lists_mergeby', 'value, *args, **options', (f, value, args, options) => {
    const given = [...rest(args)];
    const index = given.pop();
    return mergeBy(f, [value, ...given], text(index ?? null), named(options));
  }),
  plugin('accumulate', 'value', (f, value) => {
    let total: V | undefined;
    return items(f, value).map((item) => (total = total === undefined ? item : f.filter('sum', [[total, item]])));
  }),
  plugin('reveal_ansible_type', 'value, alias=None', (_, value, alias) => revealed(value, alias instanceof Dict ? alias : new Dict())),
  plugin('to_paths', 'value, prepend=None, wantlist=False', (_, value, prepend, wantList) => {
    // An empty container has no paths.
    if ((isList(value) && value.length === 0) || (value instanceof Dict && value.size === 0)) return value;
    const made = toPaths(value, prepend === null ? '' : text(prepend), new Dict());
    return flag(wantList) ? [made] : made;
  }),
  plugin('get_path', 'value, path, environment=None, wantlist=False', (f, value, path) => {
    const parts = [...text(path).matchAll(/\[(?:'([^']*)'|"([^"]*)"|(\d+))\]|([^.[\]]+)/g)];
    const keys = parts.map(
      ([, single, double, index, plain]): V => single ?? double ?? (index === undefined ? (plain ?? '') : Number(index)),
    );
    return f.filter('extract', [keys[0] ?? '', value, keys.slice(1)]);
  }),
  plugin(
    'index_of',
    'data, test, value=None, key=None, fail_on_missing=False, wantlist=False',
    (f, data, test, value, key, strict, wantList) => {
      const found = items(f, data).flatMap((item, index) => {
        const part = key === null ? item : dict(item).get(key);
        if (part === undefined) return flag(strict) ? fail(`'${str(key)}' was not found in an item`) : [];
        return f.test(text(test), value === null ? [part] : [part, value]) === true ? [index] : [];
      });
      return found.length === 1 && !flag(wantList) ? (found[0] ?? null) : found;
    },
  ),
  plugin('k8s_config_resource_name', 'value', (_, value) => configName(value)),
  plugin('to_milliseconds', 'value', (_, value) => duration(text(value), 'millisecond')),
  plugin('to_seconds', 'value', (_, value) => duration(text(value), 'second')),
  plugin('to_minutes', 'value', (_, value) => duration(text(value), 'minute')),
  plugin('to_hours', 'value', (_, value) => duration(text(value), 'hour')),
  plugin('to_days', 'value', (_, value) => duration(text(value), 'day')),
  plugin('to_weeks', 'value', (_, value) => duration(text(value), 'week')),
  plugin('to_time_unit', "value, unit='millisecond'", (_, value, unit) => duration(text(value), text(unit))),
];
