/** Every rule of "safe to format?" on a real disk: how to bring it about, and what mkfs has to say. */
import type { JsonObject } from '../../../src/core/value.ts';
import type { DiskSpec } from '../parts/vm.ts';

const MIB = 1024 * 1024;
export const SIZE_MIB = 384;

/** Looking at disks takes its time under emulation, disk by disk: two hosts with few disks each. */
export const PLAIN = {
  data: { kind: 'scsi', sizeMiB: SIZE_MIB, serial: 'DATA1', wwn: '0x5000c500a1b2c301' },
  virtio: { kind: 'virtio', sizeMiB: SIZE_MIB },
} as const satisfies { [name: string]: DiskSpec };
/** Two media with one WWN, and two paths to one medium. */
export const ODD = {
  locked: { kind: 'scsi', sizeMiB: SIZE_MIB, serial: 'LOCKED1', wwn: '0x5000c500a1b2c302', readOnly: true },
  twin: { kind: 'scsi', sizeMiB: SIZE_MIB, serial: 'TWIN1', wwn: '0x5000c500a1b2c307' },
  otherTwin: { kind: 'scsi', sizeMiB: SIZE_MIB, serial: 'TWIN2', wwn: '0x5000c500a1b2c307' },
  path: { kind: 'scsi', sizeMiB: SIZE_MIB, serial: 'PATHS1', wwn: '0x5000c500a1b2c309' },
  otherPath: { kind: 'scsi', sizeMiB: SIZE_MIB, serial: 'PATHS1', wwn: '0x5000c500a1b2c309' },
} as const satisfies { [name: string]: DiskSpec };
export type DiskName = keyof typeof PLAIN | keyof typeof ODD;
/** Disks of one host, in order; those called …path share the medium. */
export const diskSpecs = (disks: { readonly [name: string]: DiskSpec }, medium: string): readonly DiskSpec[] =>
  Object.entries(disks).map(([name, disk]) => (/path$/i.test(name) ? { ...disk, image: medium } : disk));
export const isOdd = ({ disk }: Situation): boolean => disk in ODD;

export interface Situation {
  readonly title: string;
  /** Of the table; 0 where no rule of it is meant. */
  readonly row: number;
  readonly code: string;
  readonly disk: DiskName | 'removable' | 'system';
  /** Shell on the host as root; $D is the disk. `after` undoes what wiping the disk does not. */
  readonly before?: string;
  readonly after?: string;
  readonly args: JsonObject;
  readonly answer: 'refused' | 'ok' | 'formats';
  readonly wants?: 'ext4' | 'xfs';
}

const bytes = SIZE_MIB * MIB;
const data = { serial: 'DATA1', wwn: '0x5000c500a1b2c301', size_bytes: bytes, fstype: 'ext4' };
const giveUp = (...kinds: string[]) => ({ allow_signatures: kinds, confirm_destructive: true });
const refusal = (row: number, code: string, title: string, more: Partial<Situation> = {}): Situation => ({
  title,
  row,
  code,
  disk: 'data',
  args: data,
  answer: 'refused',
  ...more,
});
const formatting = (row: number, code: string, title: string, more: Partial<Situation> = {}): Situation => ({
  ...refusal(row, code, title, more),
  answer: 'formats',
  wants: 'ext4',
  ...more,
});

const XFS = 'mkfs.xfs -q -f $D';
const LVM = 'pvcreate -q -y $D; vgcreate -q vg $D';
const LUKS = 'printf secret | cryptsetup luksFormat -q --pbkdf pbkdf2 --pbkdf-force-iterations 1000 $D -';
const UNLOCK = 'printf secret | cryptsetup open $D secretdata -';
const MD = 'modprobe raid1; mdadm --create /dev/md127 --run --level=1 --raid-devices=2 --metadata=1.2 $D missing </dev/null';
const GPT = 'sgdisk -n 1:0:+100M -c 1:stuff -n 2:0:+100M $D; udevadm settle; mkfs.ext4 -q "$D"1';
const TWO =
  'mkfs.ext4 -q $D; dd if=$D of=/tmp/super bs=1024 skip=1 count=1; wipefs -q -a $D; mkfs.xfs -q -f $D; dd if=/tmp/super of=$D bs=1024 seek=1 conv=notrunc';
const RAW = 'echo "some database" | dd of=$D bs=4096 seek=20 conv=notrunc';
// Round-robin over both paths, as multipathd would set it up.
const MAP = `modprobe -a dm_multipath dm_round_robin; set -- $(lsblk -dn -o MAJ:MIN,SERIAL | awk '$2 == "PATHS1" { print $1 }'); \
dmsetup create mpatha -u mpath-35000c500a1b2c309 --table "0 $(blockdev --getsz $D) multipath 0 0 1 1 round-robin 0 2 1 $1 1 $2 1"; udevadm settle`;
const mounted = (at: string) => ({ before: `${XFS}; mkdir -p ${at}; mount -o ro,norecovery $D ${at}`, after: `umount ${at}` });

