/** Block devices by name: disks, partitions and what lies over them, with one way to read and write each. */
import { Errno } from './errno.ts';
import { discardExtents, type Extents, readExtents, writeExtents } from './extents.ts';
import type { Disk, Mapped, Partition, World } from './types.ts';

export interface BlockDevice {
  readonly kname: string;
  /** "/dev/sdb1", "/dev/mapper/vg-lv" has kname dm-0. */
  readonly majMin: string;
  readonly size: number;
  readonly readOnly: boolean;
  readonly removable: boolean;
  readonly disk?: Disk;
  readonly partition?: Partition;
  readonly mapped?: Mapped;
}

/** "sda" + 1 → "sda1", "nvme0n1" + 1 → "nvme0n1p1". */
export const partitionName = (disk: string, number: number): string => `${disk}${/\d$/.test(disk) ? 'p' : ''}${number}`;

/** Minor numbers of SCSI disks go in steps of 16; the others' partitions follow theirs directly. */
export function partitionMajMin(disk: Disk, number: number): string {
  const [major = 0, minor = 0] = disk.majMin.split(':').map(Number);
  return `${major}:${minor + number}`;
}

/** What follows from disks and what lies over them alone: worked out once for as long as they stay the same, while all else changes. */
export function ofDisks<T>(make: (world: World) => T): (world: World) => T {
  const known = new WeakMap<World['disks'], { readonly mapped: World['mapped']; readonly value: T }>();
  return (world) => {
    const before = known.get(world.disks);
    if (before?.mapped === world.mapped) return before.value;
    const value = make(world);
    known.set(world.disks, { mapped: world.mapped, value });
    return value;
  };
}

export const allDevices = ofDisks(devices);

function devices(world: World): readonly BlockDevice[] {
  return [
    ...world.disks.flatMap((disk): BlockDevice[] => [
      { kname: disk.kname, majMin: disk.majMin, size: disk.size, readOnly: disk.readOnly, removable: disk.removable, disk },
      ...disk.partitions.map((partition) => ({
        kname: partitionName(disk.kname, partition.number),
        majMin: partitionMajMin(disk, partition.number),
        size: partition.size,
        readOnly: disk.readOnly,
        removable: disk.removable,
        disk,
        partition,
      })),
    ]),
    ...world.mapped.map((mapped) => ({
      kname: mapped.kname,
      majMin: mapped.majMin,
      size: mapped.size,
      readOnly: false,
      removable: false,
      mapped,
    })),
  ];
}

export const deviceByName = (world: World, kname: string): BlockDevice | undefined =>
  allDevices(world).find((device) => device.kname === kname);
export const deviceByNumber = (world: World, majMin: string): BlockDevice | undefined =>
  allDevices(world).find((device) => device.majMin === majMin);

/** A multipath map has no content of its own: it is that of its paths. */
const pathOf = (world: World, mapped: Mapped): Disk | undefined =>
  mapped.type === 'mpath' ? world.disks.find(({ kname }) => kname === mapped.over[0]) : undefined;

export function readDevice(world: World, device: BlockDevice, at: number, length: number): Uint8Array {
  const fits = Math.max(0, Math.min(length, device.size - at));
  const now = deviceByName(world, device.kname);
  if (!now) throw new Errno('ENXIO');
  if (now.mapped) return readExtents(pathOf(world, now.mapped)?.content ?? now.mapped.content, at, fits);
  return readExtents(now.disk?.content ?? [], at + (now.partition?.start ?? 0), fits);
}

/** Throws ENOSPC past the end and EPERM where the device is read-only. */
export function writeDevice(world: World, device: BlockDevice, at: number, bytes: Uint8Array): World {
  if (device.readOnly) throw new Errno('EPERM');
  if (at + bytes.length > device.size) throw new Errno('ENOSPC');
  return change(world, device, (content, start) => writeExtents(content, start + at, bytes));
}

/** The whole device as zeros, as a discard leaves it. */
export const discardDevice = (world: World, device: BlockDevice): World =>
  change(world, device, (content, start) => discardExtents(content, start, device.size));

function change(world: World, device: BlockDevice, edit: (content: Extents, start: number) => Extents): World {
  const now = deviceByName(world, device.kname);
  if (!now) throw new Errno('ENXIO');
  const path = now.mapped ? pathOf(world, now.mapped) : undefined;
  const disk = path ?? now.disk;
  if (now.mapped && !path) {
    const { mapped } = now;
    return { ...world, mapped: world.mapped.map((one) => (one === mapped ? { ...one, content: edit(one.content, 0) } : one)) };
  }
  if (!disk) throw new Errno('ENXIO');
  const content = edit(disk.content, now.partition?.start ?? 0);
  // Several paths to one medium share serial number and WWN: what is written through one is seen through all.
  const same = (one: Disk): boolean => one === disk || (path !== undefined && (now.mapped?.over.includes(one.kname) ?? false));
  return { ...world, disks: world.disks.map((one) => (same(one) ? { ...one, content } : one)) };
}

/** knames of what lies directly over a device. */
export const holdersOf = (world: World, kname: string): readonly string[] =>
  world.mapped.filter(({ over }) => over.includes(kname)).map((mapped) => mapped.kname);

const mountedFrom = (world: World, majMin: string): boolean => world.mounts.some((mount) => mount.majMin === majMin);
const swappedTo = (world: World, kname: string): boolean => world.swaps.some(({ device }) => device === `/dev/${kname}`);

/** Whether the kernel has claimed this very device: mounted, swapped to, or held. */
export function claimed(world: World, device: BlockDevice): boolean {
  return (
    mountedFrom(world, device.majMin) ||
    swappedTo(world, device.kname) ||
    holdersOf(world, device.kname).length > 0 ||
    (device.partition === undefined && device.disk?.claimed === true)
  );
}

/** Whether opening it with O_EXCL fails: it, the disk it is on, or one of its partitions is claimed. */
export function busy(world: World, device: BlockDevice): boolean {
  if (claimed(world, device)) return true;
  return allDevices(world).some(
    (other) =>
      other.disk !== undefined &&
      other.disk.kname === device.disk?.kname &&
      other.kname !== device.kname &&
      (device.partition === undefined || other.partition === undefined) &&
      claimed(world, other),
  );
}

/** Where a device, by its number, is mounted. */
export const mountPoints = (world: World, device: BlockDevice): readonly string[] =>
  world.mounts.filter((mount) => mount.majMin === device.majMin).map(({ target }) => target);
