/** What tells one kind of content from another: magic bytes at known places, read from the medium itself as libblkid does. */

import { bytesOf, textOf } from './bytes.ts';
import { type BlockDevice, readDevice } from './devices.ts';
import type { World } from './types.ts';

export interface Signature {
  readonly type: string;
  readonly usage: 'filesystem' | 'raid' | 'crypto' | 'other' | 'partitions';
  /** Where wipefs would erase, and what. */
  readonly at: number;
  readonly magic: Uint8Array;
  readonly uuid: string | null;
  readonly label: string | null;
  readonly version: string | null;
  /** BLOCK_SIZE as blkid reports it. */
  readonly blockSize: number | null;
}

interface Form {
  readonly type: string | ((super_: Uint8Array) => string);
  readonly usage: Signature['usage'];
  readonly at: number;
  readonly magic: string;
  /** Places relative to the magic. */
  readonly uuid?: number;
  readonly label?: readonly [offset: number, length: number];
  readonly version?: (from: Uint8Array) => string;
  readonly blockSize?: (from: Uint8Array) => number;
  /** LVM writes its identifiers as text. */
  readonly textUuid?: readonly [offset: number, length: number];
}

const HEAD = 0x438;
/** ext2, 3 or 4: journal and incompatible features, counted from the magic at 0x38 of the superblock. */
const extType = (from: Uint8Array): string => {
  const compatible = from[0x5c - 0x38] ?? 0;
  const incompatible = (from[0x60 - 0x38] ?? 0) | ((from[0x61 - 0x38] ?? 0) << 8);
  if (incompatible & ~0x16) return 'ext4';
  return compatible & 4 ? 'ext3' : 'ext2';
};

const FORMS: readonly Form[] = [
  { type: 'LVM2_member', usage: 'raid', at: 0x218, magic: 'LVM2 001', version: () => 'LVM2 001', textUuid: [0x220 - 0x218 + 0, 32] },
  { type: 'linux_raid_member', usage: 'raid', at: 0x1000, magic: '\xfc\x4e\x2b\xa9', uuid: 16, label: [32, 32], version: () => '1.2' },
  { type: 'crypto_LUKS', usage: 'crypto', at: 0, magic: 'LUKS\xba\xbe', version: (from) => String(from[7] ?? 1), textUuid: [0xa8, 36] },
  // LUKS2 keeps a second header.
  {
    type: 'crypto_LUKS',
    usage: 'crypto',
    at: 0x4000,
    magic: 'SKUL\xba\xbe',
    version: (from) => String(from[7] ?? 1),
    textUuid: [0xa8, 36],
  },
  { type: 'swap', usage: 'other', at: 0xff6, magic: 'SWAPSPACE2', version: () => '1', uuid: 0x40c - 0xff6 },
  { type: 'ceph_bluestore', usage: 'other', at: 0, magic: 'bluestore block device' },
  { type: 'xfs', usage: 'filesystem', at: 0, magic: 'XFSB', uuid: 32, label: [108, 12], blockSize: () => 512 },
  {
    type: extType,
    usage: 'filesystem',
    at: HEAD,
    magic: '\x53\xef',
    uuid: 0x68 - 0x38,
    label: [0x78 - 0x38, 16],
    version: () => '1.0',
    blockSize: (from) => 1024 << (from[0x18 - 0x38 + HEAD - 0x400] ?? 0),
  },
  {
    type: 'vfat',
    usage: 'filesystem',
    at: 0x52,
    magic: 'FAT32   ',
    version: () => 'FAT32',
    label: [0x47 - 0x52, 11],
    blockSize: () => 512,
  },
];

/** Bytes around the magic that hold the rest: superblocks are small. */
const FIELDS = 256;

export const uuidText = (bytes: Uint8Array): string =>
  Buffer.from(bytes)
    .toString('hex')
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');

