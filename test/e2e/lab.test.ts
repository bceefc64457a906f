import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

const PROGRAM = resolve(process.env['PB_TEST_CLI'] ?? 'dist/pb.js');
const STARTING_MS = 120_000;
vi.setConfig({ testTimeout: STARTING_MS });

/** The shipped playbook on `pb lab`, by the commands a person types; one lab for all of it. */
describe('pb lab', () => {
  let state: string;
  let lab: string;
  const pb = (...args: readonly string[]) =>
    execa('node', [PROGRAM, ...args], {
      ...{ reject: false, stdin: 'ignore' },
      env: { NO_COLOR: '1', XDG_STATE_HOME: state, HOME: state, KUBECONFIG: join(lab, 'kubeconfig') },
    });
  const job = () => ['playbooks/baremetal-local.yml', '-i', 'inventory', '-i', join(lab, 'inventory')];

  beforeAll(async () => {
    state = await mkdtemp(join(tmpdir(), 'pb-lab-'));
    lab = join(state, 'pb', 'lab');
    const up = await pb('lab', 'up', '-i', 'inventory', '--speed', '300');
    expect(up.exitCode, up.stderr).toBe(0);
    expect(up.stdout).toMatch(/hosts +master01 master02 master03 worker01 worker02 worker03 infra01 infra02/);
  }, STARTING_MS);
  afterAll(async () => {
    await pb('lab', 'down');
    await rm(state, { recursive: true, force: true });
  }, STARTING_MS);

  it('check announces, the run does, the second run changes nothing', async () => {
    const check = await pb('check', ...job());
    expect(check.exitCode, check.stdout + check.stderr).toBe(0);
    expect(check.stdout).toMatch(/TASK \[Make the filesystem\] +would change 3/);
    const run = await pb('run', ...job());
    expect(run.exitCode, run.stdout + run.stderr).toBe(0);
    expect(run.stdout).toMatch(/mount +\/dev\/sdb \/registry ext4/);
    const again = await pb('run', ...job());
    expect(again.exitCode, again.stdout + again.stderr).toBe(0);
    expect(again.stdout.match(/changed=\d+/g)).toEqual(['changed=0', 'changed=0', 'changed=0', 'changed=0']);
  });

  it('record: what the lab is by now, without secrets; a rehearsal on it finds nothing left to do', async () => {
    const metadata = { name: 'theirs', namespace: 'openshift-image-registry' };
    const definition = { apiVersion: 'v1', kind: 'Secret', metadata, data: { key: 'c2VjcmV0LXZhbHVl' } };
    const play = join(state, 'secret.yml');
    await writeFile(play, JSON.stringify([{ hosts: 'localhost', gather_facts: false, tasks: [{ k8s_apply: { definition } }] }]));
    expect((await pb('run', play)).exitCode).toBe(0);
    const recorded = join(state, 'recorded');
    const record = await pb('record', '-i', 'inventory', '-i', join(lab, 'inventory'), '-o', recorded);
    expect(record.exitCode, record.stdout + record.stderr).toBe(0);
    expect(record.stdout).toMatch(/recorded the disks of 8 hosts/);
    const objects = await readFile(join(recorded, 'objects.yml'), 'utf8');
    expect(objects).toMatch(/^ {2}name: theirs$/m);
    expect(objects).not.toContain('c2VjcmV0LXZhbHVl');
    const site = ['--scenario', join(recorded, 'scenario.yml')];
    const rehearsed = await pb('rehearse', 'playbooks/baremetal-local.yml', '-i', 'inventory', ...site);
    expect(rehearsed.stdout, rehearsed.stderr).toMatch(/^good +plain +check announced 0 changes, the run made 0, the second 0$/m);
    expect(rehearsed.exitCode).toBe(0);
  });

  it('one lab at a time; status tells how to reach it; its secrets are for the user alone', async () => {
    const twice = await pb('lab', 'up');
    expect(twice.exitCode).toBe(1);
    expect(twice.stderr).toMatch(/a lab is up already[\s\S]*pb lab down/);
    const status = await pb('lab', 'status');
    expect(status.exitCode).toBe(0);
    expect(status.stdout).toContain(`export KUBECONFIG=${lab}/kubeconfig`);
    for (const file of ['kubeconfig', 'keys/id_ed25519', 'state.json']) expect((await stat(join(lab, file))).mode & 0o077, file).toBe(0);
  });

  it('its addresses win over those of the inventory below', async () => {
    const shown = await pb('inventory', '-i', 'inventory', '-i', join(lab, 'inventory'), '--host', 'worker01');
    expect(JSON.parse(shown.stdout)).toMatchObject({ ansible_host: '127.0.0.1', ansible_user: 'core', ansible_become: true });
  });

  it('shell: a command on a host by the user’s own ssh; an unknown host is told', async (test) => {
    const none = await pb('lab', 'shell', 'worker09', 'true');
    expect(none.exitCode).toBe(1);
    expect(none.stderr).toMatch(/there is no host worker09 in the lab/);
    const ran = await pb('lab', 'shell', 'worker02', 'hostname; exit 3');
    if (/no ssh on this machine/.test(ran.stderr)) return test.skip();
    expect(ran.exitCode).toBe(3);
    expect(ran.stdout).toBe('worker02');
  });

  it('kubectl: the user’s own, with the lab’s kubeconfig; without one it says how', async () => {
    const ran = await pb('lab', 'kubectl', 'get', 'nodes', '-o', 'name');
    if (ran.exitCode === 1) expect(ran.stderr).toMatch(/there is no kubectl on this machine[\s\S]*KUBECONFIG=/);
    else expect(ran.stdout.split('\n').sort()[0]).toBe('node/infra01');
  });
});

it('without a lab every command says so', async () => {
  const state = await mkdtemp(join(tmpdir(), 'pb-lab-'));
  const pb = (...args: readonly string[]) =>
    execa('node', [PROGRAM, 'lab', ...args], { reject: false, stdin: 'ignore', env: { XDG_STATE_HOME: state, NO_COLOR: '1' } });
  expect(await pb('status')).toMatchObject({ exitCode: 1, stdout: 'no lab is up' });
  expect(await pb('down')).toMatchObject({ exitCode: 0, stdout: 'no lab is up' });
  expect((await pb('shell', 'worker01')).stderr).toMatch(/no lab is up[\s\S]*pb lab up/);
  const wrong = await pb('up', '-i', join(state, 'none'));
  expect(wrong.exitCode).toBe(1);
  expect(wrong.stderr).toMatch(/there is no inventory/);
  expect(await readFile(join(state, 'pb/lab/log'), 'utf8')).toMatch(/there is no inventory/);
  await rm(state, { recursive: true, force: true });
});
