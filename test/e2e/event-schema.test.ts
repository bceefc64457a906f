import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, it } from 'vitest';
import { folder } from './pb.ts';

const validate = new Ajv2020({ allErrors: true, allowUnionTypes: true }).compile(
  JSON.parse(readFileSync('schemas/event.schema.json', 'utf8')),
);

/** Brings about each kind of event and result. */
const PLAYBOOK = `
- hosts: here,gone
  gather_facts: false
  ignore_unreachable: true
  tasks:
    - { name: items, copy: { content: x, dest: "{{ playbook_dir }}/{{ item }}" }, loop: [a, b], delegate_to: here, run_once: true }
    - { name: unreachable, raw: echo x }
- hosts: here
  gather_facts: false
  tasks:
    - { name: command, command: echo x, register: said }
    - { name: alone, copy: { content: x, dest: "{{ playbook_dir }}/alone" }, check_mode: true, changed_when: false }
    - { name: skipped, debug: { msg: x }, when: false }
    - { name: none, debug: { msg: x }, loop: [] }
    - { name: wait, pause: { seconds: 1 } }
    - { name: retried, command: "false", until: "false", retries: 1, delay: 0, ignore_errors: true }
    - name: block
      block: [{ fail: { msg: no } }]
      rescue: [{ debug: { var: said } }]
      when: not ansible_check_mode
    - { name: a warning, template: { src: none.j2, dest: /nowhere/x } }
`;
const INVENTORY = 'here ansible_connection=local\ngone ansible_host=127.0.0.1 ansible_port=1\n';

it('schemas/event.schema.json describes every line of --output json', async () => {
  const { events } = await folder({ 'play.yml': PLAYBOOK, inventory: INVENTORY });
  const check = await events('check', 'play.yml', '-i', 'inventory');
  const run = await events('run', 'play.yml', '-i', 'inventory');
  for (const event of [...check, ...run]) expect(validate(event), JSON.stringify([event, validate.errors?.slice(0, 5)])).toBe(true);
  const kinds = new Set([...check, ...run].map(({ type }) => type));
  for (const kind of ['task.pending', 'task.retry', 'task.change', 'step.end', 'item.end', 'host.rescued', 'run.end'] as const)
    expect(kinds, kind).toContain(kind);
  const results = [...check, ...run].flatMap((event) => (event.type === 'host.end' ? [event.result.status] : []));
  expect([...new Set(results)].sort()).toEqual(['changed', 'failed', 'ok', 'skipped', 'unknown', 'unreachable', 'would-change']);
  expect(validate({ ...run[0], unheard: 1 })).toBe(false);
  const change = check.find((event) => event.type === 'task.change');
  expect(validate({ ...change, change: { ...(change?.type === 'task.change' && change.change), foreknown: { manifests: [] } } })).toBe(
    true,
  );
});
