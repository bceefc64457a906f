/** Whoever reads the output goes away in the middle: `| head`, a session that drops, a full disk. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, it } from 'vitest';
import { folder, PROGRAM } from './pb.ts';

const waits = `- hosts: localhost
  gather_facts: false
  tasks:
    - debug: { msg: begun }
    - wait_for: { path: never, timeout: 600 }
    - command: touch after
`;

const begin = (cwd: string, ...args: readonly string[]) =>
  execa('node', [PROGRAM, ...args], { cwd, reject: false, stdin: 'ignore', env: { NO_COLOR: '1', HOME: cwd, KUBECONFIG: '' } });

it('what only prints is done, without a word', async () => {
  const { path } = await folder({});
  const listing = begin(path, 'lab', 'scenarios');
  listing.stdout.destroy();
  expect(await listing).toMatchObject({ exitCode: 141, stderr: '' });
});

it('the version is said to nobody', async () => {
  const { path } = await folder({});
  const version = begin(path, '--version');
  version.stdout.destroy();
  expect(await version).toMatchObject({ exitCode: 0, stderr: '' });
});

it('a run ends as at Ctrl-C', async () => {
  const { path } = await folder({ 'play.yml': waits });
  const run = begin(path, 'run', 'play.yml');
  run.stdout.destroy();
  const { exitCode, stderr } = await run;
  expect([exitCode, existsSync(join(path, 'after'))]).toEqual([130, false]);
  expect(stderr).toBe('error: nobody reads the output');
});

it('so does one whose session hangs up', async () => {
  const { path } = await folder({ 'play.yml': waits });
  const run = begin(path, 'run', 'play.yml');
  run.stdout.once('data', () => run.kill('SIGHUP'));
  const { exitCode, stdout } = await run;
  expect([exitCode, existsSync(join(path, 'after'))]).toEqual([130, false]);
  expect(stdout).toMatch(/PLAY RECAP/);
});

it('a full disk under the output is said', async () => {
  const { path } = await folder({ 'play.yml': waits });
  const run = await execa('sh', ['-c', `exec node '${PROGRAM}' run play.yml >/dev/full`], {
    ...{ cwd: path, reject: false, stdin: 'ignore', env: { NO_COLOR: '1', HOME: path, KUBECONFIG: '' } },
  });
  expect(run.exitCode).toBe(130);
  expect(run.stderr).toMatch(/error: the output cannot be written: .*no space left/i);
});
