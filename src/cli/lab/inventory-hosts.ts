/** What an inventory says of its hosts, as the lab takes it: groups, login, and the variables of the shipped playbooks that name a disk or node. */
import type { Host, Inventory } from '../../core/inventory.ts';
import { byPrecedence } from '../../core/precedence.ts';
import { resolveNow } from '../../core/resolve.ts';
import type { Scope, Value } from '../../core/value.ts';
import type { InventoryHost } from '../../lab/scenario/shape.ts';

/** Hosts that are reached by a connection: the controller itself is none. */
export const inventoryHosts = (inventory: Inventory): readonly InventoryHost[] =>
  [...inventory.hosts.values()].filter((host) => !host.implicit && said(host, ['ansible_connection']) !== 'local').map(inventoryHost);

function inventoryHost(host: Host): InventoryHost {
  const user = said(host, ['ansible_user', 'ansible_ssh_user']);
  const becomePassword = said(host, ['ansible_become_password', 'ansible_become_pass', 'ansible_sudo_pass']);
  const nodeName = said(host, ['node_name']);
  const sizeGib = Number(said(host, ['data_disk_min_gib', 'registry_size_gib']) ?? Number.NaN);
  const serial = said(host, ['data_disk_serial']);
  const wwn = said(host, ['data_disk_wwn']);
  const disk = {
    ...(Number.isFinite(sizeGib) && host.groups.includes('workers') ? { sizeGib } : {}),
    ...(serial === undefined ? {} : { serial }),
    ...(wwn === undefined ? {} : { wwn }),
  };
  return {
    ...{ name: host.name, groups: host.groups },
    ...(user === undefined ? {} : { user }),
    ...(becomePassword === undefined ? {} : { becomePassword }),
    ...(nodeName === undefined ? {} : { nodeName }),
    ...(Object.keys(disk).length > 0 ? { disk } : {}),
  };
}

/** The first of these variables that the inventory alone can tell; what needs a lookup or a task's result is left out. */
function said(host: Host, names: readonly string[]): string | undefined {
  const vars = new Map<string, Value>([['inventory_hostname', host.name]]);
  for (const layer of byPrecedence(host.layers)) for (const [name, value] of Object.entries(layer.vars)) vars.set(name, value);
  const scope: Scope = { get: (name) => vars.get(name), names: () => vars.keys() };
  for (const name of names) {
    const value = vars.get(name);
    if (value === undefined) continue;
    try {
      const resolved = resolveNow(value, scope);
      if (typeof resolved === 'string' || typeof resolved === 'number') return String(resolved);
    } catch {
      // Needs a lookup, a fact or a variable of the playbook: the lab's own default stands.
    }
  }
  return undefined;
}
