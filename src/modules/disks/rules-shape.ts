/** Rules 17 to 21: what kind of disk it is, and data without a signature. */
import { named, pvSizeGib } from './disk.ts';
import { no, type Rule } from './finding.ts';
import { contents } from './rules-content.ts';

export const SHAPE: readonly Rule[] = [
  (disk, wanted) => {
    const odd = !['disk', 'mpath'].includes(disk.type)
      ? `is of type ${disk.type}`
      : disk.transport === 'usb'
        ? 'is attached by USB'
        : disk.removable
          ? 'is removable'
          : undefined;
    if (!odd) return undefined;
    return {
      row: 17,
      code: 'unsuitable',
      hard: false,
      why: `${named(disk)} ${odd}`,
      allowed: wanted.confirmDestructive,
      override: 'confirm_destructive: true',
    };
  },
  (disk, { minSizeBytes = 0, minSizeGib = 0 }) => {
    if (pvSizeGib(disk.size_bytes) < minSizeGib) {
      const why = `${named(disk)} gives a volume of ${disk.size_gib} GiB, less than the ${minSizeGib} GiB wanted (a "100 GB" disk has 93 GiB)`;
      return no(18, 'too-small', `${why}; use a larger disk or ask for less`);
    }
    return disk.size_bytes < minSizeBytes
      ? no(18, 'too-small', `${named(disk)} is too small: ${disk.size_bytes} of ${minSizeBytes} bytes`)
      : undefined;
  },
  (disk) => {
    const twins = disk.same_wwn.filter(({ path }) => !path).map(({ kname }) => kname);
    if (twins.length === 0) return undefined;
    return no(
      19,
      'duplicate-id',
      `${named(disk)} has the same WWN ${disk.wwn} as ${twins.join(', ')} (cloned virtual disks?); give each its own`,
    );
  },
  (disk) => {
    const paths = disk.same_wwn.filter(({ path }) => path).map(({ kname }) => kname);
    if (paths.length === 0) return undefined;
    return no(
      20,
      'multipath-suspected',
      `${named(disk)} and ${paths.join(', ')} look like paths to one disk (WWN ${disk.wwn}); set up multipath and use its device`,
    );
  },
  (disk, wanted) => {
    if (disk.zero || disk.ambivalent || contents(disk).length > 0) return undefined;
    const why = `${named(disk)} has no signature, yet its first or last MiB is not zero: raw data (a database, Oracle ASM) or a disk that was used before`;
    const override = 'allow_unsigned_data: true, or confirm_destructive: true';
    return { row: 21, code: 'unsigned-data', hard: false, why, override, allowed: wanted.allowUnsignedData || wanted.confirmDestructive };
  },
];
