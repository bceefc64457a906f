/** Vaults both ways between pb and ansible-vault: the same bytes for the same salt, and each opens what the other wrote. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ensure } from './parts/cache.ts';
import { partOrSkip } from './parts/require.ts';

const cli = process.env['PB_TEST_CLI'] ?? fileURLToPath(new URL('../../dist/pb.js', import.meta.url));
const suite = await partOrSkip('ansible');
const PLAIN = 'password: hunter22\nname: größe\n';
const SALT = { ANSIBLE_VAULT_ENCRYPT_SALT: 'saltsaltsaltsaltsaltsaltsaltsalt' };

suite('pb vault and ansible-vault', () => {
  let folder: string;
  let home: string;
  beforeAll(async () => {
    home = await ensure('ansible');
    folder = await mkdtemp(join(tmpdir(), 'pb-vault-real-'));
    for (const [name, text] of Object.entries({ 'plain.yml': PLAIN, pw: 'secret1\n', other: 'secret2\n' }))
      await writeFile(join(folder, name), text);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const options = (env = {}, input = '') => ({ cwd: folder, input, env: { HOME: folder, ANSIBLE_HOME: folder, ...env } });
  const pb = async (args: readonly string[], env = {}, input = '') =>
    (await execa('node', [cli, 'vault', ...args], options(env, input))).stdout;
  const ansible = async (args: readonly string[], env = {}, input = '') =>
    (await execa(join(home, 'env/bin/python'), ['-m', 'ansible', 'vault', ...args], options(env, input))).stdout;
  const text = (name: string) => readFile(join(folder, name), 'utf8');

  it.each([
    ['1.1', ['--vault-password-file', 'pw']],
    ['1.2', ['--vault-id', 'prod@pw']],
  ])('encrypt writes the very same bytes (%s)', async (version, id) => {
    await pb(['encrypt', 'plain.yml', ...id, '--output', 'ours'], SALT);
    await ansible(['encrypt', 'plain.yml', ...id, '--output', 'theirs'], SALT);
    expect(await text('ours')).toBe(await text('theirs'));
    expect(await text('ours')).toContain(`$ANSIBLE_VAULT;${version};AES256`);
  });

  it.each([
    ['1.1', ['--vault-password-file', 'pw']],
    ['1.2', ['--vault-id', 'prod@pw']],
  ])('each opens what the other wrote (%s)', async (_, id) => {
    await pb(['encrypt', 'plain.yml', ...id, '--output', 'ours']);
    await ansible(['encrypt', 'plain.yml', ...id, '--output', 'theirs']);
    expect(await ansible(['decrypt', 'ours', ...id, '--output', '-'])).toBe(PLAIN.trimEnd());
    expect(await pb(['decrypt', 'theirs', ...id, '--output', '-'])).toBe(PLAIN.trimEnd());
  });

  it('encrypt_string prints the same block', async () => {
    for (const args of [['-n', 'a', 'one'], ['one'], ['-n', 'a', '-n', 'b', 'one', 'two']]) {
      const all = ['encrypt_string', '--vault-id', 'prod@pw', ...args];
      expect(await pb(all, SALT)).toBe(await ansible(all, SALT));
    }
    const fromStdin = ['encrypt_string', '--vault-id', 'prod@pw', '--stdin-name', 'x'];
    expect(await pb(fromStdin, SALT, 'abc')).toBe(await ansible(fromStdin, SALT, 'abc'));
  });

  it('what one gives another password the other opens with it', async () => {
    await pb(['encrypt', 'plain.yml', '--vault-id', 'prod@pw', '--output', 'v']);
    await ansible(['rekey', 'v', '--vault-id', 'prod@pw', '--new-vault-id', 'dev@other']);
    expect(await pb(['view', 'v', '--vault-id', 'dev@other'])).toBe(PLAIN.trimEnd());
    await pb(['rekey', 'v', '--vault-id', 'dev@other', '--new-vault-password-file', 'pw']);
    expect(await ansible(['view', 'v', '--vault-password-file', 'pw'])).toBe(PLAIN.trimEnd());
  });
});
