/** Paths: how a process finds a node, and what it may do with it. */
import { devTree } from './dev.ts';
import { Errno, maybe } from './errno.ts';
import { type Kernel, procTree } from './proc.ts';
import { sysTree } from './sys.ts';
import { type Dir, dataOf, entriesOf, type File, type Node, withNode } from './tree.ts';
import type { World } from './types.ts';

export interface Identity {
  readonly uid: number;
  readonly gid: number;
  readonly groups: readonly number[];
}

/** What a process sees, and who it is. */
export interface Sight {
  readonly world: World;
  readonly kernel: Kernel;
  readonly who: Identity;
  readonly cwd: string;
}

export interface Found {
  readonly node: Node;
  /** Where it really is, links followed: "/etc/fstab". */
  readonly path: string;
}

const MOST_LINKS = 40;
/** Made anew only when what it shows has changed: files change all the time, disks rarely. */
const cached = (make: (world: World) => Dir): ((world: World) => Dir) => {
  const known = new WeakMap<object, { readonly mapped: unknown; readonly loops: unknown; readonly tree: Dir }>();
  return (world) => {
    const kept = known.get(world.disks);
    if (kept && kept.mapped === world.mapped && kept.loops === world.loops) return kept.tree;
    const tree = make(world);
    known.set(world.disks, { mapped: world.mapped, loops: world.loops, tree });
    return tree;
  };
};
const dev = cached(devTree);
const sys = cached(sysTree);

/** The content mounted at a path; undefined where nothing is. */
function mountedAt(sight: Sight, path: string): Dir | undefined {
  const { world } = sight;
  if (path === '/proc') return procTree(world, sight.kernel);
  if (path === '/dev') return dev(world);
  if (path === '/sys') return sys(world);
  const mount = world.mounts.findLast(({ target, tree }) => target === path && tree !== undefined);
  return mount?.tree === undefined ? undefined : world.trees[mount.tree];
}

export const rootOf = (world: World): Dir => {
  const root = world.trees['root'];
  if (!root) throw new Errno('EIO');
  return root;
};

export function may(who: Identity, node: Node, right: 4 | 2 | 1): boolean {
  if (who.uid === 0) return right !== 1 || node.kind === 'dir' || (node.mode & 0o111) !== 0;
  const shift = node.uid === who.uid ? 6 : node.gid === who.gid || who.groups.includes(node.gid) ? 3 : 0;
  return ((node.mode >> shift) & right) !== 0;
}

const split = (path: string): string[] => path.split('/').filter((part) => part !== '' && part !== '.');
export const absolute = (sight: { readonly cwd: string }, path: string): string => (path.startsWith('/') ? path : `${sight.cwd}/${path}`);

interface Walk {
  node: Node;
  /** Names from the root, links followed. */
  at: string[];
}

/** Throws ENOENT, ENOTDIR, ELOOP, EACCES. `last`: follow a link at the very end. */
export function find(sight: Sight, path: string, last = true): Found {
  if (path === '') throw new Errno('ENOENT');
  const walk = follow(sight, path, last);
  if (walk.node === undefined) throw new Errno('ENOENT');
  return { node: walk.node, path: `/${walk.at.join('/')}` };
}

function follow(sight: Sight, path: string, last: boolean): { node: Node | undefined; at: string[]; parent: Dir } {
  let links = 0;
  const mustBeDir = /\/\.?$/.test(path) && split(path).length > 0;
  let pending = split(absolute(sight, path));
  const stack: Walk[] = [{ node: rootOf(sight.world), at: [] }];
  while (pending.length > 0) {
    const [name = '', ...rest] = pending;
    pending = rest;
    const here = stack.at(-1) as Walk;
    if (here.node.kind !== 'dir') throw new Errno('ENOTDIR');
    if (!may(sight.who, here.node, 1)) throw new Errno('EACCES');
    if (name === '..') {
      if (stack.length > 1) stack.pop();
      continue;
    }
    const at = [...here.at, name];
    const node = mountedAt(sight, `/${at.join('/')}`) ?? entriesOf(here.node).get(name);
    if (node === undefined) {
      if (pending.length > 0) throw new Errno('ENOENT');
      return { node: undefined, at, parent: here.node };
    }
    if (node.kind === 'link' && (last || pending.length > 0 || mustBeDir)) {
      if (++links > MOST_LINKS) throw new Errno('ELOOP');
      pending = [...split(node.target), ...pending];
      if (node.target.startsWith('/')) stack.splice(1);
      continue;
    }
    stack.push({ node, at });
  }
  const end = stack.at(-1) as Walk;
  if (mustBeDir && end.node.kind !== 'dir') throw new Errno('ENOTDIR');
  const parent = stack.at(-2)?.node;
  return { node: end.node, at: end.at, parent: parent?.kind === 'dir' ? parent : rootOf(sight.world) };
}

export interface Slot {
  readonly path: string;
  readonly parent: Dir;
  readonly node: Node | undefined;
}

/** Where something would be put: its directory is there, it need not be. */
export function slot(sight: Sight, path: string, last = true): Slot {
  if (path === '') throw new Errno('ENOENT');
  const { node, at, parent } = follow(sight, path, last);
  return { node, path: `/${at.join('/')}`, parent };
}

