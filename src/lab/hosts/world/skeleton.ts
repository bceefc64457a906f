/** From a list of paths to the first tree of a host. */
import { bytesOf, fromUtf8 } from './bytes.ts';
import type { Dir, Node } from './tree.ts';

export interface FileSpec {
  readonly path: string;
  /** Text of a file, where it is one. */
  readonly text?: string;
  readonly link?: string;
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
}

/** Directories on the way are made; a path with neither text nor link is a directory. */
export function dirOfFiles(specs: readonly FileSpec[], mtime: number): Dir {
  let ino = 2;
  const common = (spec: Pick<FileSpec, 'uid' | 'gid'>) => ({ uid: spec.uid ?? 0, gid: spec.gid ?? 0, mtime, ino: ino++ });
  const root: Branch = { spec: { path: '/' }, below: new Map() };
  for (const spec of specs) {
    let here = root;
    for (const name of spec.path.split('/').filter(Boolean)) {
      const next = here.below.get(name) ?? { spec: { path: name }, below: new Map() };
      here.below.set(name, next);
      here = next;
    }
    here.spec = spec;
  }
  const build = ({ spec, below }: Branch): Node => {
    if (spec.text !== undefined) return { kind: 'file', ...common(spec), mode: spec.mode ?? 0o644, data: bytesOf(fromUtf8(spec.text)) };
    if (spec.link !== undefined) return { kind: 'link', ...common(spec), mode: 0o777, target: spec.link };
    const entries = new Map([...below].map(([name, branch]) => [name, build(branch)] as const));
    return { kind: 'dir', ...common(spec), mode: spec.mode ?? 0o755, entries };
  };
  return build(root) as Dir;
}

interface Branch {
  spec: FileSpec;
  readonly below: Map<string, Branch>;
}
