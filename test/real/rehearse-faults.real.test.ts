import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { expect, it, onTestFinished } from 'vitest';
import { shipped } from '../../src/cli/scenario/shipped.ts';

const PROGRAM = resolve(process.env['PB_TEST_CLI'] ?? 'dist/pb.js');
/** About ninety trials of two seconds each on an idle machine. Only against what hangs. */
const TIMEOUT_MS = 3_600_000;

/** Seven minutes of processor time, and once red beside other work: run by PB_REHEARSE_ALL=1, not by every CI. Needs no real parts. */
it.skipIf(process.env['PB_REHEARSE_ALL'] !== '1')(
  'the shipped playbook under every fault that concerns it, and interrupted after every task',
  { timeout: TIMEOUT_MS },
  async () => {
    const home = await mkdtemp(join(tmpdir(), 'pb-faults-'));
    onTestFinished(() => rm(home, { recursive: true, force: true }));
    const trials = (await shipped()).filter(({ id, playbook }) => id !== 'baremetal-local' && playbook === 'baremetal-local.yml');
    const faults = ['--faults', trials.map(({ path }) => path).join(',')];
    const ran = await execa('node', [PROGRAM, 'rehearse', 'playbooks/baremetal-local.yml', '-i', 'inventory', '--interrupt', ...faults], {
      ...{ reject: false, stdin: 'ignore' },
      env: { NO_COLOR: '1', HOME: home, KUBECONFIG: '' },
    });
    expect(ran.stdout.match(/^WRONG.*(?:\n {7}.*)*/gm) ?? [], ran.stderr).toEqual([]);
    expect(ran.stdout.match(/^good .*interrupted (in|after) "/gm)?.length).toBeGreaterThan(50);
    const [, all] = /VERDICT: all (\d+) trials as wanted/.exec(ran.stdout) ?? [];
    expect(Number(all)).toBeGreaterThan(trials.length + 50);
    expect(ran.exitCode).toBe(0);
  },
);
