/** A tree of files that never changes: every change makes a new tree that shares all the rest with the old one. */

interface Common {
  /** Permission bits with set-id and sticky: 0o1777. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Seconds since the epoch, with fraction. */
  readonly mtime: number;
  readonly ino: number;
  readonly nlink?: number;
}
export interface File extends Common {
  readonly kind: 'file';
  /** Content, or how the kernel makes it up when it is read. */
  readonly data: Uint8Array | (() => Uint8Array);
  /** What writing to a file of the kernel's does; without it such a file cannot be written. */
  readonly generated?: boolean;
}
export interface Dir extends Common {
  readonly kind: 'dir';
  readonly entries: Entries | (() => Entries);
}
export interface Link extends Common {
  readonly kind: 'link';
  readonly target: string;
}
export interface Special extends Common {
  readonly kind: 'block' | 'char' | 'fifo';
  /** "8:16"; of a character device its name: "null". */
  readonly device: string;
}
export type Node = File | Dir | Link | Special;
export type Entries = ReadonlyMap<string, Node>;

export const entriesOf = (dir: Dir): Entries => (typeof dir.entries === 'function' ? dir.entries() : dir.entries);
export const dataOf = (file: File): Uint8Array => (typeof file.data === 'function' ? file.data() : file.data);

/** `dir` with one entry put in its place, or taken away. */
export function withEntry(dir: Dir, name: string, node: Node | undefined, mtime: number): Dir {
  const entries = new Map(entriesOf(dir));
  const renamed = node === undefined || !entries.has(name);
  if (node === undefined) entries.delete(name);
  else entries.set(name, node);
  return { ...dir, entries, ...(renamed ? { mtime } : {}) };
}

/** Replaces the node at `path` (names from the root of this tree); all directories on the way are there. */
export function withNode(root: Dir, path: readonly string[], change: { readonly node: Node | undefined; readonly now: number }): Dir {
  const [name, ...rest] = path;
  if (name === undefined) return change.node?.kind === 'dir' ? change.node : root;
  if (rest.length === 0) return withEntry(root, name, change.node, change.now);
  const below = entriesOf(root).get(name);
  if (below?.kind !== 'dir') return root;
  const entries = new Map(entriesOf(root));
  entries.set(name, withNode(below, rest, change));
  return { ...root, entries };
}

const TYPE_BITS = { fifo: 0o010000, char: 0o020000, dir: 0o040000, block: 0o060000, file: 0o100000, link: 0o120000 } as const;
/** st_mode: type and permissions. */
export const modeBits = (node: Node): number => TYPE_BITS[node.kind] | node.mode;

export function sizeOf(node: Node): number {
  if (node.kind === 'file') return typeof node.data === 'function' ? 0 : node.data.length;
  if (node.kind === 'link') return node.target.length;
  return node.kind === 'dir' ? 4096 : 0;
}
