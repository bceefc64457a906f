/** async and poll on real jobs of this machine; they are kept in the test's own folder. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { PbError } from '../../../src/core/diagnostic.ts';
import { type Settings, told } from './support.ts';

const run = (tasks: string, settings: Settings = {}) =>
  told(`- hosts: a\n  gather_facts: false\n  vars: {ansible_async_dir: "{{ playbook_dir }}/jobs"}\n  tasks:\n${tasks}`, settings);

const jobs = (directory: string): readonly string[] =>
  existsSync(path.join(directory, 'jobs')) ? readdirSync(path.join(directory, 'jobs')) : [];

const WAIT = `    - name: wait
      async_status: {jid: "{{ job.ansible_job_id }}"}
      register: done
      until: done.finished
      retries: 600
      delay: 0.1
`;

describe('poll: 0', () => {
  test('begins a job, goes on, and async_status tells how it ended', async () => {
    const { said, story, directory } = await run(`    - name: begin
      shell: until [ -e "{{ playbook_dir }}/go" ]; do sleep 0.1; done; echo said; echo its >&2
      async: 600
      poll: 0
      register: job
    - debug: {msg: "{{ job.started }} {{ job.finished }} {{ job.changed }} {{ job.results_file == playbook_dir ~ '/jobs/' ~ job.ansible_job_id }}"}
    - name: look
      async_status: {jid: "{{ job.ansible_job_id }}"}
      register: seen
    - debug: {msg: "{{ seen.finished }} {{ seen.changed }}"}
    - shell: touch "{{ playbook_dir }}/go"
${WAIT}    - debug: {msg: "{{ done.finished }} {{ done.rc }} {{ done.stdout }} {{ done.stderr_lines }} {{ done.changed }}"}
`);
    expect(said).toEqual(['a: True False True True', 'a: False False', "a: True 0 said ['its'] True"]);
    expect(story).toEqual(expect.arrayContaining(['begin a changed', 'look a ok', 'wait a changed']));
    const kept = jobs(directory);
    expect(kept).toHaveLength(2);
    expect(JSON.parse(readFileSync(path.join(directory, 'jobs', kept[0] ?? ''), 'utf8'))).toMatchObject({ started: 1, finished: 1, rc: 0 });
  });
  test('a job that fails is a failure of async_status, not of the task that began it', async () => {
    const { story, result } = await run(`    - name: begin
      shell: echo no >&2; exit 3
      async: 60
      poll: 0
      register: job
${WAIT}`);
    expect(story).toEqual(['begin a changed', 'wait a failed']);
    expect(result('wait')).toMatchObject({
      error: { message: expect.stringContaining('non-zero return code') },
      output: { rc: 3, stderr: 'no' },
    });
  });
  test('a task with nothing to do gives a job too: it is over and has changed nothing', async () => {
    const { said, story } = await run(`    - name: begin
      command: touch x creates=/
      async: 60
      poll: 0
      register: job
${WAIT}    - debug: {msg: "{{ done.changed }} {{ done.finished }}"}
`);
    expect(story.slice(0, 2)).toEqual(['begin a ok', 'wait a ok']);
    expect(said).toEqual(['a: False True']);
  });
  test('what pb itself writes is written at once, and the job is over', async () => {
    const { said, directory } = await run(`    - name: begin
      copy: {content: text, dest: "{{ playbook_dir }}/made"}
      async: 60
      poll: 0
      register: job
${WAIT}    - debug: {msg: "{{ done.changed }}"}
`);
    expect(readFileSync(path.join(directory, 'made'), 'utf8')).toBe('text');
    expect(said).toEqual(['a: true']);
  });
  test('environment, chdir, stdin and awkward words reach the job; its text is not left behind', async () => {
    const { said, directory } = await run(`    - name: begin
      command:
        argv: [sh, -c, 'cat; printf "%s|%s|%s" "$PWD" "$WORD" "$1"', sh, "it's \\"q\\" ;*"]
        chdir: "{{ playbook_dir }}"
        stdin: "in "
        stdin_add_newline: false
      environment: {WORD: "a 'b'"}
      async: 60
      poll: 0
      register: job
${WAIT}    - debug: {msg: "{{ done.stdout }}"}
`);
    expect(said).toEqual([`a: in ${directory}|a 'b'|it's "q" ;*`]);
    const folder = jobs(directory).find((name) => name.endsWith('.d')) ?? '';
    expect(readdirSync(path.join(directory, 'jobs', folder))).not.toContain('job');
  });
  test('mode: cleanup forgets the job; asking for it again fails', async () => {
    const { directory, result } = await run(`    - command: "true"
      async: 60
      poll: 0
      register: job
${WAIT}    - name: forget
      async_status: {jid: "{{ job.ansible_job_id }}", mode: cleanup}
      register: gone
    - name: again
      async_status: {jid: "{{ job.ansible_job_id }}"}
`);
    expect(jobs(directory)).toEqual([]);
    expect(result('forget')).toMatchObject({ status: 'ok' });
    expect(result('again')).toMatchObject({ status: 'failed', error: { message: 'could not find job' } });
  });
  test('check mode begins nothing; what would be registered is unknown', async () => {
    const { directory, result } = await run(
      `    - name: begin
      command: "true"
      async: 60
      poll: 0
      register: job
${WAIT}`,
      { check: true },
    );
    expect(jobs(directory)).toEqual([]);
    expect([result('begin').status, result('wait').status]).toEqual(['unknown', 'unknown']);
  });
});

describe('poll above 0', () => {
  test('waits, and the result is that of the command itself', async () => {
    const { said, result } = await run(`    - name: work
      command: sh -c 'echo out; exit 5'
      async: 60
      poll: 1
      register: r
      failed_when: r.rc != 5
    - debug: {msg: "{{ r.rc }} {{ r.stdout_lines }} {{ r.cmd | length }} {{ r.ansible_job_id is defined }}"}
    - name: fails
      command: "false"
      async: 60
      poll: 1
`);
    expect(said[0]).toMatch(/^a: 5 \['out'\] /);
    expect(result('fails')).toMatchObject({ status: 'failed', error: { code: 'exec' } });
  });
  test('a job that takes longer than async says is ended', async () => {
    const { result } = await run(`    - name: slow
      command: sleep 3600
      async: 1
      poll: 1
`);
    expect(result('slow')).toMatchObject({
      status: 'failed',
      error: { code: 'timeout', message: expect.stringContaining('maximum time limit') },
    });
  });
  test('a lost link does not lose the job', async () => {
    let lost = 0;
    const { said, events } = await run(
      `    - name: work
      shell: echo survived
      async: 600
      poll: 1
      register: r
    - debug: {msg: "{{ r.stdout }}"}
`,
      {
        ports: (real) => ({
          connect: async (...how) => {
            const connection = await real.connect(...how);
            const { ask } = connection.reader;
            const losing: typeof ask = (probe, args) => {
              if (probe.name !== 'job' || lost === 3) return ask.call(connection.reader, probe, args) as never;
              lost += 1;
              return Promise.reject(new PbError('unreachable', 'the connection was lost'));
            };
            Object.assign(connection.reader, { ask: losing });
            return connection;
          },
        }),
      },
    );
    expect(lost).toBe(3);
    expect(said).toEqual(['a: survived']);
    const pending = events.flatMap((event) => (event.type === 'task.pending' ? [event.why] : []));
    expect(pending[0]).toMatch(/is running, the host is out of reach$/);
  });
});
