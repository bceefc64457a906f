/** Building directories that the kernel makes up. */
import { bytesOf } from './bytes.ts';
import type { Dir, File, Link, Node, Special } from './tree.ts';

const ROOT = { uid: 0, gid: 0, mtime: 0, ino: 1 } as const;

export const made = (text: string | Uint8Array | (() => string), mode = 0o444): File => ({
  kind: 'file',
  ...ROOT,
  mode,
  generated: true,
  data: typeof text === 'function' ? () => bytesOf(text()) : typeof text === 'string' ? bytesOf(text) : text,
});
export const madeLink = (target: string): Link => ({ kind: 'link', ...ROOT, mode: 0o777, target });
export const madeSpecial = (kind: 'block' | 'char', device: string, more: { mode: number; gid?: number }): Special => ({
  kind,
  ...ROOT,
  ...more,
  device,
});
export const madeDir = (entries: Iterable<readonly [string, Node]> | (() => Iterable<readonly [string, Node]>)): Dir => ({
  kind: 'dir',
  ...ROOT,
  mode: 0o755,
  entries: typeof entries === 'function' ? () => new Map(entries()) : new Map(entries),
});

/** From paths with slashes to nested directories. */
export function dirOfPaths(nodes: Iterable<readonly [string, Node]>): Dir {
  const here = new Map<string, Node>();
  const below = new Map<string, [string, Node][]>();
  for (const [path, node] of nodes) {
    const at = path.indexOf('/');
    if (at < 0) here.set(path, node);
    else {
      const name = path.slice(0, at);
      const list = below.get(name) ?? [];
      list.push([path.slice(at + 1), node]);
      below.set(name, list);
    }
  }
  for (const [name, list] of below) here.set(name, dirOfPaths(list));
  return madeDir([...here].sort(([a], [b]) => (a < b ? -1 : 1)));
}
