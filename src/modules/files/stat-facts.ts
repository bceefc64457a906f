/** What stat and find say of a file, in Ansible's words. */
import type { JsonObject } from '../../core/value.ts';
import type { FileStat } from '../../probes/stat.ts';

/** What modules that put a path somewhere tell of it: unlike stat, Ansible writes the mode with a zero in front even where it has four digits. */
export const told = (now: FileStat): JsonObject => ({
  state: now.kind,
  mode: now.mode.startsWith('0') ? now.mode : `0${now.mode}`,
  uid: now.uid,
  gid: now.gid,
  owner: now.owner,
  group: now.group,
  size: now.size,
});

export function statFacts(path: string, found: FileStat): JsonObject {
  const bits = Number.parseInt(found.mode, 8);
  const right = (mask: number): boolean => (bits & mask) !== 0;
  return {
    path,
    mode: found.mode,
    isdir: found.kind === 'directory',
    ischr: found.kind === 'char',
    isblk: found.kind === 'block',
    isreg: found.kind === 'file',
    isfifo: found.kind === 'fifo',
    islnk: found.kind === 'link',
    issock: found.kind === 'socket',
    uid: found.uid,
    gid: found.gid,
    size: found.size,
    inode: found.inode,
    dev: found.dev,
    nlink: found.nlink,
    atime: found.atime,
    mtime: found.mtime,
    ctime: found.ctime,
    wusr: right(0o200),
    rusr: right(0o400),
    xusr: right(0o100),
    wgrp: right(0o020),
    rgrp: right(0o040),
    xgrp: right(0o010),
    woth: right(0o002),
    roth: right(0o004),
    xoth: right(0o001),
    isuid: right(0o4000),
    isgid: right(0o2000),
    blocks: found.blocks,
    block_size: found.blockSize,
    pw_name: found.owner,
    gr_name: found.group,
  };
}
