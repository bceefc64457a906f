/** YAML filters. */
import type { Frame } from '../eval/frame.ts';
import { plugin } from '../eval/plugin.ts';
import { type DumpOptions, dump } from '../python/yaml-dump.ts';
import { loadYaml } from '../python/yaml-load.ts';
import { isUnknown, type V } from '../value/model.ts';
import { fail, UnknownSignal } from '../value/undef.ts';
import { flag, named, number, rest, soft, text, whole } from './args.ts';

const KNOWN = new Set([
  'indent',
  'width',
  'sort_keys',
  'allow_unicode',
  'default_flow_style',
  'default_style',
  'explicit_start',
  'explicit_end',
  'line_break',
  'canonical',
  'encoding',
  'version',
  'dump_vault_tags',
  'redact_sensitive_values',
]);

function options(given: ReadonlyMap<string, V>, indent: number, flow: V): DumpOptions {
  for (const name of given.keys()) if (!KNOWN.has(name)) fail(`got an unexpected keyword argument '${name}'`);
  const inline = given.get('default_flow_style') ?? flow;
  const style = given.get('default_style') ?? null;
  const wide = given.get('indent') ?? indent;
  const width = given.get('width') ?? 80;
  const step = wide === null ? 2 : whole(wide);
  return {
    indent: step > 1 && step < 10 ? step : 2,
    width: width === null ? 80 : number(width),
    sortKeys: flag(given.get('sort_keys') ?? true),
    unicode: flag(given.get('allow_unicode') ?? true),
    flow: inline === null ? undefined : flag(inline),
    style: style === null ? undefined : text(style) || undefined,
    explicitStart: flag(given.get('explicit_start') ?? false),
    explicitEnd: flag(given.get('explicit_end') ?? false),
  };
}

function load(f: Frame, value: V): V[] {
  if (isUnknown(value)) throw new UnknownSignal(value);
  const source = soft(value);
  f.ev.step(source.length >> 3);
  return loadYaml(source, () => f.ev.step());
}

export const yamlFilters = [
  plugin('to_yaml', 'value, *args, **options', (_, value, args, given) => {
    if (rest(args).length > 0) return fail('to_yaml() takes keyword arguments only');
    return dump(value, options(named(given), 2, null));
  }),
  plugin('to_nice_yaml', 'value, indent=4, *args, **options', (_, value, indent, _args, given) =>
    dump(value, options(new Map([['indent', indent], ...named(given)]), 4, false)),
  ),
  plugin('from_yaml', 'value', (f, value) => {
    if (typeof value !== 'string') return value;
    const [first, second] = load(f, value);
    return second === undefined ? (first ?? null) : fail('expected a single document in the stream');
  }),
  plugin('from_yaml_all', 'value', (f, value) => (typeof value === 'string' ? load(f, value) : (value ?? []))),
];
