import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { expect, it, onTestFinished } from 'vitest';
import { shipped } from '../../src/cli/scenario/shipped.ts';

/** About two seconds each on an idle machine. */
const TIMEOUT_MS = 1_800_000;

it('the shipped playbook under every shipped fault: each comes out as its scenario says', { timeout: TIMEOUT_MS }, async () => {
  const home = await mkdtemp(join(tmpdir(), 'pb-faults-'));
  onTestFinished(() => rm(home, { recursive: true, force: true }));
  const trials = (await shipped()).filter(({ id }) => id !== 'baremetal-local');
  const args = ['rehearse', 'playbooks/baremetal-local.yml', '-i', 'inventory', '--faults', trials.map(({ path }) => path).join(',')];
  const ran = await execa('node', [resolve('dist/pb.js'), ...args], {
    ...{ reject: false, stdin: 'ignore' },
    env: { NO_COLOR: '1', HOME: home, KUBECONFIG: '' },
  });
  expect(ran.stdout.match(/^WRONG.*(?:\n {7}.*)*/gm) ?? [], ran.stderr).toEqual([]);
  expect(ran.stdout).toContain(`VERDICT: all ${trials.length + 1} trials as wanted`);
  expect(ran.exitCode).toBe(0);
});
