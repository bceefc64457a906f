/** Questions about disks, asked by root in each of the situations a disk may be in. */
import { blkid } from '../../../../src/probes/blkid.ts';
import { diskEdges } from '../../../../src/probes/disk-edges.ts';
import { diskFacts } from '../../../../src/probes/disk-facts.ts';
import { diskLinks, localStorageLinks } from '../../../../src/probes/disk-links.ts';
import { exclusiveOpen } from '../../../../src/probes/exclusive-open.ts';
import { loopBacking } from '../../../../src/probes/loop-backing.ts';
import { lsblk } from '../../../../src/probes/lsblk.ts';
import { mountinfo } from '../../../../src/probes/mountinfo.ts';
import { swaps } from '../../../../src/probes/swaps.ts';
import { sysfsDisk } from '../../../../src/probes/sysfs-disk.ts';
import { wipefs } from '../../../../src/probes/wipefs.ts';
import { ask, type Question, type Situation, say, sh } from './question.ts';

export const UUID = '0f1e2d3c-4b5a-4978-8796-a5b4c3d2e1f0';
export const PART_UUIDS = ['11111111-2222-4333-8444-555555555555', '66666666-7777-4888-8999-aaaaaaaaaaaa'] as const;
export const TABLE_UUID = 'DF04B38A-8888-4B7A-8B44-8FFA3A74F7D2';

/** Bytes of the disk for data. */
export const SIZE = 384 * 1024 ** 2;

const COLUMNS = 'NAME,KNAME,MAJ:MIN,TYPE,SIZE,RO,RM,ROTA,MODEL,VENDOR,SERIAL,WWN,HCTL,FSTYPE,LABEL,PARTTYPE,PARTLABEL,MOUNTPOINTS';

const LOOKS: readonly Question[] = [
  say('lsblk', '-J', '-b', '-o', COLUMNS, '$D'),
  say('lsblk', '-no', 'NAME,TYPE,SIZE,FSTYPE', '$D'),
  say('lsblk', '-dnro', 'NAME,SERIAL,UUID', '$D'),
  say('lsblk', '-P', '-o', 'NAME,FSTYPE,LABEL,MOUNTPOINT', '$D'),
  say('lsblk', '$D'),
  say('lsblk', '-f', '-o', 'NAME,FSTYPE,LABEL', '$D'),
  say('lsblk', '-dbno', 'SIZE,ROTA,RO', '$D'),
  say('blkid', '$D'),
  say('blkid', '-o', 'value', '-s', 'TYPE', '$D'),
  say('blkid', '-p', '-o', 'export', '$D'),
  say('blkid', '-p', '$D'),
  say('blkid', '-p', '-s', 'TYPE', '-s', 'PTTYPE', '-o', 'export', '$D'),
  say('blkid', '-p', '-o', 'value', '-s', 'UUID', '$D'),
  say('wipefs', '--no-act', '-J', '$D'),
  say('wipefs', '$D'),
  say('wipefs', '--all', '--no-act', '--quiet', '$D'),
  say('findmnt', '-S', '$D', '-no', 'TARGET'),
  sh(
    'udevadm info --query=property --name=$D | grep -E "^(DEVNAME|DEVTYPE|ID_BUS|ID_MODEL|ID_SERIAL_SHORT|ID_WWN|ID_FS_[A-Z]*|ID_PART_TABLE_TYPE)=" | sort',
  ),
  ask(diskFacts, { partitioned: false }),
  ask(sysfsDisk, { kname: 'sda' }),
];

const ACTS: readonly Question[] = [
  say('mkfs.ext4', '$D'),
  say('mkfs.ext4', '-F', '-q', '-L', 'new', '$D'),
  say('mkfs.ext4', '-q', '-m', '0', '-L', 'new', '$D'),
  say('mkfs.xfs', '$D'),
  say('mkfs.xfs', '-f', '-q', '$D'),
  say('mkfs.xfs', '-q', '-m', 'reflink=1', '-L', 'new', '$D'),
  say('wipefs', '--all', '$D'),
  say('wipefs', '--all', '--backup', '--quiet', '$D'),
];

