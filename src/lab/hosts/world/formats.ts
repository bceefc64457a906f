/** Bytes that file systems and their kin leave on a medium: enough for every tool to recognise them, and to differ between any two. */
import { createHash } from 'node:crypto';
import { bytesOf } from './bytes.ts';
import { type BlockDevice, discardDevice, writeDevice } from './devices.ts';
import { Errno } from './errno.ts';
import type { Disk, Partition, World } from './types.ts';

export interface Format {
  readonly uuid: string;
  readonly label?: string;
  /** ext: bytes of a block, 4096 unless given. */
  readonly blockSize?: number;
}

const uuidBytes = (uuid: string): Uint8Array => Buffer.from(uuid.replaceAll('-', ''), 'hex');

/** What else is in a superblock and its neighbours: nothing that anybody reads, but never zero, and never alike. */
const filling = (seed: string, length: number): Uint8Array => {
  const block = createHash('sha512').update(seed).digest();
  return Uint8Array.from({ length }, (_, index) => block[index % block.length] ?? 0);
};

function ext4(format: Format, size: number): readonly [number, Uint8Array][] {
  const block = format.blockSize ?? (size < 512 * 1024 * 1024 ? 1024 : 4096);
  const header = Buffer.alloc(1024);
  header.writeUInt32LE(Math.min(0xffffffff, Math.floor(size / block)), 4);
  header.writeUInt32LE(Math.log2(block / 1024), 0x18);
  header.writeUInt16LE(0xef53, 0x38);
  header.writeUInt32LE(0x3c, 0x5c);
  header.writeUInt32LE(0x2c2, 0x60);
  header.writeUInt32LE(0x46b, 0x64);
  header.set(uuidBytes(format.uuid), 0x68);
  header.write((format.label ?? '').slice(0, 16), 0x78, 'latin1');
  return [
    [0x400, header],
    [Math.max(block, 0x800), filling(format.uuid, 512)],
  ];
}

function xfs(format: Format, size: number): readonly [number, Uint8Array][] {
  const header = Buffer.alloc(512);
  header.write('XFSB', 0, 'latin1');
  header.writeUInt32BE(4096, 4);
  header.writeBigUInt64BE(BigInt(Math.floor(size / 4096)), 8);
  header.set(uuidBytes(format.uuid), 32);
  header.write((format.label ?? '').slice(0, 12), 108, 'latin1');
  return [
    [0, header],
    [512, filling(format.uuid, 512)],
  ];
}

/** "FgQEIt-b4Ms-…" is text; it is written without its dashes. */
const lvm = (format: Format): readonly [number, Uint8Array][] => [
  [0x200, bytesOf('LABELONE')],
  [0x218, bytesOf(`LVM2 001${format.uuid.replaceAll('-', '').padEnd(32, 'x').slice(0, 32)}`)],
  [0x1200, filling(format.uuid, 512)],
];

function luks(format: Format): readonly [number, Uint8Array][] {
  const header = Buffer.alloc(512);
  header.write('LUKS\xba\xbe\0\x02', 0, 'latin1');
  header.write(format.uuid, 0xa8, 'latin1');
  header.set(filling(format.uuid, 32), 0x60);
  const second = Buffer.from(header);
  second.write('SKUL', 0, 'latin1');
  return [
    [0, header],
    [0x4000, second],
  ];
}

function swap(format: Format, size: number): readonly [number, Uint8Array][] {
  const header = Buffer.alloc(4096);
  header.writeUInt32LE(1, 0x400);
  header.writeUInt32LE(Math.floor(size / 4096) - 1, 0x404);
  header.set(uuidBytes(format.uuid), 0x40c);
  header.write('SWAPSPACE2', 0xff6, 'latin1');
  return [[0, header]];
}

function raid(format: Format): readonly [number, Uint8Array][] {
  const header = Buffer.alloc(256);
  header.write('\xfc\x4e\x2b\xa9', 0, 'latin1');
  header.writeUInt32LE(1, 4);
  header.set(uuidBytes(format.uuid), 16);
  header.write((format.label ?? '').slice(0, 32), 32, 'latin1');
  return [[0x1000, header]];
}

const FORMATS: { readonly [type: string]: (format: Format, size: number) => readonly [number, Uint8Array][] } = {
  ext4,
  xfs,
  LVM2_member: lvm,
  crypto_LUKS: luks,
  swap,
  linux_raid_member: raid,
  ceph_bluestore: (format) => [[0, bytesOf(`bluestore block device\n${format.uuid}\n`)]],
  vfat: (format) => [
    [0x47, bytesOf((format.label ?? 'NO NAME').padEnd(11))],
    [0x52, bytesOf('FAT32   ')],
    [0x1fe, bytesOf('\x55\xaa')],
  ],
};

/** Puts content of a type on a device, beside whatever is there already. */
export function writeFormat(world: World, device: BlockDevice, content: { readonly type: string } & Format): World {
  const form = FORMATS[content.type];
  if (!form) throw new Errno('EINVAL');
  return form(content, device.size).reduce((now, [at, bytes]) => writeDevice(now, device, at, bytes), world);
}

/** As mkfs does: everything that was there is discarded first. */
export const reformat = (world: World, device: BlockDevice, content: { readonly type: string } & Format): World =>
  writeFormat(discardDevice(world, device), device, content);

/** A partition table with protective MBR, header and backup header; the kernel sees the partitions at once. */
export function writeGpt(world: World, disk: Disk, table: { readonly uuid: string; readonly partitions: readonly Partition[] }): World {
  const device: BlockDevice = { kname: disk.kname, majMin: disk.majMin, size: disk.size, readOnly: false, removable: false, disk };
  const guid = uuidBytes(table.uuid);
  const order = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15];
  const header = Buffer.alloc(92);
  header.write('EFI PART', 0, 'latin1');
  header.set(
    order.map((index) => guid[index] ?? 0),
    56,
  );
  const mbr = Buffer.alloc(512);
  mbr[0x1c2] = 0xee;
  mbr.write('\x55\xaa', 0x1fe, 'latin1');
  const entries = filling(JSON.stringify(table.partitions), Math.max(128, 128 * table.partitions.length));
  const writes: readonly [number, Uint8Array][] = [
    [0, mbr],
    [512, header],
    [1024, entries],
    [disk.size - 512, header],
  ];
  const written = writes.reduce((now, [at, bytes]) => writeDevice(now, device, at, bytes), world);
  return {
    ...written,
    disks: written.disks.map((one) => (one.kname === disk.kname ? { ...one, partitions: table.partitions } : one)),
  };
}
