import { expect, it } from 'vitest';
import { folder } from './pb.ts';

const play = (tasks: string, hosts = 'localhost'): string => `- hosts: ${hosts}\n  gather_facts: false\n  tasks:\n${tasks}`;

it('0 when all is well, 2 when a host failed, with the failure in full and the place', async () => {
  const { pb } = await folder({
    'ok.yml': play('    - debug: { msg: hi }\n'),
    'bad.yml': play('    - name: breaks\n      command: sh -c "echo why >&2; exit 3"\n'),
  });
  expect((await pb('run', 'ok.yml')).exitCode).toBe(0);
  const bad = await pb('run', 'bad.yml');
  expect(bad.exitCode).toBe(2);
  expect(bad.stdout).toMatch(/FAILED breaks on localhost\n.*exit code 3: why/);
  expect(bad.stdout).toMatch(/--> bad\.yml:4:/);
  expect(bad.stdout).not.toMatch(/at .*\.js:\d+/);
});

it('4 when a host was unreachable, and the others go on', async () => {
  const { pb } = await folder({
    'play.yml': play('    - ping:\n', 'all'),
    inventory: 'here ansible_connection=local\ngone ansible_host=127.0.0.1 ansible_port=1 ansible_user=x\n',
  });
  const ran = await pb('run', 'play.yml', '-i', 'inventory');
  expect(ran.exitCode).toBe(4);
  expect(ran.stdout).toMatch(/here +: ok=1 .*unreachable=0/);
  expect(ran.stdout).toMatch(/gone +: ok=0 .*unreachable=1/);
  expect(ran.stdout).toMatch(/refused/);
});

it('1 for usage and for files with mistakes, each with its place and a remedy', async () => {
  const { pb } = await folder({
    'typo.yml': play('    - debg: { msg: hi }\n      whn: true\n'),
    'args.yml': play('    - debug: { msgg: hi }\n'),
  });
  const typo = await pb('run', 'typo.yml');
  expect(typo.exitCode).toBe(1);
  expect(typo.stderr).toMatch(/typo\.yml:4:7/);
  expect(typo.stderr).toMatch(/did you mean debug/);
  const args = await pb('run', 'args.yml');
  expect(args.exitCode).toBe(1);
  expect(args.stderr).toMatch(/args\.yml:4:\d+[\s\S]*did you mean msg/);
  expect((await pb('run', 'none.yml')).stderr).toMatch(/none\.yml/);
  expect((await pb('run', '--nosuch', 'typo.yml')).exitCode).toBe(1);
  expect((await pb('--version')).stdout).toMatch(/^\d+\.\d+\.\d+$/);
});

it('a play whose hosts match nothing is an error, unless told otherwise', async () => {
  const { pb } = await folder({ 'play.yml': play('    - ping:\n', 'wrokers'), inventory: '[workers]\na ansible_connection=local\n' });
  const ran = await pb('run', 'play.yml', '-i', 'inventory');
  expect(ran.exitCode).toBe(1);
  expect(ran.stderr).toMatch(/play\.yml:1:10[\s\S]*workers/);
  expect((await pb('run', 'play.yml', '-i', 'inventory', '--allow-empty')).exitCode).toBe(0);
});

it('who calls Ansible’s other programs is told what to type', async () => {
  const { pb } = await folder({ 'site.yml': play('    - ping:\n') });
  const said = async (...argv: string[]) => {
    const { exitCode, stderr } = await pb(...argv);
    return [exitCode, stderr.split('\n').find((line) => line.startsWith('help:'))];
  };
  expect(await said('site.yml')).toEqual([1, 'help: pb run site.yml']);
  expect(await said('playbook', 'site.yml')).toEqual([1, 'help: pb run PLAYBOOK runs playbooks']);
  for (const argv of [
    ['all', '-m', 'ping'],
    ['-m', 'ping', 'all'],
  ])
    expect(await said(...argv)).toEqual([1, expect.stringContaining('put the task into a playbook')]);
  expect(await said('galaxy', 'install', 'x')).toEqual([1, expect.stringContaining('pb installs nothing')]);
  expect(await said('sing')).toEqual([1, undefined]);
});

it('pb inventory lists the hosts that the sources name, and no localhost of its own', async () => {
  const { pb } = await folder({ inventory: 'a\n[web]\nb x=1\n' });
  expect(JSON.parse((await pb('inventory', '-i', 'inventory', '--list')).stdout)).toMatchObject({ web: { hosts: ['b'] } });
  expect(Object.keys(JSON.parse((await pb('inventory', '-i', 'inventory')).stdout)._meta.hostvars)).toEqual(['a', 'b']);
});
