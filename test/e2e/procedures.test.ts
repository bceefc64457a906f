/** Every shipped procedure there and back: check, run, run again, verify, roll back, take away. */
import { expect, it } from 'vitest';
import { CATALOG_SOURCE, CONFIG_MAP, NAMESPACE, OPERATOR_HUB, PVC, REGISTRY_CONFIG, SECRET } from '../../src/lab/kube/operators/kinds.ts';
import { BUCKET, BUCKET_CLAIM, DIGEST_MIRRORS } from '../../src/lab/kube/operators/openshift-kinds.ts';
import { type Procedure, procedure } from './there-and-back.ts';

/** Only against what hangs. */
const TIMES = { timeout: 900_000 };
const namespace = 'openshift-image-registry';

const recordOf = ({ client }: Procedure, name: string) => client.get(CONFIG_MAP, { name: `pb-before-${name}`, namespace });
const claimOf = ({ client }: Procedure, name: string) => client.get(PVC, { name, namespace });

/** To the switched registry and back to what it was; gives the procedure in that state. */
async function thereAndBack(name: string, { undone = 2 }: { readonly undone?: number } = {}): Promise<Procedure> {
  const site = await procedure(name);
  const before = await site.registry();
  expect(await site.goes()).toBeGreaterThan(1);
  const record = await recordOf(site, name);
  expect(record).toBeDefined();
  expect(await site.goes()).toBe(0);
  expect((await recordOf(site, name))?.metadata.resourceVersion, 'the first record stays').toBe(record?.metadata.resourceVersion);
  expect((await site.registry()).storage).not.toEqual(before.storage);
  expect(await site.goes({ tag: 'verify' })).toBe(0);
  expect(await site.goes({ tag: 'rollback' })).toBe(undone);
  expect(await site.registry()).toEqual(before);
  expect(await recordOf(site, name)).toBeUndefined();
  expect(await site.goes({ tag: 'rollback' }), 'nothing is left to roll back').toBe(0);
  return site;
}

/** What holds images goes only when it is named. */
async function onlyWhenNamed(site: Procedure, claim: string): Promise<void> {
  const unconfirmed = await site.refuses({ tag: 'uninstall' });
  expect(unconfirmed).toMatchObject({ task: 'registry_uninstall : What is lost has been named', changed: 0 });
  expect(unconfirmed.says).toContain(`-e '{"confirm_uninstall": ["${claim}"`);
}

it('registry-emptydir', TIMES, async () => {
  const site = await thereAndBack('registry-emptydir');
  expect(await site.goes({ tag: 'uninstall' })).toBe(0);
});

it.each([
  ['registry-block-rwo', 'image-registry-storage'],
  ['registry-default-pvc', 'image-registry-storage'],
  ['registry-odf-cephfs', 'registry-storage-pvc'],
  ['registry-s3-to-cephfs', 'registry-storage-pvc'],
])('%s', TIMES, async (name, claim) => {
  const site = await thereAndBack(name);
  await onlyWhenNamed(site, claim);
  expect(await claimOf(site, claim)).toBeDefined();
  expect(await site.goes({ tag: 'uninstall', vars: { confirm_uninstall: [claim] } })).toBe(1);
  expect(await claimOf(site, claim)).toBeUndefined();
});

const keys = { name: 'image-registry-private-configuration-user', namespace };

it.each([
  ['registry-odf-rgw', 'image-registry-rgw'],
  ['registry-odf-noobaa', 'image-registry-noobaa'],
])('%s', TIMES, async (name, bucket) => {
  // Keys, Config and record.
  const site = await thereAndBack(name, { undone: 3 });
  const claim = { name: bucket, namespace: 'openshift-storage' };
  const authority = { name: `${name}-ca`, namespace: 'openshift-config' };
  expect(await site.client.get(SECRET, keys), 'nobody had keys before').toBeUndefined();
  await onlyWhenNamed(site, bucket);
  expect(await site.client.get(BUCKET_CLAIM, claim)).toBeDefined();
  expect(await site.client.get(CONFIG_MAP, authority)).toBeDefined();
  expect(await site.goes({ tag: 'uninstall', vars: { confirm_uninstall: [bucket] } })).toBe(2);
  expect(await site.client.get(BUCKET_CLAIM, claim)).toBeUndefined();
  expect(await site.client.get(CONFIG_MAP, authority)).toBeUndefined();
  expect((await site.client.list(BUCKET)).items).toEqual([]);
});

it('from one bucket to another: the first is taken away, and the second keeps its keys', TIMES, async () => {
  const site = await procedure('registry-odf-noobaa');
  const dataOf = async (secret: typeof keys) => (await site.client.get(SECRET, secret))?.data;
  const other = { playbook: 'registry-odf-rgw', vars: { allow_migration: true } };
  await site.goes();
  const first = await dataOf(keys);
  await site.goes(other);
  const second = await dataOf(keys);
  expect(second).not.toEqual(first);
  expect(await dataOf({ ...keys, name: 'pb-before-registry-odf-rgw' })).toEqual(first);
  expect(await site.goes(other)).toBe(0);
  // Its own bucket is not in use any more: nothing that the other one needs goes with it.
  await site.goes({ tag: 'uninstall', vars: { confirm_uninstall: ['image-registry-noobaa'] } });
  expect(await dataOf(keys)).toEqual(second);
  expect(await site.goes({ ...other, tag: 'verify' })).toBe(0);
});

