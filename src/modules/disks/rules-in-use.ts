/** Rules 4 to 10: disks in use. Hard, all of them. */
import { named } from './disk.ts';
import { no, type Rule } from './finding.ts';

export const IN_USE: readonly Rule[] = [
  (disk) =>
    disk.readable
      ? undefined
      : no(1, 'absent', `${named(disk)} cannot be read, so nothing is known of what it holds; check the disk and its paths`),
  (disk) =>
    disk.system === null
      ? undefined
      : no(4, 'system-disk', `${named(disk)} belongs to the operating system: ${disk.system}; choose another disk`),
  (disk) => {
    if (disk.mounts.length === 0) return undefined;
    return no(
      5,
      'mounted',
      `${named(disk)} is mounted at ${disk.mounts.slice(0, 3).join(', ')}; choose another disk, or unmount it yourself`,
    );
  },
  (disk) =>
    disk.swap ? no(6, 'swap-active', `${named(disk)} is in use as swap space; choose another disk, or swapoff yourself`) : undefined,
  (disk) => {
    if (disk.holders.length === 0) return undefined;
    const remedy = disk.multipath
      ? `use the multipath device ${disk.multipath}, not one of its paths`
      : 'choose another disk, or take apart what is built on it';
    return no(7, 'held', `${named(disk)} is held by ${disk.holders.join(', ')}; ${remedy}`);
  },
  (disk) =>
    disk.exclusive === 'busy'
      ? no(
          8,
          'busy',
          `${named(disk)} is in use by the system: it cannot be opened exclusively; find out what holds it (fuser, lsblk, targetcli)`,
        )
      : undefined,
  (disk) =>
    disk.read_only || disk.exclusive === 'read-only'
      ? no(9, 'read-only', `${named(disk)} is read-only; see its write protection, or the storage array's`)
      : undefined,
  (disk) =>
    disk.local_storage.length === 0
      ? undefined
      : no(
          10,
          'owned-by-LSO',
          `${named(disk)} belongs to the Local Storage Operator: ${disk.local_storage[0]}; delete its volume there first`,
        ),
];
