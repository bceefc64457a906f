/** What lies below a directory, with all that stat(1) says of it: find(1). */
import { defineProbe } from '../core/probe.ts';
import { unreadable } from './files-answer.ts';
import { type FileStat, STAT_LINES, statOf } from './stat.ts';

export interface FindQuestion {
  readonly path: string;
  /** How many levels; null: all of them. */
  readonly depth: number | null;
  /** Look below directories that symbolic links point to; the links themselves stay links. */
  readonly follow: boolean;
}

export type Below = {
  readonly entries: readonly { readonly path: string; readonly stat: FileStat }[];
  /** Complaints about parts that could not be read. */
  readonly denied: readonly string[];
};

const NOT_A_DIRECTORY = 3;
const SCRIPT = `[ -d "$1" ] || exit ${NOT_A_DIRECTORY}; root=$1 links=$2 format=$3; shift 3
LC_ALL=C exec find $links "$root/." "$@" -exec stat --printf="$format" {} +`;

/** Null where there is no directory. In order of their paths. */
export const find = defineProbe<FindQuestion, Below | null>({
  name: 'find',
  argv: ({ path, depth, follow }) => {
    const levels = depth === null ? [] : ['-maxdepth', String(depth)];
    return ['sh', '-c', SCRIPT, 'sh', path, follow ? '-L' : '-P', `${STAT_LINES}%n\\0`, '-mindepth', '1', ...levels];
  },
  parse(out, { path }) {
    if (out.code === NOT_A_DIRECTORY) return null;
    if (out.code > 1 || (out.code === 1 && out.stderr === '')) throw unreadable('find', path, out);
    const entries = out.stdout
      .split('\0')
      .slice(0, -1)
      .map((text) => {
        const lines = text.split('\n');
        const found = statOf(lines.slice(0, 14));
        if (found === undefined) throw new Error(`find ${path}: unrecognised answer ${JSON.stringify(text)}`);
        const name = lines
          .slice(14)
          .join('\n')
          .slice(path.length + 3);
        return { path: `${path === '/' ? '' : path}/${name}`, stat: found };
      })
      .sort((a, b) => (a.path < b.path ? -1 : 1));
    const denied = out.code === 0 ? [] : out.stderr.trim().split('\n');
    return { entries, denied };
  },
});
