/** Everything there is on one pretend host, as one value that never changes. */
import type { Extents } from './extents.ts';
import type { Dir } from './tree.ts';

export interface Partition {
  readonly number: number;
  /** Bytes from the beginning of the disk. */
  readonly start: number;
  readonly size: number;
  /** The partition's own label: "root". */
  readonly name: string;
  /** UUID of its type. */
  readonly type: string;
  readonly uuid: string;
}

export interface Disk {
  /** "sdb", "nvme0n1", "vda" */
  readonly kname: string;
  /** "8:16" */
  readonly majMin: string;
  /** Bytes. */
  readonly size: number;
  readonly bus: 'scsi' | 'ata' | 'nvme' | 'virtio' | 'usb';
  /** As lsblk's TRAN has it; null where it does not know. */
  readonly transport: string | null;
  readonly model: string | null;
  readonly vendor: string | null;
  readonly serial: string | null;
  /** What udev calls ID_WWN_WITH_EXTENSION: "0x6000c29…" or "eui.…"; null for none. */
  readonly wwn: string | null;
  readonly hctl: string | null;
  /** The part of a by-path link behind /dev/disk/by-path/. */
  readonly path: string | null;
  readonly rotational: boolean;
  readonly readOnly: boolean;
  readonly removable: boolean;
  /** Grows with every disk attached. */
  readonly diskseq: number;
  readonly content: Extents;
  readonly partitions: readonly Partition[];
  /** Somebody whom this host's own tables do not show holds it open exclusively: another mount namespace, an iSCSI target. */
  readonly claimed?: boolean;
}

/** A device over others: LVM, dm-crypt, multipath, md. */
export interface Mapped {
  /** "dm-0", "md127" */
  readonly kname: string;
  /** "vg-lv", "mpatha" */
  readonly name: string;
  readonly majMin: string;
  readonly size: number;
  /** lsblk's TYPE: "lvm", "crypt", "mpath", "raid1". */
  readonly type: string;
  /** "LVM-…", "mpath-3600…", "CRYPT-…"; "" for md. */
  readonly uuid: string;
  /** What it lies over: knames of disks and partitions. */
  readonly over: readonly string[];
  /** A multipath map shows its first path's content. */
  readonly content: Extents;
}

export interface Mount {
  readonly id: number;
  readonly parent: number;
  readonly majMin: string;
  /** "/": what of the file system is mounted. */
  readonly root: string;
  readonly target: string;
  readonly options: string;
  readonly fstype: string;
  readonly source: string;
  readonly superOptions: string;
  /** Key of its content in `trees`; left out where the tree below shows through or the kernel makes it up. */
  readonly tree?: string;
}

export interface Swap {
  readonly device: string;
  readonly size: number;
}

export interface User {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly gecos: string;
  readonly home: string;
  readonly shell: string;
  /** Given to sudo and, where the host allows it, to sshd. */
  readonly password?: string;
  /** As in /etc/shadow. The lab cannot tell whether a password fits it: `password` goes on being what is accepted. */
  readonly hash?: string;
  readonly sudo: 'nopasswd' | 'password' | 'none';
}

export interface Group {
  readonly name: string;
  readonly gid: number;
  readonly members: readonly string[];
}

export interface Unit {
  readonly name: string;
  readonly description: string;
  readonly active: 'active' | 'inactive' | 'failed';
  readonly enabled: 'enabled' | 'disabled' | 'static' | 'masked';
  /** Of a masked unit: what it is without the mask. */
  readonly below?: 'enabled' | 'disabled' | 'static';
  /** Runs to its end and is inactive again. */
  readonly oneshot?: true;
  /** Can read its configuration anew. */
  readonly reloads?: true;
  /** Since when, in seconds since the epoch. */
  readonly since: number;
}

export interface World {
  readonly hostname: string;
  readonly kernel: { readonly release: string; readonly version: string; readonly machine: string };
  /** Which util-linux: 2.32 (RHEL 8) knows fewer columns and prints all values as strings. */
  readonly utilLinux: '2.32' | '2.37' | '2.38';
  /** Of /etc/os-release. */
  readonly os: { readonly [key: string]: string };
  readonly selinux: boolean;
  /** Seconds since the epoch at which it came up. */
  readonly bootedAt: number;
  readonly bootId: string;
  readonly boots: number;
  readonly disks: readonly Disk[];
  readonly mapped: readonly Mapped[];
  /** Loop device → what it lies over: { loop7: '/dev/sdb' }. */
  readonly loops: { readonly [loop: string]: string };
  readonly mounts: readonly Mount[];
  readonly swaps: readonly Swap[];
  readonly users: readonly User[];
  readonly groups: readonly Group[];
  readonly units: readonly Unit[];
  /** "root" and one for each mounted or once mounted file system. */
  readonly trees: { readonly [key: string]: Dir };
  readonly nextIno: number;
  readonly addresses: readonly string[];
}
