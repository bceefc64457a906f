/** Which disks are meant: arguments shared by disk_probe and wwn_collect, and why a disk is not among them. */

import type { Disk } from './disk.ts';
import { byIdPath } from './resolve.ts';
import { sameWwn } from './wwn.ts';

export type Selection = {
  readonly size_gib?: number;
  readonly min_size_gib?: number;
  readonly serial?: string;
  readonly wwn?: string;
  readonly by_id?: string;
  readonly hctl?: string;
  readonly model?: string;
  readonly device?: string;
  readonly exclude?: readonly string[];
};

export const isSelective = ({ exclude: _, ...criteria }: Selection): boolean =>
  Object.values(criteria).some((value) => value !== undefined);

/** Undefined: it is meant. */
export function notSelected(disk: Disk, wanted: Selection): string | undefined {
  const { size_gib, min_size_gib, serial, wwn, by_id, hctl, model, device, exclude = [] } = wanted;
  const kname = (path: string): string => path.replace(/^\/dev\//, '');
  if (size_gib !== undefined && disk.size_gib !== size_gib) return `it has ${disk.size_gib} GiB, not ${size_gib}`;
  if (min_size_gib !== undefined && disk.size_gib < min_size_gib)
    return `it gives a volume of ${disk.size_gib} GiB, less than the ${min_size_gib} GiB wanted`;
  if (serial !== undefined && disk.serial !== serial) return `its serial number is ${disk.serial ?? 'missing'}, not ${serial}`;
  if (wwn !== undefined && !sameWwn(disk.wwn, wwn)) return `its WWN is ${disk.wwn ?? 'missing'}, not ${wwn}`;
  if (by_id !== undefined && !disk.by_ids.includes(byIdPath(by_id))) return `${byIdPath(by_id)} does not lead to it`;
  if (hctl !== undefined && disk.hctl !== hctl) return `its SCSI address is ${disk.hctl ?? 'missing'}, not ${hctl}`;
  if (model !== undefined && disk.model?.trim() !== model) return `its model is ${disk.model ?? 'unknown'}, not ${model}`;
  if (device !== undefined && disk.kname !== kname(device)) return `it is ${disk.device}, not ${device}`;
  const named = exclude.find((name) => [disk.kname, disk.device, disk.serial, ...disk.by_ids].includes(name) || sameWwn(disk.wwn, name));
  return named === undefined ? undefined : `it is excluded (${named})`;
}
