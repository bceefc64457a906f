/** From inventory and scenarios to a lab that is about to start. */

import type { Diagnostic } from '../../core/diagnostic.ts';
import type { Inventory } from '../../core/inventory.ts';
import { Redactor } from '../../core/secret.ts';
import { defaultFleet } from '../../lab/kube/operators/index.ts';
import { type Lab, startLab } from '../../lab/lab.ts';
import { type InventoryHost, shapeAll } from '../../lab/scenario/shape.ts';
import type { Scenario } from '../../lab/scenario/types.ts';
import { loadInventory, matchHosts, type VaultPassword } from '../../project/index.ts';
import { clusterNodes } from '../cluster-nodes.ts';
import { languageWith } from '../language.ts';
import { inventoryHosts } from './inventory-hosts.ts';

export interface Fleet {
  readonly hosts: readonly InventoryHost[];
  matching(pattern: string): readonly string[];
}

export const fleetOf = (inventory: Inventory): Fleet => ({
  hosts: inventoryHosts(inventory),
  matching: (pattern) => matchHosts(inventory, [pattern]).hosts,
});

export interface LoadedFleet {
  readonly fleet?: Fleet;
  readonly diagnostics: readonly Diagnostic[];
}

export async function loadFleet(
  sources: readonly string[],
  vault: readonly VaultPassword[],
  onSecret: (value: string) => void,
): Promise<LoadedFleet> {
  const { engine } = languageWith(onSecret);
  const { value, diagnostics } = await loadInventory(sources, { engine, vault, onSecret, nodes: clusterNodes(new Redactor()) });
  return value ? { fleet: fleetOf(value), diagnostics } : { diagnostics };
}

/** Without an inventory: three masters, three workers, two infra nodes. */
export function builtinFleet(): Fleet {
  const groups = { master: 'masters', worker: 'workers', infra: 'infra' } as const;
  const hosts = defaultFleet.nodes.map(({ name, roles }) => ({ name, groups: [groups[roles[0] ?? 'worker']] }));
  const named = (pattern: string) =>
    hosts.filter((host) => host.name === pattern || host.groups.some((group) => group === pattern) || pattern === 'all');
  const matching = (pattern: string): readonly string[] => {
    const [, group = pattern, index] = /^(.+)\[(\d+)\]$/.exec(pattern) ?? [];
    const found = named(group).map(({ name }) => name);
    return index === undefined ? found : found.slice(Number(index), Number(index) + 1);
  };
  return { hosts, matching };
}

export interface LabWish {
  readonly folder: string;
  readonly speed: number;
  readonly controller?: { readonly user: string };
  readonly log?: (line: string) => void;
}

export const startShaped = (fleet: Fleet, scenario: Scenario, wish: LabWish): Promise<Lab> =>
  startLab({
    hosts: shapeAll(fleet.hosts, scenario, fleet.matching),
    cluster: scenario.cluster ?? {},
    ...(scenario.registry ? { registry: scenario.registry } : {}),
    faults: scenario.faults ?? [],
    matching: fleet.matching,
    ...wish,
  });
