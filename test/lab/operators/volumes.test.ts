import { describe, expect, it } from 'vitest';
import { nodeOf } from '../../../src/lab/kube/operators/cluster/nodes.ts';
import { defaultFleet } from '../../../src/lab/kube/operators/index.ts';
import type { Claim, PersistentVolume, Pod } from '../../../src/lab/kube/operators/kinds.ts';
import { planMount } from '../../../src/lab/kube/operators/volumes/mount.ts';
import { outputsOf } from '../../../src/lab/kube/operators/volumes/pod-outputs.ts';
import { podStatus } from '../../../src/lab/kube/operators/volumes/pod-status.ts';
import { podRefusalText, schedule } from '../../../src/lab/kube/operators/volumes/scheduling.ts';
import { disk, wwn } from './memory-disks.ts';

const nodes = defaultFleet.nodes.map((node, index) => nodeOf(node, defaultFleet, index));
const pod: Pod = { metadata: { name: 'p', namespace: 'ns', uid: 'u1' }, spec: { containers: [{ name: 'registry', image: 'i' }] } };
const claim: Claim = {
  metadata: { name: 'c', namespace: 'ns', uid: 'u2' },
  spec: { accessModes: ['ReadWriteOnce'], storageClassName: 'local-sc', resources: { requests: { storage: '100Gi' } } },
};
const volume = (name: string, node: string, storage = '100Gi'): PersistentVolume => ({
  metadata: { name },
  spec: {
    ...{
      capacity: { storage },
      accessModes: ['ReadWriteOnce'],
      storageClassName: 'local-sc',
      local: { path: `/mnt/local-storage/local-sc/${name}`, fsType: 'ext4' },
    },
    nodeAffinity: {
      required: { nodeSelectorTerms: [{ matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: [node] }] }] },
    },
  },
  status: { phase: 'Available' },
});
const place = (given: Pod, volumes: PersistentVolume[], claims: Claim[] = [claim], over = nodes, onDemand = () => false) => {
  const answer = schedule(given, { nodes: over, pods: [], volumes, claims, onDemand });
  return 'why' in answer ? answer.why : [answer.node.metadata.name, ...[...answer.volumes.values()].map((one) => one.metadata.name)];
};

describe('scheduling', () => {
  it('takes the smallest volume that fits, and with it the node', () => {
    expect(place(pod, [volume('big', 'worker02', '200Gi')])).toEqual(['worker02', 'big']);
    expect(place(pod, [volume('small', 'worker03', '93Gi'), volume('right', 'worker03'), volume('big', 'worker03', '101Gi')])).toEqual([
      'worker03',
      'right',
    ]);
  });
  it('finds no volume for a 100Gi claim on a 93Gi disk (F12)', () => {
    expect(place(pod, [volume('small', 'worker03', '93Gi')])).toBe(
      '0/8 nodes are available: 3 node(s) had untolerated taint {node-role.kubernetes.io/master: }, ' +
        "5 node(s) didn't find available persistent volumes to bind. preemption: 0/8 nodes are available: " +
        '8 Preemption is not helpful for scheduling.',
    );
  });
  it('takes a node without a volume where the class makes one there on demand', () => {
    expect(place(pod, [], [claim], nodes, () => true)).toEqual(['infra01']);
    expect(place(pod, [volume('there', 'worker03')], [claim], nodes, () => true)).toContain('infra01');
  });
  it('does not take a volume that is bound, of another mode or another class', () => {
    const bound = { ...volume('a', 'worker01'), status: { phase: 'Bound' } };
    const block = volume('b', 'worker01');
    block.spec.volumeMode = 'Block';
    const other = volume('c', 'worker01');
    other.spec.storageClassName = 'other';
    expect(place(pod, [bound, block, other])).toContain("5 node(s) didn't find available persistent volumes to bind");
  });
  it('stays with the node of a bound volume, even when that is drained (F35)', () => {
    const mine = { ...claim, spec: { ...claim.spec, volumeName: 'a' } };
    const drained = nodes.map((node) =>
      node.metadata.name === 'worker01' ? { ...node, spec: { ...node.spec, unschedulable: true } } : node,
    );
    expect(place(pod, [volume('a', 'worker01')], [mine])).toEqual(['worker01']);
    expect(place(pod, [volume('a', 'worker01')], [mine], drained)).toBe(
      '0/8 nodes are available: 1 node(s) were unschedulable, 3 node(s) had untolerated taint {node-role.kubernetes.io/master: }, ' +
        '4 node(s) had volume node affinity conflict. preemption: 0/8 nodes are available: 8 Preemption is not helpful for scheduling.',
    );
  });
  it('minds selectors and tolerations', () => {
    const picky = { ...pod, spec: { ...pod.spec, nodeSelector: { 'node-role.kubernetes.io/infra': '' } } };
    expect(place(picky, [], [])).toEqual(['infra01']);
    const daemon = { ...pod, spec: { ...pod.spec, tolerations: [{ operator: 'Exists' }] } };
    expect(place(daemon, [], [])).toEqual(['infra01']);
    const nowhere = { ...daemon, spec: { ...daemon.spec, nodeSelector: { gpu: 'yes' } } };
    expect(place(nowhere, [], [])).toContain("8 node(s) didn't match Pod's node affinity/selector");
  });
  it('says what is wrong with the pod itself', () => {
    expect(podRefusalText(8, 'persistentvolumeclaim "x" not found')).toBe(
      '0/8 nodes are available: persistentvolumeclaim "x" not found. preemption: 0/8 nodes are available: 8 Preemption is not helpful for scheduling.',
    );
  });
});

