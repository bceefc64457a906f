/** The lookup `password`: one file is one password, however many hosts ask for it at once. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { folder } from './pb.ts';

const playbook = `
- hosts: all
  gather_facts: false
  tasks:
    - set_fact: { word: "{{ lookup('password', 'kept/word length=12') }}" }
    - copy: { content: "{{ groups.all | map('extract', hostvars, 'word') | unique | join }}", dest: "{{ playbook_dir }}/seen" }
      run_once: true
`;

it('a dozen hosts that ask for it side by side get the one that is kept', async () => {
  const { path, pb } = await folder({ 'play.yml': playbook, 'hosts.ini': '[all]\nh[1:12] ansible_connection=local\n' });
  expect((await pb('run', 'play.yml', '-i', 'hosts.ini')).exitCode).toBe(0);
  expect(await readFile(join(path, 'seen'), 'utf8')).toBe((await readFile(join(path, 'kept/word'), 'utf8')).trim());
});
