/** Inventories that are asked for: a cluster's Nodes, a script, and groups made of them, on the command line. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { type LabApi, startApi } from '../../src/lab/kube/server/start.ts';
import { folder } from './pb.ts';

const node = (name: string, roles: readonly string[], address: string) =>
  stringify({
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name,
      labels: {
        'topology.kubernetes.io/zone': `rack-${address.at(-1)}`,
        ...Object.fromEntries(roles.map((role) => [`node-role.kubernetes.io/${role}`, ''])),
      },
    },
    spec: { unschedulable: name === 'worker-1' },
    status: {
      addresses: [
        { type: 'Hostname', address: name },
        { type: 'InternalIP', address },
      ],
      conditions: [
        {
          type: 'Ready',
          status: name === 'worker-1' ? 'False' : 'True',
          lastHeartbeatTime: null,
          lastTransitionTime: null,
          reason: 'x',
          message: 'x',
        },
      ],
    },
  });

describe('kubernetes_nodes', () => {
  let api: LabApi;
  let home: string;
  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'pb-nodes-'));
    const nodes = [
      node('master-0', ['control-plane', 'master'], '10.0.0.1'),
      node('worker-0', ['worker'], '10.0.0.2'),
      node('worker-1', ['worker', 'infra'], '10.0.0.3'),
      node('bare-0', [], '10.0.0.4'),
    ];
    api = await startApi({ manifests: nodes });
    await writeFile(join(home, 'kubeconfig'), api.kubeconfig());
  });
  afterAll(async () => {
    await api.stop();
    await rm(home, { recursive: true, force: true });
  });

  const inventory = (more = ''): string => `plugin: kubernetes_nodes\nkubeconfig: ${home}/kubeconfig\n${more}`;

  it('hosts with their addresses, groups of their roles', async () => {
    const { pb } = await folder({ 'nodes.yml': inventory(), 'group_vars/worker.yml': 'from: files\n' });
    const { stdout, stderr, exitCode } = await pb('inventory', '-i', 'nodes.yml');
    expect([exitCode, stderr]).toEqual([0, '']);
    const { _meta: meta, ...groups } = JSON.parse(stdout) as { _meta: { hostvars: Vars } } & Vars;
    expect(groups).toEqual({
      all: { hosts: ['bare-0', 'master-0', 'worker-0', 'worker-1'] },
      ungrouped: { hosts: ['bare-0'] },
      control_plane: { hosts: ['master-0'] },
      master: { hosts: ['master-0'] },
      worker: { hosts: ['worker-0', 'worker-1'] },
      infra: { hosts: ['worker-1'] },
    });
    expect(meta.hostvars['worker-1']).toMatchObject({
      ansible_host: '10.0.0.3',
      from: 'files',
      k8s_node: {
        name: 'worker-1',
        ready: false,
        unschedulable: true,
        taints: [],
        addresses: [{ type: 'Hostname' }, { address: '10.0.0.3' }],
      },
    });
  });

  it('a selector, and groups and variables made of the labels', async () => {
    const rules = `label_selector: node-role.kubernetes.io/worker
keyed_groups:
  - {key: "k8s_node.labels['topology.kubernetes.io/zone']", prefix: zone}
groups:
  broken: not k8s_node.ready
compose:
  ansible_user: "'core'"
`;
    const { pb } = await folder({ 'inv/nodes.yml': inventory(rules), 'inv/more.ini': 'extra-0\n' });
    const { stdout, stderr } = await pb('inventory', '-i', 'inv', '--graph');
    expect(stderr).toBe('');
    expect(stdout.split('\n').filter((text) => text.includes('@') || text.includes('worker-1'))).toEqual([
      '@all:',
      '  |--@ungrouped:',
      '  |--@worker:',
      '  |  |--worker-1',
      '  |--@infra:',
      '  |  |--worker-1',
      '  |--@zone_rack_2:',
      '  |--@broken:',
      '  |  |--worker-1',
      '  |--@zone_rack_3:',
      '  |  |--worker-1',
    ]);
    const one = await pb('inventory', '-i', 'inv', '--host', 'worker-0');
    expect(JSON.parse(one.stdout)).toMatchObject({ ansible_user: 'core' });
  });

  it('--limit knows the groups of a run', async () => {
    const { pb } = await folder({ 'nodes.yml': inventory(), 'site.yml': '- hosts: worker\n  gather_facts: false\n' });
    const { stdout } = await pb('run', 'site.yml', '-i', 'nodes.yml', '--limit', 'infra', '--list-hosts');
    expect(stdout).toContain('worker-1');
    expect(stdout).not.toContain('worker-0');
  });

  it('a cluster that refuses is told at the place that names it', async () => {
    await writeFile(join(home, 'nobody'), api.kubeconfig('nobody'));
    const { pb } = await folder({ 'nodes.yml': `plugin: kubernetes_nodes\nkubeconfig: ${home}/nobody\n` });
    const { stderr, exitCode } = await pb('inventory', '-i', 'nodes.yml');
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(
      /error\[inventory-kubernetes\]: cannot read the cluster's Nodes: user nobody may not list nodes[\s\S]* --> nodes\.yml:1:9/,
    );
  });

  it('a kubeconfig that is not there', async () => {
    const { pb } = await folder({ 'nodes.yml': 'plugin: kubernetes_nodes\nkubeconfig: nowhere\n' });
    const { stderr, exitCode } = await pb('inventory', '-i', 'nodes.yml');
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/error\[inventory-kubernetes\]: cannot read the cluster's Nodes: .*nowhere/);
  });
});

type Vars = { readonly [name: string]: unknown };

it('constructed groups of a list of hosts, with -e', async () => {
  const { pb } = await folder({
    'made.yml': 'plugin: constructed\nuse_extra_vars: true\ncompose:\n  zone: site ~ "-1"\nkeyed_groups:\n  - key: zone\n    leading: 1\n',
  });
  const wrong = await pb('inventory', '-i', 'a,b,', '-i', 'made.yml', '-e', 'site=x');
  expect(wrong.stderr).toContain('unknown key "leading" in keyed_groups');
  expect(wrong.exitCode).toBe(1);
});