describe('mounting', () => {
  const path = wwn('1');
  const mount = (given: Parameters<typeof disk>[1]) =>
    planMount(volume('local-pv-x', 'worker01'), path, [disk('sdb', { byId: [path], ...given })]);
  it('formats a blank disk, and only that', () => {
    expect(mount({})).toMatchObject({
      format: true,
      fsType: 'ext4',
      path: '/var/lib/kubelet/plugins/kubernetes.io/local-volume/mounts/local-pv-x',
    });
    expect(mount({ signature: 'ext4' })).toMatchObject({ format: false });
  });
  it.each([
    [{ signature: 'xfs' }, 'it already contains xfs. Mount error: '],
    [{ hasPartitions: true }, 'it already contains unknown data, probably partitions. Mount error: '],
    [{ signature: 'ext4', holders: ['dm-0'] }, 'already mounted or mount point busy'],
  ])('fails on %o', (given, text) => {
    const failed = mount(given);
    expect(failed).toHaveProperty('failure', expect.stringContaining(text));
    expect(failed).toHaveProperty(
      'failure',
      expect.stringMatching(/^MountVolume\.MountDevice failed for volume "local-pv-x" : local: failed to mount device /),
    );
  });
  it('misses a disk that has gone', () => {
    expect(planMount(volume('local-pv-x', 'worker01'), path, [])).toHaveProperty('failure', expect.stringContaining('does not exist'));
  });
});

describe('pods', () => {
  const at = { now: '2026-01-01T00:00:00Z', nodeAddress: '127.0.0.1', podIP: '10.128.0.2' };
  it('become ready, and keep the time at which they did', () => {
    const ready = podStatus(pod, { is: 'running', ready: true }, at);
    expect(ready).toMatchObject({ phase: 'Running', containerStatuses: [{ ready: true }] });
    const later = podStatus({ ...pod, status: ready }, { is: 'running', ready: true }, { ...at, now: '2026-01-01T01:00:00Z' });
    expect(later).toEqual(ready);
  });
  it('say why they wait', () => {
    expect(podStatus(pod, { is: 'waiting', reason: 'ImagePullBackOff', message: 'm' }, at)).toMatchObject({
      phase: 'Pending',
      containerStatuses: [{ state: { waiting: { reason: 'ImagePullBackOff', message: 'm' } } }],
    });
  });
  it('show their mounts to exec, and what is full (F38)', () => {
    const mounts = [{ at: '/registry', device: '/dev/sdb', fsType: 'xfs', bytes: 2 ** 30 }];
    const exec = (given: typeof mounts) => outputsOf(pod, given)['ns/p/registry']?.exec ?? [];
    const answer = (given: typeof mounts, argv: string) => exec(given).find((one) => one.argv.join(' ') === argv);
    expect(answer(mounts, 'cat /proc/mounts')?.stdout).toMatch(/^\/dev\/sdb \/registry xfs rw/m);
    expect(answer(mounts, 'df -P /registry')?.stdout).toMatch(/^Filesystem 1024-blocks .*\n\/dev\/sdb \d+ \d+ \d+ 1% \/registry\n$/);
    const full = outputsOf(pod, mounts, true)['ns/p/registry'];
    expect(full?.exec.find((one) => one.argv.join(' ') === 'df -P /registry')?.stdout).toMatch(/ 0 100% \/registry\n$/);
    expect(full?.log).toContain('no space left on device');
    expect(answer([], 'df -P /registry')).toMatchObject({ exitCode: 1, stderr: 'df: /registry: No such file or directory\n' });
  });
});
