/** Hosts as an OpenShift cluster on bare metal has them: RHCOS on the first disk, a blank data disk beside it on workers. */
import { createHash } from 'node:crypto';
import { bytesOf } from './bytes.ts';
import { deviceByName } from './devices.ts';
import { writeFormat, writeGpt } from './formats.ts';
import { loginRecords, RHCOS, standardFiles, UNITS } from './rhcos.ts';
import { dirOfFiles } from './skeleton.ts';
import type { Disk, Mount, User, World } from './types.ts';

export const GIB = 1024 ** 3;
const MIB = 1024 ** 2;

/** Hex digits that are always the same for one text: serial numbers and UUIDs of a lab that is started again. */
export const digits = (text: string, length: number): string => createHash('sha256').update(text).digest('hex').slice(0, length);
export const uuidOf = (text: string): string =>
  digits(text, 32)
    .replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12})$/, '$1-$2-4$3-8$4-$5')
    .slice(0, 36);

export interface DiskSpec {
  readonly kname: string;
  readonly sizeBytes: number;
  readonly bus?: Disk['bus'];
  readonly model?: string;
  readonly vendor?: string;
  /** Made from the host's name where left out; null for a disk that tells none. */
  readonly serial?: string | null;
  readonly wwn?: string | null;
  readonly transport?: string | null;
  readonly hctl?: string | null;
  readonly path?: string | null;
  readonly rotational?: boolean;
  readonly readOnly?: boolean;
  readonly removable?: boolean;
  /** Content by type, "ext4"; several give what blkid calls ambivalent. */
  readonly holds?: readonly { readonly type: string; readonly uuid?: string; readonly label?: string; readonly blockSize?: number }[];
}

export interface HostShape {
  readonly hostname: string;
  readonly disks?: readonly DiskSpec[];
  readonly users?: readonly User[];
  readonly addresses?: readonly string[];
  readonly utilLinux?: World['utilLinux'];
  /** Seconds since the epoch. */
  readonly now?: number;
}

const letterIndex = (kname: string): number => (/^[sv]d([a-z])$/.exec(kname)?.[1]?.charCodeAt(0) ?? 97) - 97;

/** A disk as it comes from its box, or holding what is asked for. */
export function newDisk(spec: DiskSpec, host: string): Disk {
  const bus = spec.bus ?? (spec.kname.startsWith('nvme') ? 'nvme' : spec.kname.startsWith('vd') ? 'virtio' : 'scsi');
  const index = letterIndex(spec.kname);
  const seed = `${host}/${spec.kname}`;
  const serial = spec.serial === undefined ? (bus === 'virtio' ? null : `S${digits(seed, 12).toUpperCase()}`) : spec.serial;
  const naa = `0x5000c500${digits(seed, 8)}`;
  const wwn =
    spec.wwn === undefined ? (bus === 'scsi' || bus === 'ata' ? naa : bus === 'nvme' ? `eui.${digits(seed, 16)}` : null) : spec.wwn;
  const numbers = { scsi: `8:${16 * index}`, ata: `8:${16 * index}`, usb: `8:${16 * index}`, virtio: `252:${16 * index}`, nvme: '259:0' };
  const scsi = bus === 'scsi' || bus === 'ata' || bus === 'usb';
  return {
    kname: spec.kname,
    majMin: numbers[bus],
    size: spec.sizeBytes,
    bus,
    transport:
      spec.transport === undefined
        ? ({ scsi: 'sas', ata: 'sata', usb: 'usb', nvme: 'nvme', virtio: 'virtio' } as const)[bus]
        : spec.transport,
    model: spec.model ?? (bus === 'virtio' ? null : bus === 'nvme' ? 'SAMSUNG MZVL2512HCJQ-00BL7' : 'ST1200MM0129'),
    vendor: spec.vendor ?? (bus === 'virtio' ? '0x1af4' : bus === 'nvme' ? null : 'SEAGATE '),
    serial,
    wwn,
    hctl: spec.hctl === undefined ? (scsi ? `0:0:${index}:0` : null) : spec.hctl,
    path:
      spec.path === undefined
        ? scsi
          ? `pci-0000:3b:00.0-scsi-0:0:${index}:0`
          : bus === 'nvme'
            ? 'pci-0000:5e:00.0-nvme-1'
            : `pci-0000:00:0${5 + index}.0`
        : spec.path,
    rotational: spec.rotational ?? scsi,
    readOnly: spec.readOnly ?? false,
    removable: spec.removable ?? false,
    diskseq: index + 1,
    content: [],
    partitions: [],
  };
}

