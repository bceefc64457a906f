/** From a path on a command line to the block device behind it. */
import { type BlockDevice, deviceByNumber } from '../world/devices.ts';
import { Errno, maybe } from '../world/errno.ts';
import { find, may, type Sight } from '../world/files.ts';

/** Undefined where there is none. */
export const devicePath = (sight: Sight, path: string): BlockDevice | undefined => maybe(() => openDevice(sight, path));

/** Throws ENOENT, EACCES, ENOTBLK as open and fstat would. `write`: to be written to. */
export function openDevice(sight: Sight, path: string, write = false): BlockDevice {
  const { node } = find(sight, path);
  if (node.kind !== 'block') throw new Errno('ENOTBLK');
  if (!may(sight.who, node, 4) || (write && !may(sight.who, node, 2))) throw new Errno('EACCES');
  const device = deviceByNumber(sight.world, node.device);
  if (!device) throw new Errno('ENXIO');
  return device;
}
