import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { JsonObject } from '../../../src/core/value.ts';
import { CONFIG_MAP, PVC, REGISTRY_CONFIG, STORAGE_CLASS } from '../../../src/lab/kube/operators/kinds.ts';
import { registry } from '../../lab/operators/rehearsal.ts';
import { partOrSkip } from '../parts/require.ts';
import { failuresOf, type Ran, told } from './pb.ts';
import { type Site, siteOn } from './site.ts';
import { changes, unknowns } from './streams.ts';

const suite = await partOrSkip('kube');

const isDefault = { 'storageclass.kubernetes.io/is-default-class': 'true' };

/** One cluster for all: each leaves the registry as it was for the next. */
suite('the registry’s procedures there and back, on a real API server', () => {
  let site: Site;
  beforeAll(async () => {
    site = await siteOn(undefined, { speed: 60, variant: { dataFoundation: 'installed' }, settings: { allow_ephemeral: true } });
    const { client } = site.cluster;
    const block = { provisioner: 'csi.vsphere.vmware.com', reclaimPolicy: 'Delete', volumeBindingMode: 'WaitForFirstConsumer' };
    await client.create(STORAGE_CLASS, { metadata: { name: 'thin-csi' }, ...block });
    await client.create(STORAGE_CLASS, { metadata: { name: 'nfs-csi', annotations: isDefault }, provisioner: 'nfs.csi.k8s.io' });
    const operator = async () => expect(await client.get(REGISTRY_CONFIG, { name: 'cluster' })).toBeDefined();
    await vi.waitFor(operator, { timeout: 60_000, interval: 250 });
  });
  afterAll(() => site?.close());

  const pb = async (command: string, name: string, ...more: readonly string[]): Promise<Ran> =>
    site.pb([command, `playbooks/${name}.yml`, ...site.job.slice(1), '--output', 'json', ...more]);
  const good = (ran: Ran): Ran => {
    expect(ran.exitCode, JSON.stringify(failuresOf(ran)) + ran.stderr).toBe(0);
    return ran;
  };
  const recorded = async (): Promise<JsonObject> => {
    const { managementState, replicas, rolloutStrategy, storage } =
      (await site.cluster.client.get(REGISTRY_CONFIG, { name: 'cluster' }))?.spec ?? {};
    return { managementState, replicas, rolloutStrategy, storage } as JsonObject;
  };
  const record = (name: string) => site.cluster.client.get(CONFIG_MAP, { name: `pb-before-${name}`, namespace: registry });

  it.each([
    ['registry-emptydir', []],
    ['registry-block-rwo', ['image-registry-storage']],
    ['registry-default-pvc', ['image-registry-storage']],
    ['registry-odf-cephfs', ['registry-storage-pvc']],
  ])('%s', async (name, claims) => {
    const before = await recorded();
    const check = good(await pb('check', name));
    expect(await record(name), 'check writes nothing').toBeUndefined();
    const run = good(await pb('run', name));
    const [announced, open] = [changes(check.events), unknowns(check.events)];
    for (const [where, change] of changes(run.events)) {
      if (announced.has(where)) expect(change).toEqual(announced.get(where));
      else expect([...open.keys()]).toContain(where);
    }
    expect(await record(name)).toBeDefined();
    expect(await recorded()).not.toEqual(before);
    expect(changes(good(await pb('run', name)).events).size).toBe(0);
    expect(changes(good(await pb('run', name, '--tags', 'verify')).events).size).toBe(0);

    const early = await pb('run', name, '--tags', 'uninstall', '-e', JSON.stringify({ confirm_uninstall: claims }));
    expect(Object.values(failuresOf(early)).map(told)).toEqual([expect.stringMatching(/Roll back first \(--tags rollback\)/)]);

    expect(changes(good(await pb('run', name, '--tags', 'rollback')).events).size).toBe(2);
    expect(await recorded()).toEqual(before);
    expect(await record(name)).toBeUndefined();
    const gone = good(await pb('run', name, '--tags', 'uninstall', '-e', JSON.stringify({ confirm_uninstall: claims })));
    expect(changes(gone.events).size).toBe(claims.length);
    for (const claim of claims) expect(await site.cluster.client.get(PVC, { name: claim, namespace: registry })).toBeUndefined();
  });
});
