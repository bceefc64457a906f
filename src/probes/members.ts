/** What is at many paths below one directory: stat(1), and the sum or the link's text where asked for. */
import { defineProbe } from '../core/probe.ts';
import { unreadable } from './files-answer.ts';

export interface MembersQuestion {
  readonly directory: string;
  /** Relative to it; at most a few thousand bytes of names in one question. */
  readonly paths: readonly string[];
  /** Tell the sha256 of regular files. */
  readonly sums: boolean;
}

export type Member = {
  readonly kind: 'file' | 'directory' | 'link' | 'other';
  readonly mode: string;
  readonly size: number;
  /** Seconds since the epoch. */
  readonly mtime: number;
  readonly uid: number;
  readonly gid: number;
  readonly owner: string;
  readonly group: string;
  /** sha256 of a file, text of a link; ''. */
  readonly is: string;
};

const KINDS: { readonly [bits: number]: Member['kind'] } = { 4: 'directory', 8: 'file', 10: 'link' };

const SCRIPT = `LC_ALL=C; export LC_ALL; cd "$1" || exit 3; sums=$2; shift 2
for p do p=./$p
  if [ -L "$p" ] || [ -e "$p" ]; then
    stat --printf='%f\\t%s\\t%Y\\t%u\\t%g\\t%U\\t%G\\t' -- "$p" || exit 1
    if [ -L "$p" ]; then readlink -- "$p" | tr -d '\\n'
    elif [ "$sums" ] && [ -f "$p" ]; then s=$(sha256sum <"$p") || exit 1; printf %s "\${s%% *}"; fi
  fi
  printf '\\0'
done`;

/** In the order asked; null where nothing is. */
export const members = defineProbe<MembersQuestion, readonly (Member | null)[]>({
  name: 'members',
  argv: ({ directory, paths, sums }) => ['sh', '-c', SCRIPT, 'sh', directory, sums ? '1' : '', ...paths],
  parse(out, { directory, paths }) {
    const found = out.stdout.split('\0').slice(0, -1);
    if (out.code !== 0 || found.length !== paths.length) throw unreadable('stat', directory, out);
    return found.map((line) => {
      if (line === '') return null;
      const [raw = '', size = '', mtime = '', uid = '', gid = '', owner = '', group = '', ...is] = line.split('\t');
      const bits = Number.parseInt(raw, 16);
      if (Number.isNaN(bits)) throw unreadable('stat', directory, out);
      return {
        kind: KINDS[bits >> 12] ?? 'other',
        mode: (bits & 0o7777).toString(8).padStart(4, '0'),
        size: Number(size),
        mtime: Number(mtime),
        uid: Number(uid),
        gid: Number(gid),
        owner: owner === 'UNKNOWN' ? uid : owner,
        group: group === 'UNKNOWN' ? gid : group,
        is: is.join('\t'),
      };
    });
  },
});
