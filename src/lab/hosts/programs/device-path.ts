/** From a path on a command line to the block device behind it. */
import { type BlockDevice, deviceByNumber } from '../world/devices.ts';
import { Errno, maybe } from '../world/errno.ts';
import { find, may, type Sight } from '../world/files.ts';

function named(sight: Sight, path: string, rights: readonly (4 | 2)[]): BlockDevice {
  const { node } = find(sight, path);
  if (node.kind !== 'block') throw new Errno('ENOTBLK');
  if (rights.some((right) => !may(sight.who, node, right))) throw new Errno('EACCES');
  const device = deviceByNumber(sight.world, node.device);
  if (!device) throw new Errno('ENXIO');
  return device;
}

/** Undefined where there is none. Nobody needs the right to open a device in order to ask the kernel about it. */
export const devicePath = (sight: Sight, path: string): BlockDevice | undefined => maybe(() => named(sight, path, []));

/** Throws ENOENT, EACCES, ENOTBLK as open and fstat would. `write`: to be written to. */
export const openDevice = (sight: Sight, path: string, write = false): BlockDevice => named(sight, path, write ? [4, 2] : [4]);
