/** `pb vault` on files: what it writes, what it leaves alone, and that no plain text stays behind. */
import { chmod, mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { type Folder, folder, PROGRAM } from './pb.ts';

const PLAIN = 'password: hunter22\nn: 5\n';
const ID = ['--vault-id', 'prod@pw'];

/** Editors of the tests: scripts that get the file's name. */
const EDITORS = {
  append: '#!/bin/sh\nls -ld "$(dirname "$1")" "$1" > seen\necho "more: 1" >> "$1"\n',
  leave: '#!/bin/sh\n:\n',
  fail: '#!/bin/sh\necho "more: 1" >> "$1"\nexit 3\n',
};

async function place(files: { readonly [path: string]: string } = {}): Promise<Folder & { vault: Vault }> {
  const made = await folder({ 'vars.yml': PLAIN, pw: 'secret1\n', other: 'secret2\n', ...EDITORS, ...files });
  for (const name of Object.keys(EDITORS)) await chmod(join(made.path, name), 0o755);
  const run = join(made.path, 'run');
  await mkdir(run, { mode: 0o700 });
  const vault: Vault = async (args, { input = '', ...env } = {}) => {
    const options = { cwd: made.path, reject: false, input, env: { HOME: made.path, XDG_RUNTIME_DIR: run, ...env } } as const;
    const { exitCode = -1, stdout, stderr } = await execa('node', [PROGRAM, 'vault', ...args], options);
    return { exitCode, stdout, stderr };
  };
  return { ...made, vault };
}

type Vault = (
  args: readonly string[],
  env?: { readonly [name: string]: string },
) => Promise<{ readonly exitCode: number; readonly stdout: string; readonly stderr: string }>;

const text = (made: Folder, file: string): Promise<string> => readFile(join(made.path, file), 'utf8');

describe('encrypt and decrypt', () => {
  it('replace the file; encrypting keeps its mode, plain text is for the owner alone', async () => {
    const made = await place();
    await chmod(join(made.path, 'vars.yml'), 0o664);
    expect(await made.vault(['encrypt', 'vars.yml', ...ID])).toMatchObject({ exitCode: 0, stdout: '', stderr: '' });
    expect(await text(made, 'vars.yml')).toMatch(/^\$ANSIBLE_VAULT;1\.2;AES256;prod\n(?:[0-9a-f]{1,80}\n)+$/);
    expect((await stat(join(made.path, 'vars.yml'))).mode & 0o777).toBe(0o664);
    expect((await made.vault(['decrypt', 'vars.yml', ...ID])).exitCode).toBe(0);
    expect(await text(made, 'vars.yml')).toBe(PLAIN);
    expect((await stat(join(made.path, 'vars.yml'))).mode & 0o777).toBe(0o600);
    expect((await readdir(made.path)).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  it('from stdin to stdout, binary data included, and to a file of another name', async () => {
    const made = await place();
    const sealed = await made.vault(['encrypt', '-', '--vault-password-file', 'pw'], { input: '\u0000\u0001x\n' });
    expect(sealed.stdout).toMatch(/^\$ANSIBLE_VAULT;1\.1;AES256\n/);
    const opened = await made.vault(['decrypt', '--vault-password-file', 'pw', '--output', 'out'], { input: sealed.stdout });
    expect(opened).toMatchObject({ exitCode: 0, stdout: '' });
    expect(await text(made, 'out')).toBe('\u0000\u0001x\n');
  });

  it('follow a link instead of replacing it', async () => {
    const made = await place();
    await symlink('vars.yml', join(made.path, 'link.yml'));
    await made.vault(['encrypt', 'link.yml', ...ID]);
    expect(await text(made, 'vars.yml')).toContain('$ANSIBLE_VAULT');
    expect((await made.vault(['view', 'link.yml', ...ID])).stdout).toBe(PLAIN.trimEnd());
  });

  it('leave every file as it was where a password is wrong', async () => {
    const made = await place();
    await made.vault(['encrypt', 'vars.yml', ...ID]);
    const before = await text(made, 'vars.yml');
    const { exitCode, stderr } = await made.vault(['decrypt', 'vars.yml', '--vault-password-file', 'other']);
    expect(exitCode).toBe(1);
    expect(stderr).toBe('error: vars.yml could not be decrypted (vault id prod): no password fits\nhelp: tried the vault ids default');
    expect(await text(made, 'vars.yml')).toBe(before);
  });

  it.each([
    ['a file that is encrypted already', ['encrypt', 'sealed', ...ID], 'error: sealed is encrypted already'],
    [
      'a file that is not encrypted',
      ['decrypt', 'vars.yml', ...ID],
      'error: vars.yml is not encrypted\nhelp: a vault begins with $ANSIBLE_VAULT;',
    ],
    ['a file that is not there', ['encrypt', 'nope', ...ID], 'error: cannot read nope: it does not exist'],
    [
      'two ids',
      ['encrypt', 'vars.yml', ...ID, '--vault-id', 'dev@other'],
      'error: it is not clear which of the vault ids to encrypt with: prod, dev\nhelp: name it with --encrypt-vault-id',
    ],
    [
      'an id that is not given',
      ['encrypt', 'vars.yml', ...ID, '--encrypt-vault-id', 'test'],
      'error: --encrypt-vault-id test is none of the vault ids that were given: prod',
    ],
    ['an empty password', ['encrypt', 'vars.yml', '--vault-id', 'x@leave.txt'], 'error: the password of the vault id x is empty'],
    [
      'nobody to ask',
      ['encrypt', 'vars.yml'],
      'error: cannot ask "New vault password": there is no terminal\nhelp: use a password file instead',
    ],
    ['two files for one output', ['encrypt', 'vars.yml', 'pw', '--output', 'o', ...ID], 'error: --output takes one file at most'],
  ])('%s', async (_, args, message) => {
    const made = await place({ sealed: '$ANSIBLE_VAULT;1.1;AES256\n3030\n', 'leave.txt': '\n' });
    expect(await made.vault(args)).toEqual({ exitCode: 1, stdout: '', stderr: message });
    expect(await text(made, 'vars.yml')).toBe(PLAIN);
  });

  it('a script may give the password; one named …-client is told the id', async () => {
    const made = await place({ 'keys-client.sh': '#!/bin/sh\nprintf "pass-%s\\n" "$2"\n', expected: 'pass-prod' });
    await chmod(join(made.path, 'keys-client.sh'), 0o755);
    await made.vault(['encrypt', 'vars.yml', '--vault-id', 'prod@keys-client.sh']);
    expect((await made.vault(['view', 'vars.yml', '--vault-password-file', 'expected'])).stdout).toBe(PLAIN.trimEnd());
  });
});

describe('edit and create', () => {
  it('the editor sees plain text in a private folder that is gone afterwards; the vault id stays', async () => {
    const made = await place();
    await made.vault(['encrypt', 'vars.yml', ...ID]);
    expect(await made.vault(['edit', 'vars.yml', ...ID], { EDITOR: './append' })).toMatchObject({ exitCode: 0, stderr: '' });
    expect(await text(made, 'vars.yml')).toMatch(/^\$ANSIBLE_VAULT;1\.2;AES256;prod\n/);
    expect((await made.vault(['view', 'vars.yml', ...ID])).stdout).toBe(`${PLAIN}more: 1`);
    const [directory, file] = (await text(made, 'seen')).split('\n');
    expect(directory).toMatch(/^drwx------/);
    expect(file).toMatch(/^-rw-------.*\/edit\.yml$/);
    expect(await readdir(join(made.path, 'run'))).toEqual([]);
  });

  it('a text that was not changed is not encrypted anew', async () => {
    const made = await place();
    await made.vault(['encrypt', 'vars.yml', ...ID]);
    const before = await text(made, 'vars.yml');
    await made.vault(['edit', 'vars.yml', ...ID], { EDITOR: './leave' });
    expect(await text(made, 'vars.yml')).toBe(before);
  });

  it('an editor that fails changes nothing and leaves nothing', async () => {
    const made = await place();
    await made.vault(['encrypt', 'vars.yml', ...ID]);
    const before = await text(made, 'vars.yml');
    const { exitCode, stderr } = await made.vault(['edit', 'vars.yml', ...ID], { VISUAL: './fail' });
    expect([exitCode, stderr]).toEqual([
      1,
      'error: the editor ./fail ended with 3\nhelp: nothing was changed; set VISUAL or EDITOR to the editor you want',
    ]);
    expect(await text(made, 'vars.yml')).toBe(before);
    expect(await readdir(join(made.path, 'run'))).toEqual([]);
  });

  it('a request to end while the editor is open takes the plain text along', async () => {
    const made = await place({ wait: '#!/bin/sh\nkill -TERM $PPID\nexec sleep 300\n' });
    await chmod(join(made.path, 'wait'), 0o755);
    await made.vault(['encrypt', 'vars.yml', ...ID]);
    const { exitCode, stderr } = await made.vault(['edit', 'vars.yml', ...ID], { EDITOR: './wait' });
    expect([exitCode, stderr]).toEqual([1, 'error: ended while the editor was open: nothing was changed']);
    expect(await readdir(join(made.path, 'run'))).toEqual([]);
  });

  it('create makes a file that was not there', async () => {
    const made = await place();
    const create = ['create', 'new.yml', ...ID, '--skip-tty-check'];
    expect(await made.vault(create, { EDITOR: './append' })).toMatchObject({ exitCode: 0, stderr: '' });
    expect((await made.vault(['view', 'new.yml', ...ID])).stdout).toBe('more: 1');
    expect((await made.vault(create, { EDITOR: './append' })).stderr).toBe('error: new.yml exists\nhelp: pb vault edit changes it');
  });
});

describe('rekey', () => {
  it('to another id; the old password opens it no more', async () => {
    const made = await place();
    await made.vault(['encrypt', 'vars.yml', ...ID]);
    expect((await made.vault(['rekey', 'vars.yml', ...ID, '--new-vault-id', 'dev@other'])).exitCode).toBe(0);
    expect(await text(made, 'vars.yml')).toMatch(/^\$ANSIBLE_VAULT;1\.2;AES256;dev\n/);
    expect((await made.vault(['view', 'vars.yml', ...ID])).exitCode).toBe(1);
    expect((await made.vault(['view', 'vars.yml', '--vault-password-file', 'other'])).stdout).toBe(PLAIN.trimEnd());
  });

  it('of several files: one that does not open leaves all as they were', async () => {
    const made = await place({ 'b.yml': PLAIN });
    await made.vault(['encrypt', 'vars.yml', ...ID]);
    await made.vault(['encrypt', 'b.yml', '--vault-password-file', 'other']);
    const before = await text(made, 'vars.yml');
    const { exitCode } = await made.vault(['rekey', 'vars.yml', 'b.yml', ...ID, '--new-vault-password-file', 'other']);
    expect(exitCode).toBe(1);
    expect(await text(made, 'vars.yml')).toBe(before);
  });
});

describe('encrypt_string', () => {
  it('gives blocks that a playbook reads back', async () => {
    const made = await place();
    const { stdout, stderr } = await made.vault(['encrypt_string', ...ID, '-n', 'first', '-n', 'second', 'one', 'two']);
    expect(stderr).toBe(
      '# The encrypted version of variable ("first", the string #1 from the command line args).\n# The encrypted version of variable ("second", the string #2 from the command line args).',
    );
    await writeFile(join(made.path, 'strings.yml'), `${stdout}\n`);
    await writeFile(
      join(made.path, 'site.yml'),
      '- hosts: localhost\n  gather_facts: false\n  vars_files: strings.yml\n  tasks:\n    - assert: {that: first + second == "onetwo"}\n',
    );
    expect(await made.pb('run', 'site.yml', ...ID)).toMatchObject({ exitCode: 0 });
  });

  it('from stdin, without a newline added, under a name', async () => {
    const made = await place();
    const { stdout } = await made.vault(['encrypt_string', ...ID, '--stdin-name', 'token'], { input: 'abc' });
    const [head, ...lines] = stdout.split('\n');
    expect(head).toBe('token: !vault |');
    expect((await made.vault(['decrypt', ...ID], { input: lines.map((line) => line.trim()).join('\n') })).stdout).toBe('abc');
  });

  it('refuses empty text', async () => {
    const made = await place();
    expect((await made.vault(['encrypt_string', ...ID])).stderr).toBe('error: the text from stdin is empty: not encrypting it');
  });
});

it('a vault id holds no semicolon, and a mistyped command is told', async () => {
  const made = await place();
  expect((await made.vault(['encrypt', 'vars.yml', '--vault-id', 'a;b@pw'])).stderr).toBe(
    'error: a;b is no vault id: it cannot contain a semicolon',
  );
  expect((await made.vault(['encript', 'vars.yml'])).exitCode).toBe(1);
});
