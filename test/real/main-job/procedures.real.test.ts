import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { PVC, REGISTRY_CONFIG, STORAGE_CLASS } from '../../../src/lab/kube/operators/kinds.ts';
import { registry } from '../../lab/operators/rehearsal.ts';
import { partOrSkip } from '../parts/require.ts';
import { type Site, siteOn } from './site.ts';
import { thereAndBack } from './there-and-back.ts';

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

  it.each([
    ['registry-emptydir', []],
    ['registry-block-rwo', ['image-registry-storage']],
    ['registry-default-pvc', ['image-registry-storage']],
    ['registry-odf-cephfs', ['registry-storage-pvc']],
  ])('%s', async (name, claims) => {
    await thereAndBack(site, name, { loses: claims });
    for (const claim of claims) expect(await site.cluster.client.get(PVC, { name: claim, namespace: registry })).toBeUndefined();
  });
});
