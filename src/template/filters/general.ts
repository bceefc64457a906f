/** The commonly used filters of community.general, ansible.utils and kubernetes.core. */
import { createHash } from 'node:crypto';
import { plugin } from '../eval/plugin.ts';
import { pattern } from '../python/regex.ts';
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

/** Which keys of dictionaries are meant: text is compared, or matched by its start, its end or a pattern. */
function matcher(targets: readonly V[], how: string): (key: string) => boolean {
  const names = targets.map(str);
  switch (how) {
    case 'equal':
      return (key) => names.includes(key);
    case 'starts_with':
      return (key) => names.some((name) => key.startsWith(name));
    case 'ends_with':
      return (key) => names.some((name) => key.endsWith(name));
    case 'regex': {
      const patterns = names.map((name) => pattern(name));
      return (key) => patterns.some((each) => each.match(key) !== undefined);
    }
    default:
      return fail(`matching_parameter must be equal, starts_with, ends_with or regex, not '${how}'`);
  }
}

const targetsOf = (value: V): readonly V[] => (isList(value) ? value : [value]);

function eachDict(value: V, change: (entries: [V, V][]) => [V, V][]): V {
  if (isList(value)) return value.map((item) => Dict.of(change(dict(item).entries())));
  return Dict.of(change(dict(value).entries()));
}

function replaceKeys(value: V, targets: V, how: string): V {
  const pairs = listOf(targets).map((each) => {
    const { before, after } = { before: dict(each).get('before'), after: dict(each).get('after') };
    return before === undefined || after === undefined
      ? fail('each target needs before and after')
      : { fits: matcher([before], how), after };
  });
  return eachDict(value, (entries) => entries.map(([key, item]) => [pairs.find((pair) => pair.fits(str(key)))?.after ?? key, item]));
}

/** "b.c[0]" → value */
function toPaths(value: V, prepend: string, made: Dict): Dict {
  if (value instanceof Dict && value.size > 0) {
    for (const [key, item] of value.entries()) {
      const name = str(key);
      const part = /^[A-Za-z_]\w*$/.test(name) ? (prepend === '' ? name : `.${name}`) : `[${repr(key)}]`;
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
  const letters: { readonly [digit: string]: string } = { '0': 'g', '1': 'h', '3': 'k', a: 'm', e: 't' };
  const hash = createHash('sha256').update(text_).digest('hex').slice(0, 10);
  return `${str(name)}-${[...hash].map((char) => letters[char] ?? char).join('')}`;
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

const folded = (names: string, run: typeof union) =>
  plugin(names, 'value, *lists', (f, value, lists) =>
    rest(lists).reduce<readonly V[]>(
      (all, list) => run(f, all, items(f, list)),
      run(f, items(f, value), names.includes('intersect') ? items(f, value) : []),
    ),
  );

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
  plugin('keep_keys', "value, target, matching_parameter='equal'", (_, value, target, how) => {
    const fits = matcher(targetsOf(target), text(how));
    return eachDict(value, (entries) => entries.filter(([key]) => fits(str(key))));
  }),
  plugin('remove_keys', "value, target, matching_parameter='equal'", (_, value, target, how) => {
    const fits = matcher(targetsOf(target), text(how));
    return eachDict(value, (entries) => entries.filter(([key]) => !fits(str(key))));
  }),
  plugin('replace_keys', "value, target, matching_parameter='equal'", (_, value, target, how) => replaceKeys(value, target, text(how))),
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
  plugin('reveal_ansible_type', 'value, alias=None', (_, value) => typeName(value)),
  plugin('to_paths', 'value, prepend=None, wantlist=False', (_, value, prepend, wantList) => {
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
  plugin('index_of', 'value, test, *args, **options', (f, value, test, args, options) => {
    const given = named(options);
    const key = given.get('key');
    const found = items(f, value).flatMap((item, index) => {
      const part = key === undefined ? item : (dict(item).get(key) ?? null);
      return f.test(text(test), [part, ...rest(args)]) === true ? [index] : [];
    });
    return found.length === 1 && !flag(given.get('wantlist') ?? false) ? (found[0] ?? null) : found;
  }),
  plugin('k8s_config_resource_name', 'value', (_, value) => configName(value)),
  plugin('to_milliseconds', 'value', (_, value) => duration(text(value), 'millisecond')),
  plugin('to_seconds', 'value', (_, value) => duration(text(value), 'second')),
  plugin('to_minutes', 'value', (_, value) => duration(text(value), 'minute')),
  plugin('to_hours', 'value', (_, value) => duration(text(value), 'hour')),
  plugin('to_days', 'value', (_, value) => duration(text(value), 'day')),
  plugin('to_weeks', 'value', (_, value) => duration(text(value), 'week')),
  plugin('to_time_unit', "value, unit='millisecond'", (_, value, unit) => duration(text(value), text(unit))),
];
