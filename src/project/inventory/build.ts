/** The finished inventory: membership with ancestors, and each host's layers in Ansible's order. */
import type { Host, Inventory, Joining } from '../../core/inventory.ts';
import type { Layer } from '../../core/precedence.ts';
import type { HostName } from '../../core/value.ts';
import type { Adjacent } from '../vars/adjacent.ts';
import type { Draft } from './draft.ts';

export const LOCALHOST: readonly string[] = ['localhost', '127.0.0.1', '::1'];

export function buildInventory(draft: Draft, adjacent: readonly Adjacent[], sources: readonly string[]): Inventory {
  const names = [...draft.groups.keys()].filter((name) => name !== 'all');
  const parents = new Map<string, string[]>(names.map((name) => [name, []]));
  for (const parent of names) for (const child of draft.groups.get(parent)?.children ?? []) parents.get(child)?.push(parent);
  const depths = new Map<string, number>();
  const depth = (group: string): number => {
    const known = depths.get(group);
    if (known !== undefined) return known;
    const value = 1 + Math.max(0, ...(parents.get(group) ?? []).map(depth));
    depths.set(group, value);
    return value;
  };
  const members = new Map(names.map((name) => [name, membersOf(draft, name)]));
  const grouped = new Set([...members].filter(([name]) => name !== 'ungrouped').flatMap(([, hosts]) => [...hosts]));
  for (const name of draft.hosts.keys()) {
    if (grouped.has(name)) members.get('ungrouped')?.delete(name);
    else members.get('ungrouped')?.add(name);
  }
  const priority = new Map(names.map((name) => [name, priorityOf(draft.groups.get(name)?.layers ?? [])]));
  const sorted = names.sort(
    (a, b) => depth(a) - depth(b) || (priority.get(a) ?? 1) - (priority.get(b) ?? 1) || (a < b ? -1 : a > b ? 1 : 0),
  );

  const layersFor = (host: string | undefined, groups: readonly string[]): Layer[] => [
    ...['all', ...groups].flatMap((group) => draft.groups.get(group)?.layers ?? []),
    ...adjacent.flatMap((source) => source.groups.get('all') ?? []),
    ...adjacent.flatMap((source) => groups.flatMap((group) => source.groups.get(group) ?? [])),
    ...(host === undefined ? [] : (draft.hosts.get(host)?.layers ?? [])),
    ...(host === undefined ? [] : adjacent.flatMap((source) => source.hosts.get(host) ?? [])),
  ];
  const hosts = new Map<HostName, Host>();
  for (const { name, at } of draft.hosts.values()) {
    const groups = sorted.filter((group) => members.get(group)?.has(name));
    hosts.set(name as HostName, { name: name as HostName, groups, layers: layersFor(name, groups), at });
  }
  const tops = [...draft.groups.keys()].filter((name) => name !== 'all' && parents.get(name)?.length === 0);
  const all = [...everyone(draft, { tops, ungrouped: members.get('ungrouped') ?? new Set() })] as HostName[];
  const groups = new Map<string, readonly HostName[]>([['all', all]]);
  // in the group's own order, as Ansible: group[0] is the first host listed in it
  for (const name of draft.groups.keys()) if (name !== 'all') groups.set(name, [...(members.get(name) ?? [])] as HostName[]);
  if (!LOCALHOST.some((name) => draft.hosts.has(name))) hosts.set('localhost' as HostName, implicitLocalhost(layersFor('localhost', [])));
  const joining: Joining = {
    groups: new Map(
      [...draft.groups.keys(), ...adjacent.flatMap((source) => [...source.groups.keys()])].map((group) => [
        group,
        {
          layers: [...(draft.groups.get(group)?.layers ?? []), ...adjacent.flatMap((source) => source.groups.get(group) ?? [])],
          parents: parents.get(group) ?? [],
        },
      ]),
    ),
    hosts: new Map(adjacent.flatMap((source) => [...source.hosts])),
  };
  return { hosts, groups, sources, joining };
}

/** As Ansible: it is there by name, takes the variables of `all`, and is a member of nothing. */
const implicitLocalhost = (layers: readonly Layer[]): Host => ({
  name: 'localhost' as HostName,
  groups: [],
  layers: [...layers, { precedence: 'inventory host vars', vars: { ansible_connection: 'local' }, origin: 'implicit localhost' }],
  implicit: true,
});

/** As Ansible lists them: a group's own hosts, then level by level those of the groups below it. */
function membersOf(draft: Draft, group: string): Set<string> {
  const seen = new Set([group]);
  for (const name of seen) for (const child of draft.groups.get(name)?.children ?? []) seen.add(child);
  return new Set([...seen].flatMap((name) => [...(draft.groups.get(name)?.hosts ?? [])]));
}

/** All hosts: those of no group first, then the members of the groups that are below no other, level by level. */
function everyone(draft: Draft, { tops, ungrouped }: { tops: readonly string[]; ungrouped: ReadonlySet<string> }): Set<string> {
  const seen = new Set(['all', ...tops.filter((name) => name !== 'ungrouped')]);
  for (const name of seen) for (const child of draft.groups.get(name)?.children ?? []) seen.add(child);
  const [, ...groups] = [...seen].map((name) => [...(draft.groups.get(name)?.hosts ?? [])]);
  return new Set([...(draft.groups.get('all')?.hosts ?? []), ...ungrouped, ...groups.flat(), ...draft.hosts.keys()]);
}

function priorityOf(layers: readonly Layer[]): number {
  const given = layers.map((layer) => Number(layer.vars['ansible_group_priority'] ?? Number.NaN)).filter((value) => Number.isFinite(value));
  return given.at(-1) ?? 1;
}