/** What is mounted deepest above a real path: the tree its files are in. */
function treeOf(world: World, path: string): { readonly key: string; readonly names: readonly string[]; readonly readOnly: boolean } {
  if (/^\/(proc|sys)(\/|$)/.test(path)) throw new Errno('EPERM');
  if (/^\/dev(\/|$)/.test(path) && !path.startsWith('/dev/shm/')) throw new Errno('EACCES');
  const mount = world.mounts.findLast(
    ({ target, tree }) => tree !== undefined && target !== '/' && (path === target || path.startsWith(`${target}/`)),
  );
  const key = mount?.tree ?? 'root';
  const readOnly = mount?.options.split(',').includes('ro') ?? false;
  return { key, names: split(mount ? path.slice(mount.target.length) : path), readOnly };
}

/** The world with a node put at a real path (as `find` and `slot` give it), or taken away. Only the parent's rights are checked before. */
export function place(world: World, path: string, change: { readonly node: Node | undefined; readonly now: number }): World {
  const { key, names, readOnly } = treeOf(world, path);
  const tree = world.trees[key];
  if (!tree) throw new Errno('EIO');
  if (readOnly) throw new Errno('EROFS');
  return { ...world, trees: { ...world.trees, [key]: withNode(tree, names, change) } };
}

/** Like `place`, for a new or vanishing name: needs the right to write in its directory, and the sticky bit is minded. */
export function placeNew(sight: Sight, at: Slot, node: Node | undefined): World {
  if (!may(sight.who, at.parent, 2)) throw new Errno('EACCES');
  const sticky = (at.parent.mode & 0o1000) !== 0 && at.node !== undefined;
  if (sticky && sight.who.uid !== 0 && at.node?.uid !== sight.who.uid && at.parent.uid !== sight.who.uid) throw new Errno('EPERM');
  if (at.node !== undefined && node === undefined && sight.world.mounts.some(({ target }) => target === at.path)) throw new Errno('EBUSY');
  return place(sight.world, at.path, { node, now: sight.kernel.now });
}

export interface NewFile {
  readonly data: Uint8Array;
  readonly mode: number;
}

/** A node for a new file, directory or link, with the next inode number. */
export function fresh(
  sight: Sight,
  of: { kind: 'file'; data: Uint8Array; mode: number } | { kind: 'dir'; mode: number } | { kind: 'link'; target: string },
): { node: Node; world: World } {
  const common = { uid: sight.who.uid, gid: sight.who.gid, mtime: sight.kernel.now, ino: sight.world.nextIno };
  const world = { ...sight.world, nextIno: sight.world.nextIno + 1 };
  if (of.kind === 'file') return { node: { ...common, kind: 'file', mode: of.mode, data: of.data }, world };
  if (of.kind === 'dir') return { node: { ...common, kind: 'dir', mode: of.mode, entries: new Map() }, world };
  return { node: { ...common, kind: 'link', mode: 0o777, target: of.target }, world };
}

export function readFile(sight: Sight, path: string): Uint8Array {
  const { node } = find(sight, path);
  if (node.kind === 'dir') throw new Errno('EISDIR');
  if (!may(sight.who, node, 4)) throw new Errno('EACCES');
  if (node.kind !== 'file') throw new Errno('EINVAL');
  return dataOf(node);
}

/** Writes a whole file as a process would: into the node that is there, or into a new one. */
export function writeFile(sight: Sight, path: string, file: NewFile): World {
  const at = slot(sight, path);
  if (at.node === undefined) {
    const { node, world } = fresh(sight, { kind: 'file', ...file });
    return placeNew({ ...sight, world }, at, node);
  }
  if (at.node.kind === 'dir') throw new Errno('EISDIR');
  if (!may(sight.who, at.node, 2)) throw new Errno('EACCES');
  if (at.node.kind !== 'file') throw new Errno('EINVAL');
  return place(sight.world, at.path, { node: { ...at.node, data: file.data, mtime: sight.kernel.now }, now: sight.kernel.now });
}

/** Names in a directory, sorted as in the C locale; what is mounted in it included. */
export function names(sight: Sight, dir: Dir, path: string): readonly string[] {
  const found = new Set(entriesOf(dir).keys());
  const parent = path === '/' ? '' : path;
  const points = ['/proc', '/sys', '/dev', ...sight.world.mounts.flatMap(({ target, tree }) => (tree === undefined ? [] : [target]))];
  for (const point of points)
    if (point.lastIndexOf('/') === parent.length && point.startsWith(`${parent}/`)) found.add(point.slice(parent.length + 1));
  found.delete('');
  return [...found].sort();
}

/** A node in a directory, mount points seen through. */
export const entry = (sight: Sight, dir: Dir, path: string): Node | undefined =>
  mountedAt(sight, path) ?? entriesOf(dir).get(path.slice(path.lastIndexOf('/') + 1));

export const isFile = (node: Node): node is File => node.kind === 'file';

export const maybeFind = (sight: Sight, path: string, last = true): Found | undefined => maybe(() => find(sight, path, last));
