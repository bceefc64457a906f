/**
 * Can the device be opened with O_EXCL, that is, has nobody in any namespace claimed it (mount, swap, dm, md, iSCSI target, zfs)?
 *
 * No tool of a host without Python opens read-only and exclusively: dd knows `excl` for files it creates alone. `wipefs --all --no-act`
 * opens read-write with O_EXCL, finds the signatures and writes nothing (measured: util-linux 2.38, the device's bytes stay). Its close makes
 * udev look at the disk once more, so it is asked only where nothing else has answered the question.
 */
import { PbError } from '../core/diagnostic.ts';
import { defineProbe } from '../core/probe.ts';

export type Exclusive = 'free' | 'busy' | 'read-only';

export const exclusiveOpen = defineProbe<{ readonly device: string }, Exclusive>({
  name: 'exclusive-open',
  argv: ({ device }) => ['wipefs', '--all', '--no-act', '--quiet', device],
  parse(out, { device }) {
    if (out.code === 0) return 'free';
    if (/Device or resource busy/.test(out.stderr)) return 'busy';
    if (/Read-only file system|Operation not permitted/.test(out.stderr)) return 'read-only';
    throw new PbError('failed', `${device} cannot be opened: ${out.stderr.trim() || `wipefs exited with ${out.code}`}`);
  },
});
