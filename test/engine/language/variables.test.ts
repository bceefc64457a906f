/** Magic variables, vars_files that depend on hosts, delegated facts. */
import { describe, expect, test } from 'vitest';
import { told } from './support.ts';

const show = (expression: string): string => `    - debug: {msg: "${expression}"}\n`;
const play = (tasks: string, more = ''): string => `- hosts: all\n  gather_facts: false\n${more}  tasks:\n${tasks}`;

describe('magic variables', () => {
  test('of the run', async () => {
    const text =
      "{{ ansible_run_tags }} {{ ansible_skip_tags }} {{ ansible_limit }} {{ ansible_diff_mode }} {{ ansible_check_mode }} {{ ansible_config_file is none }} {{ ansible_version.full is version('2.15', '>=') }}";
    const settings = { selection: { tags: ['t', 'always'], skipTags: ['s'] }, facts: { limit: 'a', diff: true }, check: true };
    const { said } = await told(play(`${show(text)}      tags: t\n`), settings);
    expect(said[0]).toBe("a: ['t', 'always'] ['s'] a True True True True");
    expect((await told(play(show('{{ ansible_limit is defined }}')))).said[0]).toBe('a: false');
  });
  test('of the play and its batch, without hosts that are out', async () => {
    const { said } = await told(
      play(
        `    - fail:\n      when: inventory_hostname == 'a'\n${show('{{ ansible_play_hosts }} {{ ansible_play_hosts_all }} {{ ansible_play_batch }} {{ ansible_play_name }}')}`,
        '  serial: 2\n  name: P\n',
      ),
    );
    expect(said).toEqual(["b: ['b', 'c'] ['a', 'b', 'c'] ['b'] P", "c: ['b', 'c'] ['a', 'b', 'c'] ['c'] P"]);
  });
  test('places are absolute', async () => {
    const { said, directory } = await told(
      play(show('{{ playbook_dir }} {{ inventory_dir.startswith("/") }} {{ inventory_file | basename }}').replaceAll('"/"', "'/'")),
    );
    expect(said[0]).toBe(`a: ${directory} True hosts.ini`);
  });
  test('of roles: their own name, their parents and those of the play', async () => {
    const { said } = await told({
      'site.yml': `- hosts: a
  gather_facts: false
  roles: [outer]
  tasks:
${show('{{ ansible_role_names | sort }} {{ ansible_play_role_names }} {{ ansible_dependent_role_names }}')}`,
      'roles/outer/meta/main.yml': 'dependencies: [dep]\n',
      'roles/outer/tasks/main.yml': '- include_role: {name: inner}\n- debug: {msg: "{{ ansible_parent_role_names is defined }}"}\n',
      'roles/inner/tasks/main.yml':
        '- debug: {msg: "{{ role_name }} {{ ansible_role_name }} {{ role_path | basename }} {{ ansible_parent_role_names }} {{ ansible_parent_role_paths | map(\'basename\') | list }}"}\n',
      'roles/dep/tasks/main.yml': '- debug: {msg: "{{ role_name }} below {{ ansible_parent_role_names | default([]) }}"}\n',
    });
    expect(said).toEqual([
      'a: dep below []',
      "a: inner inner inner ['outer'] ['outer']",
      'a: false',
      "a: ['dep', 'inner', 'outer'] ['outer', 'inner'] ['dep']",
    ]);
  });
});

describe('vars_files that depend on a host', () => {
  const files = (list: string, facts = false): { [path: string]: string } => ({
    'site.yml': `- hosts: a:b\n  gather_facts: ${facts}\n  vars: {mine: play}\n  vars_files: ${list}\n  tasks:\n${show('{{ mine }} {{ last }}')}`,
    'a.yml': 'mine: of a\nlast: a\n',
    'Linux.yml': 'mine: linux\nlast: linux\n',
    'fallback.yml': 'mine: fallback\nlast: fallback\n',
    'last.yml': 'last: "{{ inventory_hostname }} last"\n',
  });
  test('each host reads its own; of a list the first that exists', async () => {
    const { said } = await told(files('[["{{ inventory_hostname }}.yml", fallback.yml]]'));
    expect(said).toEqual(['a: of a a', 'b: fallback fallback']);
  });
  test('what follows such an entry still wins over it', async () => {
    const { said } = await told(files('[["{{ inventory_hostname }}.yml", fallback.yml], last.yml]'));
    expect(said).toEqual(['a: of a a last', 'b: fallback b last']);
  });
  test('facts count once they are gathered', async () => {
    const { said } = await told(files('[["{{ ansible_facts.system }}.yml", fallback.yml]]', true));
    expect(said).toEqual(['a: linux linux', 'b: linux linux']);
  });
  test('none found fails the host that has none, with the place', async () => {
    const { said, result } = await told(files('["{{ inventory_hostname }}.yml"]'));
    expect(said).toEqual(['a: of a a']);
    expect(result('Variables files', 'b')).toMatchObject({
      status: 'failed',
      error: { code: 'args', at: { line: 4 }, message: expect.stringContaining('vars_files: ') },
    });
  });
});

describe('delegation', () => {
  test('delegate_facts gives facts to the delegate, else the host itself keeps them', async () => {
    const task = (facts: boolean) =>
      play(
        `    - set_fact: {f: "from {{ inventory_hostname }}"}
      delegate_to: b
      delegate_facts: ${facts}
      when: inventory_hostname == 'a'
${show("{{ f | default('none') }}")}`,
      );
    expect((await told(task(true))).said).toEqual(['a: none', 'b: from a', 'c: none']);
    expect((await told(task(false))).said).toEqual(['a: from a', 'b: none', 'c: none']);
  });
  test('each item of a loop may go to another host', async () => {
    const { said } = await told(`- hosts: a
  gather_facts: false
  tasks:
    - set_fact: {f: "{{ item }} here"}
      delegate_to: "{{ item }}"
      delegate_facts: true
      loop: [b, c]
${show('{{ hostvars.b.f }}, {{ hostvars.c.f }}')}`);
    expect(said).toEqual(['a: b here, c here']);
  });
});

describe('gather_subset and its like', () => {
  test('are arguments of the task that gathers', async () => {
    const { plan } = await told('- hosts: a\n  gather_subset: [min]\n  gather_timeout: 5\n  fact_path: /nowhere\n');
    expect(plan.plays[0]?.gather?.args).toEqual({ gather_subset: ['min'], gather_timeout: 5, fact_path: '/nowhere' });
  });
});

describe('loop_control', () => {
  test('extended, with and without allitems', async () => {
    const task = (all: string) =>
      play(
        `    - debug: {msg: "{{ ansible_loop.index }}/{{ ansible_loop.length }} {{ ansible_loop.nextitem | default('-') }} {{ ansible_loop.allitems is defined }}"}
      loop: [x, y]
      loop_control: {extended: true${all}}
`,
      ).replace('hosts: all', 'hosts: a');
    expect((await told(task(''))).said).toEqual(['a: 1/2 y True', 'a: 2/2 - True']);
    expect((await told(task(', extended_allitems: false'))).said).toEqual(['a: 1/2 y False', 'a: 2/2 - False']);
  });
  test('break_when ends the loop after the item it is true of', async () => {
    const { said } = await told(`- hosts: a
  gather_facts: false
  tasks:
    - debug: {msg: "{{ item }}"}
      register: r
      loop: [1, 2, 3]
      loop_control: {break_when: [item >= 2]}
${show('{{ r.results | length }}')}`);
    expect(said).toEqual(['a: 1', 'a: 2', 'a: 2']);
  });
});
