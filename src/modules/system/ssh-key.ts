/** generate_ssh_key of the module user: a key pair of the user's own, made once. */
import type { Step } from '../../core/change.ts';
import type { HostReader } from '../../core/module.ts';
import type { JsonObject } from '../../core/value.ts';
import { type SshKey, sshKey } from '../../probes/ssh-key.ts';
import { flag, integer, oneOf, optional, text } from '../define.ts';
import { join } from '../files/path.ts';

export const keyArgs = {
  generate_ssh_key: flag('Make a pair of keys of ssh for the user; one that is there stays', false),
  ssh_key_type: oneOf(['rsa', 'ed25519', 'ecdsa', 'dsa'], 'Kind of key', { default: 'rsa' }),
  ssh_key_bits: optional(integer('Bits of the key; ssh-keygen decides when left out', { minimum: 1 })),
  ssh_key_file: optional(text('The private key; relative to the home directory; .ssh/id_<type> when left out')),
  ssh_key_comment: optional(text('Comment; "ansible-generated on <host>" when left out')),
  ssh_key_passphrase: optional(text('Passphrase of the private key; none when left out')),
};

export interface KeyArgs {
  readonly generate_ssh_key: boolean;
  readonly ssh_key_type: string;
  readonly ssh_key_bits?: number;
  readonly ssh_key_file?: string;
  readonly ssh_key_comment?: string;
  readonly ssh_key_passphrase?: string;
}

/** A key and where it is. */
export type KeyAt = SshKey & { readonly path: string };

const fileOf = ({ ssh_key_file, ssh_key_type }: KeyArgs): string => ssh_key_file ?? `.ssh/id_${ssh_key_type}`;

export async function readKey(given: KeyArgs, home: string, io: HostReader): Promise<KeyAt> {
  const file = fileOf(given);
  const path = file.startsWith('/') ? file : join(home, file);
  return { path, ...(await io.ask(sshKey, path)) };
}

// $1 user, $2 file, $3 comment or ""; then ssh-keygen's own words. The passphrase comes on stdin.
const SCRIPT = `command -v ssh-keygen >/dev/null || { echo 'this host has no ssh-keygen' >&2; exit 1; }
name=$1 file=$2 comment=$3; shift 3; IFS= read -r pass
entry=$(getent passwd -- "$name") || exit 1
home=$(printf '%s\\n' "$entry" | cut -d: -f6); owner=$(id -u -- "$name"):$(id -g -- "$name") || exit 1
case $file in /*) ;; *) file=$home/$file;; esac
d=\${file%/*}; [ -d "$d" ] || { mkdir -m 0700 -- "$d" && chown "$owner" "$d"; } || exit 1
[ -e "$file" ] && exit 0
ssh-keygen -q "$@" -C "\${comment:-ansible-generated on $(uname -n)}" -N "$pass" -f "$file" && chown "$owner" "$file" "$file.pub"`;

export function makeKey(name: string, given: KeyArgs): Step {
  const words = ['-t', given.ssh_key_type, ...(given.ssh_key_bits === undefined ? [] : ['-b', String(given.ssh_key_bits)])];
  const argv = ['sh', '-c', SCRIPT, 'sh', name, fileOf(given), given.ssh_key_comment ?? '', ...words] as const;
  return { do: 'exec', argv, stdin: `${given.ssh_key_passphrase ?? ''}\n` };
}

/** As Ansible tells it. */
export const keyOutput = (key: KeyAt | undefined): JsonObject =>
  key === undefined ? {} : { ssh_key_file: key.path, ssh_fingerprint: key.fingerprint, ssh_public_key: key.public };
