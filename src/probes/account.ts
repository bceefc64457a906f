/** A user of the host: passwd entry, groups, and whether the password is a given hash. */
import { defineProbe } from '../core/probe.ts';

export type Account = {
  readonly uid: number;
  /** Of the primary group. */
  readonly gid: number;
  /** Name of the primary group; its number where it has none. */
  readonly group: string;
  /** Names of the other groups, sorted. */
  readonly groups: readonly string[];
  readonly comment: string;
  readonly home: string;
  readonly shell: string;
  /** Hash as in /etc/shadow; null where it may not be read. */
  readonly password: string | null;
  /** Days as in /etc/shadow, '' where none are set; left out where it may not be read. */
  readonly aging?: { readonly min: string; readonly max: string; readonly warn: string; readonly expires: string };
};

const SCRIPT = `entry=$(getent passwd -- "$1") || exit 2
printf '%s\\n' "$entry"; id -gn -- "$1"; id -Gn -- "$1"
getent shadow -- "$1" 2>/dev/null; exit 0`;

/** Null where there is no such user. */
export const account = defineProbe<string, Account | null>({
  name: 'account',
  argv: (name) => ['sh', '-c', SCRIPT, 'sh', name],
  parse(out, name) {
    if (out.code === 2) return null;
    const [entry = '', group = '', all = '', shadow] = out.stdout.split('\n');
    const [, , uid, gid, comment = '', home = '', shell = ''] = entry.split(':');
    if (out.code !== 0 || uid === undefined || group === '')
      throw new Error(`user ${name}: unrecognised answer (${out.code}): ${out.stderr.trim()}`);
    const groups = all
      .split(' ')
      .filter((one) => one !== '' && one !== group)
      .sort();
    const password = shadow ? (shadow.split(':')[1] ?? '') : null;
    const [, , , min = '', max = '', warn = '', , expires = ''] = (shadow ?? '').split(':');
    const aging = shadow ? { aging: { min, max, warn, expires } } : {};
    return { uid: Number(uid), gid: Number(gid), group, groups, comment, home, shell, password, ...aging };
  },
});
