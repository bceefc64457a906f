/** Hosts and groups that tasks add to the inventory of a run: add_host and group_by. */
import type { Inventory, Joining } from '../core/inventory.ts';
import type { Enlisted } from '../core/module.ts';
import type { Layer } from '../core/precedence.ts';
import type { HostName } from '../core/value.ts';
import { HostState } from './host-state.ts';
import type { RunContext } from './run-context.ts';

/** The inventory as it is by now. */
export class LiveInventory {
  #now: Inventory;
  #grown = false;
  /** What tasks have added, for the time that the sources are read anew. */
  readonly added: Enlisted[] = [];
  constructor(inventory: Inventory) {
    this.#now = inventory;
  }
  get now(): Inventory {
    return this.#now;
  }
  /** Whether anything was added since the plan was made. */
  get grown(): boolean {
    return this.#grown;
  }
  replace(inventory: Inventory): void {
    this.#now = inventory;
    this.#grown = true;
  }
}

/** The inventory read anew; hosts that are gone stay known for what they have told, in no group. What tasks added is added again. */
export function refreshInventory(inventory: Inventory, on: Pick<RunContext, 'states' | 'scopes' | 'inventory'>): void {
  on.inventory.replace(inventory);
  for (const [name, host] of inventory.hosts) {
    const state = on.states.get(name);
    if (state) state.host = host;
    else on.states.set(name, new HostState(host));
  }
  on.scopes.regroup(inventory);
  // group_by puts no host into a group that is gone by now
  for (const entry of on.inventory.added)
    if (entry.vars !== undefined || on.inventory.now.hosts.has(entry.host as HostName)) join(entry, on);
}

/** What a host has that no source names. */
const newcomer = (name: HostName, joining: Joining | undefined): readonly Layer[] => [
  ...(joining?.groups.get('all')?.layers ?? []),
  ...(joining?.hosts.get(name) ?? []),
];

/** The groups that a group is below, the furthest first, and the group itself. */
function upTo(group: string, joining: Joining | undefined): readonly string[] {
  const line = new Set([group]);
  for (const one of line) for (const parent of joining?.groups.get(one)?.parents ?? []) line.add(parent);
  return [...line].reverse();
}

/** Says whether the inventory is another than before. */
export function enlist(entry: Enlisted, on: Pick<RunContext, 'states' | 'scopes' | 'inventory'>): boolean {
  on.inventory.added.push(entry);
  return join(entry, on);
}

/** Groups are put after those a host is in already; a host that is new belongs to `all`, and to `ungrouped` where it is given none. */
function join(entry: Enlisted, on: Pick<RunContext, 'states' | 'scopes' | 'inventory'>): boolean {
  const name = entry.host as HostName;
  const { hosts, groups, joining } = on.inventory.now;
  const old = hosts.get(name);
  const joined = [...new Set([...(entry.parents ?? []), ...entry.groups].flatMap((group) => upTo(group, joining)))];
  const now = old ?? { name, groups: [], layers: newcomer(name, joining) };
  const added = { precedence: 'inventory host vars' as const, vars: entry.vars ?? {}, origin: 'add_host' };
  const fresh = joined.filter((group) => !now.groups.includes(group));
  const layers = [
    ...now.layers,
    ...fresh.flatMap((group) => joining?.groups.get(group)?.layers ?? []),
    ...(entry.vars === undefined ? [] : [added]),
  ];
  const host = {
    name,
    groups: [...new Set([...now.groups.filter((group) => group !== 'ungrouped' || joined.length === 0), ...joined])],
    layers,
    ...(old?.at ? { at: old.at } : {}),
  };
  const members = new Map(groups);
  const put = (group: string): void => {
    const there = members.get(group) ?? [];
    if (!there.includes(name)) members.set(group, [...there, name]);
  };
  for (const group of ['all', ...joined]) put(group);
  if (joined.length > 0)
    members.set(
      'ungrouped',
      (members.get('ungrouped') ?? []).filter((one) => one !== name),
    );
  else if (!old) put('ungrouped');
  on.inventory.replace({ ...on.inventory.now, hosts: new Map([...hosts, [name, host]]), groups: members });
  const state = on.states.get(name);
  if (state) state.host = host;
  else on.states.set(name, new HostState(host));
  on.scopes.regroup(on.inventory.now);
  return !old || joined.some((group) => !groups.get(group)?.includes(name));
}
