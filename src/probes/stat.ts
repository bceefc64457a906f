/** stat(1) of GNU coreutils, on one path. */
import { defineProbe } from '../core/probe.ts';
import { isAbsent, unreadable } from './files-answer.ts';

const KINDS = {
  1: 'fifo',
  2: 'char',
  4: 'directory',
  6: 'block',
  8: 'file',
  10: 'link',
  12: 'socket',
} as const;
export type FileKind = (typeof KINDS)[keyof typeof KINDS];

/** From the bits of st_mode (inode(7)); undefined where they are of no kind. */
export const kindOf = (bits: number): FileKind | undefined => KINDS[(bits >> 12) as keyof typeof KINDS];

export type FileStat = {
  readonly kind: FileKind;
  /** Octal permissions with a leading zero: "0644", "1777". */
  readonly mode: string;
  readonly uid: number;
  readonly gid: number;
  /** The number as text where it has no name. */
  readonly owner: string;
  readonly group: string;
  /** Bytes. */
  readonly size: number;
  readonly dev: number;
  readonly inode: number;
  readonly nlink: number;
  /** Seconds since the epoch, with fraction. */
  readonly atime: number;
  readonly mtime: number;
  readonly ctime: number;
  readonly blocks: number;
  readonly blockSize: number;
};

// One number per line, then the two names: names from a directory service may hold spaces.
export const STAT_LINES = '%f\\n%u\\n%g\\n%s\\n%d\\n%i\\n%h\\n%.9X\\n%.9Y\\n%.9Z\\n%b\\n%o\\n%U\\n%G\\n';

/** Null where nothing is there; a link is itself unless `follow`. */
export const stat = defineProbe<{ readonly path: string; readonly follow: boolean }, FileStat | null>({
  name: 'stat',
  argv: ({ path, follow }) => ['stat', ...(follow ? ['-L'] : []), `--printf=${STAT_LINES}`, '--', path],
  parse(out, { path }) {
    if (isAbsent('stat', path, out)) return null;
    const lines = out.stdout.split('\n');
    const found = statOf(lines);
    if (found === undefined || lines.length !== 15) throw unreadable('stat', path, out);
    return found;
  },
});

/** The fields of STAT_LINES, in order; undefined where they are none. */
export function statOf([raw = '', ...rest]: readonly string[]): FileStat | undefined {
  const numbers = rest.slice(0, 11).map(Number);
  const [uid = -1, gid = -1, size = -1, dev = -1, inode = -1, nlink = -1, atime = -1, mtime = -1, ctime = -1, blocks = -1, blockSize = -1] =
    numbers;
  const bits = Number.parseInt(raw, 16);
  const kind = kindOf(bits);
  const [owner = '', group = ''] = rest.slice(11);
  if (kind === undefined || numbers.length !== 11 || numbers.some(Number.isNaN)) return undefined;
  return {
    kind,
    mode: `0${(bits & 0o7777).toString(8).padStart(3, '0')}`.slice(-4),
    uid,
    gid,
    owner: owner === 'UNKNOWN' ? String(uid) : owner,
    group: group === 'UNKNOWN' ? String(gid) : group,
    size,
    dev,
    inode,
    nlink,
    atime,
    mtime,
    ctime,
    blocks,
    blockSize,
  };
}
