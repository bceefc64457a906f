/** `pb doctor` on a lab: an administrator, somebody without rights, a host without a program, one that is gone. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';

const PROGRAM = resolve(process.env['PB_TEST_CLI'] ?? 'dist/pb.js');
const STARTING_MS = 120_000;
vi.setConfig({ testTimeout: STARTING_MS });

let state: string;
let lab: string;
const pb = (args: readonly string[], env: { readonly [name: string]: string } = {}) =>
  execa('node', [PROGRAM, ...args], {
    ...{ reject: false, stdin: 'ignore' },
    env: { NO_COLOR: '1', XDG_STATE_HOME: state, HOME: state, KUBECONFIG: join(lab, 'kubeconfig'), ...env },
  });

beforeAll(async () => {
  state = await mkdtemp(join(tmpdir(), 'pb-doctor-'));
  lab = join(state, 'pb', 'lab');
  await writeFile(join(state, 'hosts.yml'), 'all: { vars: { ansible_user: core }, children: { workers: { hosts: { w1: , w2: } } } }\n');
  const up = await pb(['lab', 'up', '-i', join(state, 'hosts.yml'), '--speed', '300']);
  expect(up.exitCode, up.stderr).toBe(0);
}, STARTING_MS);
afterAll(async () => {
  await pb(['lab', 'down']);
  await rm(state, { recursive: true, force: true });
}, STARTING_MS);

const inventory = () => ['-i', join(state, 'hosts.yml'), '-i', join(lab, 'inventory')];
async function playbook(text: string): Promise<string> {
  const file = join(state, 'play.yml');
  await writeFile(file, text);
  return file;
}
const doctor = async (text: string, ...more: readonly string[]) => pb(['doctor', await playbook(text), ...inventory(), ...more]);

const play = `
- hosts: workers
  gather_facts: false
  become: true
  tasks:
    - disk_probe: { fstype: ext4 }
      register: disks
    - mkfs: { disk: "{{ disks.candidates[0] }}", fstype: ext4 }
- hosts: localhost
  gather_facts: false
  tasks:
    - k8s_info: { kind: ConfigMap, namespace: default, name: settings }
      register: settings
    - k8s_apply:
        definition:
          - { apiVersion: v1, kind: Secret, metadata: { name: "{{ settings.resources[0].data.name }}", namespace: default } }
          - { apiVersion: local.storage.openshift.io/v1, kind: LocalVolume, metadata: { name: disks, namespace: default } }
    - name: Known in the run
      k8s_patch: { api_version: v1, kind: "{{ settings.resources[0].data.kind }}", name: x, patch: {} }
    - k8s_exec: { namespace: default, pod: p, command: id }
      when: settings.resources | length > 0
    - k8s_delete: { kind: "{{ item }}", namespace: default, name: old }
      loop: [Pod, Service]
    - k8s_delete: { kind: Node, name: never }
      when: false
    - include_tasks: more.yml
`;

it('an administrator misses nothing; what only a run can tell is named', async () => {
  const ran = await doctor(play);
  expect(ran.exitCode, ran.stdout + ran.stderr).toBe(0);
  expect(ran.stdout).toMatch(/^ok +cluster +admin has all 11 permissions that are needed$/m);
  expect(ran.stdout).toMatch(/^ok +w1 +reachable, with the rights its tasks ask for; 4 of 4 programs are there$/m);
  expect(ran.stdout).toMatch(
    /^unknown +cluster +"k8s_apply" \(play\.yml:\d+\): local\.storage\.openshift\.io\/v1 LocalVolume is not served/m,
  );
  expect(ran.stdout).toMatch(/^unknown +cluster +"Known in the run" \(play\.yml:\d+\): which objects it means is known in a run only$/m);
  expect(ran.stdout).toMatch(/^unknown +- +tasks included at .*play\.yml:\d+ are loaded in a run only$/m);
  expect(ran.stdout).toMatch(/VERDICT: nothing is missing; 3 could not be asked before a run$/m);
});

it('somebody without rights: each permission, and the commands that give them', async () => {
  const { stdout: token } = await pb(['lab', 'kubectl', 'create', 'token', 'default', '-n', 'default']);
  const ran = await pb([
    'doctor',
    await playbook(
      play.replaceAll('namespace: default,', 'namespace: default, api_key: KEY,').replaceAll('KEY', JSON.stringify(token.trim())),
    ),
    ...inventory(),
    '-l',
    'localhost',
  ]);
  expect(ran.exitCode, ran.stdout + ran.stderr).toBe(2);
  const who = 'system:serviceaccount:default:default';
  expect(ran.stdout).toContain(`MISSING  cluster  ${who} may not get configmaps settings in default`);
  expect(ran.stdout).toContain(`${who} may not create pods/exec in default`);
  expect(ran.stdout).toMatch(/oc create role pb-operator -n default --verb=\S*delete\S* --resource=\S*pods\/exec/);
  expect(ran.stdout).toContain(`oc adm policy add-role-to-user pb-operator ${who} -n default --role-namespace=default`);
  expect(ran.stdout).not.toContain(token.trim());
});

it('a program that is not there, a host that does not answer, and a playbook that cannot be loaded', async () => {
  const tasks = 'gather_facts: false, tasks: [{ mkfs: { device: /dev/disk/by-id/x, fstype: xfs } }, { sysctl: { name: a, value: "1" } }]';
  const ran = await doctor(`- { hosts: workers, ${tasks} }\n`, '-e', 'ansible_connection=local', '--output', 'json', '-l', 'w1');
  const { rows } = JSON.parse(ran.stdout) as { rows: readonly { mark: string; where: string; what: string }[] };
  // Whatever this machine has: the answer is the machine's own.
  const has = (await execa('sh', ['-c', 'PATH=$PATH:/usr/sbin:/sbin; command -v mkfs.xfs'], { reject: false })).exitCode === 0;
  expect(rows.some(({ mark, what }) => mark === 'MISSING' && what === 'the program mkfs.xfs')).toBe(!has);
  const gone = await doctor(`- { hosts: workers, ${tasks} }\n`, '-e', '{"ansible_host":"127.0.0.1","ansible_port":1}', '-l', 'w2');
  expect(gone.exitCode).toBe(2);
  expect(gone.stdout).toMatch(/^MISSING +w2 +.*cannot reach/m);
  const broken = await doctor('- { hosts: workers, tasks: [{ nomodule: {} }] }\n');
  expect(broken.exitCode).toBe(1);
});

it('asks only: nothing is written to the cluster', async () => {
  const revision = async () =>
    (await pb(['lab', 'kubectl', 'get', 'configmaps,secrets,roles,clusterroles,pods', '-n', 'default', '-o', 'name'])).stdout;
  const before = await revision();
  await doctor(play);
  expect(await revision()).toBe(before);
  expect(await readFile(join(state, 'play.yml'), 'utf8')).toBe(play);
});
