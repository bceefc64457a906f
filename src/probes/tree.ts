/** Everything below a directory, without following links: find(1) with stat(1). */
import { defineProbe } from '../core/probe.ts';
import { unreadable } from './files-answer.ts';
import { type FileStat, kindOf } from './stat.ts';

export type TreeEntry = Pick<FileStat, 'kind' | 'mode' | 'uid' | 'gid' | 'owner' | 'group'> & {
  /** Relative to the root. */
  readonly path: string;
};

/** Sorted by path, so that a directory comes before what is in it. Throws where a part cannot be read. */
export const tree = defineProbe<string, readonly TreeEntry[]>({
  name: 'tree',
  argv: (root) => ['env', 'LC_ALL=C', 'find', `${root}/.`, '-exec', 'stat', '--printf=%f\\t%u\\t%g\\t%U\\t%G\\t%n\\0', '{}', '+'],
  parse(out, root) {
    if (out.code !== 0) throw unreadable('find', root, out);
    return out.stdout
      .split('\0')
      .slice(0, -1)
      .map((line) => entry(line, root))
      .filter(({ path }) => path !== '')
      .sort((a, b) => (a.path < b.path ? -1 : 1));
  },
});

/** '81a4\t0\t0\troot\troot\t/etc/x/./a.conf' */
function entry(line: string, root: string): TreeEntry {
  const [raw = '', uid = '', gid = '', owner = '', group = '', ...path] = line.split('\t');
  const bits = Number.parseInt(raw, 16);
  const kind = kindOf(bits);
  if (kind === undefined || path.length === 0) throw new Error(`find ${root}: unrecognised line ${JSON.stringify(line)}`);
  return {
    path: path.join('\t').slice(root.length + 3),
    kind,
    mode: (bits & 0o7777).toString(8).padStart(4, '0'),
    uid: Number(uid),
    gid: Number(gid),
    owner: owner === 'UNKNOWN' ? uid : owner,
    group: group === 'UNKNOWN' ? gid : group,
  };
}
