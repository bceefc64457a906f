/** What any_errors_fatal is for in the shipped playbook: no worker's disk is formatted once another worker has refused. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { GIB, type LabHosts, newWorld, nodeDisks, startHosts } from '../../../src/lab/hosts/index.ts';
import { told } from './support.ts';

/** The worker whose disk is too small for the claim. */
const SMALL = 'worker02';
const NAMES = ['worker01', SMALL, 'worker03'];

let lab: LabHosts;
let home: string;
const control = new AbortController();

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'pb-guard-'));
  const hosts = NAMES.map((name) => ({ name, world: worker(name) }));
  // Formatting takes lab time; nobody waits for it here.
  lab = await startHosts({ hosts, speed: 600, keyDir: join(home, 'keys'), signal: control.signal });
  writeFileSync(join(home, 'known_hosts'), lab.knownHosts);
});
afterAll(async () => {
  await lab?.close();
  rmSync(home, { recursive: true });
});

const worker = (name: string) => {
  const data = (name === SMALL ? 60 : 100) * GIB;
  return newWorld({
    hostname: name,
    disks: [
      { kname: 'sda', sizeBytes: 120 * GIB },
      { kname: 'sdb', sizeBytes: data },
    ],
  });
};

/** The plays of the shipped playbook that look at and format the workers' disks, as they stand in the file. */
function plays(): string {
  const text = readFileSync(resolve('playbooks/baremetal-local.yml'), 'utf8');
  const all = text.split(/^(?=- name: )/m);
  return all.filter((play) => /^- name: (?:One data disk on each worker|Filesystems on the chosen disks)\n/.test(play)).join('');
}

const run = (playbook: string) => {
  const lines = NAMES.map((name) => {
    const { address, port } = lab.hosts.get(name) ?? { address: '', port: 0 };
    return `${name} ansible_host=${address} ansible_port=${port}`;
  });
  const common = `ansible_user=core\nansible_become=true\nansible_ssh_private_key_file=${lab.userKey.file}\nansible_ssh_common_args="-o UserKnownHostsFile=${join(home, 'known_hosts')}"\n`;
  return told(
    {
      'site.yml': playbook,
      'group_vars/all.yml': readFileSync(resolve('inventory/group_vars/all.yml')),
      'group_vars/workers.yml': readFileSync(resolve('inventory/group_vars/workers.yml')),
    },
    { hosts: `[workers]\n${lines.join('\n')}\n[workers:vars]\n${common}`, extraVars: ['{"data_disk_min_gib": 50}'] },
  );
};

async function formatted(): Promise<readonly string[]> {
  const looks = NAMES.map(async (name) => ({ name, ...(await nodeDisks(lab.hosts).look(name)) }));
  const seen = await Promise.all(looks);
  return seen
    .filter(({ devices }) => devices.some(({ kname, signature }) => kname === 'sdb' && signature === 'ext4'))
    .map(({ name }) => name);
}

test('the plays are there, each with its guard', () => {
  expect(plays().match(/^ {2}any_errors_fatal: true$/gm)).toHaveLength(2);
});

test('one worker refuses: no disk is formatted', async () => {
  const { exitCode, result } = await run(plays());
  expect(result('The disk is large enough for the claim', SMALL)).toMatchObject({ status: 'failed' });
  expect(exitCode).toBe(2);
  expect(await formatted()).toEqual([]);
});

test('without any_errors_fatal the others would have been formatted', async () => {
  await run(plays().replaceAll('  any_errors_fatal: true\n', ''));
  expect(await formatted()).toEqual(['worker01', 'worker03']);
});
