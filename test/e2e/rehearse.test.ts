import { copyFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { folder } from './pb.ts';

const inventory = `
all:
  vars: { ansible_user: core }
  children:
    masters: { hosts: { m1: { ansible_host: 203.0.113.1 } } }
    workers: { hosts: { w1: { ansible_host: 203.0.113.2 }, w2: { ansible_host: 203.0.113.3 } } }
`;
const playbook = `
- hosts: workers
  gather_facts: false
  become: true
  tasks:
    - name: Directory
      file: { path: /etc/site, state: directory, mode: "0755" }
    - name: File
      copy: { content: "one\\n", dest: /etc/site/conf, mode: "0644" }
- hosts: localhost
  gather_facts: false
  tasks:
    - name: Note
      k8s_apply:
        definition: { apiVersion: v1, kind: ConfigMap, metadata: { name: note, namespace: default }, data: { by: pb } }
    - name: On the controller
      copy: { content: here, dest: "{{ playbook_dir }}/on-the-controller", mode: "0644" }
      vars: { ansible_become: true }
`;

const TIMES = { timeout: 600_000 };

it('plain and interrupted: all as wanted, exit code 0; neither the real hosts nor the controller are touched', TIMES, async () => {
  // Another cluster than the lab's: nobody answers there.
  vi.stubEnv('K8S_AUTH_HOST', 'https://127.0.0.1:1');
  onTestFinished(() => void vi.unstubAllEnvs());
  // A directory of that name on the pretend controller is made by the playbook's own path.
  const { path, pb } = await folder({ 'hosts.yml': inventory, 'play.yml': playbook.replace('{{ playbook_dir }}', '/tmp') });
  const ran = await pb('rehearse', 'play.yml', '-i', 'hosts.yml', '--interrupt');
  expect(ran.exitCode, ran.stdout + ran.stderr).toBe(0);
  expect(ran.stdout).toMatch(/^good +plain +check announced 6 changes, the run made 6, the second 0$/m);
  expect(ran.stdout).toMatch(/^good +interrupted in "Directory"/m);
  expect(ran.stdout).toMatch(/^good +interrupted after "File"/m);
  expect(ran.stdout).toMatch(/VERDICT: all 8 trials as wanted/);
  await expect(copyFile('/tmp/on-the-controller', join(path, 'copy'))).rejects.toThrow(/ENOENT/);
});

it('a playbook that is not idempotent and one that check misjudges are found out', TIMES, async () => {
  const { pb } = await folder({
    'hosts.yml': inventory,
    'play.yml': `
- hosts: w1
  gather_facts: false
  become: true
  tasks:
    - name: Always
      command: touch /tmp/again
`,
  });
  const ran = await pb('rehearse', 'play.yml', '-i', 'hosts.yml');
  expect(ran.exitCode).toBe(2);
  expect(ran.stdout).toMatch(/^WRONG +plain/m);
  expect(ran.stdout).toMatch(/the second run changed something: .*touch/);
});

it('faults: one that stops the run and one that is got over, by scenario files of one’s own', TIMES, async () => {
  const { pb } = await folder({
    'hosts.yml': inventory,
    'play.yml': playbook.replace('{{ playbook_dir }}', '/tmp'),
    'gone.yml':
      'name: w2 is gone\nplaybook: play.yml\nfaults: [{ fault: unreachable, hosts: w2 }]\nexpect: { exit: 4, task: Directory, hosts: w2, recovers: true }\n',
    'busy.yml': 'name: API busy\nplaybook: play.yml\nfaults: [{ fault: api_error, status: 429, times: 3 }]\nexpect: { exit: 0 }\n',
    'wrong.yml': 'name: nothing happens\nplaybook: play.yml\nexpect: { exit: 2, task: Directory }\n',
  });
  const ran = await pb('rehearse', 'play.yml', '-i', 'hosts.yml', '--faults', './gone.yml,./busy.yml,./wrong.yml');
  expect(ran.exitCode, ran.stdout + ran.stderr).toBe(2);
  expect(ran.stdout).toMatch(/^good +w2 is gone\n +stops at "Directory" on w2 after 4 changes: .*cannot reach/m);
  expect(ran.stdout).toMatch(/^good +API busy +done, 6 changes/m);
  expect(ran.stdout).toMatch(/^WRONG +nothing happens/m);
  expect(ran.stdout).toMatch(/exit code 0, expected 2/);
  expect(ran.stdout).toMatch(/VERDICT: 1 of 4 trials not as wanted/);
});

it('the shipped playbook under some of the shipped faults: each comes out as its scenario says', TIMES, async () => {
  const { pb } = await folder({});
  const here = (path: string): string => resolve(path);
  const ran = await pb('rehearse', here('playbooks/baremetal-local.yml'), '-i', here('inventory'), '--faults', 'F08,F18,F37');
  expect(ran.exitCode, ran.stdout + ran.stderr).toBe(0);
  expect(ran.stdout).toMatch(
    /^good +F08 .*\n +stops at "Choose the data disk" on worker03 after 0 changes: [\s\S]*? holds a file\s+system: xfs/m,
  );
  expect(ran.stdout).toMatch(/VERDICT: all 4 trials as wanted/);
});

it('mistakes in scenarios and fault names are told before anything starts', TIMES, async () => {
  const { pb } = await folder({ 'hosts.yml': inventory, 'play.yml': playbook, 's.yml': 'name: x\nfualts: []\n' });
  const scenario = await pb('rehearse', 'play.yml', '-i', 'hosts.yml', '--scenario', 's.yml');
  expect(scenario.exitCode).toBe(1);
  expect(scenario.stderr).toMatch(/s\.yml:2:1[\s\S]*did you mean faults\?/);
  const fault = await pb('rehearse', 'play.yml', '-i', 'hosts.yml', '--faults', 'F98');
  expect(fault.exitCode).toBe(1);
  expect(fault.stderr).toMatch(/there is no fault F98/);
});

it('a shipped playbook is rehearsed on the site it is for', TIMES, async () => {
  const { pb } = await folder({});
  const ran = await pb('rehearse', resolve('playbooks/registry-emptydir.yml'), '-i', resolve('inventory'));
  expect(ran.stdout).toMatch(/^… site: The registry on emptyDir, all as it should be$/m);
  expect(ran.exitCode, ran.stdout + ran.stderr).toBe(0);
});

it('a cluster whose default catalogs are off settles, before a run and after a fault', TIMES, async () => {
  const off = `
name: no catalogs
cluster:
  patches:
    - { api_version: config.openshift.io/v1, kind: OperatorHub, name: cluster, patch: { spec: { disableAllDefaultSources: true } } }
`;
  const busy = 'name: busy\nfaults: [{ fault: api_error, status: 429, times: 2, retry_after: 1 }]\n';
  const { pb } = await folder({
    ...{ 'hosts.yml': inventory, 'off.yml': off, 'busy.yml': busy },
    'play.yml': `
- hosts: localhost
  gather_facts: false
  tasks:
    - name: A catalog that offers nothing
      k8s_apply:
        definition:
          apiVersion: operators.coreos.com/v1alpha1
          kind: CatalogSource
          metadata: { name: ours, namespace: openshift-marketplace }
          spec: { sourceType: grpc, image: "mirror.example.com/ours:v1" }
`,
  });
  const ran = await pb('rehearse', 'play.yml', '-i', 'hosts.yml', '--scenario', 'off.yml', '--faults', './busy.yml');
  expect(ran.exitCode, ran.stdout + ran.stderr).toBe(0);
  expect(ran.stdout).toMatch(/VERDICT: all 2 trials as wanted/);
});
