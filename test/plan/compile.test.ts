/** Playbook → plan: ids, inheritance, variables, roles, arguments. */
import { describe, expect, test } from 'vitest';
import { Template } from '../../src/core/value.ts';
import { everything, line, planOf } from '../project/support.ts';
import { allNodes, ids, named, seen, task } from './support.ts';

const play = (tasks: string, more = ''): { 'site.yml': string } => ({
  'site.yml': `- name: Storage\n  hosts: all\n${more}  tasks:\n${tasks.replace(/^(?=.)/gm, '    ')}`,
});

describe('ids', () => {
  test('name the play or role, the position and the module; adding a later task changes none', async () => {
    const files = {
      ...play(
        '- ping:\n- block:\n    - ping:\n  rescue:\n    - fail:\n  always:\n    - debug:\n- import_tasks: a.yml\n- meta: noop\n- include_tasks: b.yml\n',
        '  roles: [web, {role: web, p: 1}]\n  pre_tasks: [{ping: }]\n  post_tasks: [{ping: }]\n  handlers: [{name: h, ping: }]\n',
      ),
      'a.yml': '- ping:\n- ping:\n',
      'roles/web/tasks/main.yml': '- ping:\n',
      'roles/web/handlers/main.yml': '- {name: rh, ping: }\n',
    };
    const all = ids(await planOf(files));
    expect(all).toEqual([
      'storage/pre.1:ping',
      'web:role',
      'web/1:ping',
      'web#2:role',
      'web#2/1:ping',
      'storage/1:ping',
      'storage/2:block',
      'storage/2.1:ping',
      'storage/2.rescue.1:fail',
      'storage/2.always.1:debug',
      'storage/3.1:ping',
      'storage/3.2:ping',
      'storage/4:meta',
      'storage/5:include_tasks',
      'storage/post.1:ping',
      'web/handlers.1:ping',
      'web/handlers#2.1:ping',
      'storage/handlers.1:ping',
    ]);
  });

  test('two plays of one name differ', async () => {
    const plan = await planOf({ 'site.yml': '- {name: A, hosts: all, tasks: [{ping: }]}\n- {name: A, hosts: all, tasks: [{ping: }]}\n' });
    expect(ids(plan)).toEqual(['a/1:ping', 'a#2/1:ping']);
  });
});

describe('inheritance', () => {
  const files = play(
    `- block:
    - name: inner
      ping:
      become_user: etcd
      when: c
      tags: t3
      notify: [h2]
      environment: {C: 3}
      vars: {level: task}
  become: true
  when: [b]
  tags: t2
  notify: h1
  ignore_errors: yes
  environment: {B: 2}
  vars: {level: block, only: block}
`,
    '  become: false\n  become_user: root\n  tags: t1\n  environment: {A: 1}\n  vars: {level: play, p: play}\n  handlers: [{name: h1, ping: }, {name: h2, ping: }]\n',
  );
  test('settings, tags, conditions and notifications come down to the task', async () => {
    const inner = task(await planOf(files), 'inner');
    expect(inner.settings).toMatchObject({
      become: true,
      become_user: 'etcd',
      ignore_errors: true,
      environment: [{ A: 1 }, { B: 2 }, { C: 3 }],
    });
    expect(inner.tags).toEqual(['t1', 't2', 't3']);
    expect(inner.when.map((item) => item.source)).toEqual(['b', 'c']);
    expect(inner.notify).toEqual(['h1', 'h2']);
  });
  test('the nearest variable wins', async () => {
    const plan = await planOf(files);
    expect(seen(plan, named(plan, 'inner'))).toMatchObject({ level: 'task', only: 'block', p: 'play' });
  });
  test('extra variables win over all', async () => {
    const plan = await planOf(files, { extraVars: ['level=extra', '{"n": 5}'] });
    expect(seen(plan, named(plan, 'inner'))).toMatchObject({ level: 'extra', n: 5 });
  });
});

