import { execa } from 'execa';
import { expect, it } from 'vitest';
import { folder, PROGRAM } from './pb.ts';

/** Node has no pseudo-terminal: the program is told that its pipe is one. */
const TERMINAL = `data:text/javascript,${encodeURIComponent("Object.assign(process.stdout, { isTTY: true, columns: 100, rows: 40 }); process.env.TERM = 'xterm'")}`;
const CONTROL = /\u001b\[[\d;?]*[A-Za-z]/g;

it('on a terminal the live view comes, tells the time, goes, and leaves every line behind', async () => {
  const { path } = await folder({
    'play.yml': `
- hosts: a,b
  gather_facts: false
  tasks:
    - { name: quick, debug: { msg: hi }, loop: [1, 2, 3, 4, 5] }
    - { name: slow, pause: { seconds: 3 } }
    - { name: quick again, command: echo x }
    - { name: the end, debug: { msg: "line one\\nline two" } }
`,
  });
  const args = ['run', 'play.yml', '-i', 'a,b,', '-e', 'ansible_connection=local'];
  const env = { HOME: path, KUBECONFIG: '', CI: '' };
  const { exitCode, stdout } = await execa('node', ['--import', TERMINAL, PROGRAM, ...args], { cwd: path, stdin: 'ignore', env });
  expect(exitCode).toBe(0);
  const shown = stdout.replaceAll('\r', '').replace(CONTROL, '');
  expect(shown).toMatch(/⠋|⠙|⠹/);
  expect(shown).toMatch(/waiting 2s\/\S+/);
  expect(shown).toMatch(/TASK \[the end\] +ok 2\n +a,b +line one\n +line two\n\nPLAY RECAP\na +: ok=4 .*\nb +: ok=4 .*\n*$/);
});
