/** What is mounted at one path: the uppermost, as the kernel lists it. Network filesystems are not touched. */
import { defineProbe } from '../core/probe.ts';
import { plain } from './mountinfo.ts';

export type Mounted = { readonly source: string; readonly fstype: string; readonly options: readonly string[] };

const SCRIPT = `cat /proc/self/mountinfo || exit 1; printf '\\0'; [ -d "$1" ] && cd -P -- "$1" 2>/dev/null && pwd; exit 0`;

/** Null where nothing is mounted at the path itself. */
export const mountedAt = defineProbe<string, Mounted | null>({
  name: 'mounted-at',
  argv: (path) => ['sh', '-c', SCRIPT, 'sh', path],
  parse(out, path) {
    const [table, real] = out.stdout.split('\0');
    if (out.code !== 0 || table === undefined || real === undefined) {
      throw new Error(`mounts: unrecognised answer (${out.code}): ${out.stderr.trim()}`);
    }
    const wanted = real.replace(/\n$/, '') || path;
    const lines = table.split('\n').map((line) => line.split(' '));
    // 36 25 8:17 / /mnt/data rw,relatime shared:1 - ext4 /dev/sdb1 rw
    const found = lines.findLast((words) => plain(words[4] ?? '') === wanted);
    if (found === undefined) return null;
    const [fstype = '', source = '', options = ''] = found.slice(found.indexOf('-') + 1);
    return { source: plain(source), fstype, options: [...new Set([...(found[5] ?? '').split(','), ...options.split(',')])] };
  },
});