describe('roles', () => {
  const files = {
    'site.yml': `- hosts: all
  roles:
    - {role: app, listen_on: 1, vars: {v: entry}, when: enabled, tags: app}
    - common
    - common
  tasks:
    - {name: after, ping: }
    - {name: imports, import_role: {name: lib, tasks_from: other, public: false}, vars: {lv: import}}
`,
    'roles/app/defaults/main.yml': 'd: app\nv: default\nlisten_on: 0\n',
    'roles/app/vars/main.yml': 'v: vars\n',
    'roles/app/meta/main.yml': 'dependencies:\n  - {role: common, tags: dep}\n',
    'roles/app/tasks/main.yml': '- {name: in app, ping: , notify: restart}\n',
    'roles/app/handlers/main.yml': '- {name: restart, ping: , listen: [topic]}\n',
    'roles/common/defaults/main/10.yml': 'cd: 1\n',
    'roles/common/tasks/main.yaml': '- {name: in common, ping: }\n',
    'roles/lib/defaults/main.yml': 'ld: 1\n',
    'roles/lib/tasks/other.yml': '- {name: in lib, ping: }\n',
  };
  test('defaults, vars, entry vars and parameters reach the role in Ansible’s order', async () => {
    const plan = await planOf(files);
    expect(seen(plan, named(plan, 'in app'))).toMatchObject({ d: 'app', v: 'entry', listen_on: 1, cd: 1 });
  });
  test('defaults and vars of a role are seen by the play; its parameters and a private role are not', async () => {
    const plan = await planOf(files);
    expect(seen(plan, named(plan, 'after'))).toEqual({ d: 'app', v: 'vars', listen_on: 0, cd: 1 });
    expect(seen(plan, named(plan, 'in lib'))).toMatchObject({ ld: 1, lv: 'import' });
  });
  test('dependencies come first, wherever they are named', async () => {
    const plan = await planOf(files);
    expect(ids(plan)).toEqual([
      'common:role',
      'common/1:ping',
      'app:role',
      'app/1:ping',
      'common#2:role',
      'common#2/1:ping',
      'common#3:role',
      'common#3/1:ping',
      'all/1:ping',
      'lib:role',
      'lib/1:ping',
      'app/handlers.1:ping',
    ]);
    expect(named(plan, 'in common')).toMatchObject({ tags: ['app', 'dep'], role: { name: 'common' } });
    expect(allNodes(plan).filter((node) => node.kind === 'block' && node.roleRoot)).toHaveLength(5);
  });
  test('handlers of roles keep their topics and conditions', async () => {
    const handler = task(await planOf(files), 'restart');
    expect(handler.listen).toEqual(['topic']);
    expect(handler.when.map((item) => item.source)).toEqual(['enabled']);
  });
});

