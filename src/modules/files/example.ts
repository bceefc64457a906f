/** A file as examples show it. */
import type { FileStat } from '../../probes/stat.ts';
import type { Edited } from './edit.ts';

export const exampleFile: FileStat = {
  kind: 'file',
  mode: '0644',
  uid: 0,
  gid: 0,
  owner: 'root',
  group: 'root',
  size: 20,
  dev: 2049,
  inode: 77,
  nlink: 1,
  atime: 1763600000,
  mtime: 1763600000,
  ctime: 1763600000,
  blocks: 8,
  blockSize: 4096,
};

/** A text file, as it was read. */
export const seen = (path: string, text: string): Edited => ({ path, stat: exampleFile, text, above: [], unknown: [] });
