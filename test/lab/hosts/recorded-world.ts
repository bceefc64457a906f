/** The emulated host of record.ts as a world, in each of the situations. */
import { defaultWorker, newDisk, type World } from '../../../src/lab/hosts/index.ts';
import { deviceByName, writeDevice } from '../../../src/lab/hosts/world/devices.ts';
import { reformat, writeFormat, writeGpt } from '../../../src/lab/hosts/world/formats.ts';
import type { Mount } from '../../../src/lab/hosts/world/types.ts';
import { PART_UUIDS, TABLE_UUID, UUID } from './questions.ts';

const MIB = 1024 ** 2;
const SIZE = 384 * MIB;

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
  source: '/dev/nvme0n1',
  superOptions: 'rw',
  tree: 'root',
};

function base(): World {
  const worker = defaultWorker('worker01', { disks: [] });
  const system = { ...newDisk({ kname: 'nvme0n1', sizeBytes: 900 * MIB, model: 'QEMU NVMe Ctrl', serial: 'system' }, 'worker01') };
  const disks = [
    disk('sda', 'DATA1', { wwn: '0x5000c500a1b2c301', hctl: '0:0:0:0' }),
    disk('sdb', 'LOCKED1', { wwn: '0x5000c500a1b2c302', hctl: '0:0:1:0', readOnly: true }),
    system,
  ];
  return {
    ...worker,
    utilLinux: '2.38',
    selinux: false,
    disks,
    mounts: [root, ...worker.mounts.filter(({ target }) => /^\/(proc|sys|dev)$/.test(target))],
  };
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
    const mount: Mount = { ...root, id: 41, parent: 22, majMin: '8:0', target: '/mnt/a', source: '/dev/sda', tree: 'fs:a' };
    return {
      ...world,
      mounts: [...world.mounts, mount],
      trees: { ...world.trees, 'fs:a': { kind: 'dir', mode: 0o755, uid: 0, gid: 0, mtime: 0, ino: 2, entries: new Map() } },
    };
  },
  swapped() {
    const world = holding('swap');
    return { ...world, swaps: [{ device: '/dev/sda', size: SIZE }] };
  },
};

/** Situations not named here leave the disks blank. */
export const recordedWorld = (situation: string): World => (SITUATIONS[situation] ?? base)();
