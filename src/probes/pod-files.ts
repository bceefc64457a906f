/** Files in a container: kind, sha256 and mode, with nothing there but sh and sha256sum. */
import { PbError } from '../core/diagnostic.ts';
import type { Output } from '../core/probe.ts';

export interface PodFile {
  readonly path: string;
  /** Links are followed where they are asked for by name; below a directory they are "other". */
  readonly kind: 'file' | 'directory' | 'other';
  /** Of files. */
  readonly sha256?: string;
  /** Octal digits, "644"; left out where the container has no stat. */
  readonly mode?: string;
}

/** $1 is a `How`; what follows are paths. Ends with a record of its own: silence is not "nothing there". */
const SCRIPT = `look() {
  if [ -d "$2" ]; then
    printf 'd - - %s\\0' "$2"
    [ "$1" != each ] || return 0
    for f in "$2"/* "$2"/.[!.]* "$2"/..?*; do
      if [ -L "$f" ] || { [ -e "$f" ] && [ "$1" = list ]; }; then printf 'o - - %s\\0' "$f"
      elif [ -e "$f" ]; then look tree "$f"; fi
    done
  elif [ -f "$2" ]; then
    s=$(sha256sum < "$2") || exit 1
    m=$(stat -L -c %a "$2" 2>/dev/null) || m=-
    printf 'f %s %s %s\\0' "\${s%% *}" "$m" "$2"
  elif [ -e "$2" ] || [ -L "$2" ]; then printf 'o - - %s\\0' "$2"
  fi
}
command -v sha256sum >/dev/null || { echo 'the container has no sha256sum' >&2; exit 1; }
how=$1
shift
for p; do look "$how" "$p"; done
printf 'end\\0'`;

/** each: the paths themselves. list: directories also name what is directly in them, as "other". tree: all that is at and below them. */
export type How = 'each' | 'list' | 'tree';

export const podFilesArgv = (how: How, paths: readonly string[]): readonly [string, ...string[]] => [
  'sh',
  '-c',
  SCRIPT,
  'pb',
  how,
  ...paths,
];

const KINDS: { readonly [letter: string]: PodFile['kind'] } = { f: 'file', d: 'directory', o: 'other' };

/** Paths that do not exist are left out. Throws PbError 'exec' for an answer it does not recognise. */
export function parsePodFiles({ code, stdout, stderr }: Output): readonly PodFile[] {
  const records = stdout.split('\0');
  if (code !== 0 || records.at(-2) !== 'end') {
    throw new PbError('exec', `the files of the container cannot be looked at: ${stderr.trim() || `exit code ${code}`}`, {
      hint: 'it needs sh and sha256sum',
    });
  }
  return records.slice(0, -2).map((record) => {
    const [, letter = '', sha256 = '', mode = '', path = ''] = /^([fdo]) (\S+) (\S+) ([\s\S]+)$/.exec(record) ?? [];
    const kind = KINDS[letter];
    if (!kind) throw new PbError('exec', `the files of the container cannot be looked at: ${JSON.stringify(record)} is no answer`);
    return { path, kind, ...(sha256 === '-' ? {} : { sha256 }), ...(mode === '-' ? {} : { mode }) };
  });
}
