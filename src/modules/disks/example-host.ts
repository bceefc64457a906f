/** A small host for the modules' examples: a system disk, and one data disk that each example makes its own. */
import { createHash } from 'node:crypto';
import type { DiskFacts, HostDisks } from '../../probes/disk-facts.ts';
import type { BlockDevice } from '../../probes/lsblk.ts';

const SIZE = 100 * 2 ** 30;
const zeros = createHash('sha256')
  .update(Buffer.alloc(2 ** 20))
  .digest('hex');

const row = (kname: string, more: Partial<BlockDevice> = {}): BlockDevice => ({
  name: kname,
  kname,
  maj_min: { sda: '8:0', sda4: '8:4', sdb: '8:16' }[kname] ?? '8:32',
  type: 'disk',
  size_bytes: SIZE,
  read_only: false,
  removable: false,
  rotational: false,
  model: 'Virtual_disk',
  vendor: 'VMware',
  serial: null,
  wwn: null,
  tran: null,
  hctl: null,
  fstype: null,
  label: null,
  parttype: null,
  partlabel: null,
  mountpoints: [],
  children: [],
  ...more,
});

const facts = (kname: string, serial: string, more: Partial<DiskFacts> = {}): DiskFacts => ({
  kname,
  device: `/dev/${kname}`,
  kernel: {
    maj_min: row(kname).maj_min,
    size_bytes: SIZE,
    read_only: false,
    removable: false,
    wwid: `naa.6000c29${serial}`,
    serial,
    holders: [],
    partitions: [],
    dm: null,
  },
  content: {
    readable: true,
    blkid: { is: 'nothing-found' },
    signatures: [],
    edges: { readable: true, head: zeros, tail: zeros, zero: true },
    partitions: {},
  },
  exclusive: 'free',
  mounts: [],
  swaps: [],
  seen: `@ - disk ${kname}\n`,
  ...more,
});

export const EXAMPLE_BY_ID = '/dev/disk/by-id/wwn-0x6000c291d2f4b01';
export const EXAMPLE_SIZE = SIZE;

/** What is different about the data disk sdb; otherwise it is blank and unused. */
export function exampleHost(sdb: Partial<DiskFacts> = {}, more: Partial<HostDisks> = {}): HostDisks {
  return {
    tree: [row('sda', { children: [row('sda4', { type: 'part', partlabel: 'root', mountpoints: ['/sysroot'] })] }), row('sdb')],
    mounts: [{ maj_min: '8:4', root: '/', target: '/sysroot', fstype: 'xfs', source: '/dev/sda4' }],
    swaps: [],
    links: [
      { path: '/dev/disk/by-id/wwn-0x6000c290a1b2c01', target: '/dev/sda' },
      { path: EXAMPLE_BY_ID, target: '/dev/sdb' },
    ],
    local_storage: [],
    loops: [],
    disks: [facts('sda', '0a1b2c01', { exclusive: 'busy' }), facts('sdb', '1d2f4b01', sdb)],
    ...more,
  };
}

/** The data disk with one file system on it, and nothing else. */
export const holding = (type: string, label: string | null = null): Partial<DiskFacts> => ({
  content: {
    readable: true,
    blkid: { is: 'found', tags: { TYPE: type, USAGE: 'filesystem', UUID: '0b1c2d3e', ...(label ? { LABEL: label } : {}) } },
    signatures: [{ offset: '0x438', type, uuid: '0b1c2d3e', label }],
    edges: { readable: true, head: 'a'.repeat(64), tail: zeros, zero: false },
    partitions: {},
  },
});
