/** The checksum of a regular file's content, by the coreutils program of that name. */
import { defineProbe } from '../core/probe.ts';
import { unreadable } from './files-answer.ts';

export const ALGORITHMS = ['md5', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512'] as const;
export type Algorithm = (typeof ALGORITHMS)[number];

const NOT_A_FILE = 3;
// Only regular files: reading a fifo would wait for ever, reading a disk for hours. `exec` keeps the exit code of the program itself.
const SCRIPT = `[ -f "$2" ] || exit ${NOT_A_FILE}; LC_ALL=C exec "$1" < "$2"`;

/** Lower-case hex; null where there is no regular file (links are followed). */
export const checksum = defineProbe<{ readonly path: string; readonly algorithm: Algorithm }, string | null>({
  name: 'checksum',
  argv: ({ path, algorithm }) => ['sh', '-c', SCRIPT, 'sh', `${algorithm}sum`, path],
  parse(out, { path, algorithm }) {
    if (out.code === NOT_A_FILE) return null;
    // 'e3b0c442…  -'
    const hex = /^([0-9a-f]{32,128}) [ *]-\s*$/.exec(out.stdout)?.[1];
    if (out.code !== 0 || hex === undefined) throw unreadable(`${algorithm}sum`, path, out);
    return hex;
  },
});
