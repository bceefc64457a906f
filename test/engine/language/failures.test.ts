/** Failures of one host and what they mean for others: any_errors_fatal, max_fail_percentage, rescue, run_once, force_handlers. */
import { describe, expect, test } from 'vitest';
import { told } from './support.ts';

const head = (more = '') => `- hosts: all\n  gather_facts: false\n${more}`;

describe('any_errors_fatal', () => {
  test('stops every host, and later plays', async () => {
    const { said, exitCode, stats } = await told(`${head('  any_errors_fatal: true\n')}  tasks:
    - fail:
      when: inventory_hostname == 'b'
    - debug: {msg: never}
- hosts: all
  gather_facts: false
  tasks: [{debug: {msg: never}}]
`);
    expect(said).toEqual([]);
    expect(exitCode).toBe(2);
    expect([stats['a']?.failed, stats['b']?.failed]).toEqual([0, 1]);
  });
  test('a task may say false in a play that says true', async () => {
    const { said } = await told(`${head('  any_errors_fatal: true\n')}  tasks:
    - fail:
      when: inventory_hostname == 'b'
      any_errors_fatal: false
    - debug: {msg: going}
`);
    expect(said).toEqual(['a: going', 'c: going']);
  });
  test('with rescue every host goes through it, and only the one that failed counts', async () => {
    const { said, stats, exitCode } = await told(`${head('  any_errors_fatal: true\n')}  tasks:
    - block:
        - fail: {msg: boom}
          when: inventory_hostname == 'b'
        - debug: {msg: never}
      rescue:
        - debug: {msg: rescued}
    - debug: {msg: after}
`);
    expect(said).toEqual(['a: rescued', 'b: rescued', 'c: rescued', 'a: after', 'b: after', 'c: after']);
    expect(stats['a']).toMatchObject({ failed: 0, rescued: 0 });
    expect(stats['b']).toMatchObject({ failed: 0, rescued: 1 });
    expect(exitCode).toBe(0);
  });
});

test('max_fail_percentage: more than that many ends the play, as many do not', async () => {
  const play = (limit: number) => `${head(`  max_fail_percentage: ${limit}\n`)}  tasks:
    - fail:
      when: inventory_hostname == 'a'
    - debug: {msg: going}
`;
  expect((await told(play(34))).said).toEqual(['b: going', 'c: going']);
  expect((await told(play(33))).said).toEqual([]);
});

test('run_once: one failure is everyone’s, in the recap of one', async () => {
  const { said, stats } = await told(`${head()}  tasks:
    - fail:
      run_once: true
    - debug: {msg: never}
`);
  expect(said).toEqual([]);
  expect([stats['a']?.failed, stats['b']?.failed]).toEqual([1, undefined]);
});

test('run_once: once a batch with serial; on every host, with a warning, under free', async () => {
  const play = (more: string) => `${head(more)}  tasks:\n    - {name: once, debug: {msg: once}, run_once: true}\n`;
  expect((await told(play('  serial: 2\n'))).said).toEqual(['a: once', 'c: once']);
  const free = await told(play('  strategy: free\n'));
  expect([...free.said].sort()).toEqual(['a: once', 'b: once', 'c: once']);
  expect(free.notices).toEqual(['run_once has no effect with strategy free: the task runs on every host']);
});

test('ansible_failed_task and ansible_failed_result tell the rescue what happened', async () => {
  const { said } = await told(`- hosts: a
  gather_facts: false
  tasks:
    - block:
        - name: Count {{ inventory_hostname }}
          shell: echo out; echo err >&2; exit 7
      rescue:
        - debug: {msg: "{{ ansible_failed_task.action }} {{ ansible_failed_result.rc }} {{ ansible_failed_result.stderr }} {{ ansible_failed_result.failed }}"}
    - block:
        - command: "false"
          loop: [1, 2]
      rescue:
        - debug: {msg: "{{ ansible_failed_result.results | map(attribute='rc') | list }} <{{ ansible_failed_task.name }}>"}
`);
  expect(said).toEqual(['a: shell 7 err True', 'a: [1, 1] <>']);
});

test('an include that cannot be loaded is a failure like any other: rescue knows it, any_errors_fatal stops the others', async () => {
  const { said } = await told(`${head('  any_errors_fatal: true\n')}  tasks:
    - block:
        - include_tasks: missing.yml
          when: inventory_hostname == 'b'
        - debug: {msg: never}
      rescue:
        - debug: {msg: "{{ ansible_failed_task.action }}: {{ ansible_failed_result.msg }}"}
          when: inventory_hostname == 'b'
`);
  expect(said).toEqual(['b: include_tasks: there is no file missing.yml']);
});

test('ignore_unreachable goes on with the host; without it the host is out', async () => {
  const hosts = 'gone ansible_host=127.0.0.1 ansible_port=1 ansible_connection=ssh\n';
  const play = (ignore: boolean) => `- hosts: gone
  gather_facts: false
  ignore_unreachable: ${ignore}
  tasks:
    - {ping: , register: r}
    - debug: {msg: "on {{ r.unreachable }}"}
`;
  expect((await told(play(true), { hosts })).said).toEqual(['gone: on True']);
  const out = await told(play(false), { hosts });
  expect(out.said).toEqual([]);
  expect(out.exitCode).toBe(4);
});

test('force_handlers: a host that failed still runs what it owes, and stays failed', async () => {
  const play = (force: boolean) => `- hosts: a
  gather_facts: false
  force_handlers: ${force}
  tasks:
    - {shell: ':', notify: h}
    - fail:
  handlers:
    - {name: h, debug: {msg: handled}}
`;
  const forced = await told(play(true));
  expect([forced.said, forced.exitCode]).toEqual([['a: handled'], 2]);
  const left = await told(play(false));
  expect(left.said).toEqual([]);
  expect(left.notices.join()).toContain('1 notified handler(s) did not run: h');
});
