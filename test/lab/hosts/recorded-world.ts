/** The emulated host of record.ts as a world, in each of the situations. */
import { defaultWorker, newDisk, type World } from '../../../src/lab/hosts/index.ts';
import { deviceByName, writeDevice } from '../../../src/lab/hosts/world/devices.ts';
import { place } from '../../../src/lab/hosts/world/files.ts';
import { reformat, writeFormat, writeGpt } from '../../../src/lab/hosts/world/formats.ts';
import type { Dir } from '../../../src/lab/hosts/world/tree.ts';
import type { Mount, Unit, User } from '../../../src/lab/hosts/world/types.ts';
import { PART_UUIDS, SIZE, TABLE_UUID, UUID } from './questions/disks.ts';

const MIB = 1024 ** 2;

const disk = (kname: string, serial: string, more: { wwn: string; hctl: string; readOnly?: boolean }) =>
  newDisk(
    {
      kname,
      sizeBytes: SIZE,
      bus: 'scsi',
      model: 'QEMU HARDDISK',
      vendor: 'QEMU    ',
      serial,
      rotational: true,
      transport: null,
      path: `pci-0000:00:02.0-scsi-${more.hctl}`,
      ...more,
    },
    'worker01',
  );

const root: Mount = {
  id: 22,
  parent: 1,
  majMin: '259:0',
  root: '/',
  target: '/',
  options: 'rw,relatime',
  fstype: 'ext4',
  source: '/dev/root',
  superOptions: 'rw',
  tree: 'root',
};

/** As test/real/parts/vm/build-image.sh makes them. */
const users: readonly User[] = [
  { name: 'root', uid: 0, gid: 0, gecos: 'root', home: '/root', shell: '/bin/bash', sudo: 'nopasswd' },
  ...(['core', 'ops', 'plain'] as const).map((name, index) => ({
    ...{ name, uid: 1000 + index, gid: 1000 + index, gecos: '', home: `/home/${name}`, shell: '/bin/bash' },
    sudo: name === 'core' ? ('nopasswd' as const) : ('none' as const),
  })),
];

function base(): World {
  const worker = defaultWorker('worker01', { disks: [], users });
  const identity = { model: 'QEMU NVMe Ctrl', serial: 'system', path: 'pci-0000:00:01.0-nvme-1' };
  const wwn = 'nvme.1b36-73797374656d-51454d55204e564d65204374726c-00000001';
  const system = newDisk({ kname: 'nvme0n1', sizeBytes: 900 * MIB, wwn, ...identity }, 'worker01');
  const disks = [
    disk('sda', 'DATA1', { wwn: '0x5000c500a1b2c301', hctl: '0:0:0:0' }),
    disk('sdb', 'LOCKED1', { wwn: '0x5000c500a1b2c302', hctl: '0:0:1:0', readOnly: true }),
    system,
  ];
  const world: World = {
    ...worker,
    utilLinux: '2.38',
    selinux: false,
    disks,
    mounts: [root, ...worker.mounts.filter(({ target }) => /^\/(proc|sys|dev)$/.test(target))],
  };
  const device = deviceByName(world, 'nvme0n1');
  return device ? writeFormat(world, device, { type: 'ext4', uuid: UUID, label: 'root', blockSize: 4096 }) : world;
}

const holding = (type: string, more: { label?: string; uuid?: string } = {}): World => formatted(base(), type, more);
function formatted(world: World, type: string, more: { label?: string; uuid?: string } = {}): World {
  const device = deviceByName(world, 'sda');
  return device ? reformat(world, device, { type, uuid: UUID, ...more }) : world;
}

const SITUATIONS: { readonly [name: string]: () => World } = {
  ext4: () => holding('ext4', { label: 'pb-data' }),
  xfs: () => holding('xfs', { label: 'pb-data' }),
  swap: () => holding('swap'),
  lvm: () => holding('LVM2_member', { uuid: 'FgQEIt-b4Ms-pG2o-CSYA-uow3-0cEc-SlnN3c' }),
  luks: () => holding('crypto_LUKS'),
  raw() {
    const world = base();
    const device = deviceByName(world, 'sda');
    return device ? writeDevice(world, device, 4096 * 20, Buffer.from('some database\n')) : world;
  },
  gpt() {
    const world = base();
    const [target] = world.disks;
    if (!target) return world;
    const common = { size: 100 * MIB };
    const table = {
      uuid: TABLE_UUID.toLowerCase(),
      partitions: [
        { ...common, number: 1, start: MIB, name: 'my data', type: '0fc63daf-8483-4772-8e79-3d69d8477de4', uuid: PART_UUIDS[0] },
        { ...common, number: 2, start: 101 * MIB, name: '', type: 'c12a7328-f81f-11d2-ba4b-00a0c93ec93b', uuid: PART_UUIDS[1] },
      ],
    };
    const parted = writeGpt(world, target, table);
    const first = deviceByName(parted, 'sda1');
    return first ? writeFormat(parted, first, { type: 'ext4', uuid: UUID }) : parted;
  },
  two() {
    const world = holding('xfs');
    const device = deviceByName(world, 'sda');
    return device ? writeFormat(world, device, { type: 'ext4', uuid: UUID }) : world;
  },
  mounted() {
    const world = holding('ext4');
    const dir: Dir = { kind: 'dir', mode: 0o755, uid: 0, gid: 0, mtime: 0, ino: 2, entries: new Map() };
    const withPoint = place(world, '/mnt/a', { node: dir, now: 0 });
    const mount: Mount = { ...root, id: 30, parent: 22, majMin: '8:0', target: '/mnt/a', source: '/dev/sda', tree: 'fs:a' };
    return {
      ...withPoint,
      mounts: [...world.mounts, mount],
      trees: { ...withPoint.trees, 'fs:a': dir },
    };
  },
  services() {
    const unit = { since: 0, active: 'inactive' } as const;
    const units: readonly Unit[] = [
      { ...unit, name: 'lab.service', description: 'A service', active: 'active', enabled: 'disabled', reloads: true },
      { ...unit, name: 'fixed.service', description: 'A fixed service', enabled: 'static' },
      { ...unit, name: 'once.service', description: 'A task', enabled: 'masked', below: 'disabled', oneshot: true },
    ];
    return { ...base(), units };
  },
  swapped() {
    const world = holding('swap');
    return { ...world, swaps: [{ device: '/dev/sda', size: SIZE }] };
  },
};

/** Situations not named here leave the disks blank. */
export const recordedWorld = (situation: string): World => (SITUATIONS[situation] ?? base)();
