import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LOCAL_VOLUME, NODE, POD, PV, PVC, REGISTRY_CONFIG } from '../../../../src/lab/kube/operators/kinds.ts';
import { MACHINE_CONFIG, MACHINE_CONFIG_POOL } from '../../../../src/lab/kube/operators/openshift-kinds.ts';
import { conditionOf } from '../../../../src/lab/kube/operators/toolkit/conditions.ts';
import { disk, MemoryDisks, wwn } from '../memory-disks.ts';
import { eventually, historyOf, type Stage, type StartStage } from './stage.ts';

const namespace = 'openshift-image-registry';
const worker = 'worker01';
const path = wwn('5000c500a1b2c3d4');

export function drainedLife(where: string, start: StartStage): void {
  describe(`the registry on a local disk, ${where}`, () => {
    let lab: Stage;
    beforeAll(async () => {
      const disks = new MemoryDisks({ [worker]: [disk('sdb', { byId: [path] })] });
      lab = await start({ disks, variant: { localStorage: 'installed' } });
    });
    afterAll(() => lab?.stop());
    const available = async () =>
      conditionOf((await lab.client.get(REGISTRY_CONFIG, { name: 'cluster' }))?.status?.conditions, 'Available');

    it('runs on the node that has the disk', async () => {
      const local = 'openshift-local-storage';
      const terms = [{ matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: [worker] }] }];
      const devices = [{ storageClassName: 'local-sc', volumeMode: 'Filesystem', fsType: 'ext4', devicePaths: [path] }];
      const spec = { nodeSelector: { nodeSelectorTerms: terms }, storageClassDevices: devices };
      // Its kind is served once the operator is installed.
      await eventually(async () => void (await lab.client.ensure(LOCAL_VOLUME, { metadata: { name: 'disks', namespace: local }, spec })));
      await eventually(async () => expect((await lab.client.list(PV)).items.map((one) => one.status?.phase)).toEqual(['Available']));
      await lab.client.create(PVC, {
        metadata: { name: 'registry', namespace },
        spec: { storageClassName: 'local-sc', accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '100Gi' } } },
      });
      const storage = { managementState: 'Unmanaged', pvc: { claim: 'registry' } };
      const config = { managementState: 'Managed', replicas: 1, rolloutStrategy: 'Recreate', storage };
      await lab.client.mergePatch(REGISTRY_CONFIG, { name: 'cluster' }, { spec: config });
      await eventually(async () => expect(await available()).toMatchObject({ status: 'True', reason: 'Ready' }));
    });

    it('is down while that node is drained, and comes back with it (F35)', async () => {
      const nodes = await historyOf(lab.client, NODE, worker);
      const configs = await historyOf(lab.client, REGISTRY_CONFIG, 'cluster');
      const before = (await lab.client.list(POD, { namespace, labels: 'docker-registry=default' })).items[0]?.metadata.name;
      await lab.client.create(MACHINE_CONFIG, {
        metadata: { name: '99-worker-motd', labels: { 'machineconfiguration.openshift.io/role': 'worker' } },
        spec: { config: { ignition: { version: '3.4.0' }, storage: { files: [{ path: '/etc/motd', contents: { source: 'data:,hi' } }] } } },
      });
      await eventually(async () => {
        const [event] = (await lab.events(namespace, 'FailedScheduling')).filter(({ message }) => message.includes('were unschedulable'));
        expect(event?.message).toMatch(
          /^0\/8 nodes are available: 1 node\(s\) were unschedulable, .* node\(s\) had volume node affinity conflict/,
        );
      });
      await eventually(async () => {
        const pool = await lab.client.get(MACHINE_CONFIG_POOL, { name: 'worker' });
        expect(pool?.status?.updatedMachineCount).toBe(5);
        expect(nodes.some((node) => node.spec?.unschedulable)).toBe(true);
        expect(await available()).toMatchObject({ status: 'True', reason: 'Ready' });
        const { items } = await lab.client.list(POD, { namespace, labels: 'docker-registry=default' });
        expect(items.map((pod) => [pod.spec.nodeName, pod.metadata.name === before])).toEqual([[worker, false]]);
      });
      const down = configs.map((config) => conditionOf(config.status?.conditions, 'Available')).filter((one) => one?.status === 'False');
      expect(down[0]).toMatchObject({ reason: 'NoReplicasAvailable', message: 'The deployment does not have available replicas' });
    });
  });
}