describe('arguments', () => {
  test.each([
    ['copy: src="a b" dest={{ d }}/x mode=0644', { src: 'a b', dest: '{{ d }}/x', mode: '0644' }],
    ['action: copy dest=/x content=y', { dest: '/x', content: 'y' }],
    ['action: {module: copy, dest: /x}', { dest: '/x' }],
    ['command: echo "a b" chdir=/tmp | cat x=1', { chdir: '/tmp', cmd: 'echo "a b" | cat x=1' }],
    ["command: echo it's", { cmd: "echo it's" }],
    ['ansible.builtin.command: {argv: [a, b]}', { argv: ['a', 'b'] }],
    ['set_fact: a=1 b="{{ c }}"', { a: '1', b: '{{ c }}' }],
    ['file: {dest: /x}', { path: '/x' }],
  ])('%s', async (text, expected) => {
    const plan = await planOf(play(`- ${text}\n  name: t\n`));
    const args = Object.entries(task(plan, 't').args).map(([key, value]) => [key, value instanceof Template ? value.source : value]);
    expect(Object.fromEntries(args)).toEqual(expected);
  });
  test('args: adds to what stands after the module', async () => {
    expect(task(await planOf(play('- name: t\n  command: ls\n  args: {chdir: /tmp}\n')), 't').args).toEqual({ cmd: 'ls', chdir: '/tmp' });
  });
  test('local_action runs on the controller', async () => {
    const { settings, args } = task(await planOf(play('- {name: t, local_action: command ls}\n')), 't');
    expect([settings.delegate_to, settings.connection, args]).toEqual(['localhost', 'local', { cmd: 'ls' }]);
  });
  test('expressions are compiled', async () => {
    const { args } = task(await planOf(play('- name: t\n  assert:\n    that: [a == 1, "b"]\n')), 't');
    expect(args['that']).toMatchObject([{ source: 'a == 1' }, { source: 'b' }]);
  });
  test('a variant is chosen by the names of the arguments', async () => {
    expect(task(await planOf(play('- name: t\n  wait_for:\n    k8s: {kind: Pod}\n    until: ready\n')), 't').module.name).toBe(
      'wait_for_kube',
    );
  });
  test('module_defaults fill what the task leaves out; an inner level replaces an outer one of the module', async () => {
    const files = play(
      '- block:\n    - name: t\n      copy: {dest: /x}\n  module_defaults:\n    copy: {mode: "0600", dest: /z}\n',
      '  module_defaults:\n    ansible.builtin.copy: {mode: "0644", content: hi, dest: /y}\n',
    );
    expect(task(await planOf(files), 't').args).toEqual({ dest: '/x', mode: '0600' });
  });
  test('what arguments must be together is not judged while one is a template', async () => {
    expect(task(await planOf(play('- name: t\n  fetch: {url: "{{ x }}"}\n')), 't').args['url']).toBeInstanceOf(Template);
    const { diagnostics } = await everything(play('- fetch: {}\n'));
    expect(diagnostics.map(line)).toEqual(['error[missing-argument] site.yml:4:7 fetch needs url or path']);
  });
  test('!unsafe text is never a template', async () => {
    expect(task(await planOf(play('- name: t\n  debug:\n    msg: !unsafe "{{ x }}"\n')), 't').args).toEqual({ msg: '{{ x }}' });
  });
});

describe('loops and retries', () => {
  test.each([
    ['loop: [1, 2]', [1, 2]],
    ['loop: "{{ [1, 2] }}"', [1, 2]],
    ['with_items: [[1, 2], 3]', [1, 2, 3]],
    ['with_dict: {a: 1}', [{ key: 'a', value: 1 }]],
    ['with_sequence: start=1 end=3', ['1', '2', '3']],
    [
      'with_nested: [[1, 2], [3]]',
      [
        [1, 3],
        [2, 3],
      ],
    ],
    [
      'with_together: [[1, 2], [3, 4]]',
      [
        [1, 3],
        [2, 4],
      ],
    ],
    ['with_indexed_items: [a]', [[0, 'a']]],
  ])('%s', async (text, items) => {
    const { loop } = task(await planOf(play(`- name: t\n  ping:\n  ${text}\n`)), 't');
    const value = loop?.items;
    expect(value instanceof Template ? value.eval({ get: () => undefined, names: () => [] }) : value).toEqual(items);
  });
  test('loop_control', async () => {
    const { loop } = task(
      await planOf(
        play(
          '- name: t\n  ping:\n  loop: [1]\n  loop_control: {loop_var: disk, index_var: i, label: "{{ disk }}", pause: 2, extended: yes, break_when: disk == 1}\n',
        ),
      ),
      't',
    );
    expect(loop).toMatchObject({ loopVar: 'disk', indexVar: 'i', pause: 2, extended: true, breakWhen: [{ source: 'disk == 1' }] });
  });
  test('until has Ansible’s defaults', async () => {
    expect(task(await planOf(play('- {name: t, ping: , until: done, retries: "10"}\n')), 't').retry).toMatchObject({
      retries: 10,
      delay: 5,
      until: [{ source: 'done' }],
    });
    expect(task(await planOf(play('- {name: t, ping: , until: [a, b]}\n')), 't').retry).toMatchObject({ retries: 3 });
  });
});

