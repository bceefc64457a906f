/** include_tasks and include_role, loaded as the engine asks for them. */
import { describe, expect, test } from 'vitest';
import { PbError } from '../../src/core/diagnostic.ts';
import type { Include, Plan } from '../../src/core/plan.ts';
import type { Resolved } from '../../src/core/value.ts';
import { loadInclude } from '../../src/plan/index.ts';
import { type Files, planOf } from '../project/support.ts';
import { allNodes, flat } from './support.ts';

const includeOf = (plan: Plan): Include => {
  const found = allNodes(plan).find((node) => node.kind === 'include');
  if (found?.kind !== 'include') throw new Error('no include');
  return found;
};

const project = (task: string, files: Files): Files => ({
  'site.yml': `- name: P\n  hosts: all\n  tags: play\n  become: true\n  tasks:\n${task.replace(/^(?=.)/gm, '    ')}`,
  ...files,
});

const load = async (files: Files, args: Resolved, selection = {}) => {
  const include = includeOf(await planOf(files, { selection }));
  return { include, ...(await loadInclude(include, args)) };
};

describe('include_tasks', () => {
  const files = project(
    '- include_tasks:\n    file: sub/a.yml\n    apply: {tags: applied, become_user: etcd}\n  vars: {v: 1}\n  tags: [mine]\n  when: go\n',
    {
      'sub/a.yml': '- {name: one, ping: , tags: x}\n- import_tasks: b.yml\n',
      'sub/b.yml': '- {name: two, ping: }\n',
    },
  );
  test('tasks inherit from the include’s parents and from apply, not from the include itself', async () => {
    const { include, nodes } = await load(files, { file: 'sub/a.yml' });
    expect(include).toMatchObject({ tags: ['play', 'mine'], args: { file: 'sub/a.yml' } });
    expect(nodes.map((node) => [node.id, node.tags, node.when.length])).toEqual([
      ['p/1.a.1:ping', ['play', 'applied', 'x'], 0],
      ['p/1.a.2.1:ping', ['play', 'applied'], 0],
    ]);
    expect(nodes[0]?.settings).toMatchObject({ become: true, become_user: 'etcd' });
  });
  test('its variables are include params', async () => {
    const { nodes } = await load(files, { file: 'sub/a.yml' });
    expect(nodes[0]?.layers).toMatchObject([{ precedence: 'include params', vars: { v: 1 } }]);
  });
  test('--tags selects inside too', async () => {
    const { nodes } = await load(files, { file: 'sub/a.yml' }, { tags: ['mine', 'x'] });
    expect(nodes.map((node) => node.name)).toEqual(['one']);
  });
  test('a missing file is an error at the include, naming the places', async () => {
    const error = await load(files, { file: 'nothere.yml' }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(PbError);
    expect(error).toMatchObject({
      code: 'args',
      message: 'there is no file nothere.yml',
      at: { file: 'site.yml', line: 6 },
      hint: 'looked at nothere.yml, tasks/nothere.yml',
    });
  });
  test('a fault in the file is an error at the fault', async () => {
    const faulty = { ...files, 'sub/a.yml': '- ping:\n- pnig:\n' };
    await expect(load(faulty, { file: 'sub/a.yml' })).rejects.toMatchObject({
      message: 'there is no module pnig',
      at: { file: 'sub/a.yml', line: 2 },
      hint: 'did you mean ping?',
    });
  });
});

describe('include_role', () => {
  const files = project('- include_role: {name: web, public: true}\n', {
    'roles/web/tasks/main.yml': '- {name: in web, ping: , notify: restart}\n',
    'roles/web/tasks/other.yml': '- {name: other, ping: }\n',
    'roles/web/handlers/main.yml': '- {name: restart, ping: }\n',
    'roles/web/defaults/main.yml': 'd: 1\n',
  });
  test('brings tasks, handlers and, when public, defaults', async () => {
    const { nodes, handlers, layers } = await load(files, { name: 'web', public: true });
    expect(flat(nodes).map((node) => node.id)).toEqual(['p/1.web:role', 'p/1.web/1:ping']);
    expect(handlers.map((node) => node.name)).toEqual(['restart']);
    expect(layers).toMatchObject([{ precedence: 'role defaults', vars: { d: 1 } }]);
    expect((await load(files, { name: 'web' })).layers).toEqual([]);
  });
  test('the handlers of a role come with each include, which has variables of its own', async () => {
    const include = includeOf(await planOf(files));
    expect((await loadInclude(include, { name: 'web' })).handlers).toHaveLength(1);
    expect((await loadInclude(include, { name: 'web' })).handlers).toHaveLength(1);
  });
  test('tasks_from', async () => {
    const { nodes } = await load(files, { name: 'web', tasks_from: 'other' });
    expect(flat(nodes).map((node) => node.name)).toEqual(['web', 'other']);
  });
});
