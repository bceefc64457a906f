/** A vault opened with whichever password fits, or the reason why none does. */
import { open, type Sealed, unwrap } from '../../core/vault.ts';

export { isVault } from '../../core/vault.ts';

export interface VaultPassword {
  /** The vault id, "default" where none was given. */
  readonly id: string;
  readonly password: string;
}

/** `bytes` are the contents, `by` the password that fits, `label` the envelope's vault id. `why` continues a sentence: "<file> …". */
export type Opened =
  | { readonly bytes: Uint8Array; readonly by: VaultPassword; readonly label?: string }
  | { readonly why: string; readonly hint: string };

export type Decrypted = { readonly plain: string } | { readonly why: string; readonly hint: string };

/** Tries the password with the envelope's id first, then all others, as Ansible does. */
export function openVault(envelope: string, passwords: readonly VaultPassword[]): Opened {
  const sealed = unwrap(envelope);
  if ('why' in sealed) return { why: sealed.why, hint: hints(sealed.why) };
  if (passwords.length === 0)
    return { why: 'is encrypted and no vault password was given', hint: 'give one with --vault-password-file or --ask-vault-pass' };
  const ordered = [...passwords].sort((a, b) => Number(b.id === sealed.label) - Number(a.id === sealed.label));
  for (const by of ordered) {
    const bytes = open(sealed, by.password);
    if (bytes !== undefined) return { bytes, by, ...labelled(sealed) };
  }
  return {
    why: `could not be decrypted${sealed.label ? ` (vault id ${sealed.label})` : ''}: no password fits`,
    hint: `tried the vault ids ${ordered.map((item) => item.id).join(', ')}`,
  };
}

const labelled = ({ label }: Sealed) => (label === undefined ? {} : { label });

const hints = (why: string): string =>
  why === 'is a damaged vault' ? 'take it from version control, or encrypt it again' : 'formats 1.1 and 1.2 with AES256 are supported';

/** The contents as text. */
export function decrypt(envelope: string, passwords: readonly VaultPassword[]): Decrypted {
  const opened = openVault(envelope, passwords);
  return 'bytes' in opened ? { plain: Buffer.from(opened.bytes).toString('utf8') } : opened;
}