const looked = (name: string, before: string, more: Partial<Situation> = {}): Situation => ({
  ...{ name, before, as: 'root', disk: 'data', looks: LOOKS, acts: ACTS },
  // What became of the disk.
  afterwards: say('wipefs', '--no-act', '-J', '$D'),
  ...more,
});

export const DISKS: readonly Situation[] = [
  looked('blank', ':', {
    looks: [
      ...LOOKS,
      say('blkid', '-p', '-o', 'export', '/dev/nope'),
      say('wipefs', '--no-act', '-J', '/dev/nope'),
      say('lsblk', '-o', 'NAME,NOPE', '$D'),
      say('lsblk', '-J', '-o', 'NAME', '/dev/nope'),
      say('lsblk', '-J', '-o', 'NAME', '/dev/nope', '$D'),
      say('findmnt', '-nvo', 'FSTYPE', '/'),
      say('findmnt', '-no', 'TARGET', '$D'),
      say('findmnt', '-o', 'NOPE', '/'),
      ask(lsblk, null),
      ask(blkid, { device: '/dev/nope' }),
      ask(wipefs, { device: '$D' }),
      ask(exclusiveOpen, { device: '$D' }),
      ask(exclusiveOpen, { device: '/dev/nope' }),
      ask(diskEdges, { device: '$D', bytes: SIZE }),
      ask(diskEdges, { device: '/dev/nope', bytes: SIZE }),
      ask(diskLinks, null),
      ask(localStorageLinks, null),
      ask(loopBacking, null),
      ask(mountinfo, null),
      ask(swaps, null),
      ask(sysfsDisk, { kname: 'nope' }),
      say('udevadm', 'settle', '--timeout=30'),
      say('udevadm', 'info', '--query=name', '--name=$D'),
      say('udevadm', 'info', '--query=property', '--name=/dev/nope'),
      say('blockdev', '--getsize64', '$D'),
      say('blockdev', '--getro', '$D'),
      say('blockdev', '--flushbufs', '$D'),
      say('blockdev', '--getsize64', '/dev/nope'),
      say('lsblk', '-dno', 'NAME'),
      say('findmnt', '-no', 'FSTYPE', '--target', '/mnt'),
      say('mountpoint', '/mnt'),
      say('mountpoint', '-q', '/'),
      say('swapon', '--show'),
      say('swapon', '$D'),
      say('swapoff', '$D'),
      say('umount', '/mnt'),
      say('sha256sum', '/dev/nope'),
      say('readlink', '-f', '/dev/disk/by-id/wwn-0x5000c500a1b2c301'),
      say('stat', '-c', '%F %a %U %G %t:%T', '$D'),
      say('sh', '-c', '[ -b $D ] && [ ! -f $D ] && [ -r $D ]; echo $?'),
      say('sh', '-c', 'cd /sys/block/${0#/dev/}; cat size ro removable dev; ls -d holders', '$D'),
      say(
        'sh',
        '-c',
        'head -c 4096 $D | sha256sum; dd if=$D bs=65536 iflag=skip_bytes,count_bytes,fullblock skip=1048576 count=1048576 2>/dev/null | wc -c',
      ),
    ],
    acts: [
      ...ACTS,
      say('mount', '$D', '/mnt'),
      say('mount', '/dev/nope', '/mnt'),
      say('mount', '$D', '/nowhere'),
      sh(
        'mkfs.xfs -q $D && mkdir -p /mnt/x && mount -o noatime $D /mnt/x && findmnt -no TARGET,FSTYPE $D; stat -c "%F %a" /mnt/x; umount /mnt/x',
      ),
      sh('mkfs.ext4 -q $D && mkdir -p /mnt/x && mount -o ro $D /mnt/x; ls /mnt/x; touch /mnt/x/new; umount $D; umount /mnt/x'),
      sh('dd if=/dev/zero of=$D bs=1M count=2 conv=fsync 2>&1 | head -n 2'),
      say('dd', 'if=/dev/nope', 'of=$D'),
      say('mkfs', '-t', 'xfs', '-q', '$D'),
      say('mkfs.xfs', '-q', '-L', 'thirteen-long', '$D'),
      say('mkfs.ext4', '/dev/nope'),
      say('mkfs.xfs', '/dev/nope'),
      say('wipefs', '-a', '/dev/nope'),
      say('mkswap', '-q', '$D'),
    ],
  }),
  looked('ext4', `mkfs.ext4 -q -U ${UUID} -L pb-data $D`),
  looked('xfs', `mkfs.xfs -q -m uuid=${UUID} -L pb-data $D`),
  looked('swap', `mkswap -q -U ${UUID} $D`),
  looked('raw', 'echo "some database" | dd of=$D bs=4096 seek=20 conv=notrunc'),
  looked(
    'gpt',
    `sgdisk -U ${TABLE_UUID} -n 1:0:+100M -c 1:'my data' -u 1:${PART_UUIDS[0]} -n 2:0:+100M -t 2:ef00 -u 2:${PART_UUIDS[1]} $D; udevadm settle; mkfs.ext4 -q -U ${UUID} "$D"1`,
    {
      looks: [
        ...LOOKS,
        say('blkid', '-p', '-o', 'export', '${D}1'),
        say('blkid', '-p', '-o', 'export', '${D}2'),
        say('lsblk', '-s', '-no', 'NAME,TYPE', '${D}1'),
        say('wipefs', '${D}1'),
        say('lsblk', '-no', 'PKNAME', '${D}1'),
        say('blkid', '-o', 'export', '${D}1'),
        ask(diskFacts, { partitioned: true }),
      ],
    },
  ),
  looked(
    'two',
    'mkfs.ext4 -q $D; dd if=$D of=/tmp/super bs=1024 skip=1 count=1; wipefs -q -a $D; mkfs.xfs -q -f $D; dd if=/tmp/super of=$D bs=1024 seek=1 conv=notrunc',
  ),
  looked('mounted', `mkfs.ext4 -q -U ${UUID} $D; mkdir -p /mnt/a; mount $D /mnt/a`, {
    after: 'umount -q /mnt/a || :',
    looks: [
      ...LOOKS,
      say('findmnt', '-no', 'TARGET,FSTYPE', '$D'),
      say('findmnt', '-J', '-o', 'TARGET,SOURCE,FSTYPE', '/mnt/a'),
      say('findmnt', '-n', '-o', 'SOURCE', '--mountpoint', '/mnt/a'),
      say('findmnt', '-n', '-o', 'SOURCE', '--target', '/mnt/a/below'),
      say('mountpoint', '/mnt/a'),
      sh('grep " /mnt/a " /proc/self/mounts | cut -d" " -f1-3; grep -c " /mnt/a " /proc/self/mountinfo'),
      ask(mountinfo, null),
      say('mount', '$D', '/mnt/a'),
      say('umount', '/mnt/none'),
      say('mkfs.ext4', '-F', '$D'),
      say('mkfs.xfs', '-f', '$D'),
      say('mkfs.ext4', '$D'),
      say('mkfs.xfs', '$D'),
      say('wipefs', '-a', '$D'),
      say('rm', '-r', '/mnt/a'),
      say('rmdir', '/mnt/a'),
    ],
    acts: [say('umount', '/mnt/a'), say('umount', '-l', '$D'), sh('cd /mnt/a; umount /mnt/a; cd /; umount /mnt/a; umount /mnt/a')],
  }),
  looked('swapped', `mkswap -q -U ${UUID} $D; swapon $D`, {
    after: 'swapoff $D || :',
    acts: [say('swapoff', '$D')],
    looks: [
      ...LOOKS,
      ask(swaps, null),
      say('swapon', '--show=NAME,TYPE', '--noheadings'),
      say('swapon', '$D'),
      say('mkfs.ext4', '$D'),
      say('mkfs.xfs', '-f', '$D'),
      say('wipefs', '-a', '$D'),
    ],
  }),
  looked('read-only', ':', { disk: 'locked', looks: [...LOOKS, say('mkfs.ext4', '$D'), say('wipefs', '-a', '$D')], acts: [] }),
  looked('lvm', 'pvcreate -q -y $D'),
  looked('luks', `printf secret | cryptsetup luksFormat -q --uuid ${UUID} --pbkdf pbkdf2 --pbkdf-force-iterations 1000 $D -`),
];
