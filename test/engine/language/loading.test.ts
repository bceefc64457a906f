/** What is worked out while loading: tags, module_defaults, order, vars_prompt. */
import { describe, expect, test } from 'vitest';
import type { Json } from '../../../src/core/value.ts';
import { told, wrongs } from './support.ts';

describe('tags that are templates', () => {
  const play = `- hosts: a
  gather_facts: false
  vars: {stage: deploy, many: [x, y]}
  tasks:
    - {debug: {msg: one}, tags: "{{ stage }}"}
    - {debug: {msg: two}, tags: ["{{ many }}", plain]}
    - block: [{debug: {msg: three}}]
      vars: {own: inner}
      tags: "{{ own }},z"
`;
  test.each([
    ['deploy', ['a: one']],
    ['y', ['a: two']],
    ['inner', ['a: three']],
    ['z', ['a: three']],
  ])('--tags %s', async (tag, said) => {
    expect((await told(play, { selection: { tags: [tag] } })).said).toEqual(said);
  });
  test('what depends on a host is an error with its place', async () => {
    expect(await wrongs('- hosts: a\n  tasks:\n    - {ping: , tags: "{{ inventory_hostname }}"}\n')).toEqual([
      "error[not-static] site.yml:3:23 tags must be known while loading: 'inventory_hostname' is undefined (use variables of the play or -e)",
    ]);
  });
});

describe('module_defaults', () => {
  const argsOf = async (defaults: string, task: string): Promise<Json> => {
    const { plan } = await told(`- hosts: a\n  gather_facts: false\n${defaults}  tasks:\n    - ${task}\n`, {
      check: true,
      selection: { tags: ['none'] },
    }).catch(() => ({ plan: undefined }));
    return (plan?.plays[0]?.sections[1]?.[0] as { args?: Json } | undefined)?.args ?? null;
  };
  const DEBUG = '{name: t, debug: {msg: x}, tags: [none]}';
  test('an inner level replaces the outer one for the module as a whole', async () => {
    const { said } = await told(`- hosts: a
  gather_facts: false
  module_defaults: {ansible.builtin.debug: {msg: from play, verbosity: 3}}
  tasks:
    - block:
        - debug:
      module_defaults: {debug: {msg: from block}}
`);
    // Were the two merged, verbosity 3 would hide it.
    expect(said).toEqual(['a: from block']);
  });
  test('the task’s own arguments win', async () => {
    expect(await argsOf('  module_defaults: {debug: {msg: d, verbosity: 1}}\n', DEBUG)).toEqual({ msg: 'x', verbosity: 1 });
  });
  test('group/k8s reaches the modules of clusters and no others; the module’s own defaults win over it', async () => {
    const defaults =
      '  module_defaults: {group/kubernetes.core.k8s: {context: of-group, kubeconfig: /k}, kubernetes.core.k8s_info: {context: of-module}}\n';
    const info = '{name: t, k8s_info: {kind: Pod, namespace: x}, tags: [none]}';
    // A cluster is not asked: the plan is what counts.
    const { plan } = await told(`- hosts: a\n  gather_facts: false\n${defaults}  tasks:\n    - ${info}\n    - ${DEBUG}\n`, {
      ports: () => ({ cluster: () => Promise.reject(new Error('there is none')) }),
    });
    const [first, second] = (plan.plays[0]?.sections[1] ?? []) as readonly { args: Json }[];
    expect(first?.args).toMatchObject({ context: 'of-module', kubeconfig: '/k', kind: 'Pod' });
    expect(second?.args).toEqual({ msg: 'x' });
  });
  test('an unknown group is an error, an unknown module a warning, each with its place', async () => {
    expect(await wrongs('- hosts: a\n  module_defaults: {group/aws: {region: x}, debugg: {msg: x}}\n  tasks: [{debug: }]\n')).toEqual([
      'error[unsupported] site.yml:2:21 module_defaults: there is no group of modules aws (known: group/k8s, group/okd, group/openshift; or name each module)',
      'warning[unknown-module] site.yml:2:45 module_defaults: there is no module debugg (did you mean debug?)',
    ]);
  });
});