/** The layout coreos-installer writes: BIOS-BOOT, EFI-SYSTEM, boot, root. */
function installed(world: World, kname: string): World {
  const disk = world.disks.find((one) => one.kname === kname);
  if (!disk) return world;
  const uuid = (part: string): string => uuidOf(`${world.hostname}/${kname}/${part}`);
  const part = (number: number, name: string, shape: { start: number; size: number; type: string }) => ({
    number,
    name,
    uuid: uuid(name),
    ...shape,
  });
  const rootStart = 513 * MIB;
  const partitions = [
    part(1, 'BIOS-BOOT', { start: MIB, size: MIB, type: '21686148-6449-6e6f-744e-656564454649' }),
    part(2, 'EFI-SYSTEM', { start: 2 * MIB, size: 127 * MIB, type: 'c12a7328-f81f-11d2-ba4b-00a0c93ec93b' }),
    part(3, 'boot', { start: 129 * MIB, size: 384 * MIB, type: '0fc63daf-8483-4772-8e79-3d69d8477de4' }),
    part(4, 'root', { start: rootStart, size: disk.size - rootStart - 1024 * 1024, type: '0fc63daf-8483-4772-8e79-3d69d8477de4' }),
  ];
  let now = writeGpt(world, disk, { uuid: uuid('table'), partitions });
  const holding = [
    [2, { type: 'vfat', uuid: uuid('esp'), label: 'EFI-SYSTEM' }],
    [3, { type: 'ext4', uuid: uuid('bootfs'), label: 'boot', blockSize: 1024 }],
    [4, { type: 'xfs', uuid: uuid('rootfs'), label: 'root' }],
  ] as const;
  for (const [number, content] of holding) {
    const device = deviceByName(now, `${kname}${kname.startsWith('nvme') ? 'p' : ''}${number}`);
    if (device) now = writeFormat(now, device, content);
  }
  const [major] = disk.majMin.split(':');
  const minor = Number(disk.majMin.split(':')[1]);
  const device = (number: number): string => `/dev/${kname}${kname.startsWith('nvme') ? 'p' : ''}${number}`;
  const mount = (id: number, number: number, more: Pick<Mount, 'root' | 'target' | 'options' | 'fstype'>): Mount => ({
    ...{ id, parent: id === 30 ? 1 : 30, majMin: `${major}:${minor + number}`, source: device(number), superOptions: 'rw,seclabel' },
    ...more,
  });
  const deploy = `/ostree/deploy/rhcos/deploy/${digits(world.hostname, 64)}.0`;
  const mounts: Mount[] = [
    { ...mount(30, 4, { root: deploy, target: '/', options: 'rw,relatime', fstype: 'xfs' }), tree: 'root' },
    {
      id: 22,
      parent: 30,
      majMin: '0:21',
      root: '/',
      target: '/proc',
      options: 'rw,nosuid,nodev,noexec,relatime',
      fstype: 'proc',
      source: 'proc',
      superOptions: 'rw',
    },
    {
      id: 23,
      parent: 30,
      majMin: '0:22',
      root: '/',
      target: '/sys',
      options: 'rw,nosuid,nodev,noexec,relatime',
      fstype: 'sysfs',
      source: 'sysfs',
      superOptions: 'rw',
    },
    {
      id: 24,
      parent: 30,
      majMin: '0:5',
      root: '/',
      target: '/dev',
      options: 'rw,nosuid',
      fstype: 'devtmpfs',
      source: 'devtmpfs',
      superOptions: 'rw,size=4096k',
    },
    mount(31, 4, { root: '/', target: '/sysroot', options: 'ro,relatime', fstype: 'xfs' }),
    mount(32, 4, { root: '/ostree/deploy/rhcos/var', target: '/var', options: 'rw,relatime', fstype: 'xfs' }),
    mount(33, 3, { root: '/', target: '/boot', options: 'ro,nosuid,nodev,relatime', fstype: 'ext4' }),
  ];
  return { ...now, mounts: [...now.mounts, ...mounts] };
}

const CORE: User = {
  name: 'core',
  uid: 1000,
  gid: 1000,
  gecos: 'CoreOS Admin',
  home: '/var/home/core',
  shell: '/bin/bash',
  sudo: 'nopasswd',
};

/** An RHCOS host that has just been installed. The first disk holds the system. */
export function newWorld(shape: HostShape): World {
  const now = shape.now ?? Date.UTC(2026, 0, 15, 8) / 1000;
  const specs = shape.disks ?? [{ kname: 'sda', sizeBytes: 120 * GIB }];
  const { users, groups } = loginRecords(shape.users ?? [CORE]);
  const blank: World = {
    hostname: shape.hostname,
    ...RHCOS,
    utilLinux: shape.utilLinux ?? '2.37',
    selinux: true,
    bootedAt: now - 86_400,
    bootId: uuidOf(`${shape.hostname}/boot/1`),
    boots: 1,
    disks: specs.map((spec) => newDisk(spec, shape.hostname)),
    mapped: [],
    loops: {},
    mounts: [],
    swaps: [],
    users,
    groups,
    units: UNITS.map((unit) => ({ ...unit, since: now - 86_300 })),
    trees: {},
    nextIno: 100_000,
    addresses: shape.addresses ?? ['192.0.2.10'],
  };
  const files = dirOfFiles(standardFiles(blank), now - 86_400);
  const system = installed({ ...blank, trees: { root: files } }, specs[0]?.kname ?? 'sda');
  return specs.reduce((world, spec) => holding(world, spec), system);
}

function holding(world: World, spec: DiskSpec): World {
  return (spec.holds ?? []).reduce((now, content) => {
    const device = deviceByName(now, spec.kname);
    return device ? writeFormat(now, device, { uuid: uuidOf(`${world.hostname}/${spec.kname}/${content.type}`), ...content }) : now;
  }, world);
}

/** A worker: the system on sda, and sdb, 100 GiB and blank. */
export const defaultWorker = (hostname: string, more: Partial<HostShape> = {}): World =>
  newWorld({
    hostname,
    disks: [
      { kname: 'sda', sizeBytes: 120 * GIB },
      { kname: 'sdb', sizeBytes: 100 * GIB },
    ],
    ...more,
  });

/** A control plane node: one disk with the system on it. */
export const defaultMaster = (hostname: string, more: Partial<HostShape> = {}): World => newWorld({ hostname, ...more });

export const textFile = (text: string): Uint8Array => bytesOf(text);
