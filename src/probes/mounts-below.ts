/** Filesystems of every kind mounted at or below a path: what removing the path would empty. */
import { defineProbe } from '../core/probe.ts';
import { unreadable } from './files-answer.ts';
import { plain } from './mountinfo.ts';

// mountinfo has real paths, so the path is followed first.
const SCRIPT = 'real=$(readlink -f -- "$1") && printf \'%s\\0\' "$real" && cat /proc/self/mountinfo';

/** Mount points, as the kernel lists them. */
export const mountsBelow = defineProbe<string, readonly string[]>({
  name: 'mounts-below',
  argv: (path) => ['sh', '-c', SCRIPT, 'sh', path],
  parse(out, path) {
    const [real, table = ''] = out.stdout.split('\0');
    if (out.code !== 0 || !real?.startsWith('/') || table === '') throw unreadable('mounts below', path, out);
    // 36 25 8:17 / /mnt/data\040x rw,relatime shared:1 - ext4 /dev/sdb1 rw
    const targets = table
      .split('\n')
      .slice(0, -1)
      .map((line) => plain(line.split(' ')[4] ?? ''));
    return targets.filter((target) => target === real || target.startsWith(real === '/' ? '/' : `${real}/`));
  },
});