describe('order', () => {
  const order = async (word: string, seed?: number) => {
    const play = `- hosts: all\n  order: ${word}\n  gather_facts: false\n  serial: 1\n  tasks: [{debug: {msg: x}}]\n`;
    const hosts = ['d', 'b', 'a', 'c', 'e', 'f'].map((name) => `${name} ansible_connection=local\n`).join('');
    const ran = await told(play, { hosts, selection: seed === undefined ? {} : { shuffleSeed: seed } });
    return { hosts: ran.said.map((line) => line[0]).join(''), notices: ran.notices };
  };
  test.each([
    ['inventory', 'dbacef'],
    ['reverse_inventory', 'fecabd'],
    ['sorted', 'abcdef'],
    ['reverse_sorted', 'fedcba'],
  ])('%s', async (word, hosts) => {
    expect((await order(word)).hosts).toBe(hosts);
  });
  test('shuffle tells its seed, which gives the same order again; another gives another', async () => {
    const [one, same, other] = [await order('shuffle', 7), await order('shuffle', 7), await order('shuffle', 8)];
    expect(one.notices).toEqual(['order: shuffle with seed 7']);
    expect(same.hosts).toBe(one.hosts);
    expect(other.hosts).not.toBe(one.hosts);
    expect([...one.hosts].sort().join('')).toBe('abcdef');
    expect(one.hosts).not.toBe('dbacef');
  });
});

describe('vars_prompt', () => {
  const play = (prompt: string) =>
    `- hosts: a\n  gather_facts: false\n  vars_prompt:\n    - ${prompt}\n  tasks:\n    - debug: {msg: "{{ v }}"}\n`;
  const answers = (list: readonly string[]) => {
    const asked: string[] = [];
    const left = [...list];
    const ask = async (prompt: { text: string }) => {
      asked.push(prompt.text);
      return left.shift();
    };
    return { asked, ask };
  };
  test('confirm asks until two answers agree', async () => {
    const { asked, ask } = answers(['one', 'two', 'three', 'three']);
    const { said } = await told(play('{name: v, prompt: Word, private: false, confirm: true}'), { ask });
    expect(said).toEqual(['a: three']);
    expect(asked).toEqual(['Word', 'confirm Word', 'the two answers differ, once more: Word', 'confirm Word']);
  });
  test('an empty answer is the default, which the question shows', async () => {
    const { asked, ask } = answers(['']);
    const { said } = await told(play('{name: v, prompt: Word, private: false, default: given}'), { ask });
    expect([said, asked]).toEqual([['a: given'], ['Word [given]']]);
  });
  test('encrypt keeps a hash, with the salt that was given', async () => {
    const { ask } = answers(['secret']);
    const { said } = await told(play('{name: v, private: false, encrypt: sha512_crypt, salt: abcdefgh}'), { ask });
    expect(said[0]).toMatch(/^a: \$6\$(rounds=\d+\$)?abcdefgh\$[./0-9A-Za-z]{86}$/);
    const salted = await told(play('{name: v, private: false, encrypt: sha512_crypt, salt_size: 6}'), answers(['secret']));
    expect(salted.said[0]).toMatch(/^a: \$6\$(rounds=\d+\$)?[./0-9A-Za-z]{6}\$[./0-9A-Za-z]{86}$/);
  });
  test('an answer is never a template, unsafe or not', async () => {
    for (const unsafe of [true, false]) {
      const { ask } = answers(['{{ 1 + 1 }}']);
      expect((await told(play(`{name: v, private: false, unsafe: ${unsafe}}`), { ask })).said).toEqual(['a: {{ 1 + 1 }}']);
    }
  });
});

test('an include in a loop counts once for every item that includes, and as skipped where none does', async () => {
  const { stats } = await told({
    'site.yml': `- hosts: a
  gather_facts: false
  tasks:
    - { include_tasks: more.yml, loop: [1, 2, 3], when: item != 3 }
    - { include_tasks: more.yml, loop: [1, 2], when: false }
`,
    'more.yml': '- debug: { msg: "{{ item }}" }\n',
  });
  expect(stats['a']).toMatchObject({ ok: 4, skipped: 1 });
});
