/** `pb vars`: every definition in order of precedence with its place, the one that wins, and why. */
import { expect, it } from 'vitest';
import { folder } from './pb.ts';

const FILES = {
  'hosts.ini': '[web]\nweb1 port=1 ansible_password=topsecret\n[web:vars]\nport=2\n',
  'group_vars/all.yml': 'port: 3\n',
  'group_vars/web.yml':
    'port: 4\nurl: "http://{{ inventory_hostname }}:{{ port }}"\nneeds: "{{ ansible_facts.x }}"\ncopy: "{{ ansible_password }}!"\n',
  'roles/web/defaults/main.yml': 'port: 5\n',
  'roles/web/tasks/main.yml': '- set_fact: {port: 9}\n- command: x\n  register: port\n',
  'site.yml': '- hosts: web\n  vars: {port: 6}\n  roles: [web]\n  tasks:\n    - name: one\n      debug: {msg: x}\n      vars: {port: 7}\n',
  pw: 'secret1\n',
};

it('one variable, with what playbooks add', async () => {
  const { pb } = await folder(FILES);
  const { stdout, stderr, exitCode } = await pb('vars', 'web1', 'port', '-i', 'hosts.ini', '-p', 'site.yml', '-e', 'port=8');
  expect([exitCode, stderr]).toEqual([0, '']);
  expect(stdout.split('\n').map((text) => text.replace(/ +/g, ' '))).toEqual([
    'port of web1: "8"',
    ' inventory group vars 2 hosts.ini:4:1',
    ' inventory group_vars/all 3 group_vars/all.yml:1:1',
    ' playbook group_vars/all 3 group_vars/all.yml:1:1',
    ' inventory group_vars 4 group_vars/web.yml:1:1',
    ' playbook group_vars 4 group_vars/web.yml:1:1',
    ' inventory host vars 1 hosts.ini:2:1',
    ' => extra vars "8" -e',
    ' role defaults 5 roles/web/defaults/main.yml:1:1 (play web)',
    ' play vars 6 site.yml:2:10 (play web)',
    ' task vars 7 site.yml:7:14 (task one)',
    ' set_fact 9 roles/web/tasks/main.yml:1:3 (after task web#2/1:set_fact of role web)',
    ' set_fact (register) roles/web/tasks/main.yml:2:3 (after task web#2/2:command of role web)',
    'why: extra vars (rank 22 of 23) win over inventory host vars (rank 7)',
    'what holds within a play, role, block or task wins there by the same order',
  ]);
});

it('the value it comes to, or why that is not known', async () => {
  const { pb } = await folder(FILES);
  const first = async (name: string) => (await pb('vars', 'web1', name, '-i', 'hosts.ini')).stdout.split('\n')[0];
  expect(await first('url')).toBe('url of web1: "http://web1:1"');
  expect(await first('needs')).toBe("needs of web1: (not known before a run: 'ansible_facts' is undefined)");
});

it('secrets are hidden: vaulted values, passwords, and what is made of them', async () => {
  const { pb, path } = await folder(FILES);
  const sealed = await pb('vault', 'encrypt_string', '-n', 'token', '--vault-password-file', `${path}/pw`, 'hunter22');
  expect(sealed.exitCode).toBe(0);
  const made = await folder({ ...FILES, 'host_vars/web1.yml': `${sealed.stdout}\nuses: "x{{ token }}"\n` });
  const one = async (name: string) =>
    (await made.pb('vars', 'web1', name, '-i', 'hosts.ini', '--vault-password-file', 'pw')).stdout.split('\n').slice(0, 2);
  expect(await one('token')).toEqual(['token of web1: "***"', '  => inventory host_vars  *** (vault)  host_vars/web1.yml:1:1']);
  expect((await one('uses'))[0]).toBe('uses of web1: "x***"');
  expect((await one('copy'))[0]).toBe('copy of web1: "***!"');
  const all = await made.pb('vars', 'web1', '-i', 'hosts.ini', '--output', 'json');
  expect(all.exitCode).toBe(0);
  for (const secret of ['hunter22', 'topsecret', 'AES256']) expect(all.stdout).not.toContain(secret);
});

it('all variables, as text and as JSON', async () => {
  const { pb } = await folder({ 'h.yml': 'all:\n  hosts:\n    a: {x: 1, y: [1, 2]}\n  vars: {x: 0}\n' });
  expect((await pb('vars', 'a', '-i', 'h.yml')).stdout).toBe(
    'x  1  inventory host vars, h.yml:3:9\ny  [1,2]  inventory host vars, h.yml:3:15',
  );
  const { stdout } = await pb('vars', 'a', 'x', '-i', 'h.yml', '--output', 'json');
  expect(JSON.parse(stdout)).toEqual([
    { name: 'x', value: 0, precedence: 'inventory group vars', file: 'h.yml', line: 4, column: 10, origin: 'h.yml', wins: false },
    { name: 'x', value: 1, precedence: 'inventory host vars', file: 'h.yml', line: 3, column: 9, origin: 'h.yml', wins: true },
  ]);
});

it.each([
  [['web2', 'port'], 'error: there is no host web2\nhelp: did you mean web1?'],
  [['web1', 'prot'], 'error: nothing defines prot for web1\nhelp: did you mean port?'],
])('%j', async (words, message) => {
  const { pb } = await folder(FILES);
  expect(await pb('vars', ...words, '-i', 'hosts.ini')).toEqual({ exitCode: 1, stdout: '', stderr: message });
});
