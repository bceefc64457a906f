/** blockdev: what the kernel says of a block device. */

import type { BlockDevice } from '../world/devices.ts';
import { Errno } from '../world/errno.ts';
import { openDevice } from './device-path.ts';
import { type Call, fail, ok, type Program, type Result } from './program.ts';

const SAYS: { readonly [option: string]: (device: BlockDevice) => string } = {
  '--getsize64': ({ size }) => `${size}\n`,
  '--getsz': ({ size }) => `${size / 512}\n`,
  '--getsize': ({ size }) => `${size / 512}\n`,
  '--getro': ({ readOnly }) => `${readOnly ? 1 : 0}\n`,
  '--getss': () => '512\n',
  '--getpbsz': () => '512\n',
  '--getbsz': () => '4096\n',
  '--flushbufs': () => '',
  '--rereadpt': () => '',
};

function run(args: readonly string[], { context }: Call): Result {
  const options = args.filter((arg) => arg.startsWith('-'));
  const paths = args.filter((arg) => !arg.startsWith('-'));
  const strange = options.find((option) => !(option in SAYS));
  if (strange !== undefined) return fail(`blockdev: Unknown command: ${strange}`);
  if (options.length === 0 || paths.length === 0) return fail('blockdev: no device specified');
  let stdout = '';
  for (const path of paths) {
    try {
      const device = openDevice(context, path);
      stdout += options.map((option) => SAYS[option]?.(device) ?? '').join('');
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      if (error.code === 'ENOTBLK') return fail(`blockdev: ioctl error on ${options[0]}: Inappropriate ioctl for device`, 1, stdout);
      return fail(`blockdev: cannot open ${path}: ${error.message}`, 1, stdout);
    }
  }
  return ok(stdout);
}

export const blockdev: Program = { names: ['blockdev'], run };
