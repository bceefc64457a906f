/** open(2): from a path to something to read or write. */
import { randomBytes } from 'node:crypto';
import { NOTHING } from '../world/bytes.ts';
import { type BlockDevice, deviceByNumber, readDevice, writeDevice } from '../world/devices.ts';
import { Errno } from '../world/errno.ts';
import { find, fresh, may, place, placeNew, type Sight, slot } from '../world/files.ts';
import { dataOf, type File } from '../world/tree.ts';
import type { Machine } from './machine.ts';
import { OpenFile, type Stream } from './open.ts';
import type { Process } from './process.ts';

export type OpenMode = 'read' | 'write' | 'append' | 'exclusive' | 'both';

const CHUNK = 65_536;

/** Throws Errno. "exclusive": only a new file (set -C). */
export function openPath(machine: Machine, process: Process, path: string, mode: OpenMode): OpenFile {
  const own = /^\/(?:dev|proc\/self)\/(?:fd\/(\d+)|(stdin|stdout|stderr))$/.exec(path);
  if (own) return process.file(own[1] !== undefined ? Number(own[1]) : ['stdin', 'stdout', 'stderr'].indexOf(own[2] ?? '')).share();
  const sight = machine.sight(process);
  const writes = mode !== 'read';
  const at = writes ? slot(sight, path) : { ...find(sight, path), parent: undefined };
  const { node } = at;
  if (node === undefined) return new OpenFile(fileStream(machine, process, { path: create(machine, process, path), at: 0 }));
  if (node.kind === 'dir') {
    if (writes) throw new Errno('EISDIR');
    return new OpenFile({ path: at.path, read: () => Promise.reject(new Errno('EISDIR')) });
  }
  if (node.kind === 'char') return new OpenFile(charStream(node.device, at.path));
  if (mode !== 'write' && mode !== 'append' && mode !== 'exclusive' && !may(sight.who, node, 4)) throw new Errno('EACCES');
  if (writes && !may(sight.who, node, 2)) throw new Errno('EACCES');
  if (node.kind === 'block') return new OpenFile(deviceStream(machine, deviceOf(sight, node.device), at.path));
  if (node.kind !== 'file') throw new Errno('ENXIO');
  if (mode === 'exclusive') throw new Errno('EEXIST');
  if (!writes) return new OpenFile(readStream(machine, node, at.path));
  if (mode === 'write')
    machine.world = place(machine.world, at.path, { node: { ...node, data: NOTHING, mtime: sight.kernel.now }, now: sight.kernel.now });
  return new OpenFile(fileStream(machine, process, { path: at.path, at: mode === 'append' ? 'end' : 0 }));
}

function deviceOf(sight: Sight, majMin: string): BlockDevice {
  const device = deviceByNumber(sight.world, majMin);
  if (!device) throw new Errno('ENXIO');
  return device;
}

function create(machine: Machine, process: Process, path: string): string {
  const sight = machine.sight(process);
  const { node, world } = fresh(sight, { kind: 'file', data: NOTHING, mode: 0o666 & ~process.umask });
  const at = slot({ ...sight, world }, path);
  machine.world = placeNew({ ...sight, world }, at, node);
  return at.path;
}

/** What the file held when it was opened: nobody here waits for a file to grow. */
function readStream(machine: Machine, node: File, path: string): Stream {
  const data = dataOf(node);
  let at = 0;
  return {
    path,
    async read() {
      if (at >= data.length) return undefined;
      const chunk = data.subarray(at, at + CHUNK);
      at += chunk.length;
      await machine.slowDown(path);
      return chunk;
    },
    unread(bytes) {
      at -= bytes.length;
    },
  };
}

function fileStream(machine: Machine, process: Process, from: { readonly path: string; readonly at: number | 'end' }): Stream {
  let at = from.at;
  const now = (): File => {
    const { node } = find({ ...machine.sight(process), who: { uid: 0, gid: 0, groups: [] } }, from.path);
    if (node.kind !== 'file') throw new Errno('EIO');
    return node;
  };
  return {
    path: from.path,
    async read() {
      const data = dataOf(now());
      const start = at === 'end' ? data.length : at;
      if (start >= data.length) return undefined;
      const chunk = data.subarray(start, start + CHUNK);
      at = start + chunk.length;
      return chunk;
    },
    unread(bytes) {
      if (at !== 'end') at -= bytes.length;
    },
    async write(bytes) {
      const node = now();
      const old = dataOf(node);
      const start = at === 'end' ? old.length : at;
      const data = new Uint8Array(Math.max(old.length, start + bytes.length));
      data.set(old);
      data.set(bytes, start);
      if (at !== 'end') at = start + bytes.length;
      machine.world = place(machine.world, from.path, { node: { ...node, data, mtime: machine.now() }, now: machine.now() });
    },
  };
}

function deviceStream(machine: Machine, device: BlockDevice, path: string): Stream {
  let at = 0;
  return {
    path,
    async read() {
      if (at >= device.size) return undefined;
      await machine.slowDown(path);
      const bytes = readDevice(machine.world, device, at, CHUNK);
      at += bytes.length;
      return bytes;
    },
    unread(bytes) {
      at -= bytes.length;
    },
    async write(bytes) {
      machine.world = writeDevice(machine.world, device, at, bytes);
      at += bytes.length;
    },
  };
}

function charStream(device: string, path: string): Stream {
  const write = async (): Promise<void> => {
    if (device === 'full') throw new Errno('ENOSPC');
  };
  if (device === 'tty') throw new Errno('ENXIO');
  if (device === 'null') return { path, write, read: async () => undefined };
  const random = device.endsWith('random');
  return { path, write, read: async () => (random ? randomBytes(CHUNK) : new Uint8Array(CHUNK)) };
}
