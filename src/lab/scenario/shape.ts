/** Inventory and scenario → which pretend hosts and nodes there are. Pure. */
import type { Fleet, FleetNode } from '../kube/operators/index.ts';
import type { DiskChange, HostChange, NodeChange, Scenario } from './types.ts';

/** What the inventory says of a host. */
export interface InventoryHost {
  readonly name: string;
  readonly groups: readonly string[];
  /** Whom to log in as. */
  readonly user?: string;
  /** Its password for sudo, where one is known. */
  readonly becomePassword?: string;
  /** Name of its Node, where that differs. */
  readonly nodeName?: string;
  /** Of the data disk, where variables tell of one. */
  readonly disk?: { readonly sizeGib?: number; readonly serial?: string; readonly wwn?: string };
}

export type Role = FleetNode['roles'][number];

export interface ShapedHost {
  readonly name: string;
  readonly user: string;
  readonly sudo: 'nopasswd' | 'password' | 'none';
  readonly password?: string;
  readonly node?: FleetNode;
  /** By kernel name, the one with the system first. */
  readonly disks: readonly (DiskChange & { readonly kname: string; readonly size: string })[];
}

/** Which group makes a host what: the first that fits counts. */
const ROLES: readonly (readonly [Role, RegExp])[] = [
  ['master', /^(masters?|control_?planes?|controllers?)$/i],
  ['infra', /^infras?(tructure)?$/i],
  ['worker', /^(workers?|computes?)$/i],
];

export const roleOf = (groups: readonly string[]): Role | undefined =>
  ROLES.find(([, fits]) => groups.some((group) => fits.test(group)))?.[0];

const SYSTEM_DISK = '120GiB';
const DATA_DISK_GIB = 100;

/** `changes` of a host: every pattern that names it, in the scenario's order. */
export function shapeHost(host: InventoryHost, changes: readonly HostChange[]): ShapedHost {
  const role = roleOf(host.groups);
  const node = nodeOf(
    host,
    role,
    changes.map((change) => change.node).filter((one) => one !== undefined),
  );
  const sudo = changes.findLast((change) => change.sudo)?.sudo ?? (host.becomePassword === undefined ? 'nopasswd' : 'password');
  return {
    ...{ name: host.name, user: host.user ?? 'core', sudo },
    ...(host.becomePassword === undefined ? {} : { password: host.becomePassword }),
    ...(node ? { node } : {}),
    disks: disksOf(host, role, changes),
  };
}

function nodeOf(host: InventoryHost, role: Role | undefined, changes: readonly NodeChange[]): FleetNode | undefined {
  const change: NodeChange = Object.assign({}, ...changes);
  if (role === undefined || change.absent) return undefined;
  return {
    name: change.name ?? host.nodeName ?? host.name,
    roles: role === 'infra' ? ['infra', 'worker'] : [role],
    ...(change.hostname ? { hostname: change.hostname } : {}),
    ...(change.labels ? { labels: change.labels } : {}),
  };
}

/** Workers have a blank disk beside the system's. */
function disksOf(host: InventoryHost, role: Role | undefined, changes: readonly HostChange[]): ShapedHost['disks'] {
  const { sizeGib = DATA_DISK_GIB, serial, wwn } = host.disk ?? {};
  const data: DiskChange = { size: `${sizeGib}GiB`, ...(serial ? { serial } : {}), ...(wwn ? { wwn } : {}) };
  const disks = new Map<string, DiskChange>([['sda', { size: SYSTEM_DISK }]]);
  if (role === 'worker' || host.disk) disks.set('sdb', data);
  for (const change of changes)
    for (const [kname, disk] of Object.entries(change.disks ?? {})) disks.set(kname, { ...disks.get(kname), ...disk });
  const own = [...disks].filter(([, disk]) => !disk.absent).map(([kname, disk]) => ({ size: `${DATA_DISK_GIB}GiB`, ...disk, kname }));
  const system = own.find((disk) => disk.system) ?? own.find(({ kname }) => kname === 'sda') ?? own[0];
  return system ? [system, ...own.filter((disk) => disk !== system)] : own;
}

export const fleetOf = (hosts: readonly ShapedHost[]): Fleet => ({ nodes: hosts.flatMap(({ node }) => (node ? [node] : [])) });

/** `matching` gives the hosts of a pattern. */
export function shapeAll(
  hosts: readonly InventoryHost[],
  scenario: Scenario,
  matching: (pattern: string) => readonly string[],
): readonly ShapedHost[] {
  const changes = Object.entries(scenario.hosts ?? {}).map(([pattern, change]) => ({ names: new Set(matching(pattern)), change }));
  return hosts.map((host) =>
    shapeHost(
      host,
      changes.filter(({ names }) => names.has(host.name)).map(({ change }) => change),
    ),
  );
}
