import { expect, it } from 'vitest';
import { folder } from './pb.ts';

it('check leaves out what an earlier task makes: each change is announced once, in the words of the run', async () => {
  const { events } = await folder({
    'files/tree/below/f': 'x\n',
    'play.yml': `
- hosts: localhost
  gather_facts: false
  tasks:
    - file: { path: "{{ playbook_dir }}/made/one", state: directory, mode: "0700" }
    - file: { path: "{{ playbook_dir }}/made/two", state: directory, mode: "0755" }
    - copy: { src: tree/, dest: "{{ playbook_dir }}/made/three/" }
    - copy: { content: x, dest: "{{ playbook_dir }}/made/one/file", mode: "0600" }
`,
  });
  const changes = async (command: string) =>
    (await events(command, 'play.yml')).flatMap((event) => (event.type === 'task.change' ? [event.change] : []));
  const announced = await changes('check');
  expect(announced.map(({ summary }) => summary.replace(/\/.*\/made/, ''))).toEqual([
    'make /one (2 paths)',
    'make /two',
    'write /three/ (3 paths)',
    'write /one/file',
  ]);
  expect(await changes('run')).toEqual(announced);
  expect(await changes('run')).toEqual([]);
});
