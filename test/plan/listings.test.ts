/** Tags and listings: listings.txt holds what ansible-playbook 2.19.14 prints for this project. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { printPlan } from '../../src/plan/index.ts';
import { planOf } from '../project/support.ts';

const FILES = {
  'site.yml': `- name: Storage play
  hosts: workers
  gather_facts: false
  tags: storage
  roles:
    - role: web
      tags: web
  pre_tasks:
    - name: look
      debug:
  tasks:
    - name: format
      ansible.builtin.debug: {msg: x}
      tags: [disks, never]
    - debug:
    - block:
        - name: inside
          fail:
      rescue:
        - name: rescued
          debug:
      always:
        - name: at last
          debug:
      tags: always
    - import_tasks: more.yml
      tags: more
    - include_tasks: dyn.yml
      tags: dyn
    - meta: flush_handlers
- hosts: all
  tasks:
    - debug:
`,
  'more.yml': '- {name: imported, debug: }\n',
  'roles/web/tasks/main.yml': '- {name: rt, debug: , tags: deep}\n',
  'roles/web/meta/main.yml': 'dependencies: [base]\n',
  'roles/base/tasks/main.yml': '- debug:\n',
  'hosts.ini': '[workers]\nn1\nn2\n',
};

const recorded = readFileSync(path.join(import.meta.dirname, 'listings.txt'), 'utf8')
  .split(/^## /m)
  .slice(1);

test.each(recorded.map((text) => [text.slice(0, text.indexOf('\n')), text.slice(text.indexOf('\n') + 1)] as const))(
  '%s',
  async (flags, expected) => {
    const list = (flag: string) => new RegExp(`${flag} ([\\w,]+)`).exec(flags)?.[1]?.split(',');
    const onlyTags = flags.includes('--list-tags');
    // Ansible lists the tags of tasks tagged "never" too
    const plan = await planOf(FILES, {
      selection: { tags: list('-t') ?? (onlyTags ? ['all', 'never'] : []), skipTags: list('--skip-tags') ?? [] },
    });
    expect(printPlan(plan, { playbooks: ['site.yml'], tasks: !onlyTags, tags: onlyTags })).toBe(expected);
  },
);

test('--list-hosts', async () => {
  expect(printPlan(await planOf(FILES), { playbooks: ['site.yml'], hosts: true })).toBe(`
playbook: site.yml

  play #1 (workers): Storage play\tTAGS: [storage]
    pattern: ['workers']
    hosts (2):
      n1
      n2

  play #2 (all): all\tTAGS: []
    pattern: ['all']
    hosts (2):
      n1
      n2
`);
});
