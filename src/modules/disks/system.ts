/** Disks of the operating system: where its directories lie, and what a disk with a boot or root partition looks like even when not in use. */
import type { MountedAt } from './mounts.ts';
import { type DeviceTree, withBases, withDescendants } from './tree.ts';

const TARGETS =
  /^\/(|sysroot|boot|boot\/.+|efi|usr|etc|ostree|var|var\/log|var\/lib|var\/lib\/(containers|etcd|kubelet)|home|root|opt|srv)$/;

// Labels of partitions and of the file systems in them on RHCOS, Fedora CoreOS and their kin.
const LABELS = new Set([
  'root',
  'boot',
  'efi-system',
  'bios-boot',
  'powerpc-prep-boot',
  'prep',
  'reserved',
  'crypt_rootfs',
  'luks_root',
  'ignition',
]);

const TYPES: ReadonlyMap<string, string> = new Map([
  ['c12a7328-f81f-11d2-ba4b-00a0c93ec93b', 'an EFI system partition'],
  ['21686148-6449-6e6f-744e-656564454649', 'a BIOS boot partition'],
  ['9e1a2d38-c612-4316-aa26-8b49521e5a8b', 'a PReP boot partition'],
  ['bc13c2ff-59e6-4262-a352-b275fd6f7172', 'a boot loader partition'],
  ['4f68bce3-e8cd-4db1-96e7-fbcaf984b709', 'a root partition'],
  ['0xef', 'an EFI system partition'],
  ['0x41', 'a PReP boot partition'],
]);

export interface PartitionFacts {
  readonly kname: string;
  readonly labels: readonly (string | null | undefined)[];
  readonly types: readonly (string | null | undefined)[];
}

/** Why the disk belongs to the operating system; undefined where nothing says so. */
export function systemReason(
  kname: string,
  tree: DeviceTree,
  mounts: readonly MountedAt[],
  partitions: readonly PartitionFacts[],
): string | undefined {
  for (const { kname: mounted, target } of mounts) {
    if (TARGETS.test(target) && withBases(tree, mounted).has(kname)) {
      return mounted === kname ? `${target} is mounted from it` : `${target} is mounted from ${mounted}, which lies on it`;
    }
  }
  for (const partition of partitions) {
    const label = partition.labels.find((text) => text && LABELS.has(text.toLowerCase()));
    if (label) return `its partition ${partition.kname} is labelled "${label}"`;
    const type = partition.types.map((text) => text && TYPES.get(text.toLowerCase())).find(Boolean);
    if (type) return `its partition ${partition.kname} is ${type}`;
  }
  return undefined;
}

/** Everywhere the disk, or anything on it, is mounted. */
export function mountsOn(kname: string, tree: DeviceTree, mounts: readonly MountedAt[]): readonly string[] {
  const on = withDescendants(tree, kname);
  return mounts.filter((mount) => on.has(mount.kname)).map(({ target }) => target);
}
