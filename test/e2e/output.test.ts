import { expect, it } from 'vitest';
import { folder } from './pb.ts';

it('--output json writes events and nothing else, with the version of the schema', async () => {
  const { pb } = await folder({ 'play.yml': '- hosts: localhost\n  gather_facts: false\n  tasks:\n    - debug: { msg: hi }\n' });
  const lines = (await pb('run', 'play.yml', '--output', 'json')).stdout.split('\n').map((line) => JSON.parse(line));
  expect(lines[0]).toMatchObject({ schema: 1, type: 'run.start', mode: 'apply' });
  expect(lines.at(-1)).toMatchObject({ type: 'run.end', exitCode: 0 });
});

it('no_log hides what a task says, a secret variable is hidden wherever it turns up', async () => {
  const { pb } = await folder({
    'play.yml': `
- hosts: localhost
  gather_facts: false
  tasks:
    - name: quiet
      copy: { content: "s3cr3t-value", dest: "{{ playbook_dir }}/x", mode: "0600" }
      no_log: true
`,
  });
  const ran = await pb('run', 'play.yml', '--diff', '-vvv');
  expect(ran.exitCode).toBe(0);
  expect(ran.stdout).not.toContain('s3cr3t');
  expect((await pb('run', 'play.yml', '--output', 'json')).stdout).not.toContain('s3cr3t');
});

it('debug prints its message in full', async () => {
  const { pb } = await folder({
    'play.yml':
      '- hosts: localhost\n  gather_facts: false\n  tasks:\n    - debug:\n        msg: |\n          first line\n            second line\n          third line\n',
  });
  expect((await pb('run', 'play.yml')).stdout).toContain('    first line\n      second line\n    third line');
});

it('of many hosts at once nothing is said beside the report', async () => {
  const { pb } = await folder({ 'play.yml': '- hosts: all\n  gather_facts: false\n  tasks:\n    - raw: echo x\n' });
  const hosts = Array.from({ length: 30 }, (_, i) => `h${i}`).join(',');
  const ran = await pb('run', 'play.yml', '-i', hosts, '-e', 'ansible_host=127.0.0.1 ansible_port=1');
  expect(ran.exitCode).toBe(4);
  expect(ran.stderr).toBe('');
});
