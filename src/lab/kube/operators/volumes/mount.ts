/** What kubelet finds when it mounts a local volume. Pure. */
import { type Device, deviceAt } from '../disks.ts';
import type { PersistentVolume } from '../kinds.ts';

export interface MountPlan {
  readonly device: Device;
  readonly fsType: string;
  /** The disk is blank: made into a filesystem first. */
  readonly format: boolean;
  /** Where on the node. */
  readonly path: string;
}

/** `target` is the device path behind the volume's symlink. */
export function planMount(volume: PersistentVolume, target: string, devices: readonly Device[]): MountPlan | { readonly failure: string } {
  const { name } = volume.metadata;
  const path = mountPath(name);
  const link = volume.spec.local?.path ?? '';
  const fsType = volume.spec.local?.fsType || 'ext4';
  const device = deviceAt(devices, target);
  if (!device) {
    return { failure: `MountVolume.NewMounter initialization failed for volume "${name}" : path "${link}" does not exist` };
  }
  const fail = (error: string): { failure: string } => ({
    failure:
      `MountVolume.MountDevice failed for volume "${name}" : local: failed to mount device ${link} at ${path} ` +
      `(fstype: ${fsType}), error ${error}`,
  });
  const found = device.hasPartitions ? 'unknown data, probably partitions' : device.signature;
  if (found !== undefined && found !== fsType) {
    return fail(
      `failed to mount the volume as "${fsType}", it already contains ${found}. Mount error: mount failed: exit status 32\n` +
        `Mounting command: mount\nMounting arguments: -t ${fsType} -o defaults ${link} ${path}\n` +
        `Output: mount: ${path}: wrong fs type, bad option, bad superblock on ${link}, missing codepage or helper program, or other error.`,
    );
  }
  if (device.holders.length > 0) {
    return fail(
      `mount failed: exit status 32\nMounting command: mount\nMounting arguments: -t ${fsType} -o defaults ${link} ${path}\n` +
        `Output: mount: ${path}: ${link} already mounted or mount point busy.`,
    );
  }
  if (device.ro && found === undefined)
    return fail(`format of disk "${link}" failed: type:("${fsType}") target:("${path}") errcode:(exit status 1)`);
  return { device, fsType, format: found === undefined, path };
}

export const mountPath = (volume: string): string => `/var/lib/kubelet/plugins/kubernetes.io/local-volume/mounts/${volume}`;

/** A volume that no disk of the node is behind, as it shows in the pod. */
export function remoteMount({ metadata, spec }: PersistentVolume): { readonly device: string; readonly fsType: string } {
  const fsType = spec.csi?.fsType ?? 'nfs4';
  if (fsType === 'ceph') return { device: `172.30.41.7:6789:/volumes/csi/csi-vol-${metadata.name.replace(/^pvc-/, '')}`, fsType };
  if (fsType === 'nfs4') return { device: `nfs.lab:/export/${metadata.name}`, fsType };
  return { device: spec.csi?.driver.endsWith('rbd.csi.ceph.com') ? '/dev/rbd0' : '/dev/sdc', fsType };
}
