/** Which passwords open, and which one closes: ansible-vault's rules for --vault-id and --encrypt-vault-id. */
import { PbError } from '../../core/diagnostic.ts';
import type { VaultPassword } from '../../project/index.ts';
import { ask } from '../passwords.ts';
import { type AskVault, fromFile, fromId, type VaultFlags, vaultPasswords } from '../vault-passwords.ts';

/** A new password is typed twice: a slip would lock its owner out. */
export const askTwice =
  (asking: (question: string) => Promise<string>): AskVault =>
  async (id) => {
    const of = id === undefined ? '' : ` (${id})`;
    const first = await asking(`New vault password${of}: `);
    if (first !== (await asking(`Confirm new vault password${of}: `))) throw new PbError('args', 'the two passwords are not the same');
    return first;
  };

const newPassword = askTwice(ask);

/** Where nothing says which password, it is asked for. */
export async function given(flags: VaultFlags, purpose: 'open' | 'close'): Promise<readonly VaultPassword[]> {
  const none = flags.vaultId.length === 0 && flags.vaultPasswordFile.length === 0;
  const asked = none ? { ...flags, askVaultPass: true } : flags;
  return purpose === 'open' ? vaultPasswords(asked, () => {}) : vaultPasswords(asked, () => {}, newPassword);
}

/** The one to encrypt with. Throws PbError 'args' where it is not clear which. */
export function closing(passwords: readonly VaultPassword[], wanted: string | undefined): VaultPassword {
  const ids = passwords.map(({ id }) => id).join(', ');
  if (wanted !== undefined) {
    const found = passwords.find(({ id }) => id === wanted);
    if (found) return found;
    throw new PbError('args', `--encrypt-vault-id ${wanted} is none of the vault ids that were given: ${ids}`);
  }
  const [only, another] = passwords;
  if (only && !another) return only;
  throw new PbError('args', `it is not clear which of the vault ids to encrypt with: ${ids}`, { hint: 'name it with --encrypt-vault-id' });
}

export interface NewFlags {
  readonly newVaultId?: string;
  readonly newVaultPasswordFile?: string;
  readonly encryptVaultId?: string;
}

/** The new password of rekey: of a file, of an id, one of those given already, or asked for. */
export async function renewing(flags: NewFlags, known: readonly VaultPassword[]): Promise<VaultPassword> {
  const { newVaultId, newVaultPasswordFile, encryptVaultId } = flags;
  if (newVaultId !== undefined && newVaultPasswordFile !== undefined)
    throw new PbError('args', '--new-vault-id and --new-vault-password-file exclude each other');
  if (newVaultPasswordFile !== undefined) return nonEmpty({ id: 'default', password: await fromFile(newVaultPasswordFile, 'default') });
  if (newVaultId !== undefined) return nonEmpty(await fromId(newVaultId, newPassword));
  if (encryptVaultId !== undefined) return closing(known, encryptVaultId);
  return nonEmpty({ id: 'default', password: await newPassword(undefined) });
}

function nonEmpty(made: VaultPassword): VaultPassword {
  if (made.password === '') throw new PbError('args', `the new password of the vault id ${made.id} is empty`);
  return made;
}
