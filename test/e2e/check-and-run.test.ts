import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { changesOf, folder, statsOf } from './pb.ts';

const site = {
  'site.yml': `
- hosts: localhost
  gather_facts: false
  vars:
    here: "{{ playbook_dir }}"
    ports: [80, 443]
  tasks:
    - name: directory
      file: { path: "{{ here }}/out/conf", state: directory, mode: "0750" }
    - name: text
      copy: { content: "one\\ntwo\\n", dest: "{{ here }}/out/conf/text", mode: "0640" }
      notify: restart
    - name: template
      template: { src: conf.j2, dest: "{{ here }}/out/conf/app.conf" }
      register: rendered
    - name: depends on the template
      debug: { msg: "size {{ rendered.size }}" }
      when: rendered is changed
    - name: once
      command: { cmd: "touch {{ here }}/out/made", creates: "{{ here }}/out/made" }
  handlers:
    - name: restart
      copy: { content: restarted, dest: "{{ here }}/out/restarted", mode: "0644" }
`,
  'templates/conf.j2': '{% for port in ports %}\nlisten {{ port }}\n{% endfor %}\n',
};

it('check shows what the run does, in the same words, and writes nothing', async () => {
  const { path, events, pb } = await folder(site);
  const check = await events('check', 'site.yml');
  await expect(readFile(join(path, 'out'))).rejects.toThrow(/ENOENT/);
  const run = await events('run', 'site.yml');
  expect(changesOf(run)).toEqual(changesOf(check));
  expect(changesOf(run)).toHaveLength(5);
  expect(await readFile(join(path, 'out/conf/app.conf'), 'utf8')).toBe('listen 80\nlisten 443\n');
  const second = await events('run', 'site.yml');
  expect(changesOf(second)).toEqual([]);
  expect(statsOf(second)['localhost']).toMatchObject({ changed: 0, failed: 0 });
  expect((await pb('check', 'site.yml')).stdout).not.toMatch(/would change|unknown [1-9]/);
});

it('a value that only the run can bring is unknown, with the task it waits for', async () => {
  const { pb } = await folder({
    'play.yml': `
- hosts: localhost
  gather_facts: false
  tasks:
    - name: ask
      command: echo hello
      register: said
    - name: use
      copy: { content: "{{ said.stdout }}", dest: "{{ playbook_dir }}/said", mode: "0644" }
    - name: only if
      debug: { msg: never }
      when: said.stdout == 'bye'
`,
  });
  const check = await pb('check', 'play.yml');
  expect(check.exitCode).toBe(0);
  expect(check.stdout.match(/TASK \[(use|only if)\] +unknown 1/g)).toHaveLength(2);
  expect(check.stdout).toMatch(/unknown=3/);
});
