/** Which device each path of a LocalVolume means on one node, as diskmaker finds out. Pure. */
import { posix } from 'node:path';
import { type Device, deviceAt } from '../disks.ts';

/** What came of one path. */
export type Match =
  | {
      readonly is: 'found';
      readonly path: string;
      readonly device: Device;
      readonly byId?: string /** Name of the symlink. */;
      readonly base: string;
    }
  /** To be told as a Warning event. */
  | { readonly is: 'refused'; readonly path: string; readonly reason: string; readonly message: string };

export function matchPaths(paths: readonly string[], devices: readonly Device[]): Match[] {
  return paths.map((path): Match => {
    const device = deviceAt(devices, path);
    const refused = (reason: string, message: string): Match => ({ is: 'refused', path, reason, message });
    if (!device) {
      const why = `unable to find device at path ${path}: lstat ${path}: no such file or directory`;
      return refused('ErrorFindingMatchingDisk', `unable to add disk-id ${path} to local disk pool: ${why}`);
    }
    // A filesystem on it, read-only and holders are none of diskmaker's concern here.
    if (device.mounted || device.hasPartitions) return refused('ErrorFindingMatchingDisk', `unable to find matching disk ${path}`);
    if (device.holders.length > 0) return refused('ErrorCreatingSymLink', 'not symlinking, locking failed: device or resource busy');
    const byId = path.startsWith('/dev/disk/by-id/') ? path : bestById(device.byId);
    return { is: 'found', path, device, ...(byId ? { byId } : {}), base: byId ? posix.basename(byId) : device.kname };
  });
}

const preferred = ['wwn', 'scsi-3', 'scsi-2', 'scsi-8', 'scsi-S', 'scsi-1', 'scsi-0', 'scsi', 'nvme-eui', 'nvme', ''];

/** The link diskmaker likes best. */
export function bestById(links: readonly string[]): string | undefined {
  for (const prefix of preferred) {
    const found = links.find((link) => posix.basename(link).startsWith(prefix));
    if (found) return found;
  }
  return undefined;
}
