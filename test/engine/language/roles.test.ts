/** Roles: argument_specs, allow_duplicates, names that are templates. */
import { describe, expect, test } from 'vitest';
import { told, wrongs } from './support.ts';

const spec = (options: string, more = '') =>
  `argument_specs:\n  main:\n    short_description: The web server\n${more}    options:\n${options}`;

describe('meta/argument_specs.yml', () => {
  const role = (use: string, options = '      http_port: {type: int, required: true}\n      level: {choices: [low, high]}\n') => ({
    'site.yml': `- hosts: a\n  gather_facts: false\n${use}`,
    'roles/web/meta/argument_specs.yml': spec(options),
    'roles/web/tasks/main.yml': '- debug: {msg: "http_port {{ http_port }}"}\n',
    'roles/web/tasks/other.yml': '- debug: {msg: other}\n',
  });
  const TASK = "web : Validating arguments against arg spec 'main' - The web server";

  test('right arguments: the role runs after a task that says so', async () => {
    const { said, story, result } = await told(role('  roles: [{role: web, http_port: 80}]\n'));
    expect(result(TASK)).toMatchObject({ status: 'ok' });
    expect(story[0]).toBe(`${TASK} a ok`);
    expect(said).toEqual(['a: http_port 80']);
  });
  test('wrong ones fail before the role’s first task, at the place of use', async () => {
    const { said, result } = await told(role('  vars: {level: middle}\n  roles: [{role: web}]\n'));
    expect(said).toEqual([]);
    expect(result(TASK)).toMatchObject({
      status: 'failed',
      error: { message: expect.stringContaining('missing required arguments: http_port') },
      output: { validate_args_context: { type: 'role', name: 'web', argument_spec_name: 'main' } },
    });
  });
  test('a default of the role counts, and so does a variable of an include', async () => {
    const files = role('  tasks:\n    - include_role: {name: web}\n      vars: {http_port: 81}\n    - import_role: {name: web}\n');
    const { said } = await told({ ...files, 'roles/web/defaults/main.yml': 'http_port: 82\n' });
    expect(said).toEqual(['a: http_port 81', 'a: http_port 82']);
  });
  test('rolespec_validate: false and another entry point leave it out', async () => {
    const { said, story } = await told(
      role(
        '  vars: {http_port: x}\n  tasks:\n    - include_role: {name: web, rolespec_validate: false}\n    - import_role: {name: web, rolespec_validate: false}\n    - include_role: {name: web, tasks_from: other}\n',
      ),
    );
    expect(said).toEqual(['a: http_port x', 'a: http_port x', 'a: other']);
    expect(story.join()).not.toContain('Validating');
  });
  test('in meta/main.yml too, and whatever --tags says', async () => {
    const { story } = await told(
      {
        'site.yml': '- hosts: a\n  gather_facts: false\n  roles: [web]\n',
        'roles/web/meta/main.yml': spec('      http_port: {type: int, required: true}\n'),
        'roles/web/tasks/main.yml': '- ping:\n',
      },
      { selection: { tags: ['none'] } },
    );
    expect(story).toEqual([`${TASK} a failed`]);
    const skipping = role('  vars: {http_port: x}\n  roles: [web]\n');
    expect((await told(skipping, { selection: { skipTags: ['always'] } })).said).toEqual(['a: http_port x']);
  });
  test('what is wrong in the specification is told with its place', async () => {
    const wrong = role(
      '  roles: [web]\n',
      '      a: {type: integer}\n      b: {required: perhaps}\n      c: {choices: x}\n      d: {requird: true}\n      e: [1]\n',
    );
    const file = 'roles/web/meta/argument_specs.yml';
    expect(await wrongs(wrong)).toEqual([
      `error[argument-spec] ${file}:5:17 "integer" is no type of an argument (known: str, int, float, bool, list, dict, path, raw, json, jsonarg, bytes, bits)`,
      `error[argument-spec] ${file}:6:21 required must be true or false, not a string`,
      `error[argument-spec] ${file}:7:20 choices must be a list, not a string`,
      `warning[argument-spec] ${file}:8:11 requird means nothing in an argument specification (did you mean required?)`,
      `error[argument-spec] ${file}:9:10 the specification of e must be a mapping, not a list`,
    ]);
  });
});

describe('include_role', () => {
  const files = (tasks: string) => ({
    'site.yml': `- hosts: a:b\n  gather_facts: false\n  serial: 1\n  tasks:\n${tasks}`,
    'roles/r/tasks/main.yml': '- debug: {msg: ran}\n',
    'roles/r/tasks/a.yml': '- debug: {msg: "{{ kind }} {{ other | default(\'-\') }}"}\n',
    'roles/r/vars/special.yml': 'kind: special\n',
    'roles/r/defaults/more.yml': 'other: more\n',
    'roles/r/handlers/more.yml': '- {name: h, debug: {msg: handled}}\n',
  });
  test('allow_duplicates: false runs a role once for each host', async () => {
    const again = '    - include_role: {name: r, allow_duplicates: false}\n';
    expect((await told(files(again + again))).said).toEqual(['a: ran', 'b: ran']);
    const freely = '    - include_role: {name: r}\n';
    expect((await told(files(freely + freely))).said).toHaveLength(4);
  });
  test('tasks_from, vars_from, defaults_from and handlers_from may be templates', async () => {
    const { said } = await told(
      files(
        `    - include_role: {name: "{{ 'r' }}", tasks_from: "{{ inventory_hostname }}", vars_from: special, defaults_from: more, handlers_from: more}
      when: inventory_hostname == 'a'
    - {shell: ':', notify: h, when: inventory_hostname == 'a'}
`,
      ),
    );
    expect(said).toEqual(['a: special more', 'a: handled']);
  });
  test('public: what comes after sees its defaults; not public: not', async () => {
    const task = (value: string) =>
      files(
        `    - include_role: {name: r, defaults_from: more, public: ${value}}\n    - debug: {msg: "{{ other | default('unseen') }}"}\n`,
      );
    expect((await told(task('true'))).said).toEqual(['a: ran', 'a: more', 'b: ran', 'b: more']);
    expect((await told(task('false'))).said).toEqual(['a: ran', 'a: unseen', 'b: ran', 'b: unseen']);
  });
  test('run_once includes for one host', async () => {
    const { said } = await told(files('    - include_role: {name: r}\n      run_once: true\n').valueOf() as never);
    expect(said).toEqual(['a: ran', 'b: ran']);
    const together = { ...files('    - include_role: {name: r}\n      run_once: true\n') };
    const { said: one } = await told({ ...together, 'site.yml': together['site.yml'].replace('  serial: 1\n', '') });
    expect(one).toEqual(['a: ran']);
  });
  test('import_role: its name may be a template of play variables', async () => {
    const { said } = await told(files('    - import_role: {name: "{{ which }}"}\n').valueOf() as never, { extraVars: ['which=r'] });
    expect(said).toEqual(['a: ran', 'b: ran']);
  });
});

describe('handlers', () => {
  test('a template in the name is worked out, so that it can be notified', async () => {
    const { said } = await told(`- hosts: a
  gather_facts: false
  vars: {service: web}
  tasks:
    - {shell: ':', notify: "restart {{ service }}"}
    - {shell: ':', notify: restart web}
  handlers:
    - {name: "restart {{ service }}", debug: {msg: restarted}}
`);
    expect(said).toEqual(['a: restarted']);
  });
});
