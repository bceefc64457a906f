/** A YAML inventory: groups with `hosts`, `vars` and `children`. */
import { nearest } from '../../core/diagnostic.ts';
import type { Layer } from '../../core/precedence.ts';
import type { Context } from '../context.ts';
import type { SourceFile } from '../disk.ts';
import { type Entry, isNull, type MapNode, textOf, typeName, type YamlNode } from '../yaml/node.ts';
import { parseYaml } from '../yaml/parse.ts';
import { layerOf } from '../yaml/value.ts';
import type { Draft } from './draft.ts';
import { expandHosts } from './ranges.ts';

const KEYS = ['hosts', 'vars', 'children'];

export function readYamlInventory(context: Context, draft: Draft, source: SourceFile): void {
  const { problems } = context;
  for (const root of parseYaml(source, problems)) {
    if (isNull(root)) continue;
    if (root.kind !== 'map') {
      problems.error('wrong-type', `an inventory is a mapping of groups, not ${typeName(root)}`, { at: root.at });
      continue;
    }
    for (const entry of root.entries) {
      if (KEYS.includes(entry.key))
        problems.error('unknown-key', `${entry.key} stands outside a group`, {
          at: entry.keyAt,
          hint: 'put it below a group such as all:',
        });
      else group(context, draft, { entry, source });
    }
  }
}

interface Place {
  readonly entry: Entry;
  readonly source: SourceFile;
  readonly parent?: string;
}

function group(context: Context, draft: Draft, { entry, source, parent }: Place): void {
  const { problems } = context;
  const { key: name, keyAt, value } = entry;
  draft.group(name, keyAt);
  if (parent !== undefined) draft.nest(parent, name, keyAt);
  if (isNull(value)) return;
  if (value.kind !== 'map') {
    problems.error('wrong-type', `group ${name} must be a mapping with hosts, vars or children, not ${typeName(value)}`, { at: value.at });
    return;
  }
  for (const item of value.entries) {
    if (item.key === 'vars') {
      const vars = mapping(context, item, 'vars');
      if (vars) draft.group(name).layers.push(layer(context, vars, { source, precedence: 'inventory group vars' }));
    } else if (item.key === 'children') {
      for (const sub of members(context, item, 'children')) group(context, draft, { entry: sub, source, parent: name });
    } else if (item.key === 'hosts') {
      for (const host of members(context, item, 'hosts')) hosts(context, draft, { entry: host, source, parent: name });
    } else {
      const guess = nearest(item.key, KEYS);
      problems.error('unknown-key', `unknown key ${JSON.stringify(item.key)} in group ${name}`, {
        at: item.keyAt,
        hint: guess ? `did you mean ${guess}?` : `a group has hosts, vars and children; a group within it goes below children:`,
      });
    }
  }
}

function hosts(context: Context, draft: Draft, { entry, source, parent = 'ungrouped' }: Place): void {
  const expanded = expandHosts(entry.key);
  if ('why' in expanded) {
    context.problems.error('host-range', expanded.why, { at: entry.keyAt });
    return;
  }
  const vars = isNull(entry.value) ? undefined : mapping(context, entry, `host ${entry.key}`);
  for (const name of expanded.names) {
    const host = draft.host(name, parent, entry.keyAt);
    if (expanded.port !== undefined) host.layers.push(portLayer(expanded.port, source));
    if (vars) host.layers.push(layer(context, vars, { source, precedence: 'inventory host vars' }));
  }
}

export const portLayer = (port: number, source: SourceFile): Layer => ({
  precedence: 'inventory host vars',
  vars: { ansible_port: port },
  origin: source.file,
});

const layer = (
  context: Context,
  vars: MapNode,
  what: { source: SourceFile; precedence: 'inventory group vars' | 'inventory host vars' },
): Layer => layerOf(context, vars, { precedence: what.precedence, origin: what.source.file, secret: what.source.secret });

/** Members of `hosts:` or `children:`: a mapping, or one name alone. */
function members(context: Context, item: Entry, what: string): readonly Entry[] {
  const { value } = item;
  if (isNull(value)) return [];
  if (value.kind === 'map') return value.entries;
  const name = value.kind === 'scalar' ? textOf(value) : undefined;
  if (name !== undefined)
    return [{ key: name, keyAt: value.at, value: { kind: 'scalar', value: null, text: '', at: value.at, textAt: value.at } }];
  context.problems.error('wrong-type', `${what} must be a mapping whose keys are the names, not ${typeName(value)}`, {
    at: item.keyAt,
    hint: 'write each name with a colon: "web01:"',
  });
  return [];
}

function mapping(context: Context, item: Entry, what: string): MapNode | undefined {
  const value: YamlNode = item.value;
  if (value.kind === 'map') return value;
  if (!isNull(value))
    context.problems.error('wrong-type', `the variables of ${what} must be a mapping, not ${typeName(value)}`, { at: value.at });
  return undefined;
}
