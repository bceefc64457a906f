/** What an archive of the host, or of a URL it can reach, holds, and what of it differs from a directory: GNU tar, or unzip with cmp. */
import { PbError } from '../core/diagnostic.ts';
import { defineProbe } from '../core/probe.ts';
import { FETCH_SH } from './url-sum.ts';

export interface ArchiveQuestion {
  /** A path of the host, or a URL of a tar archive. */
  readonly src: string;
  readonly kind: 'tar' | 'zip';
  /** A directory that exists. */
  readonly directory: string;
  /** tar's own options: "--strip-components=1", "--exclude=x", and "-z" for a URL. */
  readonly options: readonly string[];
  /** Names of members; all when empty. */
  readonly include: readonly string[];
  readonly strict: boolean;
}

export type ArchiveMember = {
  readonly path: string;
  readonly kind: 'file' | 'directory' | 'link' | 'other';
  readonly mode: string;
  readonly size: number;
  readonly mtime: number;
  readonly link?: string;
};
export type ArchiveAnswer = {
  readonly members: readonly ArchiveMember[];
  /** Paths whose content, kind or link is another, or that are missing; '?' where the tool did not say which. */
  readonly differ: readonly string[];
};

const MISSING = 3;

// $1 src, $2 directory, $3 whether certificates count; the rest is tar's. First the listing, then NUL, then the comparison.
const TAR = `${FETCH_SH}
src=$1 dir=$2 strict=$3; shift 3; LC_ALL=C TZ=UTC0; export LC_ALL TZ
case $src in
  *://*) run() { fetch - "$src" 30 "$strict" | tar -f - "$@"; };;
  *) [ -f "$src" ] || exit ${MISSING}; run() { tar -f "$src" "$@"; };;
esac
run -tv --full-time --quoting-style=literal --show-transformed-names "$@" || exit 2
printf '\\0'
run -d -C "$dir" --quoting-style=literal --show-transformed-names "$@" 2>&1
[ $? -le 1 ]`;

// Of zip: names, then those whose content is another. unzip takes names as patterns.
const ZIP = `src=$1 dir=$2; shift 3; LC_ALL=C; export LC_ALL; [ -f "$src" ] || exit ${MISSING}
command -v unzip >/dev/null || { echo 'this host has no unzip' >&2; exit 4; }
names=$(unzip -Z1 "$src" "$@") || exit 2
printf '%s\\n' "$names"; printf '\\0'
printf '%s\\n' "$names" | while IFS= read -r n; do
  case $n in
    */) [ -d "$dir/$n" ] || printf '%s: Contents differ\\n' "\${n%/}";;
    *) p=$(printf %s "$n" | sed 's/[][*?\\\\]/\\\\&/g'); unzip -p "$src" "$p" | cmp -s - "$dir/$n" || printf '%s: Contents differ\\n' "$n";;
  esac
done`;

/** Throws PbError 'absent' where there is no such file. */
export const archive = defineProbe<ArchiveQuestion, ArchiveAnswer>({
  name: 'archive',
  argv: ({ src, kind, directory, options, include, strict }) => {
    const own = kind === 'tar' ? [...options, ...(include.length > 0 ? ['--', ...include] : [])] : include;
    return ['sh', '-c', kind === 'tar' ? TAR : ZIP, 'sh', src, directory, strict ? '1' : '0', ...own];
  },
  parse(out, { src, kind }) {
    if (out.code === MISSING) throw new PbError('absent', `Source '${src}' does not exist`);
    const [listing, compared] = out.stdout.split('\0');
    if (out.code !== 0 || listing === undefined || compared === undefined) {
      const said = (out.stderr.trim() || (compared ?? '').trim()).split('\n')[0];
      throw new PbError('exec', `cannot read the archive ${src}: ${said || `exit code ${out.code}`}`, { details: { stderr: out.stderr } });
    }
    const lines = listing.split('\n').filter((line) => line !== '');
    return { members: lines.map(kind === 'tar' ? tarLine : zipLine), differ: differing(compared) };
  },
});

/** "-rw-r--r-- root/root 2 2026-11-21 09:44:01 top/a", links with " -> target" */
function tarLine(line: string): ArchiveMember {
  const found = /^(\S)(\S{9})\S* \S+ +(\d+|\d+,\d+) (\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.\d+)? (.*)$/.exec(line);
  if (!found) throw new PbError('exec', `tar: unrecognised line ${JSON.stringify(line)}`);
  const [, type = '', rights = '', size = '', date = '', time = '', rest = ''] = found;
  const kind = type === '-' || type === 'h' ? 'file' : type === 'd' ? 'directory' : type === 'l' ? 'link' : 'other';
  const [name = '', link] = type === 'l' ? rest.split(' -> ') : type === 'h' ? rest.split(' link to ') : [rest];
  return {
    path: name.replace(/^(?:\.?\/+)+/, '').replace(/\/+$/, ''),
    kind,
    mode: modeOf(rights),
    size: Number(size),
    mtime: Date.parse(`${date}T${time}Z`) / 1000,
    ...(kind === 'link' && link !== undefined ? { link } : {}),
  };
}

const zipLine = (name: string): ArchiveMember => ({
  path: name.replace(/^(?:\.?\/+)+/, '').replace(/\/+$/, ''),
  kind: name.endsWith('/') ? 'directory' : 'file',
  mode: '',
  size: 0,
  mtime: 0,
});

/** "rwxr-sr-t" */
function modeOf(rights: string): string {
  const bits = [...rights].reduce((sum, letter, at) => sum | (/[rwxst]/.test(letter) ? 1 << (8 - at) : 0), 0);
  const special = (/[sS]/.test(rights[2] ?? '') ? 4 : 0) | (/[sS]/.test(rights[5] ?? '') ? 2 : 0) | (/[tT]/.test(rights[8] ?? '') ? 1 : 0);
  return `${special}${bits.toString(8).padStart(3, '0')}`;
}

/** Owners, permissions and times are judged elsewhere, or not at all: tar -d complains of them too. */
function differing(text: string): readonly string[] {
  const names = text.split('\n').flatMap((line) => {
    const [, name] =
      /^(?:tar: )?(.*): (?:Size differs|Contents differ|File type differs|Symlink differs|Not linked to .*|Warning: Cannot (?:stat|open|readlink): .*|Could only read .*)$/.exec(
        line,
      ) ?? [];
    return name === undefined || name === '' ? [] : [name.replace(/^(?:\.?\/+)+/, '').replace(/\/+$/, '')];
  });
  return [...new Set(names)];
}
