/** Rules 1 to 3: from an approved identity to the disk that bears it now. A kernel name identifies nothing. */
import type { HostDisks } from '../../probes/disk-facts.ts';
import type { DeviceLink } from '../../probes/disk-links.ts';
import { isPartition, unfit } from './by-id.ts';
import { type Disk, named } from './disk.ts';
import { type Finding, no } from './finding.ts';
import { deviceTree } from './tree.ts';
import { sameWwn } from './wwn.ts';

/** What was approved, in a playbook or by disk_probe. One of by_id, wwn and serial finds the disk, everything else must agree. */
export type Approved = {
  readonly by_id?: string;
  readonly wwn?: string;
  readonly serial?: string;
  readonly size_bytes?: number;
  /** The host it was seen on. */
  readonly host?: string;
  /** "/dev/sdb": a further check, never a way to find it. */
  readonly device?: string;
};

export interface Here {
  readonly host: string;
  readonly disks: readonly Disk[];
  readonly links: readonly DeviceLink[];
  /** Every block device there is, partitions and maps too: "/dev/sdb1". */
  readonly present: ReadonlySet<string>;
}

export const hereOf = (host: string, facts: HostDisks, disks: readonly Disk[]): Here => ({
  host,
  disks,
  links: facts.links,
  present: new Set([...deviceTree(facts.tree).keys()].map((kname) => `/dev/${kname}`)),
});

export type Resolution = { readonly disk: Disk } | { readonly finding: Finding };

const DIR = '/dev/disk/by-id/';
export const byIdPath = (text: string): string => (text.startsWith('/') ? text : `${DIR}${text}`);

export function resolveDisk(approved: Approved, here: Here): Resolution {
  if (approved.host !== undefined && approved.host !== here.host) {
    return {
      finding: no(
        3,
        'identity-changed',
        `this disk was approved on ${approved.host}, not on ${here.host}; probe each host for its own disk`,
      ),
    };
  }
  const found = find(approved, here);
  if ('finding' in found) return found;
  const differs = difference(approved, found.disk);
  if (!differs) return found;
  return {
    finding: no(
      3,
      'identity-changed',
      `${named(found.disk)} is not the disk that was approved: ${differs}; probe again and look what was replaced`,
    ),
  };
}

function find(approved: Approved, here: Here): Resolution {
  if (approved.by_id !== undefined) return byLink(byIdPath(approved.by_id), here);
  const { wwn, serial } = approved;
  if (wwn !== undefined) return single(`WWN ${wwn}`, here, (disk) => sameWwn(disk.wwn, wwn));
  if (serial) return single(`serial number ${serial}`, here, (disk) => disk.serial === serial);
  return { finding: no(1, 'absent', 'no disk is named; give by_id, wwn or serial') };
}

function byLink(path: string, { host, disks, links, present }: Here): Resolution {
  if (!path.startsWith(DIR)) return { finding: no(2, 'wrong-object', `${path} is no link under ${DIR}`) };
  if (isPartition(path)) return { finding: no(2, 'wrong-object', `${path} is a partition; whole disks are wanted`) };
  const reason = unfit(path);
  if (reason) return { finding: no(2, 'wrong-object', `${reason}; name the disk by its WWN or serial number`) };
  const link = links.find((candidate) => candidate.path === path);
  if (!link)
    return {
      finding: no(1, 'absent', `${path} does not exist on ${host}; the disk is missing, or has another name there (see wwn_collect)`),
    };
  const disk = disks.find(({ device }) => device === link.target);
  if (disk) return { disk };
  if (!present.has(link.target)) return { finding: no(1, 'absent', `${path} leads to ${link.target}, which does not exist on ${host}`) };
  return { finding: no(2, 'wrong-object', `${path} leads to ${link.target}, which is no whole disk`) };
}

function single(what: string, { host, disks }: Here, fits: (disk: Disk) => boolean): Resolution {
  const all = disks.filter(fits);
  // Paths of a multipath map stand for the map.
  const maps = disks.filter(
    (disk) => disk.type === 'mpath' && (fits(disk) || all.some(({ multipath }) => multipath !== null && isMap(disk, multipath))),
  );
  const found = [...new Set([...maps, ...all.filter(({ multipath }) => multipath === null || maps.length === 0)])];
  const [disk, ...others] = found;
  if (!disk) return { finding: no(1, 'absent', `no disk of ${host} has the ${what}`) };
  if (others.length === 0) return { disk };
  const paths = others.every(
    (other) => other.serial === disk.serial && other.size_bytes === disk.size_bytes && sameWwn(other.wwn, disk.wwn),
  );
  const names = found.map(({ kname }) => kname).join(', ');
  if (paths)
    return {
      finding: no(20, 'multipath-suspected', `${names} look like paths to one disk (${what}); set up multipath and use its device`),
    };
  return { finding: no(19, 'duplicate-id', `${names} all have the ${what} (cloned virtual disks?); give each its own`) };
}

const isMap = (disk: Disk, name: string): boolean => disk.by_ids.some((path) => path === `${DIR}dm-name-${name}`);

function difference(approved: Approved, disk: Disk): string | undefined {
  const { wwn, serial, size_bytes, device } = approved;
  if (wwn !== undefined && !sameWwn(disk.wwn, wwn)) return `its WWN is ${disk.wwn ?? 'missing'}, not ${wwn}`;
  if (serial !== undefined && disk.serial !== serial) return `its serial number is ${disk.serial ?? 'missing'}, not ${serial}`;
  if (size_bytes !== undefined && disk.size_bytes !== size_bytes) return `it has ${disk.size_bytes} bytes, not ${size_bytes}`;
  if (device !== undefined && device.replace(/^\/dev\//, '') !== disk.kname) return `it is ${disk.device}, not ${device}`;
  return undefined;
}
