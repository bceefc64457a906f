/** Arguments that disk_probe and wwn_collect share. */
import { integer, listOf, optional, Type, text } from '../define.ts';

export const selectionArgs = {
  size_gib: optional(integer('Only disks of exactly this many whole GiB', { minimum: 1 })),
  min_size_gib: optional(integer('Only disks of at least this many whole GiB', { minimum: 1 })),
  serial: optional(text('Only the disk with this serial number')),
  wwn: optional(text('Only the disk with this WWN: "0x5000…", "naa.5000…" or "eui.…"')),
  by_id: optional(text('Only the disk this link leads to')),
  hctl: optional(text('Only the disk at this SCSI address: "0:0:1:0"')),
  model: optional(text('Only disks of this model')),
  device: optional(text('Only the disk with this kernel name today ("sdb"): a hint, for names change between boots')),
  exclude: optional(listOf(Type.String(), 'Disks to leave out: kernel names, serial numbers, WWNs or links')),
};
