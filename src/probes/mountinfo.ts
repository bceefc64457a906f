/** /proc/PID/mountinfo of this process and of process 1: what is mounted, by device number rather than by name. */
import { PbError } from '../core/diagnostic.ts';
import { defineProbe, type Output } from '../core/probe.ts';

export type Mount = {
  /** "8:17"; "0:40" for btrfs and everything without a device of its own. */
  readonly maj_min: string;
  /** What of the file system is mounted: "/", or "/sdb" where a device node of devtmpfs is bind-mounted. */
  readonly root: string;
  readonly target: string;
  readonly fstype: string;
  readonly source: string;
};

/** The lines that can hold a block device: those with a device number, btrfs and its like, and bind-mounted device nodes. A node has thousands of others. */
export const MOUNTS_SH = `grep -hE '^[0-9]+ [0-9]+ ([1-9][0-9]*:[0-9]+ |0:[0-9]+ .* - (btrfs|zfs|bcachefs) |0:[0-9]+ /[^ ]+ .* - devtmpfs )' /proc/self/mountinfo /proc/1/mountinfo`;

export const mountinfo = defineProbe<null, readonly Mount[]>({
  name: 'mountinfo',
  argv: () => ['sh', '-c', MOUNTS_SH],
  parse(out) {
    // grep: 0 found, 1 nothing found (a root without a disk), 2 a file could not be read.
    if (out.code > 1) {
      throw new PbError('failed', `the mounts cannot be read: ${out.stderr.trim()}`, { hint: 'set become: true' });
    }
    const lines = [...new Set(out.stdout.split('\n').filter((line) => line !== ''))];
    return unique(lines.map((line) => mountOf(line, out)));
  },
});

// 36 25 8:17 / /mnt/data\040x rw,relatime shared:1 - ext4 /dev/sdb1 rw
function mountOf(line: string, out: Output): Mount {
  const [before = '', after = ''] = line.split(' - ');
  const [, , maj_min, root, target] = before.split(' ');
  const [fstype, source] = after.split(' ');
  if (!maj_min || !/^\d+:\d+$/.test(maj_min) || !root || !target || !fstype || source === undefined) {
    throw new PbError('failed', `mountinfo: the line cannot be read: ${line}`, { details: { stdout: out.stdout } });
  }
  return { maj_min, root: plain(root), target: plain(target), fstype, source: plain(source) };
}

/** The kernel writes blanks, tabs, newlines and backslashes as \\040 and so on. */
export const plain = (text: string): string =>
  text.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));

const unique = (mounts: readonly Mount[]): readonly Mount[] => [
  ...new Map(mounts.map((mount) => [[mount.maj_min, mount.root, mount.target].join('\0'), mount])).values(),
];
