/** /dev: device nodes and the links udev has made. */
import { allDevices } from './devices.ts';
import { diskLinks } from './links.ts';
import { dirOfPaths, madeLink, madeSpecial } from './synthetic.ts';
import type { Dir, Node } from './tree.ts';
import type { World } from './types.ts';

const CHARACTER = ['null', 'zero', 'full', 'random', 'urandom', 'tty'];
/** Group "disk" owns block devices. */
const DISK_GID = 6;

export function devTree(world: World): Dir {
  const nodes: [string, Node][] = [
    ...CHARACTER.map((name): [string, Node] => [name, madeSpecial('char', name, { mode: 0o666 })]),
    ['fd', madeLink('/proc/self/fd')],
    ['stdin', madeLink('/proc/self/fd/0')],
    ['stdout', madeLink('/proc/self/fd/1')],
    ['stderr', madeLink('/proc/self/fd/2')],
  ];
  for (const device of allDevices(world)) {
    nodes.push([device.kname.replaceAll('!', '/'), madeSpecial('block', device.majMin, { mode: 0o660, gid: DISK_GID })]);
    const { mapped } = device;
    if (mapped?.kname.startsWith('dm-')) nodes.push([`mapper/${mapped.name}`, madeLink(`../${mapped.kname}`)]);
    if (mapped?.type === 'lvm') nodes.push([mapped.name.replace('-', '/'), madeLink(`../${mapped.kname}`)]);
  }
  for (const loop of Object.keys(world.loops)) nodes.push([loop, madeSpecial('block', loopNumber(loop), { mode: 0o660, gid: DISK_GID })]);
  for (const [link, kname] of diskLinks(world)) nodes.push([`disk/${link}`, madeLink(`../../${kname}`)]);
  return dirOfPaths(nodes);
}

export const loopNumber = (loop: string): string => `7:${loop.replace(/\D/g, '')}`;
