/** --vault-id, --vault-password-file and --ask-vault-pass → passwords; an executable file is run, as ansible-vault does. */
import { access, constants } from 'node:fs/promises';
import { resolve } from 'node:path';
import { PbError } from '../core/diagnostic.ts';
import type { VaultPassword } from '../project/index.ts';
import type { RunFlags } from './options.ts';
import { ask, passwordFile } from './passwords.ts';

export type VaultFlags = Pick<RunFlags, 'vaultId' | 'vaultPasswordFile' | 'askVaultPass'>;

/** Asks for the password of a vault id; undefined is --ask-vault-pass, which names none. */
export type AskVault = (id: string | undefined) => Promise<string>;

const askOnce: AskVault = (id) => ask(id === undefined ? 'Vault password: ' : `Vault password (${id}): `);

/** Throws PbError 'args' where a source cannot be read, a script fails, or a password is empty. */
export async function vaultPasswords(
  flags: VaultFlags,
  onSecret: (value: string) => void,
  asking: AskVault = askOnce,
): Promise<readonly VaultPassword[]> {
  const found: VaultPassword[] = [];
  for (const given of flags.vaultId) found.push(await fromId(given, asking));
  for (const file of flags.vaultPasswordFile) found.push({ id: 'default', password: await fromFile(file, 'default') });
  if (flags.askVaultPass) found.push({ id: 'default', password: await asking(undefined) });
  for (const { id, password } of found) {
    if (password === '') throw new PbError('args', `the password of the vault id ${id} is empty`);
    onSecret(password);
  }
  return found;
}

/** `label@source`, or a source alone; the source is a file, a script, or the word prompt. */
export async function fromId(given: string, asking: AskVault = askOnce): Promise<VaultPassword> {
  const [label = '', source = ''] = given.includes('@') ? given.split(/@(.*)/s) : ['', given];
  const id = label || 'default';
  if (id.includes(';')) throw new PbError('args', `${id} is no vault id: it cannot contain a semicolon`);
  return { id, password: ['prompt', 'prompt_ask_vault_pass'].includes(source) ? await asking(id) : await fromFile(source, id) };
}

export async function fromFile(file: string, id: string): Promise<string> {
  const path = resolve(file.replace(/^~\//, `${process.env['HOME'] ?? ''}/`));
  const executable = await access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
  if (!executable) return (await passwordFile(path)).trim();
  // Most runs have no such script.
  const { execa } = await import('execa');
  const args = /-client(\.\w+)?$/.test(path) ? ['--vault-id', id] : [];
  const { exitCode, stdout, stderr, shortMessage } = await execa(path, args, { reject: false, stdin: 'inherit', stripFinalNewline: false });
  if (exitCode === 0) return stdout.replace(/^[\r\n]+|[\r\n]+$/g, '');
  throw new PbError('args', `the vault password script ${file} ended with exit code ${exitCode}: ${stderr.trim() || shortMessage}`);
}
