/** ansible.cfg and ANSIBLE_… of the environment stand for flags that are not given. */
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, it } from 'vitest';
import { folder, PROGRAM } from './pb.ts';

const site = {
  'site/hosts.ini': '[web]\none ansible_connection=local\n',
  'site/other.ini': '[web]\ntwo ansible_connection=local\n',
  'site/shared/hello/tasks/main.yml': '- debug: { msg: "hello from {{ inventory_hostname }}" }\n',
  'site/play.yml': '- hosts: web\n  gather_facts: false\n  roles: [hello]\n',
  'site/ansible.cfg':
    '[defaults]\ninventory = hosts.ini   ; beside this file\nroles_path = missing:shared\nforks = 50\nstdout_callback = yaml\n',
};

const run = (cwd: string, env: { readonly [name: string]: string }, ...args: readonly string[]) =>
  execa('node', [PROGRAM, ...args], { cwd, reject: false, stdin: 'ignore', env: { NO_COLOR: '1', HOME: cwd, KUBECONFIG: '', ...env } });

it('inventory and roles of ansible.cfg, relative to it; what changes nothing is left unread without a word', async () => {
  const { path } = await folder(site);
  const here = await run(join(path, 'site'), {}, 'run', 'play.yml');
  expect(here.stdout).toContain('hello from one');
  expect([here.exitCode, here.stderr]).toEqual([0, '']);
  const there = await run(path, { ANSIBLE_CONFIG: 'site/ansible.cfg' }, 'run', 'site/play.yml');
  expect(there.stdout).toContain('hello from one');
  expect(await run(path, { ANSIBLE_CONFIG: 'site' }, 'lint', 'site/play.yml')).toMatchObject({ exitCode: 0 });
});

it('flags win over the environment, and this over ansible.cfg', async () => {
  const { path } = await folder(site);
  const cwd = join(path, 'site');
  expect((await run(cwd, { ANSIBLE_INVENTORY: 'other.ini' }, 'run', 'play.yml')).stdout).toContain('hello from two');
  expect((await run(cwd, { ANSIBLE_INVENTORY: 'other.ini' }, 'run', 'play.yml', '-i', 'hosts.ini')).stdout).toContain('hello from one');
});

it('what pb does not know and what it refuses is said', async () => {
  const { path } = await folder(site);
  const cwd = join(path, 'site');
  const written = (text: string): Promise<void> =>
    writeFile(join(cwd, 'ansible.cfg'), `[defaults]\ninventory=hosts.ini\nroles_path=shared\n${text}`);
  await written('error_on_undefined_vars = false\ngathering = smart\n');
  expect((await run(cwd, {}, 'run', 'play.yml')).stderr).toBe(
    `warning: ${cwd}/ansible.cfg: pb has no setting error_on_undefined_vars; see "Settings" in docs/coming-from-ansible.md`,
  );
  await written('hash_behaviour = merge\n');
  expect(await run(cwd, {}, 'run', 'play.yml')).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining('hash_behaviour = merge is not supported\nhelp: merge where it is wanted'),
  });
  await written('');
  expect((await run(cwd, { ANSIBLE_HASH_BEHAVIOUR: 'merge' }, 'run', 'play.yml')).stderr).toContain(
    'ANSIBLE_HASH_BEHAVIOUR=merge is not supported',
  );
  await written('force_handlers = perhaps\n');
  expect((await run(cwd, {}, 'run', 'play.yml')).stderr).toBe(
    `error: force_handlers in ${cwd}/ansible.cfg must be yes or no, not "perhaps"`,
  );
  await written('no sense\n');
  expect((await run(cwd, {}, 'run', 'play.yml')).stderr).toBe(`error: ${cwd}/ansible.cfg, line 4: neither a [section] nor key = value`);
});

it('a folder that anybody may write to has no say', async () => {
  const { path } = await folder(site);
  const cwd = join(path, 'site');
  await chmod(cwd, 0o777);
  const ran = await run(cwd, {}, 'run', 'play.yml');
  expect(ran.stderr).toContain(`warning: ${cwd}/ansible.cfg is not read, since anybody may write into its folder`);
  expect(ran.exitCode).toBe(1);
});

it('a vault opens by the file that ansible.cfg or the environment names', async () => {
  const { path, pb } = await folder({ ...site, 'site/word': 'open\n', 'site/group_vars/web.yml': 'said: kept\n' });
  const cwd = join(path, 'site');
  await mkdir(join(cwd, 'shared/hello/tasks'), { recursive: true });
  await writeFile(join(cwd, 'shared/hello/tasks/main.yml'), '- assert: { that: said == "kept" }\n');
  expect((await pb('vault', 'encrypt', 'site/group_vars/web.yml', '--vault-password-file', 'site/word')).exitCode).toBe(0);
  expect((await run(cwd, {}, 'run', 'play.yml')).exitCode).toBe(1);
  expect((await run(cwd, { ANSIBLE_VAULT_PASSWORD_FILE: 'word' }, 'run', 'play.yml')).exitCode).toBe(0);
  await writeFile(join(cwd, 'ansible.cfg'), `${site['site/ansible.cfg']}vault_password_file = word\n`);
  expect((await run(cwd, {}, 'run', 'play.yml')).exitCode).toBe(0);
  expect((await run(cwd, {}, 'vault', 'view', 'group_vars/web.yml')).stdout).toContain('said: kept');
});
