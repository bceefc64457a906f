/** --vault-id, --vault-password-file and --ask-vault-pass → passwords; an executable file is run, as ansible-vault does. */
import { access, constants } from 'node:fs/promises';
import { resolve } from 'node:path';
import { execa } from 'execa';
import { PbError } from '../core/diagnostic.ts';
import type { VaultPassword } from '../project/index.ts';
import type { RunFlags } from './options.ts';
import { ask, passwordFile } from './passwords.ts';

export async function vaultPasswords(
  flags: Pick<RunFlags, 'vaultId' | 'vaultPasswordFile' | 'askVaultPass'>,
  onSecret: (value: string) => void,
): Promise<readonly VaultPassword[]> {
  const found: VaultPassword[] = [];
  for (const given of flags.vaultId) {
    const [id = 'default', source = ''] = given.includes('@') ? given.split(/@(.*)/s) : ['default', given];
    found.push({ id: id || 'default', password: source === 'prompt' ? await ask(`Vault password (${id}): `) : await fromFile(source, id) });
  }
  const files =
    flags.vaultPasswordFile.length > 0
      ? flags.vaultPasswordFile
      : [process.env['ANSIBLE_VAULT_PASSWORD_FILE']].filter((file) => file !== undefined);
  for (const file of files) found.push({ id: 'default', password: await fromFile(file, 'default') });
  if (flags.askVaultPass) found.push({ id: 'default', password: await ask('Vault password: ') });
  for (const { password } of found) onSecret(password);
  return found;
}

async function fromFile(file: string, id: string): Promise<string> {
  const path = resolve(file.replace(/^~\//, `${process.env['HOME'] ?? ''}/`));
  const executable = await access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
  if (!executable) return passwordFile(path);
  const args = /-client(\.\w+)?$/.test(path) ? ['--vault-id', id] : [];
  const { exitCode, stdout, stderr } = await execa(path, args, { reject: false, stdin: 'inherit' });
  if (exitCode === 0) return stdout.trim();
  throw new PbError('args', `the vault password script ${file} ended with exit code ${exitCode}: ${stderr.trim()}`);
}
