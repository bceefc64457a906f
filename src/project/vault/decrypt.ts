/** Ansible vault, formats 1.1 and 1.2 (AES256): PBKDF2-SHA256, AES-256-CTR, HMAC-SHA256 over the ciphertext. */
import { createDecipheriv, createHmac, pbkdf2Sync, timingSafeEqual } from 'node:crypto';

export interface VaultPassword {
  /** The vault id, "default" where none was given. */
  readonly id: string;
  readonly password: string;
}

export type Decrypted = { readonly plain: string } | { readonly why: string; readonly hint: string };

export const isVault = (text: string): boolean => text.startsWith('$ANSIBLE_VAULT;');

/** Tries the password with the envelope's id first, then all others, as Ansible does. `why` continues a sentence: "<file> …". */
export function decrypt(envelope: string, passwords: readonly VaultPassword[]): Decrypted {
  const [header = '', ...body] = envelope.trim().split(/\r?\n/);
  const [magic, version, cipher, label] = header.trim().split(';');
  if (magic !== '$ANSIBLE_VAULT' || !['1.1', '1.2'].includes(version ?? '') || cipher !== 'AES256')
    return { why: `is not a vault this program can read: ${header.slice(0, 60)}`, hint: 'formats 1.1 and 1.2 with AES256 are supported' };
  const parts = Buffer.from(body.map((line) => line.trim()).join(''), 'hex')
    .toString('latin1')
    .split('\n');
  const [salt, mac, data] = parts.map((part) => Buffer.from(part, 'hex'));
  if (!salt?.length || mac?.length !== 32 || !data?.length)
    return { why: 'is a damaged vault', hint: 'encrypt it again with ansible-vault' };
  if (passwords.length === 0)
    return { why: 'is encrypted and no vault password was given', hint: 'give one with --vault-password-file or --ask-vault-pass' };
  const ordered = [...passwords].sort((a, b) => Number(b.id === label) - Number(a.id === label));
  for (const { password } of ordered) {
    const plain = open(password, { salt, mac, data });
    if (plain !== undefined) return { plain };
  }
  return {
    why: `could not be decrypted${label ? ` (vault id ${label})` : ''}: no password fits`,
    hint: `tried the vault ids ${ordered.map((item) => item.id).join(', ')}`,
  };
}

function open(password: string, sealed: { salt: Buffer; mac: Buffer; data: Buffer }): string | undefined {
  const keys = pbkdf2Sync(password, sealed.salt, 10_000, 80, 'sha256');
  const mac = createHmac('sha256', keys.subarray(32, 64)).update(sealed.data).digest();
  if (!timingSafeEqual(mac, sealed.mac)) return undefined;
  const cipher = createDecipheriv('aes-256-ctr', keys.subarray(0, 32), keys.subarray(64, 80));
  const padded = Buffer.concat([cipher.update(sealed.data), cipher.final()]);
  return padded.subarray(0, padded.length - (padded.at(-1) ?? 0)).toString('utf8');
}
