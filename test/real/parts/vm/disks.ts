import { open } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * A disk as the guest's kernel shall see it.
 * WWNs and read-only media exist on SCSI alone: Linux ignores the NVMe identifiers that qemu reports, and takes its read-only namespaces for writable.
 * A virtio disk without a serial gets no link under /dev/disk/by-id.
 */
export type DiskSpec = {
  sizeMiB?: number;
  serial?: string;
  /** An existing raw image, used in place: by two disks at once, these are two paths to one medium. Else a blank one is made. */
  image?: string;
} & (
  | { kind: 'scsi'; wwn?: `0x${string}`; vendor?: string; product?: string; rotational?: boolean; readOnly?: boolean }
  | { kind: 'nvme' }
  | { kind: 'virtio'; readOnly?: boolean }
);

/** The path of the disk's image, made blank (and sparse) unless it was given. */
export async function diskImage(spec: DiskSpec, index: number, folder: string): Promise<string> {
  if (spec.image) return spec.image;
  const path = join(folder, `disk-${index}.img`);
  const file = await open(path, 'wx');
  try {
    await file.truncate((spec.sizeMiB ?? 1024) * 1024 * 1024);
  } finally {
    await file.close();
  }
  return path;
}

/** qemu's options for one disk. */
export function diskArgs(spec: DiskSpec, index: number, image: string): string[] {
  const readOnly = spec.kind !== 'nvme' && spec.readOnly === true;
  const drive = `file=${image.replaceAll(',', ',,')},if=none,id=drive${index},format=raw,cache=unsafe,discard=unmap,file.locking=off`;
  return ['-drive', readOnly ? `${drive},readonly=on` : drive, '-device', device(spec, index)];
}

function device(spec: DiskSpec, index: number): string {
  const common = [`drive=drive${index}`, `id=disk${index}`, 'share-rw=on', ...(spec.serial ? [`serial=${spec.serial}`] : [])];
  if (spec.kind === 'virtio') return ['virtio-blk-pci', ...common].join(',');
  // qemu refuses an NVMe controller without a serial.
  if (spec.kind === 'nvme') return ['nvme', ...common, ...(spec.serial ? [] : [`serial=nvme${index}`])].join(',');
  const { wwn, vendor, product, rotational } = spec;
  const identity = { wwn, vendor, product, rotation_rate: rotational === undefined ? undefined : rotational ? 7200 : 1 };
  const given = Object.entries(identity).flatMap(([key, value]) => (value === undefined ? [] : [`${key}=${value}`]));
  return ['scsi-hd', 'bus=scsi.0', ...common, ...given].join(',');
}
