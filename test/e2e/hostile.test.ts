/** Projects made to break a reader: each ends with a diagnostic, in little memory, and never with a crash. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { expect, it, onTestFinished } from 'vitest';
import { PROGRAM } from './pb.ts';

type Files = { readonly [path: string]: string | Uint8Array };

/** MB of heap; what a run of one small task takes is about a fifth of it. */
const HEAP = 320;

const play = (tasks: string, vars = ''): string => `- hosts: localhost\n  gather_facts: false\n${vars}  tasks:\n${tasks}`;
const debug = (text: string, vars = ''): Files => ({ 'site.yml': play(`    - debug: {msg: "${text}"}\n`, vars) });
const beside = (file: string, content: string | Uint8Array): Files => ({ ...debug('x'), [file]: content });
const letters = [...'bcdefghijkl'];
const many = (count: number, line: (index: number) => string): string => Array.from({ length: count }, (_, index) => line(index)).join('');

const CASES: readonly (readonly [what: string, files: Files, code: number, told: RegExp])[] = [
  ['flow nesting', { 'site.yml': '['.repeat(100_000) }, 1, /error\[yaml-too-deep\]/],
  ['nesting by indentation', { 'site.yml': many(2000, (i) => `${' '.repeat(i)}a:\n`) }, 1, /error\[yaml-too-deep\]/],
  ['nesting by dashes', { 'site.yml': `${'- '.repeat(50_000)}a` }, 1, /error\[yaml-too-deep\]/],
  [
    'a YAML bomb',
    debug(
      'x',
      `  vars:\n    a: &a [${'x,'.repeat(9)}]\n${letters.map((c, i) => `    ${c}: &${c} [${`*${'abcdefghijkl'[i]},`.repeat(9)}]\n`).join('')}`,
    ),
    1,
    /error\[yaml-alias-bomb\]/,
  ],
  [
    'a bomb of merges',
    debug(
      'x',
      `  vars:\n    a: &a {x: 1}\n${letters.map((c, i) => `    ${c}: &${c} {<<: [${`*${'abcdefghijkl'[i]},`.repeat(50)}], k${c}: 1}\n`).join('')}`,
    ),
    1,
    /error\[yaml-alias-bomb\]/,
  ],
  ['10 MB of list', beside('group_vars/all.yml', `list:\n${'  - {a: 1, b: two}\n'.repeat(550_000)}`), 1, /error\[file-too-large\]/],
  ['12 MB on one line', beside('group_vars/all.yml', `a: "${'x'.repeat(12_000_000)}"\n`), 1, /error\[file-too-large\]/],
  [
    '20000 groups in each other',
    beside('hosts.ini', `${many(20_000, (i) => `[g${i}:children]\ng${i + 1}\n`)}[g20000]\nh\n`),
    1,
    /error\[too-many-groups\]/,
  ],
  ['a range of a thousand million hosts', beside('hosts.ini', 'h[1:999999999]\n'), 1, /error\[host-range\]/],
  [
    '5 MB of brackets for an inventory',
    beside('hosts.ini', `[a]\n${'['.repeat(4_000_000)}`),
    1,
    /error\[inventory-syntax\]: \[{60}… is not a section/,
  ],
  [
    'invalid UTF-8',
    { 'site.yml': new Uint8Array([0x2d, 0x20, 0x61, 0x3a, 0x20, 0xff, 0xfe]) },
    1,
    /error\[invalid-utf8\][\s\S]* --> site\.yml:1:6/,
  ],
  ['UTF-16', { 'site.yml': Buffer.from('\ufeff- hosts: all\n', 'utf16le') }, 1, /error\[invalid-utf8\]/],
  ['NUL bytes', { 'site.yml': '- hosts: all\0\n  tasks: [\0]\n' }, 1, /error\[/],
  ['a directory for a playbook', { 'site.yml/x': '' }, 1, /error\[file-unreadable\]/],
  [
    '9 MB of digits for a vault',
    beside('group_vars/all.yml', `$ANSIBLE_VAULT;1.1;AES256\n${'3'.repeat(9_000_000)}`),
    1,
    /error\[vault\].*damaged/,
  ],
  [
    'a file that includes itself',
    { 'site.yml': play('    - include_tasks: m.yml\n'), 'm.yml': '- include_tasks: m.yml\n' },
    2,
    /includes stand more than 200 deep/,
  ],
  [
    'a role that includes itself',
    { 'site.yml': play('    - include_role: {name: r}\n'), 'roles/r/tasks/main.yml': '- include_role: {name: r}\n' },
    2,
    /includes stand more than 200 deep/,
  ],
  [
    'a file that imports itself',
    { 'site.yml': play('    - import_tasks: m.yml\n'), 'm.yml': '- import_tasks: m.yml\n' },
    1,
    /error\[import-loop\]/,
  ],
  [
    'a template that includes itself',
    { 'site.yml': play("    - debug: {msg: \"{{ lookup('template', 'a.j2') }}\"}\n"), 'templates/a.j2': '{% include "a.j2" %}' },
    2,
    /deep|recurs/,
  ],
  ['variables that define each other', debug('{{ a }}', '  vars: {a: "{{ b }}", b: "{{ a }}"}\n'), 2, /a variable is defined by itself/],
  [
    'parentheses in a template',
    debug(`{{ ${'('.repeat(20_000)}1${')'.repeat(20_000)} }}`),
    1,
    /error\[template-syntax\].*nested more than/,
  ],
  ['a macro that calls itself', debug('{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}'), 2, /deep|recurs/],
  ['a list of a thousand million', debug('{{ range(10**9) | list | length }}'), 2, /FAILED debug/],
  ['a string of ten thousand million', debug("{{ 'a' * 10**10 }}"), 2, /FAILED debug/],
  [
    'loops in loops',
    debug('{% for a in range(100000) %}{% for b in range(100000) %}{% endfor %}{% endfor %}'),
    2,
    /a loop or range in it is far too large/,
  ],
  ['a regular expression that takes for ever', debug("{{ ('a' * 40 ~ '!') is match('(a+)+$') }}"), 2, /FAILED debug/],
  [
    'a host pattern that takes for ever',
    { 'site.yml': '- hosts: "~(a+)+$"\n', 'hosts.ini': `${'a'.repeat(40)}!\n` },
    1,
    /error\[unknown-host-pattern\][\s\S]*help: it repeats within repetitions/,
  ],
  [
    'a glob that takes for ever',
    { 'site.yml': `- hosts: "${'a*'.repeat(40)}b"\n`, 'hosts.ini': `${'a'.repeat(60)}\n` },
    1,
    /error\[unknown-host-pattern\]/,
  ],
  ['a way out of the language', debug("{{ ''.__class__.__mro__ }}"), 2, /__class__/],
];

it.each(CASES)('%s', async (_, files, code, told) => {
  const folder = await mkdtemp(join(tmpdir(), 'pb-hostile-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), content);
  }
  const inventory = 'hosts.ini' in files ? ['-i', 'hosts.ini'] : [];
  const options = { cwd: folder, reject: false, stdin: 'ignore', all: true, env: { NO_COLOR: '1', HOME: folder } } as const;
  const { exitCode, all } = await execa('node', [`--max-old-space-size=${HEAP}`, PROGRAM, 'run', 'site.yml', ...inventory], options);
  expect([exitCode, all]).toEqual([code, expect.stringMatching(told)]);
  expect(all).not.toMatch(/pb has a bug|FATAL ERROR|\n\s+at .*\.js:\d+/);
});
