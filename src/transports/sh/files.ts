/** Shell text for putting files in place and taking them away. Every script exits 0 or says on stderr what went wrong. */
import { posix } from 'node:path';
import { PbError } from '../../core/diagnostic.ts';
import { quote } from '../quote.ts';
import { C_LOCALE, PATH } from './command.ts';

export interface Place {
  readonly path: string;
  readonly mode?: string | undefined;
  readonly owner?: string | undefined;
  readonly group?: string | undefined;
  readonly validate?: string | undefined;
  /** Checked before anything is moved. */
  readonly sha256?: string | undefined;
}

/** The exit code of `putScript` where `validate` did not let the new file pass: stdout is its own code, stderr what it said. */
export const INVALID = 65;

/**
 * Content arrives from `source`, a shell command that writes it to its stdout ("cat": from the script's input). It goes to a new file beside the
 * target that only its owner can read, gets mode, owner and SELinux context, is validated and renamed. A symbolic link is followed. What is
 * not given stays as the existing file has it; a new file gets 0666 less the umask.
 */
export function putScript(place: Place, source: string, unique: string): string {
  const { path, mode, owner, group, validate, sha256 } = place;
  if (validate !== undefined && !validate.includes('%s')) throw new PbError('refused', `validate must contain %s: ${validate}`);
  const chown = owner !== undefined || group !== undefined ? `${owner ?? ''}${group === undefined ? '' : `:${group}`}` : undefined;
  return [
    PATH,
    C_LOCALE,
    'die() { printf "%s\\n" "$1" >&2; exit 1; }',
    `d=${quote(checked(path))}`,
    'if [ -L "$d" ]; then l=$d; d=$(readlink -f "$l") || die "$l: a symbolic link to a directory that does not exist"; fi',
    '[ -d "$d" ] && die "$d is a directory"',
    `[ -d "\${d%/*}/" ] || die "the directory \${d%/*} does not exist"`,
    `t="\${d%/*}/.pb-${unique}"`,
    'm=; o=; new=1',
    'if [ -e "$d" ]; then new=; m=$(stat -c %a "$d") && o=$(stat -c %u:%g "$d") || exit 1; fi',
    '[ "$m" ] || m=$(printf %o $((0666 & ~$(umask))))',
    'umask 077',
    'trap \'rm -f "$t"\' EXIT; trap "exit 143" HUP INT PIPE TERM',
    `set -C; ${source} >"$t" || exit 1; set +C`,
    ...(sha256 === undefined ? [] : [shaCheck(sha256)]),
    // Only root may give files away: keeping the owner is tried, a wish for one must come true.
    '[ "$o" ] && chown "$o" "$t" 2>/dev/null',
    ...(chown === undefined ? [] : [`chown ${quote(chown)} "$t" || exit 1`]),
    `chmod ${mode === undefined ? '"$m"' : quote(mode)} "$t" || exit 1`,
    ...(validate === undefined ? [] : [`${validate.replaceAll('%s', '"$t"')} </dev/null >&2 || { echo $?; exit ${INVALID}; }`]),
    's=/sys/fs/selinux/enforce',
    '[ -e $s ] && [ ! "$new" ] && chcon --reference="$d" "$t" 2>/dev/null',
    'mv -f "$t" "$d" || exit 1',
    '[ -e $s ] && [ "$new" ] && restorecon "$d" 2>/dev/null',
    'exit 0',
  ].join('\n');
}

const shaCheck = (sha256: string): string =>
  `h=$(sha256sum <"$t") || exit 1; [ "\${h%% *}" = ${quote(sha256)} ] || die "what arrived has sha256 \${h%% *}, expected ${sha256}"`;

export const removeScript = (path: string): string => `${PATH}\n${C_LOCALE}\nexec rm -rf ${quote(removable(path))}`;

/** Exit code 0: the content follows; 3: there is no such file. Anything else is an error: absence is never guessed. */
export const readScript = (path: string): string =>
  [
    C_LOCALE,
    `p=${quote(checked(path))}`,
    '[ -f "$p" ] && exec cat "$p"',
    'e=$(cat "$p" 2>&1 >/dev/null) && exec cat "$p"',
    'case $e in *"No such file or directory"|*"Not a directory") exit 3;; esac',
    'printf "%s\\n" "$e" >&2; exit 1',
  ].join('\n');

/** An absolute path, without anything a shell tool could take for an option. */
function checked(path: string): string {
  if (!path.startsWith('/')) throw new PbError('args', `"${path}" is not an absolute path on the host`);
  return path;
}

function removable(path: string): string {
  const plain = posix.normalize(path).replace(/\/+$/, '');
  if (!path.startsWith('/') || plain === '' || path.split('/').includes('..')) {
    throw new PbError('refused', `will not remove "${path}"`, { hint: 'give the absolute path of what is to be removed, without ".."' });
  }
  return plain;
}
