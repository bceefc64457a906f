import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEPLOYMENT, NAMESPACE, NODE, type Node, PDB } from '../../../../src/lab/kube/operators/kinds.ts';
import { stateOf } from '../../../../src/lab/kube/operators/machine-config/annotations.ts';
import { filesOf, registriesPath, textOf } from '../../../../src/lab/kube/operators/machine-config/effect.ts';
import {
  CONTENT_SOURCE_POLICY,
  DIGEST_MIRRORS,
  MACHINE_CONFIG,
  MACHINE_CONFIG_POOL,
  TAG_MIRRORS,
} from '../../../../src/lab/kube/operators/openshift-kinds.ts';
import { conditionOf } from '../../../../src/lab/kube/operators/toolkit/conditions.ts';
import { MemoryDisks } from '../memory-disks.ts';
import { eventually, historyOf, type Stage, type StartStage } from './stage.ts';

const rule = (source: string, mirror: string) => [{ source, mirrors: [mirror] }];

export function machineConfigLife(where: string, start: StartStage): void {
  describe(`the machine config operator, ${where}`, () => {
    const disks = new MemoryDisks({});
    let lab: Stage;
    beforeAll(async () => {
      lab = await start({ disks });
    });
    afterAll(() => lab?.stop());
    const pool = (name: string) => lab.client.get(MACHINE_CONFIG_POOL, { name });
    const condition = async (name: string, type: string) => conditionOf((await pool(name))?.status?.conditions, type);
    const target = async (name: string) => (await pool(name))?.spec?.configuration?.name ?? '';
    const workers = async (): Promise<Node[]> =>
      (await lab.client.list(NODE)).items.filter((node) => node.metadata.labels?.['node-role.kubernetes.io/worker'] !== undefined);
    const registriesConf = async (name: string): Promise<string> => {
      const config = await lab.client.get(MACHINE_CONFIG, { name: await target(name) });
      return textOf(filesOf(config?.spec).get(registriesPath) ?? '');
    };
    /** Both pools are through with a configuration whose registries.conf `fits`. */
    const updated = (fits: (text: string) => boolean, pools = ['master', 'worker']) =>
      eventually(async () => {
        for (const name of pools) {
          expect(fits(await registriesConf(name)), name).toBe(true);
          const config = await target(name);
          expect(await condition(name, 'Updated')).toMatchObject({
            ...{ status: 'True', message: `All nodes are updated with MachineConfig ${config}` },
          });
          const { status } = (await pool(name)) ?? {};
          expect([status?.updatedMachineCount, status?.readyMachineCount, status?.configuration?.name]).toEqual([
            ...[status?.machineCount, status?.machineCount, config],
          ]);
        }
      });

    it('finds the cluster as it should be', async () => {
      await updated((text) => text === '');
      expect((await pool('worker'))?.status).toMatchObject({ machineCount: 5, unavailableMachineCount: 0, degradedMachineCount: 0 });
      expect((await pool('master'))?.status?.machineCount).toBe(3);
    });

    it('brings mirrors for digests to every node without draining any', async () => {
      await lab.client.create(DIGEST_MIRRORS, {
        ...{ metadata: { name: 'mirror' }, spec: { imageDigestMirrors: rule('registry.redhat.io/redhat', 'mirror.lab/redhat') } },
      });
      await updated((text) => text.includes('location = "mirror.lab/redhat"\n    pull-from-mirror = "digest-only"'));
      for (const node of await workers()) {
        expect(stateOf(node)).toMatchObject({ state: 'Done', currentConfig: await target('worker'), lastAppliedDrain: '' });
        expect(node.spec?.unschedulable ?? false).toBe(false);
        expect(disks.files.get(`${node.metadata.name}:${registriesPath}`)).toContain('mirror.lab/redhat');
      }
    });

    it('drains each node, one after another, when a mirror goes', async () => {
      const seen = await historyOf(lab.client, MACHINE_CONFIG_POOL, 'worker');
      await lab.client.delete(DIGEST_MIRRORS, { name: 'mirror' });
      await eventually(async () => {
        const config = await target('worker');
        for (const node of await workers()) {
          expect(stateOf(node)).toMatchObject({ currentConfig: config, state: 'Done', lastAppliedDrain: `uncordon-${config}` });
          expect(node.spec?.unschedulable ?? false).toBe(false);
          expect(node.spec?.taints ?? []).toEqual([]);
        }
      });
      await updated((text) => !text.includes('mirror.lab'));
      expect(Math.max(...seen.map(({ status }) => status?.unavailableMachineCount ?? 0))).toBe(1);
    });

    it('leaves a paused pool as it is, until it is no longer paused (F20)', async () => {
      const before = (await workers()).map((node) => stateOf(node).currentConfig);
      await lab.client.mergePatch(MACHINE_CONFIG_POOL, { name: 'worker' }, { spec: { paused: true } });
      await lab.client.create(TAG_MIRRORS, { metadata: { name: 'tags' }, spec: { imageTagMirrors: rule('quay.io/a', 'mirror.lab/a') } });
      await updated((text) => text.includes('pull-from-mirror = "tag-only"'), ['master']);
      await eventually(async () => {
        expect(await condition('worker', 'Updating')).toMatchObject({
          ...{ status: 'False', message: `Pool is paused; will not update to MachineConfig ${await target('worker')}` },
        });
      });
      expect(await condition('worker', 'Updated')).toMatchObject({ status: 'False' });
      expect((await workers()).map((node) => stateOf(node).currentConfig)).toEqual(before);
      await lab.client.mergePatch(MACHINE_CONFIG_POOL, { name: 'worker' }, { spec: { paused: false } });
      await updated((text) => text.includes('mirror.lab/a'));
    });

    it('reboots for what is not known to be harmless', async () => {
      const boots = async () =>
        (await workers()).map((node) => (node.status?.['nodeInfo'] as Record<string, string> | undefined)?.['bootID']);
      const before = await boots();
      const files = [{ path: '/etc/motd', mode: 420, contents: { source: 'data:,lab' } }];
      await lab.client.create(MACHINE_CONFIG, {
        metadata: { name: '99-worker-motd', labels: { 'machineconfiguration.openshift.io/role': 'worker' } },
        spec: { config: { ignition: { version: '3.4.0' }, storage: { files } } },
      });
      await eventually(async () => {
        const now = await boots();
        expect(now.filter((id, index) => id === before[index])).toEqual([]);
        for (const node of await workers()) expect(conditionOf(node.status?.conditions, 'Ready')?.status).toBe('True');
      });
      await updated(() => true);
    });

    it('is stuck where a budget forbids the drain, and says so after an hour (F21)', async () => {
      const namespace = 'shop';
      const labels = { app: 'shop' };
      await lab.client.create(NAMESPACE, { metadata: { name: namespace } });
      await lab.client.create(PDB, { metadata: { name: 'shop', namespace }, spec: { minAvailable: 1, selector: { matchLabels: labels } } });
      await lab.client.create(DEPLOYMENT, {
        metadata: { name: 'shop', namespace },
        spec: {
          ...{ replicas: 1, selector: { matchLabels: labels } },
          template: {
            metadata: { labels },
            spec: { nodeSelector: { 'kubernetes.io/hostname': 'worker01' }, containers: [{ name: 'shop', image: 'shop' }] },
          },
        },
      });
      await eventually(async () => {
        expect((await lab.client.get(DEPLOYMENT, { name: 'shop', namespace }))?.status?.availableReplicas).toBe(1);
        expect((await lab.client.get(PDB, { name: 'shop', namespace }))?.status).toMatchObject({
          currentHealthy: 1,
          disruptionsAllowed: 0,
        });
      });
      await lab.client.delete(TAG_MIRRORS, { name: 'tags' });
      const text = 'failed to drain node: worker01 after 1 hour. Please see machine-config-controller logs for more information';
      await eventually(async () => {
        expect(await condition('worker', 'NodeDegraded')).toMatchObject({
          ...{ status: 'True', reason: '1 nodes are reporting degraded status on sync' },
          message: `Node worker01 is reporting: ${JSON.stringify(text)}`,
        });
        expect((await pool('worker'))?.status?.degradedMachineCount).toBe(1);
      });
      expect(await condition('worker', 'Degraded')).toMatchObject({ status: 'True' });
      expect((await lab.events('default', 'FailedToDrain')).map((event) => event.message)).toEqual([text]);
      await lab.client.delete(PDB, { name: 'shop', namespace });
      await updated((conf) => !conf.includes('mirror.lab'));
      expect(await condition('worker', 'Degraded')).toMatchObject({ status: 'False' });
    });

    it('makes nothing of both kinds of policy where they exclude each other (F22)', async () => {
      lab.operators.setFault({ fault: 'F22' });
      const spec = { repositoryDigestMirrors: rule('registry.redhat.io/old', 'mirror.lab/old') };
      await lab.client.create(CONTENT_SOURCE_POLICY, { metadata: { name: 'old' }, spec });
      await updated((text) => text.includes('mirror.lab/old'));
      const before = await target('worker');
      await lab.client.create(DIGEST_MIRRORS, {
        ...{ metadata: { name: 'new' }, spec: { imageDigestMirrors: rule('registry.redhat.io/new', 'mirror.lab/new') } },
      });
      await eventually(async () => {
        expect(lab.log.join('\n')).toContain('both imagecontentsourcepolicy and imagedigestmirrorset exist');
      });
      expect(await target('worker')).toBe(before);
      lab.operators.setFault({ fault: 'F22' }, false);
      await updated((text) => text.includes('mirror.lab/old') && text.includes('mirror.lab/new'));
    });
  });
}
