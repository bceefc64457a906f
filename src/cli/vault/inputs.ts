/** What the commands of the vault read and write: files, or `-` for stdin and stdout. */
import { readFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { PbError } from '../../core/diagnostic.ts';
import { isVault, seal } from '../../core/vault.ts';
import { openVault, type VaultPassword } from '../../project/vault/decrypt.ts';
import { replaceFile } from './replace-file.ts';

/** Throws PbError 'args'. */
export async function input(file: string): Promise<Uint8Array> {
  if (file === '-') {
    if (process.stdin.isTTY) process.stderr.write('Reading from stdin; Ctrl-D ends it.\n');
    return buffer(process.stdin);
  }
  try {
    return await readFile(file);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const why = code === 'ENOENT' ? 'it does not exist' : code === 'EISDIR' ? 'it is a directory' : message;
    throw new PbError('args', `cannot read ${file}: ${why}`);
  }
}

/** `secret`: plain text, for the owner alone; otherwise the file keeps its mode. Throws PbError 'args'. */
export async function output(file: string, content: Uint8Array, secret: boolean): Promise<void> {
  if (file === '-') {
    await new Promise<void>((done, fail) => process.stdout.write(content, (error) => (error ? fail(error) : done())));
    return;
  }
  try {
    await replaceFile(file, content, !secret);
  } catch (error) {
    throw new PbError('args', `cannot write ${file}: ${(error as Error).message}`, { hint: 'the file is as it was' });
  }
}

export const startsAsVault = (bytes: Uint8Array): boolean => isVault(Buffer.from(bytes.subarray(0, 32)).toString('latin1'));

export interface Plain {
  readonly bytes: Uint8Array;
  readonly by: VaultPassword;
  readonly label?: string;
}

/** Throws PbError 'args' for what is no vault, is damaged, or has another password. */
export function opened(name: string, bytes: Uint8Array, passwords: readonly VaultPassword[]): Plain {
  const called = name === '-' ? 'stdin' : name;
  if (!startsAsVault(bytes)) throw new PbError('args', `${called} is not encrypted`, { hint: 'a vault begins with $ANSIBLE_VAULT;' });
  const answer = openVault(Buffer.from(bytes).toString('latin1'), passwords);
  if ('bytes' in answer) return answer;
  throw new PbError('args', `${called} ${answer.why}`, { hint: answer.hint });
}

/** ANSIBLE_VAULT_ENCRYPT_SALT makes the same text come out the same, as it does for ansible-vault. */
export function sealed(plain: Uint8Array, by: VaultPassword, label = by.id): string {
  const salt = process.env['ANSIBLE_VAULT_ENCRYPT_SALT'];
  return seal(plain, { password: by.password, label, ...(salt ? { salt: Buffer.from(salt) } : {}) });
}