describe('plays', () => {
  test('hosts from a variable, limit, order, serial, percentages', async () => {
    const files = {
      'site.yml':
        '- hosts: "{{ target }}"\n  order: reverse_sorted\n  serial: [1, "30%", "{{ rest }}"]\n  max_fail_percentage: 20\n  vars: {rest: 5}\n',
      'hosts.ini': '[web]\na\nb\nc\nd\n',
    };
    const [first] = (await planOf(files, { extraVars: ['target=web'], selection: { limit: ['web:!d'] } })).plays;
    expect(first).toMatchObject({
      hosts: ['a', 'b', 'c'],
      order: 'reverse_sorted',
      serial: [1, '30%', 5],
      maxFailPercentage: 20,
      name: 'web',
    });
  });
  test('import_playbook hands down variables, tags and conditions', async () => {
    const files = {
      'site.yml': '- import_playbook: sub/p.yml\n  vars: {v: 1}\n  tags: imported\n  when: go\n',
      'sub/p.yml': '- hosts: all\n  vars_files: [x.yml]\n  tasks:\n    - {name: t, ping: }\n',
      'sub/vars/x.yml': 'w: 2\n',
    };
    const plan = await planOf(files);
    expect(seen(plan, named(plan, 't'))).toEqual({ v: 1, w: 2 });
    expect(named(plan, 't')).toMatchObject({ tags: ['imported'], when: [{ source: 'go' }] });
  });
  test('vars_files: the first that exists, names from variables', async () => {
    const files = {
      'site.yml': '- hosts: all\n  vars: {env: prod}\n  vars_files:\n    - [nothere.yml, "{{ env }}.yml"]\n',
      'prod.yml': 'x: 1\n',
    };
    expect((await planOf(files)).plays[0]?.layers.at(-1)).toMatchObject({ precedence: 'vars_files', vars: { x: 1 }, origin: 'prod.yml' });
  });
  test('vars_prompt asks unless -e answers, and keeps private answers secret', async () => {
    const files = {
      'site.yml':
        '- hosts: all\n  vars_prompt:\n    - {name: pass, prompt: Password}\n    - {name: env, private: no, default: lab}\n    - {name: given}\n',
    };
    const asked: string[] = [];
    const secrets: string[] = [];
    const plan = await planOf(files, {
      extraVars: ['given=1'],
      ask: async (prompt) => {
        asked.push(prompt.text);
        return prompt.name === 'pass' ? 'hunter22' : undefined;
      },
      onSecret: (value) => secrets.push(value),
    });
    expect(asked).toEqual(['Password', 'input for env [lab]']);
    expect(secrets).toEqual(['hunter22']);
    expect(plan.plays[0]?.layers).toMatchObject([{ precedence: 'vars_prompt', vars: { pass: 'hunter22', env: 'lab' } }]);
  });
  test('variables beside the playbook, per host', async () => {
    const files = {
      'play/site.yml': '- hosts: all\n',
      'play/group_vars/web.yml': 'g: 1\n',
      'play/host_vars/a.yml': 'h: 2\n',
      'hosts.ini': '[web]\na\n',
    };
    const plan = await planOf(files, { playbooks: ['play/site.yml'] });
    expect(
      plan
        .playbookLayers(plan.inventory.hosts.get(plan.plays[0]?.hosts[0] as never) as never, plan.playbookDir)
        .map((layer) => [layer.precedence, layer.vars]),
    ).toEqual([
      ['playbook group_vars', { g: 1 }],
      ['playbook host_vars', { h: 2 }],
    ]);
  });
  test('start-at-task drops what comes before, in blocks too', async () => {
    const files = play(
      '- {name: one, ping: }\n- block:\n    - {name: two, ping: }\n    - {name: three x, ping: }\n  rescue:\n    - ping:\n- ping:\n',
    );
    expect(ids(await planOf(files, { selection: { startAtTask: 'three*' } }))).toEqual([
      'storage/2:block',
      'storage/2.2:ping',
      'storage/2.rescue.1:ping',
      'storage/3:ping',
    ]);
  });
  test('an empty match is allowed on request', async () => {
    const { diagnostics, plan } = await everything({ 'site.yml': '- hosts: nobody\n' }, { selection: { allowEmpty: true } });
    expect(diagnostics.map(line)).toEqual([]);
    expect(plan.plays[0]?.hosts).toEqual([]);
  });
});

test('names that depend on groups are known while loading', async () => {
  const files = { 'site.yml': '- hosts: "{{ groups[\'web\'][:1] }}"\n', 'hosts.ini': '[web]\na\nb\n' };
  expect((await planOf(files)).plays[0]?.hosts).toEqual(['a']);
});