export const REFUSED: readonly Situation[] = [
  refusal(1, 'absent', 'no such link', { args: { ...data, by_id: 'wwn-0x5000c500a1b2cfff' } }),
  refusal(1, 'absent', 'no such serial number', { args: { serial: 'NONE', size_bytes: bytes, fstype: 'ext4' } }),
  refusal(2, 'wrong-object', 'a partition', { before: GPT, args: { ...data, by_id: 'wwn-0x5000c500a1b2c301-part1' } }),
  refusal(3, 'identity-changed', 'another size', { args: { ...data, size_bytes: bytes * 2 } }),
  refusal(3, 'identity-changed', 'another serial number', { args: { ...data, by_id: 'wwn-0x5000c500a1b2c301', serial: 'OTHER' } }),
  refusal(3, 'identity-changed', 'another host', { args: { fstype: 'ext4', disk: { ...data, host: 'elsewhere' } } }),
  refusal(4, 'system-disk', 'the root disk', {
    disk: 'system',
    args: { by_id: 'nvme-QEMU_NVMe_Ctrl_system', size_bytes: 900 * MIB, fstype: 'ext4' },
  }),
  refusal(4, 'system-disk', 'a boot partition that is not in use', { before: 'sgdisk -n 1:0:+20M -c 1:boot $D; udevadm settle' }),
  refusal(4, 'system-disk', 'an EFI partition without a label', { before: 'sgdisk -n 1:0:+20M -t 1:ef00 $D; udevadm settle' }),
  refusal(4, 'system-disk', 'etcd on LUKS', {
    before: `${LUKS}; ${UNLOCK}; mkfs.ext4 -q /dev/mapper/secretdata; mkdir -p /var/lib/etcd; mount -o ro /dev/mapper/secretdata /var/lib/etcd`,
    after: 'umount /var/lib/etcd; cryptsetup close secretdata',
  }),
  refusal(4, 'system-disk', 'etcd on LVM', {
    before: `${LVM}; lvcreate -q -y -n lv -L 100M vg; mkfs.ext4 -q /dev/vg/lv; mkdir -p /var/lib/etcd; mount -o ro /dev/vg/lv /var/lib/etcd`,
    after: 'umount /var/lib/etcd; vgchange -q -an vg',
  }),
  refusal(4, 'system-disk', 'etcd on MD', {
    before: `${MD}; mkfs.ext4 -q /dev/md127; mkdir -p /var/lib/etcd; mount -o ro /dev/md127 /var/lib/etcd`,
    after: 'umount /var/lib/etcd; mdadm -q --stop /dev/md127',
  }),
  refusal(5, 'mounted', 'mounted', mounted('/mnt/a')),
  refusal(5, 'mounted', 'a partition mounted', {
    before: `${GPT}; mkfs.ext4 -q "$D"2; mkdir -p /mnt/b; mount -o ro "$D"2 /mnt/b`,
    after: 'umount /mnt/b',
  }),
  refusal(5, 'mounted', 'its device node bind-mounted', {
    before: 'mkdir -p /var/lib/kubelet; : >/var/lib/kubelet/volume; mount --bind $D /var/lib/kubelet/volume',
    after: 'umount /var/lib/kubelet/volume',
  }),
  refusal(6, 'swap-active', 'swap space in use', { before: 'mkswap -q $D; swapon $D', after: 'swapoff $D' }),
  refusal(7, 'held', 'an active logical volume', { before: `${LVM}; lvcreate -q -y -n lv -L 100M vg`, after: 'vgchange -q -an vg' }),
  refusal(7, 'held', 'an unlocked LUKS device', { before: `${LUKS}; ${UNLOCK}`, after: 'cryptsetup close secretdata' }),
  refusal(7, 'held', 'an assembled MD array', { before: MD, after: 'mdadm -q --stop /dev/md127' }),
  refusal(7, 'held', 'a loop device over it', { before: 'modprobe loop; losetup -r /dev/loop7 $D', after: 'losetup -d /dev/loop7' }),
  refusal(8, 'busy', 'mounted where nobody sees it', {
    before: `${XFS}; mkdir -p /mnt/hidden; unshare -m sh -c "mount -o ro,norecovery $D /mnt/hidden && : >/run/hidden-is-up && exec sleep 100000" >/dev/null 2>&1 & echo $! >/run/hidden; while [ ! -e /run/hidden-is-up ]; do sleep 0.1; done`,
    after:
      'kill $(cat /run/hidden); rm /run/hidden-is-up; while fuser -s $D 2>/dev/null || ! wipefs -a -n -q $D 2>/dev/null; do sleep 0.1; done',
  }),
  refusal(9, 'read-only', 'read-only', {
    disk: 'locked',
    args: { serial: 'LOCKED1', size_bytes: bytes, fstype: 'ext4', ...giveUp() },
  }),
  refusal(10, 'owned-by-LSO', 'a volume of the Local Storage Operator', {
    before: 'mkdir -p /mnt/local-storage/local-sc; ln -s /dev/disk/by-id/wwn-0x5000c500a1b2c301 /mnt/local-storage/local-sc/',
    after: 'rm -r /mnt/local-storage',
  }),
  refusal(11, 'member', 'an LVM member of an inactive group', { before: `${LVM}; vgchange -q -an vg` }),
  refusal(11, 'member', 'an MD member of a stopped array', {
    before: `mkdir -p /etc/mdadm; echo 'AUTO -all' >/etc/mdadm/mdadm.conf; ${MD}; mdadm -q --stop /dev/md127`,
  }),
  refusal(11, 'member', 'a locked LUKS device', { before: LUKS }),
  refusal(11, 'member', 'consent to another kind of content', { before: LUKS, args: { ...data, ...giveUp('LVM2_member') } }),
  refusal(12, 'ambivalent', 'two file systems', { before: TWO }),
  refusal(13, 'partitioned', 'a partition table', { before: GPT }),
  refusal(13, 'partitioned', 'consent to the table, not to what is in the partitions', {
    before: GPT,
    args: { ...data, ...giveUp('gpt') },
  }),
  refusal(14, 'has-fs', 'another file system', { before: XFS }),
  refusal(14, 'has-fs', 'named, not confirmed', { before: XFS, args: { ...data, allow_signatures: ['xfs'] } }),
  refusal(16, 'has-signature', 'swap space not in use', { before: 'mkswap -q $D' }),
  refusal(17, 'unsuitable', 'removable', {
    disk: 'removable',
    before: 'modprobe scsi_debug removable=1 dev_size_mb=64; udevadm settle',
    after: 'modprobe -r scsi_debug',
    // scsi_debug numbers its disks after the SCSI host it makes: the second one here.
    args: { serial: '4000', size_bytes: 64 * MIB, fstype: 'ext4', allow_unsigned_data: true },
  }),
  refusal(18, 'too-small', 'too small for the volume', { args: { ...data, min_size_gib: 1 } }),
  refusal(19, 'duplicate-id', 'two disks with one WWN', {
    disk: 'twin',
    args: { serial: 'TWIN1', size_bytes: bytes, fstype: 'ext4', ...giveUp() },
  }),
  refusal(19, 'duplicate-id', 'named by a WWN that two disks have', {
    disk: 'twin',
    args: { wwn: '0x5000c500a1b2c307', size_bytes: bytes, fstype: 'ext4' },
  }),
  refusal(20, 'multipath-suspected', 'two paths to one disk', {
    disk: 'path',
    args: { serial: 'PATHS1', size_bytes: bytes, fstype: 'ext4', ...giveUp() },
  }),
  refusal(7, 'held', 'a path of a multipath map', {
    disk: 'path',
    before: MAP,
    after: 'dmsetup remove --retry mpatha',
    args: { by_id: 'wwn-0x5000c500a1b2c309', size_bytes: bytes, fstype: 'ext4' },
  }),
  refusal(21, 'unsigned-data', 'data without a signature', { before: RAW }),
];

