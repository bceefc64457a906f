/** check_mode and diff of one task. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { told } from './support.ts';

const play = (own: string) => `- hosts: a
  gather_facts: false
  tasks:
    - name: touch
      shell: touch "{{ playbook_dir }}/made"; echo done
      check_mode: ${own}
      register: r
    - debug: {msg: "{{ r.stdout | default('unknown') }}"}
`;

test('false runs for real in check mode, and the run says so', async () => {
  const { directory, said, notices, result } = await told(play('false'), { check: true });
  expect(existsSync(path.join(directory, 'made'))).toBe(true);
  expect(result('touch').status).toBe('changed');
  expect(said).toEqual(['a: done']);
  expect(notices).toEqual(['all/1:shell runs for real in this check: its check_mode is false'.replace('all/', 'a/')]);
});

test('a template decides too: false only where it says false', async () => {
  const { directory } = await told(play('"{{ not (1 == 2) }}"'), { check: true });
  expect(existsSync(path.join(directory, 'made'))).toBe(false);
});

test('true only looks, in a run', async () => {
  const { directory, result } = await told(play('true'));
  expect(existsSync(path.join(directory, 'made'))).toBe(false);
  expect(result('touch').status).toBe('skipped');
});

test('true, in a run, leaves nothing unknown: what it would change never comes', async () => {
  const { said } = await told(`- hosts: a
  gather_facts: false
  check_mode: true
  tasks:
    - {copy: {content: "x", dest: "{{ playbook_dir }}/one"}, register: one}
    - {lineinfile: {path: "{{ playbook_dir }}/site.yml", line: added}, register: two}
    - {slurp: {src: "{{ playbook_dir }}/site.yml"}, register: read}
    - {command: echo done, register: ran}
    - {lineinfile: {path: "{{ playbook_dir }}/site.yml", line: more}, register: three, changed_when: false}
    - {debug: {msg: "{{ one.changed }} {{ one.failed }} {{ two.msg }} {{ read.content | b64decode | length > 100 }} {{ ran.skipped }} {{ three.changed }}"}}
`);
  expect(said).toEqual(['a: True False line added True True False']);
});

test('without it check mode changes nothing', async () => {
  const { directory, notices } = await told(play('"{{ ansible_check_mode }}"'), { check: true });
  expect(existsSync(path.join(directory, 'made'))).toBe(false);
  expect(notices).toEqual([]);
});

test('diff of a task is told to the reporter', async () => {
  const { events } = await told(`- hosts: a
  gather_facts: false
  diff: true
  tasks:
    - {name: shown, ping: }
    - {name: hidden, ping: , diff: false}
`);
  const heads = events.flatMap((event) => (event.type === 'task.start' ? [[event.task.name, event.task.diff]] : []));
  expect(heads).toEqual([
    ['shown', true],
    ['hidden', false],
  ]);
});
