/** This host's files as just-bash wants to see them. */

import { posix } from 'node:path';
import type { FsStat, IFileSystem } from 'just-bash';
import type { Machine } from '../kernel/machine.ts';
import { openPath } from '../kernel/opening.ts';
import type { Process } from '../kernel/process.ts';
import { bytesOf, fromUtf8, toUtf8 } from '../world/bytes.ts';
import { Errno } from '../world/errno.ts';
import { find, names, placeNew, readFile, slot, writeFile } from '../world/files.ts';
import { dataOf, modeBits, sizeOf } from '../world/tree.ts';

export function textFiles(machine: Machine, process: Process): IFileSystem {
  const sight = () => machine.sight(process);
  /** Errors as Node tells them: the tools look for the code. */
  const told = <T>(path: string, act: () => T): T => {
    try {
      return act();
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      throw Object.assign(new Error(`${error.code}: ${error.message.toLowerCase()}, open '${path}'`), { code: error.code });
    }
  };
  const bytes = async (path: string): Promise<Uint8Array> => {
    const inner = fromUtf8(path);
    const node = told(path, () => find(sight(), inner).node);
    if (node.kind === 'file' || node.kind === 'dir') return told(path, () => readFile(sight(), inner));
    const file = told(path, () => openPath(machine, process, inner, 'read'));
    try {
      return await process.until(file.readAll());
    } finally {
      file.release();
    }
  };
  const stat = (path: string, follow: boolean): FsStat => {
    const { node } = told(path, () => find(sight(), fromUtf8(path), follow));
    const size = node.kind === 'file' ? dataOf(node).length : sizeOf(node);
    return {
      isFile: node.kind === 'file',
      isDirectory: node.kind === 'dir',
      isSymbolicLink: node.kind === 'link',
      mode: modeBits(node),
      size,
      mtime: new Date(node.mtime * 1000),
    };
  };
  const write = (path: string, content: string | Uint8Array, encoding: unknown): void => {
    const kind = typeof encoding === 'string' ? encoding : ((encoding as { encoding?: string } | undefined)?.encoding ?? 'utf8');
    const data = typeof content === 'string' ? Buffer.from(content, kind === 'binary' ? 'latin1' : (kind as BufferEncoding)) : content;
    machine.world = told(path, () => writeFile(sight(), fromUtf8(path), { data, mode: 0o666 & ~process.umask }));
  };
  const unsupported = (): never => {
    throw new Error('not supported by this tool');
  };
  return {
    readFile: async (path) => Buffer.from(await bytes(path)).toString('utf8'),
    readFileBuffer: bytes,
    writeFile: async (path, content, encoding) => write(path, content, encoding),
    async appendFile(path, content, encoding) {
      const old = await bytes(path).catch(() => new Uint8Array(0));
      const more = typeof content === 'string' ? bytesOf(encoding === 'binary' ? content : fromUtf8(content)) : content;
      write(path, Buffer.concat([old, more]), undefined);
    },
    async exists(path) {
      try {
        return stat(path, true) !== undefined;
      } catch {
        return false;
      }
    },
    stat: async (path) => stat(path, true),
    lstat: async (path) => stat(path, false),
    async readdir(path) {
      return told(path, () => {
        const dir = find(sight(), fromUtf8(path));
        if (dir.node.kind !== 'dir') throw new Errno('ENOTDIR');
        return names(sight(), dir.node, dir.path).map(toUtf8);
      });
    },
    async rm(path) {
      machine.world = told(path, () => placeNew(sight(), slot(sight(), fromUtf8(path), false), undefined));
    },
    async mv(from, to) {
      const node = told(from, () => find(sight(), fromUtf8(from), false).node);
      machine.world = told(from, () => placeNew(sight(), slot(sight(), fromUtf8(from), false), undefined));
      machine.world = told(to, () => placeNew(sight(), slot(sight(), fromUtf8(to), false), node));
    },
    async chmod() {},
    async utimes() {},
    readlink: async (path) => {
      const { node } = told(path, () => find(sight(), fromUtf8(path), false));
      return node.kind === 'link' ? toUtf8(node.target) : unsupported();
    },
    realpath: async (path) => toUtf8(told(path, () => find(sight(), fromUtf8(path)).path)),
    resolvePath: (base, path) => posix.resolve(base, path),
    getAllPaths: () => [],
    mkdir: async () => unsupported(),
    cp: async () => unsupported(),
    symlink: async () => unsupported(),
    link: async () => unsupported(),
  };
}