it('a rollback from one bucket to another: the registry reaches the first with its own keys', TIMES, async () => {
  const site = await procedure('registry-odf-noobaa');
  const other = { playbook: 'registry-odf-rgw', vars: { allow_migration: true } };
  await site.goes();
  const [before, first] = [await site.registry(), (await site.client.get(SECRET, keys))?.data];
  await site.goes(other);
  // Keys, Config, record and the copy of the keys.
  expect(await site.goes({ ...other, tag: 'rollback' })).toBe(4);
  expect(await site.registry()).toEqual(before);
  expect((await site.client.get(SECRET, keys))?.data).toEqual(first);
  expect(await site.goes({ tag: 'verify' })).toBe(0);
});

it('baremetal-local', TIMES, async () => {
  const site = await thereAndBack('baremetal-local');
  await onlyWhenNamed(site, 'image-registry-storage');
  expect(await claimOf(site, 'image-registry-storage')).toBeDefined();
  expect(await site.goes({ tag: 'uninstall', vars: { confirm_uninstall: ['image-registry-storage', 'local-disks'] } })).toBe(6);
  expect(await claimOf(site, 'image-registry-storage')).toBeUndefined();
  expect(await site.client.get(NAMESPACE, { name: 'openshift-local-storage' })).toBeUndefined();
});

it('registry-minio', TIMES, async () => {
  // Beside Config and record: its further fields, the keys, the binding, the provider and the users.
  const site = await thereAndBack('registry-minio', { undone: 7 });
  const config = await site.client.get(REGISTRY_CONFIG, { name: 'cluster' });
  for (const field of ['routes', 'disableRedirect']) expect(config?.spec, field).not.toHaveProperty(field);
  await onlyWhenNamed(site, 'ocp-registry');
  const uninstall = { tag: 'uninstall', vars: { confirm_uninstall: ['ocp-registry'] } } as const;
  // User, policy and bucket of MinIO.
  expect(await site.goes(uninstall)).toBe(3);
  expect(await site.goes(uninstall)).toBe(0);
});

it('disconnected-operatorhub', TIMES, async () => {
  const site = await procedure('disconnected-operatorhub');
  const hub = async () => (await site.client.get(OPERATOR_HUB, { name: 'cluster' }))?.spec;
  const catalogs = async () => (await site.client.list(CATALOG_SOURCE)).items.map(({ metadata }) => metadata.name).sort();
  const policies = async () => (await site.client.list(DIGEST_MIRRORS)).items.map(({ metadata }) => metadata.name);
  const record = () => site.client.get(CONFIG_MAP, { name: 'pb-before-disconnected-operatorhub', namespace: 'openshift-marketplace' });
  const before = { hub: await hub(), catalogs: await catalogs() };
  expect(before.catalogs.length).toBe(4);
  // Images, record, policy, catalog, OperatorHub.
  expect(await site.goes()).toBe(5);
  expect(await catalogs()).toEqual(['cs-redhat-operator-index-v4-18']);
  expect(await policies()).toEqual(['disconnected-operatorhub']);
  const first = (await record())?.metadata.resourceVersion;
  expect(await site.goes()).toBe(0);
  expect((await record())?.metadata.resourceVersion, 'the first record stays').toBe(first);
  expect(await site.goes({ tag: 'verify' })).toBe(0);
  expect(await site.goes({ tag: 'rollback' })).toBe(4);
  expect({ hub: await hub(), catalogs: await catalogs() }).toEqual(before);
  expect(await policies()).toEqual([]);
  expect(await record()).toBeUndefined();
  expect(await site.goes({ tag: 'rollback' }), 'nothing is left to roll back').toBe(0);
  expect(await site.goes(), 'the mirror keeps its images').toBe(4);
});

it('registry-inspect: what the registry is, before, on its pod alone, and with two storages', TIMES, async () => {
  const site = await procedure('registry-emptydir');
  const inspect = { playbook: 'registry-inspect' };
  expect(await site.tells(inspect)).toMatch(/state +Removed; .*storage +none.*pushes +nobody is there/s);
  await site.goes();
  expect(await site.tells(inspect)).toMatch(
    /storage +emptyDir.*replicas +1 of 1 .*pushes +taken.*emptyDir: the next restart.*One replica/s,
  );
  await site.client.mergePatch(REGISTRY_CONFIG, { name: 'cluster' }, { spec: { storage: { pvc: { claim: 'none' } } } });
  expect(await site.tells(inspect)).toMatch(/Two storages at a time are an error: set all but one of .*Its operator manages the storage/s);
});

it('one procedure after another: each goes back to what it found, and in that order', TIMES, async () => {
  const site = await procedure('registry-block-rwo');
  const before = await site.registry();
  const emptyDir = { playbook: 'registry-emptydir', vars: { allow_ephemeral: true } };
  await site.goes(emptyDir);
  const between = await site.registry();
  expect(await site.refuses({})).toMatchObject({ says: expect.stringContaining('already stores images in emptyDir'), changed: 0 });
  await site.goes({ vars: { allow_migration: true } });
  expect(await site.refuses({ ...emptyDir, tag: 'rollback' })).toMatchObject({
    ...{ task: 'registry_rollback : Nobody has moved the registry since', changed: 0 },
    says: expect.stringContaining('and now it is on pvc image-registry-storage. Roll that back first'),
  });
  expect(await site.goes({ tag: 'rollback' })).toBe(2);
  expect(await site.registry()).toEqual(between);
  expect(await site.goes({ ...emptyDir, tag: 'rollback' })).toBe(2);
  expect(await site.registry()).toEqual(before);
});