function found(world: World, device: BlockDevice, form: Form): Signature | undefined {
  const magic = bytesOf(form.magic);
  if (device.size < form.at + magic.length) return undefined;
  const read = (from: number, length: number): Uint8Array => readDevice(world, device, Math.max(0, form.at + from), length);
  if (textOf(read(0, magic.length)) !== form.magic) return undefined;
  const from = read(0, FIELDS);
  const label = form.label ? textOf(read(...form.label)).replace(/[\0 ]+$/, '') : '';
  const text = form.textUuid ? textOf(read(...form.textUuid)) : undefined;
  const uuid = form.uuid !== undefined ? uuidText(read(form.uuid, 16)) : text === undefined ? null : lvmUuid(text);
  return {
    type: typeof form.type === 'string' ? form.type : form.type(from),
    usage: form.usage,
    at: form.at,
    magic,
    uuid,
    label: label === '' ? null : label,
    version: form.version?.(from) ?? null,
    blockSize: blockSizeOf(form, read, from),
  };
}

/** ext keeps the logarithm of its block size before the magic. */
const blockSizeOf = (form: Form, read: (from: number, length: number) => Uint8Array, from: Uint8Array): number | null => {
  if (form.at === HEAD) return 1024 << (read(0x18 - 0x38, 1)[0] ?? 0);
  return form.blockSize?.(from) ?? null;
};

/** "FgQEItb4Mspg…" → "FgQEIt-b4Ms-pG2o-CSYA-uow3-0cEc-SlnN3c" */
const lvmUuid = (text: string): string =>
  text.includes('-') ? text : text.replace(/^(.{6})(.{4})(.{4})(.{4})(.{4})(.{4})(.{6})$/, '$1-$2-$3-$4-$5-$6-$7');

/** Every place where something can be recognised, in libblkid's order. */
export const placesOf = (world: World, device: BlockDevice): readonly Signature[] =>
  FORMS.flatMap((form) => found(world, device, form) ?? []);

/** The same without second copies. */
export const signaturesOf = (world: World, device: BlockDevice): readonly Signature[] => {
  const places = placesOf(world, device);
  return places.filter(({ type }, index) => places.findIndex((one) => one.type === type) === index);
};

export interface PartitionTable {
  readonly type: 'gpt' | 'dos';
  readonly uuid: string;
  /** Every place where a piece of it can be recognised: header, backup header, protective MBR. */
  readonly pieces: readonly { readonly at: number; readonly magic: Uint8Array; readonly name: string }[];
}

const EFI = 'EFI PART';

/** GUIDs on disk have their first three fields in little-endian order. */
export const guidText = (bytes: Uint8Array): string => {
  const order = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15];
  return uuidText(Uint8Array.from(order, (index) => bytes[index] ?? 0));
};

export function tableOf(world: World, device: BlockDevice): PartitionTable | undefined {
  const read = (at: number, length: number): Uint8Array => readDevice(world, device, at, length);
  const has = (at: number): boolean => at >= 0 && textOf(read(at, 8)) === EFI;
  const boot = textOf(read(0x1fe, 2)) === '\x55\xaa';
  const backup = device.size - 512;
  const pieces = [
    ...(has(0x200) ? [{ at: 0x200, magic: bytesOf(EFI), name: 'gpt' }] : []),
    ...(has(backup) ? [{ at: backup, magic: bytesOf(EFI), name: 'gpt' }] : []),
  ];
  if (pieces.length > 0) {
    const mbr = boot ? [{ at: 0x1fe, magic: bytesOf('\x55\xaa'), name: 'PMBR' }] : [];
    return { type: 'gpt', uuid: guidText(read((pieces[0]?.at ?? 0) + 56, 16)), pieces: [...pieces, ...mbr] };
  }
  const dos = boot && (read(0x1c2, 1)[0] ?? 0) !== 0;
  if (!dos) return undefined;
  const id = Buffer.from(read(0x1b8, 4)).readUInt32LE(0).toString(16).padStart(8, '0');
  return { type: 'dos', uuid: id, pieces: [{ at: 0x1fe, magic: bytesOf('\x55\xaa'), name: 'dos' }] };
}
