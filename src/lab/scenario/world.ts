/** A shaped host as a world: its disks with what is on and over them. Pure. */
import { type DiskSpec, newWorld, uuidOf } from '../hosts/world/defaults.ts';
import { deviceByName, partitionName } from '../hosts/world/devices.ts';
import { reformat, writeFormat, writeGpt } from '../hosts/world/formats.ts';
import type { Mapped, User, World } from '../hosts/world/types.ts';
import type { ShapedHost } from './shape.ts';
import { bytesOf } from './units.ts';

type ShapedDisk = ShapedHost['disks'][number];

const MIB = 2 ** 20;
const LINUX = '0fc63daf-8483-4772-8e79-3d69d8477de4';

export interface WorldOptions {
  readonly address: string;
  /** Seconds since the epoch. */
  readonly now: number;
}

export function worldOf(host: ShapedHost, { address, now }: WorldOptions): World {
  const users = host.user === 'root' ? [] : [loginUser(host)];
  const world = newWorld({ hostname: host.name, users, addresses: [address], now, disks: host.disks.map(specOf) });
  return host.disks.reduce(furnished, world);
}

const loginUser = (host: ShapedHost): User => ({
  ...{ name: host.user, uid: 1000, gid: 1000, gecos: 'CoreOS Admin', home: `/var/home/${host.user}`, shell: '/bin/bash', sudo: host.sudo },
  ...(host.password === undefined ? {} : { password: host.password }),
});

const specOf = (disk: ShapedDisk): DiskSpec => ({
  kname: disk.kname,
  sizeBytes: bytesOf(disk.size),
  ...(disk.serial === undefined ? {} : { serial: disk.serial }),
  ...(disk.wwn === undefined ? {} : { wwn: disk.wwn }),
  ...(disk.model === undefined ? {} : { model: disk.model }),
  ...(disk.bus === undefined ? {} : { bus: disk.bus }),
  ...(disk.rotational === undefined ? {} : { rotational: disk.rotational }),
  ...(disk.removable === undefined ? {} : { removable: disk.removable }),
});

const typesOf = ({ holds }: ShapedDisk): readonly string[] => (holds === undefined ? [] : typeof holds === 'string' ? [holds] : holds);

function furnished(world: World, disk: ShapedDisk, index: number): World {
  // The first has the system on it already.
  const full = index === 0 ? world : partitioned(filled(world, disk), disk);
  const used = mounted(held(full, disk, index), disk, index);
  return disk.read_only ? { ...used, disks: used.disks.map((one) => (one.kname === disk.kname ? { ...one, readOnly: true } : one)) } : used;
}

const uuid = (world: World, kname: string, what: string): string => uuidOf(`${world.hostname}/${kname}/${what}`);

function filled(world: World, disk: ShapedDisk): World {
  return typesOf(disk).reduce((now, type, index) => {
    const device = deviceByName(now, disk.kname);
    if (!device) return now;
    const content = { type, uuid: uuid(world, disk.kname, type) };
    const first = disk.label === undefined ? content : { ...content, label: disk.label };
    return index === 0 ? reformat(now, device, first) : writeFormat(now, device, content);
  }, world);
}

function partitioned(world: World, disk: ShapedDisk): World {
  const own = world.disks.find(({ kname }) => kname === disk.kname);
  if (!own || disk.partitions === undefined) return world;
  const size = Math.floor((own.size - 2 * MIB) / disk.partitions / MIB) * MIB;
  const partitions = Array.from({ length: disk.partitions }, (_, index) => ({
    ...{ number: index + 1, start: MIB + index * size, size, name: `data${index + 1}`, type: LINUX },
    uuid: uuid(world, disk.kname, `part${index + 1}`),
  }));
  return writeGpt(world, own, { uuid: uuid(world, disk.kname, 'table'), partitions });
}

function held(world: World, disk: ShapedDisk, index: number): World {
  const device = deviceByName(world, disk.kname);
  if (!device || disk.held_by === undefined) return world;
  const id = uuid(world, disk.kname, disk.held_by);
  const hex = id.replaceAll('-', '');
  const kinds: { readonly [kind in NonNullable<ShapedDisk['held_by']>]: Pick<Mapped, 'name' | 'type' | 'uuid'> } = {
    lvm: { name: 'vg_data-lv_data', type: 'lvm', uuid: `LVM-${hex}` },
    multipath: { name: 'mpatha', type: 'mpath', uuid: `mpath-3${hex.slice(0, 16)}` },
    crypt: { name: 'luks-data', type: 'crypt', uuid: `CRYPT-LUKS2-${hex}-luks-data` },
  };
  const kname = `dm-${world.mapped.length}`;
  const mapped: Mapped = { ...kinds[disk.held_by], kname, majMin: `253:${index}`, size: device.size, over: [disk.kname], content: [] };
  const marks: { readonly [kind: string]: string } = { lvm: 'LVM2_member', crypt: 'crypto_LUKS' };
  const type = marks[disk.held_by];
  const marked = type === undefined || disk.holds !== undefined ? world : writeFormat(world, device, { type, uuid: id });
  return { ...marked, mapped: [...marked.mapped, mapped] };
}

function mounted(world: World, disk: ShapedDisk, index: number): World {
  if (disk.mounted === undefined) return world;
  const kname = disk.partitions === undefined ? disk.kname : partitionName(disk.kname, 1);
  const device = deviceByName(world, kname);
  if (!device) return world;
  const fstype = typesOf(disk)[0] ?? 'ext4';
  const ready = disk.holds === undefined ? reformat(world, device, { type: fstype, uuid: uuid(world, kname, fstype) }) : world;
  const mount = {
    ...{ id: 200 + index, parent: 30, majMin: device.majMin, root: '/', target: disk.mounted, options: 'rw,relatime' },
    ...{ fstype, source: `/dev/${kname}`, superOptions: 'rw,seclabel' },
  };
  return { ...ready, mounts: [...ready.mounts, mount] };
}
