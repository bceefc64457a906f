/** From what the tools said to disks: pure. */
import type { DiskFacts, HostDisks } from '../../probes/disk-facts.ts';
import { chooseById, isPartition } from './by-id.ts';
import { type Disk, type Partition, pvSizeGib } from './disk.ts';
import { type MountedAt, mountedDevices } from './mounts.ts';
import { contentOf, typesOf } from './signatures.ts';
import { mountsOn, type PartitionFacts, systemReason } from './system.ts';
import { type DeviceTree, deviceTree, withDescendants } from './tree.ts';
import { bareWwn, wwnOf } from './wwn.ts';

interface World {
  readonly host: HostDisks;
  readonly tree: DeviceTree;
  readonly mounts: readonly MountedAt[];
}

export function survey(host: HostDisks): readonly Disk[] {
  const tree = deviceTree(host.tree);
  const world: World = { host, tree, mounts: mountedDevices(host.mounts, tree) };
  const disks = host.disks.map((facts) => diskOf(facts, world));
  return disks.map((disk) => ({ ...disk, same_wwn: sharing(disk, disks) }));
}

function diskOf(facts: DiskFacts, world: World): Disk {
  const { host, tree } = world;
  const { kname, device, kernel, content } = facts;
  const row = tree.get(kname)?.device;
  const { model = null, vendor = null, hctl = null, tran = null } = row ?? {};
  const byIds = host.links.filter((link) => link.target === device && link.path.startsWith('/dev/disk/by-id/')).map(({ path }) => path);
  const chosen = chooseById(byIds, { kname, vendor, model });
  const found = content.readable
    ? contentOf(content.blkid, content.signatures)
    : { signatures: [], tables: [], ambivalent: false, filesystem: null };
  const on = withDescendants(tree, kname);
  const nodes = new Set([device, ...kernel.partitions.map((part) => `/dev/${part.kname}`), ...[...on].map((name) => `/dev/${name}`)]);
  const partitions = partitionsOf(facts, tree);
  return {
    kname,
    device,
    type: row?.type ?? (kernel.dm ? 'mpath' : 'disk'),
    size_bytes: kernel.size_bytes,
    size_gib: pvSizeGib(kernel.size_bytes),
    model,
    vendor,
    serial: kernel.serial ?? row?.serial ?? (kernel.dm ? serialOfPaths(kname, world) : null),
    wwn: wwnOf(kernel.wwid) ?? mapWwn(kernel.dm?.uuid) ?? linkedWwn(byIds) ?? row?.wwn ?? null,
    hctl,
    transport: tran,
    rotational: row?.rotational ?? false,
    removable: kernel.removable || row?.removable === true,
    read_only: kernel.read_only,
    by_id: chosen.path,
    by_id_reason: chosen.reason,
    by_ids: byIds.filter((path) => !isPartition(path)),
    readable: content.readable,
    ...found,
    partitions: partitions.map(({ shown }) => shown),
    zero: content.readable && content.edges.zero,
    mounts: [...new Set([...mountsOn(kname, tree, world.mounts), ...facts.mounts.map(targetOf)])],
    swap: facts.swaps.length > 0 || host.swaps.some((path) => nodes.has(path)),
    holders: [...kernel.holders, ...host.loops.filter((loop) => nodes.has(loop.device)).map(({ loop }) => loop)],
    multipath: multipathOf(kname, tree),
    exclusive: facts.exclusive,
    local_storage: host.local_storage.filter((link) => nodes.has(link.target)).map(({ path }) => path),
    system: systemReason(kname, tree, world.mounts, partitions) ?? null,
    same_wwn: [],
  };
}

/** A multipath map has no serial number of its own: its paths agree on one. */
function serialOfPaths(kname: string, { tree, host }: World): string | null {
  const paths = host.disks.filter((path) => tree.get(kname)?.parents.has(path.kname));
  const serials = new Set(paths.map(({ kernel }) => kernel.serial));
  return serials.size === 1 ? ([...serials][0] ?? null) : null;
}

/** The fifth word of a mountinfo line. */
const targetOf = (line: string): string => line.split(' ')[4] ?? line;

/** multipath names its maps after the identifier of page 0x83: "mpath-3600…" for an NAA one. */
const mapWwn = (uuid: string | undefined): string | null => {
  const naa = /^mpath-3([0-9a-f]{16,32})$/.exec(uuid ?? '')?.[1];
  return naa ? `0x${naa}` : null;
};

const linkedWwn = (paths: readonly string[]): string | null => {
  const link = paths.find((path) => /\/wwn-[^/]+$/.test(path) && !isPartition(path));
  return link ? link.replace(/^.*\/wwn-/, '') : null;
};

function partitionsOf({ kernel, content }: DiskFacts, tree: DeviceTree): readonly (PartitionFacts & { readonly shown: Partition })[] {
  return kernel.partitions.map(({ kname }) => {
    const row = tree.get(kname)?.device;
    const answer = content.readable ? content.partitions[kname] : undefined;
    const tags = answer?.is === 'found' ? answer.tags : {};
    const labels = [tags['PART_ENTRY_NAME'], row?.partlabel, tags['LABEL'], row?.label];
    const types = [tags['PART_ENTRY_TYPE'], row?.parttype];
    const signatures = answer ? typesOf(answer) : [];
    const label = labels.find(Boolean) ?? null;
    return { kname, labels, types, shown: { kname, label, type: types.find(Boolean) ?? null, signatures } };
  });
}

function multipathOf(kname: string, tree: DeviceTree): string | null {
  const map = [...(tree.get(kname)?.children ?? [])].map((child) => tree.get(child)?.device).find((device) => device?.type === 'mpath');
  return map?.name ?? null;
}

/** Several names for one WWN: clones, unless serial number and size agree as well; then they are paths to one disk. A multipath map and its members agree by design. */
function sharing(disk: Disk, disks: readonly Disk[]): Disk['same_wwn'] {
  const { wwn } = disk;
  if (wwn === null || disk.type === 'mpath' || disk.multipath !== null) return [];
  return disks
    .filter((other) => other.kname !== disk.kname && other.type !== 'mpath' && other.wwn !== null && bareWwn(other.wwn) === bareWwn(wwn))
    .map((other) => ({ kname: other.kname, path: other.serial === disk.serial && other.size_bytes === disk.size_bytes }));
}
