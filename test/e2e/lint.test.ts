/** `pb lint`: what it finds, what it mends, and the forms in which it says so. */
import { readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { folder } from './pb.ts';

interface Told {
  readonly severity: string;
  readonly code: string;
  readonly summary: string;
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  readonly fixable: boolean;
}

const SITE = `- hosts: web
  gather_facts: no
  vars:
    lonely: 1
    used: yes
    from_template: x
  tasks:
    - name: copy it
      copy: src=a dest="/tmp/{{ used }}" mode=0644
      notify: restrt
    - debug:
        msg: "{{ usd }} {{ maybe | default('x') }} {{ group_names }} {{ ansible_facts.a }}"
        vrbosity: 1
    - template: {src: a.j2, dest: /tmp/x}
      when: used is defined and registered.rc == 0
    - command: ls
      register: registered
    - include_tasks: more.yml
    - wait_for:
        k8s: {api_version: v1, kind: Pod, name: a, namespace: b}
        until: status.phase == 'Running'
  handlers:
    - name: restart
      command: x
`;
const FILES = {
  'site.yml': SITE,
  'more.yml': '- debug: msg={{ inner }} verbosity=1\n  become: on\n- debug:\n    msg: "{{ item }} {{ site_name }}"\n  loop: [1]\n',
  'templates/a.j2': '{{ from_template }} {{ from_nowhere }}\n{% for x in [1] %}{{ x }} {{ loop.index }}{% endfor %}\n',
  'group_vars/web.yml': 'site_name: x\nother_play: 1\n',
  'other.yml': '- hosts: web\n  tasks:\n    - debug: {var: other_play}\n',
  'h.yml': 'web:\n  hosts:\n    h1: {h1_only: 1, ansible_port: 22}\n',
};

const told = (stdout: string): readonly string[] =>
  (JSON.parse(stdout) as Told[]).map(
    ({ severity, code, summary, file, line, column, fixable }) =>
      `${file ?? '-'}:${line ?? 0}:${column ?? 0} ${severity} ${code} ${summary}${fixable ? ' *' : ''}`,
  );

describe('findings', () => {
  it('what loading finds comes first; what includes name outright is looked at too', async () => {
    const { pb } = await folder(FILES);
    const { stdout, stderr, exitCode } = await pb('lint', 'site.yml', '-i', 'h.yml', '--output', 'json');
    expect([exitCode, stderr]).toEqual([2, '']);
    expect(told(stdout)).toEqual([
      '-:0:0 warning lint-partial variables and handlers are looked at once the files load without errors',
      'more.yml:1:10 warning key-value-arguments the arguments of debug stand in one string *',
      'more.yml:2:11 warning boolean-word on is a boolean in YAML 1.1 and a word in YAML 1.2 *',
      'site.yml:2:17 warning boolean-word no is a boolean in YAML 1.1 and a word in YAML 1.2 *',
      'site.yml:5:11 warning boolean-word yes is a boolean in YAML 1.1 and a word in YAML 1.2 *',
      'site.yml:9:13 warning key-value-arguments the arguments of copy stand in one string *',
      'site.yml:13:9 error unknown-argument debug has no argument "vrbosity" *',
    ]);
  });

  it('--fix mends by rule; variables and handlers are looked at then', async () => {
    const { pb, path } = await folder(FILES);
    const { stdout, stderr, exitCode } = await pb('lint', 'site.yml', '-i', 'h.yml', '--fix', '--output', 'json');
    expect([exitCode, stderr]).toEqual([2, 'fixed 6 in 2 files']);
    expect(told(stdout)).toEqual([
      'h.yml:3:10 warning unused-variable nothing uses h1_only',
      'more.yml:2:14 warning undefined-variable nothing defines inner',
      'site.yml:4:5 warning unused-variable nothing uses lonely',
      'site.yml:8:7 error unknown-handler this notifies "restrt", and no handler is named so',
      'site.yml:15:18 warning undefined-variable nothing defines usd',
      'site.yml:26:7 warning unused-handler nothing notifies this handler (restart)',
      'templates/a.j2:1:24 warning undefined-variable nothing defines from_nowhere',
    ]);
    const site = SITE.replace('gather_facts: no', 'gather_facts: false')
      .replace('used: yes', 'used: true')
      .replace(
        'copy: src=a dest="/tmp/{{ used }}" mode=0644',
        'copy:\n        src: a\n        dest: "/tmp/{{ used }}"\n        mode: "0644"',
      )
      .replace('vrbosity', 'verbosity');
    expect(await readFile(join(path, 'site.yml'), 'utf8')).toBe(site);
    expect(await readFile(join(path, 'more.yml'), 'utf8')).toMatch(
      /^- debug:\n {4}msg: "{{ inner }}"\n {4}verbosity: "1"\n {2}become: true\n/,
    );
  });

  it('a mistyped key is not mended into one that stands beside it', async () => {
    const { pb, path } = await folder({ 'site.yml': '- hosts: all\n  tsks: []\n  tasks: []\n' });
    expect((await pb('lint', 'site.yml', '--fix')).exitCode).toBe(2);
    expect(await readFile(join(path, 'site.yml'), 'utf8')).toContain('tsks: []');
  });

  it('a name that only a run knows ends the look for undefined variables', async () => {
    const { pb } = await folder({
      'site.yml': '- hosts: all\n  tasks:\n    - include_tasks: "{{ which }}.yml"\n    - debug: {msg: "{{ nowhere }}"}\n',
    });
    expect((await pb('lint', 'site.yml')).stdout).toBe('nothing wrong');
  });

  it('mistakes in an included file are told at their place', async () => {
    const files = {
      'site.yml': '- hosts: all\n  tasks:\n    - include_tasks: more.yml\n',
      'more.yml': '- debug:\n    mgs: x\n- nosuch:\n',
    };
    const { pb } = await folder(files);
    expect(told((await pb('lint', 'site.yml', '--output', 'json')).stdout).slice(1)).toEqual([
      'more.yml:2:5 error unknown-argument debug has no argument "mgs" *',
      'more.yml:3:3 error unknown-module there is no module nosuch',
    ]);
  });

  it.each(readdirSync('playbooks').filter((name) => name.endsWith('.yml')))('playbooks/%s is clean, warnings included', async (name) => {
    const { pb } = await folder({});
    const root = process.cwd();
    const { stdout, exitCode } = await pb('lint', `${root}/playbooks/${name}`, '-i', `${root}/inventory`, '--strict');
    expect([exitCode, stdout]).toEqual([0, 'nothing wrong']);
  });
});

describe('exit codes', () => {
  const WARN = { 'site.yml': '- hosts: all\n  gather_facts: no\n' };
  it('0 with warnings, 2 with --strict or errors, 1 for usage', async () => {
    const { pb } = await folder(WARN);
    const warned = await pb('lint', 'site.yml');
    expect(warned.exitCode).toBe(0);
    expect(warned.stdout).toMatch(
      /^warning\[boolean-word\][\s\S]* --> site\.yml:2:17\n[\s\S]*0 errors, 1 warning; 1 can be mended with --fix$/,
    );
    expect((await pb('lint', 'site.yml', '--strict')).exitCode).toBe(2);
    expect((await pb('lint', 'none.yml')).exitCode).toBe(2);
    expect((await pb('lint')).exitCode).toBe(1);
  });
});

describe('SARIF', () => {
  it('is valid 2.1.0, with a place for each finding', async () => {
    const { pb } = await folder(FILES);
    const { stdout } = await pb('lint', 'site.yml', '-i', 'h.yml', '--output', 'sarif');
    const log = JSON.parse(stdout) as { runs: { results: { ruleId: string; level: string; locations?: object[] }[] }[] };
    const {
      $schema: _,
      id: __,
      ...schema
    } = JSON.parse(readFileSync(join(import.meta.dirname, 'sarif-2.1.0.data.json'), 'utf8')) as {
      $schema: string;
      id: string;
    };
    const valid = new Ajv({ strict: false, validateFormats: false, unicodeRegExp: false }).compile(schema);
    expect([valid(log), valid.errors]).toEqual([true, null]);
    expect(valid({ version: '2.1.0', runs: [{}] })).toBe(false);
    const results = log.runs[0]?.results ?? [];
    expect(results.map(({ ruleId, level }) => `${level} ${ruleId}`)).toContain('error unknown-argument');
    expect(results.at(-1)?.locations).toEqual([
      {
        physicalLocation: {
          artifactLocation: { uri: 'site.yml', uriBaseId: 'SRCROOT' },
          region: { startLine: 13, startColumn: 9, endColumn: 17 },
        },
      },
    ]);
  });
});
