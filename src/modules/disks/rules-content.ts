/** Rules 11 to 16: what is written on the disk. */
import { type Disk, named } from './disk.ts';
import type { Finding, Rule, Wanted } from './finding.ts';
import { isMember } from './signatures.ts';

/** Everything formatting would destroy that has a name. */
export const contents = (disk: Disk): readonly string[] => [
  ...new Set([...disk.signatures, ...disk.tables, ...disk.partitions.flatMap(({ signatures }) => signatures)]),
];

/** Each kind of signature has to be named, and the loss confirmed. */
function consent(disk: Disk, wanted: Wanted): Pick<Finding, 'override'> & { readonly allowed: boolean } {
  const kinds = contents(disk);
  // Partitions that the kernel still has of a table that is gone have no name to agree to.
  if (kinds.length === 0) return { allowed: false };
  const allowed = wanted.confirmDestructive && kinds.every((kind) => wanted.allowSignatures.includes(kind));
  return { allowed, override: `allow_signatures: [${kinds.join(', ')}] and confirm_destructive: true` };
}

export const CONTENT: readonly Rule[] = [
  (disk, wanted) => {
    const inside = [...disk.signatures, ...disk.partitions.flatMap(({ signatures }) => signatures)].filter(isMember);
    if (inside.length === 0) return undefined;
    return {
      row: 11,
      code: 'member',
      hard: false,
      why: `${named(disk)} is part of something larger: ${inside.join(', ')}`,
      ...consent(disk, wanted),
    };
  },
  (disk, wanted) =>
    disk.ambivalent
      ? {
          row: 12,
          code: 'ambivalent',
          hard: false,
          why: `${named(disk)} carries several signatures: ${contents(disk).join(', ') || 'unknown'}`,
          ...consent(disk, wanted),
        }
      : undefined,
  (disk, wanted) => {
    if (disk.tables.length === 0 && disk.partitions.length === 0) return undefined;
    const parts = disk.partitions.map(({ kname, label, signatures }) =>
      [kname, label && `"${label}"`, ...signatures].filter(Boolean).join(' '),
    );
    const why = `${named(disk)} has a partition table (${disk.tables.join(', ') || 'gone from the disk, still known to the kernel: run blockdev --rereadpt'})${parts.length > 0 ? ` with ${parts.join(', ')}` : ''}`;
    return { row: 13, code: 'partitioned', hard: false, why, ...consent(disk, wanted) };
  },
  (disk, wanted) => {
    if (!disk.filesystem || disk.filesystem.type === wanted.fstype) return undefined;
    const label = disk.filesystem.label ? ` labelled "${disk.filesystem.label}"` : '';
    return {
      row: 14,
      code: 'has-fs',
      hard: false,
      why: `${named(disk)} holds a file system: ${disk.filesystem.type}${label}`,
      ...consent(disk, wanted),
    };
  },
  (disk, wanted) =>
    disk.filesystem?.type === wanted.fstype && disk.filesystem
      ? { row: 15, code: 'done', hard: false, why: `${named(disk)} holds ${disk.filesystem.type} already` }
      : undefined,
  (disk, wanted) =>
    disk.signatures.length > 0 && !disk.filesystem && !disk.ambivalent && !disk.signatures.some(isMember)
      ? {
          row: 16,
          code: 'has-signature',
          hard: false,
          why: `${named(disk)} carries a signature: ${disk.signatures.join(', ')}`,
          ...consent(disk, wanted),
        }
      : undefined,
];
