import { cp, mkdir, mkdtemp, rm, symlink, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { expect, it, onTestFinished } from 'vitest';

/** What the demo touches, with the packages that are installed here. */
const COPIED = ['src', 'scripts', 'playbooks', 'inventory', 'scenarios', 'package.json', 'package-lock.json', 'tsconfig.json'];

it('npm run demo: builds, starts a lab, check, run, and a second run without changes; leaves nothing behind', {
  timeout: 300_000,
}, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'pb-demo-test-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await Promise.all(COPIED.map((name) => cp(name, join(folder, name), { recursive: true })));
  await symlink(resolve('node_modules'), join(folder, 'node_modules'));
  // As after npm ci: the packages are those of the lock file.
  await utimes(join(folder, 'package-lock.json'), 0, 0);
  const tmp = join(folder, 'tmp');
  await mkdir(tmp);
  const ran = await execa('npm', ['run', 'demo'], {
    cwd: folder,
    reject: false,
    stdin: 'ignore',
    env: { NO_COLOR: '1', TMPDIR: tmp, HOME: folder },
  });
  expect(ran.exitCode, ran.stdout + ran.stderr).toBe(0);
  const [, check = '', run = '', again = ''] = ran.stdout.split(/^── (?=Check|Run)/m);
  expect(check).toMatch(/would change 3/);
  expect(run).toMatch(/TASK \[Make the filesystem\] +changed 3/);
  expect(again.match(/changed=\d+/g)).toEqual(['changed=0', 'changed=0', 'changed=0', 'changed=0']);
  expect(ran.stdout).not.toMatch(/npm ci/);
  const left = await execa('ls', ['-A', tmp]);
  expect(left.stdout).toBe('');
});
