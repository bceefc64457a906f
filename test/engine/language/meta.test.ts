/** meta tasks, each by what it leaves out or brings back. */
import { describe, expect, test } from 'vitest';
import { told, wrongs } from './support.ts';

const head = (more = '') => `- hosts: all\n  gather_facts: false\n${more}`;

describe('end_role', () => {
  const files = {
    'site.yml': `${head()}  tasks:
    - import_role: {name: r}
    - debug: {msg: after the role}
`,
    'roles/r/tasks/main.yml': `- meta: end_role
  when: inventory_hostname == 'a'
- debug: {msg: rest of the role}
- include_tasks: more.yml
`,
    'roles/r/tasks/more.yml': '- debug: {msg: deep in the role}\n',
  };
  test('leaves the role, not the play, for the hosts it is true of', async () => {
    const { said } = await told(files);
    expect(said.filter((line) => line.startsWith('a: '))).toEqual(['a: after the role']);
    expect(said.filter((line) => line.startsWith('b: '))).toEqual(['b: rest of the role', 'b: deep in the role', 'b: after the role']);
  });
  test('leaves the inner of two roles', async () => {
    const { said } = await told({
      'site.yml': `${head()}  tasks: [{include_role: {name: outer}}]\n`,
      'roles/outer/tasks/main.yml': '- include_role: {name: inner}\n- debug: {msg: outer goes on}\n',
      'roles/inner/tasks/main.yml': '- meta: end_role\n- debug: {msg: never}\n',
    });
    expect(said).toEqual(['a: outer goes on', 'b: outer goes on', 'c: outer goes on']);
  });
  test('outside a role is an error with its place', async () => {
    expect(await wrongs(`${head()}  tasks:\n    - meta: end_role\n`)).toEqual([
      'error[misplaced] site.yml:4:7 meta: end_role stands in no role (use meta: end_host or end_play)',
    ]);
  });
});

test('end_host, end_batch and end_play end what they name', async () => {
  const { said } = await told(`${head('  serial: 1\n')}  tasks:
    - meta: end_host
      when: inventory_hostname == 'a'
    - debug: {msg: one}
    - meta: end_batch
      when: inventory_hostname == 'b'
    - debug: {msg: two}
    - meta: end_play
    - debug: {msg: never}
- hosts: all
  gather_facts: false
  tasks:
    - debug: {msg: next play}
`);
  expect(said).toEqual(['b: one', 'c: one', 'c: two', 'a: next play', 'b: next play', 'c: next play']);
});

test('the first host decides about end_play for everyone', async () => {
  const { said } = await told(`${head()}  tasks:
    - meta: end_play
      when: inventory_hostname == 'b'
    - debug: {msg: goes on}
`);
  expect(said).toHaveLength(3);
});

test('clear_host_errors brings hosts back in the next play, not in this one', async () => {
  const { said, stats } = await told(`${head()}  tasks:
    - fail:
      when: inventory_hostname == 'a'
    - meta: clear_host_errors
    - debug: {msg: this play}
- hosts: all
  gather_facts: false
  tasks:
    - debug: {msg: next play}
`);
  expect(said).toEqual(['b: this play', 'c: this play', 'a: next play', 'b: next play', 'c: next play']);
  expect(stats['a']).toMatchObject({ failed: 1, ok: 1 });
});

test('clear_facts forgets facts, not what set_fact said', async () => {
  const { said } = await told(`${head('').replace('gather_facts: false', 'gather_facts: true')}  tasks:
    - set_fact: {mine: 1}
    - meta: clear_facts
    - debug: {msg: "{{ ansible_facts | length }} {{ mine }}"}
`);
  expect(said).toEqual(['a: 0 1', 'b: 0 1', 'c: 0 1']);
});

test('refresh_inventory reads the sources again: later plays have the new hosts', async () => {
  const play = `${head()}  tasks:
    - meta: refresh_inventory
    - debug: {msg: "{{ groups['all'] | join(',') }}"}
      run_once: true
- hosts: all
  gather_facts: false
  tasks:
    - debug: {msg: "{{ colour | default('none') }}"}
`;
  const { said } = await told(play, {
    ports: (real) => ({
      match: (patterns, inventory) => real.match?.(patterns, inventory) ?? [],
      refresh: async () => {
        const host = { groups: [], layers: [{ precedence: 'inventory host vars', vars: { colour: 'red' } }] } as const;
        const names = ['a', 'b', 'new'] as never[];
        return {
          hosts: new Map(names.map((name) => [name, { ...host, name }])),
          groups: new Map([['all', names]]),
          sources: [],
        };
      },
    }),
  });
  expect(said).toEqual(['a: a,b,new', 'a: red', 'b: red', 'new: red']);
});

test('reset_connection drops the connections of the hosts it is for', async () => {
  const reset: string[] = [];
  await told(`${head()}  tasks:\n    - meta: reset_connection\n      when: inventory_hostname != 'b'\n`, {
    ports: () => ({
      reset: async (host) => {
        reset.push(host);
      },
    }),
  });
  expect(reset).toEqual(['a', 'c']);
});
