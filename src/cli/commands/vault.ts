/** `pb vault`: ansible-vault's commands, on the same files. */
import { stat } from 'node:fs/promises';
import { execa } from 'execa';
import { PbError } from '../../core/diagnostic.ts';
import { edited } from '../vault/editor.ts';
import { encryptedStrings, type StringFlags } from '../vault/encrypt-string.ts';
import { input, opened, output, sealed, startsAsVault } from '../vault/inputs.ts';
import { closing, given, type NewFlags, renewing } from '../vault/secrets.ts';
import type { VaultFlags } from '../vault-passwords.ts';

export interface VaultCommandFlags extends VaultFlags {
  /** A file, or - for stdout. */
  readonly output?: string;
  readonly encryptVaultId?: string;
}

const done = (what: string): void => void (process.stdout.isTTY && process.stderr.write(`${what} successful\n`));

function targets(files: readonly string[], flags: VaultCommandFlags): readonly { from: string; to: string }[] {
  if (flags.output !== undefined && files.length > 1) throw new PbError('args', '--output takes one file at most');
  return (files.length > 0 ? files : ['-']).map((from) => ({ from, to: flags.output ?? from }));
}

export async function vaultEncrypt(files: readonly string[], flags: VaultCommandFlags): Promise<void> {
  const pairs = targets(files, flags);
  const by = closing(await given(flags, 'close'), flags.encryptVaultId);
  for (const { from, to } of pairs) {
    const plain = await input(from);
    if (startsAsVault(plain)) throw new PbError('args', `${from === '-' ? 'stdin' : from} is encrypted already`);
    await output(to, Buffer.from(sealed(plain, by)), false);
  }
  done('Encryption');
}

export async function vaultDecrypt(files: readonly string[], flags: VaultCommandFlags): Promise<void> {
  const pairs = targets(files, flags);
  const passwords = await given(flags, 'open');
  for (const { from, to } of pairs) await output(to, opened(from, await input(from), passwords).bytes, true);
  done('Decryption');
}

export async function vaultView(files: readonly string[], flags: VaultFlags): Promise<void> {
  const passwords = await given(flags, 'open');
  const texts = await Promise.all((files.length > 0 ? files : ['-']).map(async (file) => opened(file, await input(file), passwords).bytes));
  for (const text of texts) await show(text);
}

/** Through $PAGER on a terminal, so that the text does not stay on the screen. */
async function show(text: Uint8Array): Promise<void> {
  const pager = process.stdout.isTTY ? (process.env['PAGER'] ?? 'less') : '';
  if (pager === '') return output('-', text, true);
  const env = { LESS: process.env['LESS'] ?? 'FRSX' };
  const { failed } = await execa(pager, { shell: true, input: text, stdout: 'inherit', stderr: 'inherit', env, reject: false });
  if (failed) await output('-', text, true);
}

export async function vaultEdit(files: readonly string[], flags: VaultCommandFlags): Promise<void> {
  const passwords = await given(flags, 'open');
  for (const file of named(files)) {
    const before = opened(file, await input(file), passwords);
    const after = await edited(before.bytes, file, process.env);
    const by = flags.encryptVaultId === undefined ? before.by : closing(passwords, flags.encryptVaultId);
    const label = flags.encryptVaultId ?? before.label ?? 'default';
    // an unchanged text is left alone: a new salt would be a change in version control for nothing
    if (flags.encryptVaultId === undefined && Buffer.compare(after, before.bytes) === 0) continue;
    await output(file, Buffer.from(sealed(after, by, label)), false);
  }
}

export async function vaultCreate(files: readonly string[], flags: VaultCommandFlags & { readonly skipTtyCheck?: boolean }): Promise<void> {
  const [file, more] = named(files);
  if (file === undefined || more !== undefined) throw new PbError('args', 'create makes one file: name it');
  if (await stat(file).catch(() => undefined)) throw new PbError('args', `${file} exists`, { hint: 'pb vault edit changes it' });
  if (!process.stdout.isTTY && !flags.skipTtyCheck)
    throw new PbError('args', 'there is no terminal for an editor', { hint: 'use pb vault encrypt, or --skip-tty-check' });
  const by = closing(await given(flags, 'close'), flags.encryptVaultId);
  await output(file, Buffer.from(sealed(await edited(new Uint8Array(), file, process.env), by)), true);
}

export async function vaultRekey(files: readonly string[], flags: VaultFlags & NewFlags): Promise<void> {
  const names = named(files);
  const passwords = await given(flags, 'open');
  const by = await renewing(flags, passwords);
  // all are opened before the first is written: a wrong password leaves no mixture
  const plain = await Promise.all(names.map(async (file) => ({ file, ...opened(file, await input(file), passwords) })));
  for (const { file, bytes } of plain) await output(file, Buffer.from(sealed(bytes, by)), false);
  done('Rekey');
}

export async function vaultEncryptString(texts: readonly string[], flags: VaultCommandFlags & StringFlags): Promise<void> {
  const by = closing(await given(flags, 'close'), flags.encryptVaultId);
  const { out, notes } = await encryptedStrings(texts, flags, by);
  for (const note of notes) process.stderr.write(`${note}\n`);
  await output(flags.output ?? '-', Buffer.from(out), false);
  done('Encryption');
}

function named(files: readonly string[]): readonly string[] {
  if (files.length === 0 || files.includes('-'))
    throw new PbError('args', 'name the file to work on', { hint: 'stdin is not possible here' });
  return files;
}
