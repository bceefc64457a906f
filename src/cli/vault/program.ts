/** The command line of `pb vault`: ansible-vault's commands and flags. */
import type { Command } from 'commander';
import { addVaultFlags, collect } from '../options.ts';

const ENCRYPT_ID = '--encrypt-vault-id <id>';
const ENCRYPT_TEXT = 'the vault id to encrypt with, where several are given';

export function addVaultCommands(pb: Command): void {
  const vault = pb.command('vault').description('encrypt and decrypt, as ansible-vault does');
  const load = () => import('../commands/vault.ts');
  const command = (name: string, text: string, arg = '[file...]'): Command =>
    addVaultFlags(vault.command(name).description(text)).argument(arg, arg === '[file...]' ? 'files; - is stdin' : 'texts; - is stdin');
  command('encrypt', 'encrypt files in place, or stdin to stdout')
    .option('--output <file>', 'where to write; - is stdout')
    .option(ENCRYPT_ID, ENCRYPT_TEXT)
    .action(async (files, flags) => (await load()).vaultEncrypt(files, flags));
  command('decrypt', 'decrypt files in place, or stdin to stdout')
    .option('--output <file>', 'where to write; - is stdout')
    .action(async (files, flags) => (await load()).vaultDecrypt(files, flags));
  command('view', 'show what is in encrypted files').action(async (files, flags) => (await load()).vaultView(files, flags));
  command('edit', 'change encrypted files in $VISUAL or $EDITOR')
    .option(ENCRYPT_ID, ENCRYPT_TEXT)
    .action(async (files, flags) => (await load()).vaultEdit(files, flags));
  command('create', 'write a new encrypted file in $VISUAL or $EDITOR')
    .option(ENCRYPT_ID, ENCRYPT_TEXT)
    .option('--skip-tty-check', 'open the editor where there is no terminal')
    .action(async (files, flags) => (await load()).vaultCreate(files, flags));
  command('rekey', 'encrypt files with another password')
    .option('--new-vault-password-file <file>', 'file or script with the new password')
    .option('--new-vault-id <id>', 'the new vault id and its password source, label@prompt or label@file')
    .option(ENCRYPT_ID, ENCRYPT_TEXT)
    .action(async (files, flags) => (await load()).vaultRekey(files, flags));
  command('encrypt_string', 'encrypt texts as values for a variables file', '[text...]')
    .alias('encrypt-string')
    .option('-p, --prompt', 'ask for the text')
    .option('--show-input', 'show the text while it is typed')
    .option('-n, --name <name>', 'name of the variable; may be repeated', collect, [])
    .option('--stdin-name <name>', 'name of the variable that stdin is')
    .option('--output <file>', 'where to write; - is stdout')
    .option(ENCRYPT_ID, ENCRYPT_TEXT)
    .action(async (texts, flags) => (await load()).vaultEncryptString(texts, flags));
}
