/** /proc/swaps: what is in use as swap space. */
import { PbError } from '../core/diagnostic.ts';
import { defineProbe } from '../core/probe.ts';
import { plain } from './mountinfo.ts';

export const SWAPS_SH = 'cat /proc/swaps';

/** Paths: "/dev/sda2", "/dev/dm-1", "/swapfile". */
export const swaps = defineProbe<null, readonly string[]>({
  name: 'swaps',
  argv: () => ['cat', '/proc/swaps'],
  parse(out) {
    const [head, ...lines] = out.stdout.split('\n');
    // A kernel without swap support has no such file, and nothing to protect.
    if (out.code !== 0 && /No such file/.test(out.stderr)) return [];
    if (out.code !== 0 || !head?.startsWith('Filename'))
      throw new PbError('failed', `/proc/swaps cannot be read: ${out.stderr.trim() || head || 'it is empty'}`);
    return lines.filter((line) => line !== '').map((line) => plain(line.split(/\s+/)[0] ?? ''));
  },
});
