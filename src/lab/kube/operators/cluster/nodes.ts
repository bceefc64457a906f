/** Node objects of a fleet. */
import { NODE, type Node } from '../kinds.ts';
import type { Client } from '../toolkit/client.ts';
import { timestamp } from '../toolkit/clock.ts';
import type { Condition } from '../toolkit/objects.ts';
import type { Fleet, FleetNode } from './fleet.ts';

export async function createNodes(client: Client, fleet: Fleet): Promise<void> {
  for (const [index, given] of fleet.nodes.entries()) {
    const node = nodeOf(given, fleet, index);
    await client.ensure(NODE, node);
    await client.editStatus(NODE, { name: given.name }, (live) => {
      live.status ??= node.status ?? {};
      if (!live.status.conditions?.length) live.status = { ...live.status, ...node.status };
    });
  }
}

export function nodeOf(given: FleetNode, fleet: Fleet, index: number): Node {
  const pool = given.roles.includes('master') ? 'master' : given.roles.includes('infra') ? 'infra' : 'worker';
  const rendered = `rendered-${pool === 'infra' ? 'worker' : pool}-${'0123456789abcdef'.repeat(2)}`;
  const hostname = given.hostname ?? given.name;
  const capacity = { cpu: '16', memory: '65806752Ki', pods: '250', 'ephemeral-storage': '125293548Ki' };
  const address = given.address ?? (fleet.kubeletPort === undefined ? `192.168.126.${10 + index}` : '127.0.0.1');
  return {
    metadata: {
      name: given.name,
      labels: {
        'beta.kubernetes.io/arch': 'amd64',
        'beta.kubernetes.io/os': 'linux',
        'kubernetes.io/arch': 'amd64',
        'kubernetes.io/hostname': hostname,
        'kubernetes.io/os': 'linux',
        'node.openshift.io/os_id': 'rhel',
        ...Object.fromEntries(given.roles.flatMap((role) => roleLabels(role))),
        ...given.labels,
      },
      annotations: {
        'machineconfiguration.openshift.io/currentConfig': rendered,
        'machineconfiguration.openshift.io/desiredConfig': rendered,
        'machineconfiguration.openshift.io/reason': '',
        'machineconfiguration.openshift.io/state': 'Done',
      },
    },
    spec: { taints: [...(given.taints ?? (pool === 'master' ? [{ key: 'node-role.kubernetes.io/master', effect: 'NoSchedule' }] : []))] },
    status: {
      capacity,
      allocatable: { ...capacity, cpu: '15500m' },
      conditions: nodeConditions(),
      addresses: [
        { type: 'InternalIP', address },
        { type: 'Hostname', address: given.name },
      ],
      daemonEndpoints: { kubeletEndpoint: { Port: fleet.kubeletPort ?? 10250 } },
      nodeInfo: nodeInfo(index),
    },
  };
}

const roleLabels = (role: string): [string, string][] => [
  [`node-role.kubernetes.io/${role}`, ''],
  ...(role === 'master' ? [['node-role.kubernetes.io/control-plane', ''] as [string, string]] : []),
];

function nodeConditions(): Condition[] {
  const lastTransitionTime = timestamp();
  const pressures = ['Memory', 'Disk', 'PID'].map((what) => ({
    type: `${what}Pressure`,
    status: 'False' as const,
    reason: `KubeletHas${what === 'Disk' ? 'NoDiskPressure' : `Sufficient${what}`}`,
    message: `kubelet has ${what === 'Disk' ? 'no disk pressure' : `sufficient ${what === 'PID' ? 'PID' : 'memory'} available`}`,
    lastTransitionTime,
  }));
  return [
    ...pressures,
    { type: 'Ready', status: 'True', reason: 'KubeletReady', message: 'kubelet is posting ready status', lastTransitionTime },
  ];
}

const nodeInfo = (index: number): Record<string, string> => ({
  architecture: 'amd64',
  bootID: `00000000-0000-4000-8000-00000000000${index}`,
  containerRuntimeVersion: 'cri-o://1.31.10-2.rhaos4.18.git8a1f6a4.el9',
  kernelVersion: '5.14.0-427.76.1.el9_4.x86_64',
  kubeProxyVersion: '',
  kubeletVersion: 'v1.31.10',
  machineID: `0000000000000000000000000000000${index}`,
  operatingSystem: 'linux',
  osImage: 'Red Hat Enterprise Linux CoreOS 418.94.202507091512-0',
  systemUUID: `00000000-0000-4000-9000-00000000000${index}`,
});
