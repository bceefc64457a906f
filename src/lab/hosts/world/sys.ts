/** /sys, as far as disks go: /sys/block, /sys/class/block, /sys/dev/block. */

import { loopNumber } from './dev.ts';
import { allDevices, holdersOf, partitionMajMin, partitionName } from './devices.ts';
import { dirOfPaths, made, madeDir, madeLink } from './synthetic.ts';
import type { Dir, Node } from './tree.ts';
import type { Disk, World } from './types.ts';

const flag = (value: boolean): string => (value ? '1\n' : '0\n');

/** SCSI page 0x80: four bytes of header, then the serial number. */
const page80 = (serial: string): string => `\0\x80\0${String.fromCharCode(serial.length)}${serial}`;

/** "0x6000c29…" → "naa.6000c29…"; others carry their own prefix. */
const wwidOf = (disk: Disk): string | null =>
  disk.wwn === null ? null : disk.wwn.startsWith('0x') ? `naa.${disk.wwn.slice(2)}` : disk.wwn;

function ofDisk(world: World, disk: Disk): readonly (readonly [string, Node])[] {
  const wwid = wwidOf(disk);
  const scsi = disk.bus === 'scsi' || disk.bus === 'ata' || disk.bus === 'usb';
  const nodes: (readonly [string, Node])[] = [
    ['dev', made(`${disk.majMin}\n`)],
    ['size', made(`${disk.size / 512}\n`)],
    ['ro', made(flag(disk.readOnly))],
    ['removable', made(flag(disk.removable))],
    ['hidden', made('0\n')],
    ['diskseq', made(`${disk.diskseq}\n`)],
    ['queue/rotational', made(flag(disk.rotational), 0o644)],
    ['queue/logical_block_size', made('512\n')],
    ['queue/physical_block_size', made('512\n')],
    ['holders', madeDir(holdersOf(world, disk.kname).map((kname) => [kname, madeLink(`../../${kname}`)] as const))],
    ['slaves', madeDir([])],
  ];
  if (wwid !== null) nodes.push([disk.bus === 'nvme' ? 'wwid' : 'device/wwid', made(`${wwid}\n`)]);
  if (disk.serial !== null) {
    if (scsi) nodes.push(['device/vpd_pg80', made(page80(disk.serial))]);
    else nodes.push([disk.bus === 'virtio' ? 'serial' : 'device/serial', made(`${disk.serial}\n`)]);
  }
  if (disk.vendor !== null) nodes.push(['device/vendor', made(`${disk.vendor}\n`)]);
  if (disk.model !== null) nodes.push(['device/model', made(`${disk.model}\n`)]);
  if (scsi) nodes.push(['device/state', made('running\n')]);
  for (const part of disk.partitions) {
    const name = partitionName(disk.kname, part.number);
    nodes.push(
      [`${name}/partition`, made(`${part.number}\n`)],
      [`${name}/dev`, made(`${partitionMajMin(disk, part.number)}\n`)],
      [`${name}/size`, made(`${part.size / 512}\n`)],
      [`${name}/start`, made(`${part.start / 512}\n`)],
      [`${name}/ro`, made(flag(disk.readOnly))],
      [`${name}/holders`, madeDir(holdersOf(world, name).map((kname) => [kname, madeLink(`../../../${kname}`)] as const))],
    );
  }
  return nodes;
}

export function sysTree(world: World): Dir {
  const nodes: (readonly [string, Node])[] = [];
  for (const disk of world.disks) for (const [path, node] of ofDisk(world, disk)) nodes.push([`block/${disk.kname}/${path}`, node]);
  for (const mapped of world.mapped) {
    const at = `block/${mapped.kname}`;
    const slaves = mapped.over.map((kname) => [kname, madeLink(`../../${kname}`)] as const);
    nodes.push([`${at}/dev`, made(`${mapped.majMin}\n`)], [`${at}/size`, made(`${mapped.size / 512}\n`)], [`${at}/ro`, made('0\n')]);
    nodes.push([`${at}/removable`, made('0\n')], [`${at}/hidden`, made('0\n')], [`${at}/slaves`, madeDir(slaves)]);
    nodes.push([`${at}/holders`, madeDir(holdersOf(world, mapped.kname).map((kname) => [kname, madeLink(`../../${kname}`)] as const))]);
    if (mapped.kname.startsWith('dm-'))
      nodes.push([`${at}/dm/name`, made(`${mapped.name}\n`)], [`${at}/dm/uuid`, made(`${mapped.uuid}\n`)]);
  }
  for (const [loop, backing] of Object.entries(world.loops)) {
    nodes.push([`block/${loop}/loop/backing_file`, made(`${backing}\n`)], [`block/${loop}/dev`, made(`${loopNumber(loop)}\n`)]);
    nodes.push([`block/${loop}/size`, made('0\n')]);
  }
  for (const device of allDevices(world)) {
    const where = device.partition && device.disk ? `${device.disk.kname}/${device.kname}` : device.kname;
    nodes.push([`class/block/${device.kname}`, madeLink(`../../block/${where}`)]);
    nodes.push([`dev/block/${device.majMin}`, madeLink(`../../block/${where}`)]);
  }
  if (world.selinux) nodes.push(['fs/selinux/enforce', made('1')]);
  return dirOfPaths(nodes);
}
