/** A disk as the disk modules see it: identity, content, use. Plain data, shown to playbooks as it is. */

export type Partition = {
  readonly kname: string;
  readonly label: string | null;
  readonly type: string | null;
  /** Signature types found on it. */
  readonly signatures: readonly string[];
};

export type Disk = {
  /** The kernel's name today: "sdb". Never an identity. */
  readonly kname: string;
  readonly device: string;
  readonly type: string;
  readonly size_bytes: number;
  /** Whole GiB, rounded down: the size of the PV that the Local Storage Operator makes of it. */
  readonly size_gib: number;
  readonly model: string | null;
  readonly vendor: string | null;
  readonly serial: string | null;
  /** "0x5000c500a1b2c301", "eui.0025…": from the device itself where the kernel has it. */
  readonly wwn: string | null;
  readonly hctl: string | null;
  readonly transport: string | null;
  readonly rotational: boolean;
  readonly removable: boolean;
  readonly read_only: boolean;
  /** The link to use for a LocalVolume, why it, and all others. */
  readonly by_id: string | null;
  readonly by_id_reason: string;
  readonly by_ids: readonly string[];
  /** False where its content could not be read; then nothing is known of it. */
  readonly readable: boolean;
  /** Content signatures ("xfs", "LVM2_member") and partition tables ("gpt") on the disk itself. */
  readonly signatures: readonly string[];
  readonly tables: readonly string[];
  /** blkid found several file systems, or blkid and wipefs disagree. */
  readonly ambivalent: boolean;
  /** Set where one file system, and nothing else, is on the disk. */
  readonly filesystem: { readonly type: string; readonly label: string | null; readonly uuid: string | null } | null;
  readonly partitions: readonly Partition[];
  /** First and last MiB hold nothing but zeros. */
  readonly zero: boolean;
  readonly mounts: readonly string[];
  readonly swap: boolean;
  /** Kernel devices built on it ("dm-0", "sdb1/md127") and loop devices over it ("loop3"). */
  readonly holders: readonly string[];
  /** Members of a multipath map name the map. */
  readonly multipath: string | null;
  readonly exclusive: 'free' | 'busy' | 'read-only' | 'not-asked';
  /** Links under /mnt/local-storage. */
  readonly local_storage: readonly string[];
  /** Why it belongs to the operating system; null where it does not. */
  readonly system: string | null;
  /** Other disks of this host with the same WWN, and whether they look like paths to this very disk. */
  readonly same_wwn: readonly { readonly kname: string; readonly path: boolean }[];
};

export const GIB = 2 ** 30;
export const pvSizeGib = (bytes: number): number => Math.floor(bytes / GIB);

/** "sdb (100 GiB, QEMU HARDDISK, serial SN02)": for messages. */
export function named(disk: Disk): string {
  const size = disk.size_gib > 0 ? `${disk.size_gib} GiB` : `${Math.floor(disk.size_bytes / 2 ** 20)} MiB`;
  return `${disk.kname} (${[size, disk.model, disk.serial && `serial ${disk.serial}`].filter(Boolean).join(', ')})`;
}