export const ALLOWED: readonly Situation[] = [
  formatting(22, 'blank', 'a blank disk', { args: { ...data, label: 'pb-data' } }),
  formatting(22, 'blank', 'a blank disk as xfs', { args: { ...data, fstype: 'xfs', by_id: 'wwn-0x5000c500a1b2c301' }, wants: 'xfs' }),
  formatting(21, 'unsigned-data', 'data without a signature, given up', { before: RAW, args: { ...data, allow_unsigned_data: true } }),
  formatting(16, 'has-signature', 'old swap space, given up', { before: 'mkswap -q $D', args: { ...data, ...giveUp('swap') } }),
  formatting(14, 'has-fs', 'another file system, given up', { before: XFS, args: { ...data, ...giveUp('xfs') } }),
  formatting(13, 'partitioned', 'partitions, given up', { before: GPT, args: { ...data, ...giveUp('gpt', 'ext4') } }),
  formatting(12, 'ambivalent', 'two file systems, given up', { before: TWO, args: { ...data, ...giveUp('xfs', 'ext4') } }),
  formatting(11, 'member', 'an LVM member, given up', {
    before: `${LVM}; vgchange -q -an vg`,
    args: { ...data, ...giveUp('LVM2_member') },
  }),
  formatting(11, 'member', 'a LUKS device, given up for xfs', {
    before: LUKS,
    args: { ...data, fstype: 'xfs', ...giveUp('crypto_LUKS') },
    wants: 'xfs',
  }),
  formatting(22, 'blank', 'a multipath map, named by what its paths share', {
    disk: 'path',
    before: MAP,
    after: 'dmsetup remove --retry mpatha',
    args: { serial: 'PATHS1', size_bytes: bytes, fstype: 'ext4' },
  }),
];

export const DONE: readonly Situation[] = [
  refusal(15, 'done', 'formatted already', { before: 'mkfs.ext4 -q $D', answer: 'ok' }),
  refusal(15, 'done', 'formatted and in use', {
    before: 'mkfs.ext4 -q -O ^has_journal $D; mkdir -p /var/lib/kubelet/pods; mount -o ro $D /var/lib/kubelet/pods',
    after: 'umount /var/lib/kubelet/pods',
    answer: 'ok',
  }),
];
