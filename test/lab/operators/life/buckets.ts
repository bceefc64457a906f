import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CONFIG_MAP, SECRET, STORAGE_CLASS } from '../../../../src/lab/kube/operators/kinds.ts';
import {
  BUCKET,
  BUCKET_CLAIM,
  BUCKET_CLASS,
  type BucketClaim,
  NOOBAA,
  STORAGE_CLUSTER,
} from '../../../../src/lab/kube/operators/openshift-kinds.ts';
import { eventually, type Stage, type StartStage } from './stage.ts';

const namespace = 'openshift-storage';
const noobaa = 'openshift-storage.noobaa.io';
const rgw = 'ocs-storagecluster-ceph-rgw';

export function bucketsLife(where: string, start: StartStage): void {
  describe(`the bucket provisioners, ${where}`, () => {
    let lab: Stage;
    beforeAll(async () => {
      lab = await start({ variant: { dataFoundation: 'installed' } });
    });
    afterAll(() => lab?.stop());
    const create = (name: string, spec: BucketClaim['spec']) => lab.client.create(BUCKET_CLAIM, { metadata: { name, namespace }, spec });
    const claim = (name: string) => lab.client.get(BUCKET_CLAIM, { name, namespace });
    const phase = async (name: string) => (await claim(name))?.status?.phase;

    it('find their own house in order', async () => {
      for (const [kind, name] of [
        [STORAGE_CLUSTER, 'ocs-storagecluster'],
        [NOOBAA, 'noobaa'],
        [BUCKET_CLASS, 'noobaa-default-bucket-class'],
      ] as const)
        expect((await lab.client.get(kind, { name, namespace }))?.status?.phase).toBe('Ready');
    });

    it.each([
      ['noobaa', noobaa, 's3.openshift-storage.svc', 'openshift-storage.noobaa.io-obc'],
      ['ceph', rgw, 'rook-ceph-rgw-ocs-storagecluster-cephobjectstore.openshift-storage.svc', 'openshift-storage.ceph.rook.io-bucket'],
    ])('give a claim its bucket: %s', async (name, storageClassName, host, provisioner) => {
      await create(name, { storageClassName, generateBucketName: 'a-prefix-that-is-much-too-long' });
      await eventually(async () => expect(await phase(name)).toBe('Bound'));
      const { metadata, spec } = (await claim(name)) ?? {};
      expect(metadata).toMatchObject({ finalizers: ['objectbucket.io/finalizer'], labels: { 'bucket-provisioner': provisioner } });
      expect(spec?.bucketName).toMatch(/^a-prefix-that-is-much-too--[0-9a-f-]{36}$/);
      expect((spec?.bucketName ?? '').length).toBeLessThanOrEqual(63);
      const secret = await lab.client.get(SECRET, { name, namespace });
      const length = (key: string) => Buffer.from(secret?.data?.[key] ?? '', 'base64').length;
      expect([length('AWS_ACCESS_KEY_ID'), length('AWS_SECRET_ACCESS_KEY')]).toEqual([20, 40]);
      expect((await lab.client.get(CONFIG_MAP, { name, namespace }))?.data).toMatchObject({
        ...{ BUCKET_NAME: spec?.bucketName, BUCKET_HOST: host, BUCKET_PORT: '443' },
      });
      expect(spec?.objectBucketName).toBe(`obc-${namespace}-${name}`);
      expect(await lab.client.get(BUCKET, { name: spec?.objectBucketName ?? '' })).toMatchObject({
        ...{ spec: { endpoint: { bucketName: spec?.bucketName } }, status: { phase: 'Bound' } },
      });
    });

    it('say nothing to a claim of no class, or of another’s, until there is one (F26)', async () => {
      await lab.client.create(STORAGE_CLASS, { metadata: { name: 'foreign' }, provisioner: 'example.com/buckets' });
      await create('foreign', { storageClassName: 'foreign', generateBucketName: 'b' });
      await create('classless', { storageClassName: 'not-there', generateBucketName: 'b' });
      await eventually(async () => expect(lab.log.join('\n')).toContain('storageclass.storage.k8s.io "not-there" not found'));
      expect([await phase('foreign'), await phase('classless')]).toEqual([undefined, undefined]);
      await lab.client.create(STORAGE_CLASS, { metadata: { name: 'not-there' }, provisioner: 'openshift-storage.ceph.rook.io/bucket' });
      await eventually(async () => expect(await phase('classless')).toBe('Bound'));
      expect((await claim('foreign'))?.metadata.finalizers).toBeUndefined();
    });

    it('leave a claim pending that says no name, and one whose name is taken', async () => {
      await create('nameless', { storageClassName: rgw });
      await create('first', { storageClassName: rgw, bucketName: 'taken' });
      await eventually(async () => expect(await phase('first')).toBe('Bound'));
      await create('second', { storageClassName: rgw, bucketName: 'taken' });
      await eventually(async () => expect(lab.log.join('\n')).toContain('Bucket "taken" already exists'));
      expect([await phase('nameless'), await phase('second')]).toEqual(['Pending', 'Pending']);
      expect(await lab.client.get(SECRET, { name: 'second', namespace })).toBeUndefined();
      await lab.client.delete(BUCKET_CLAIM, { name: 'first', namespace });
      await eventually(async () => expect(await phase('second')).toBe('Bound'));
      expect(await lab.client.get(BUCKET_CLAIM, { name: 'first', namespace })).toBeUndefined();
    });

    it('wait for a bucket class that is not ready', async () => {
      const bucketClass = { name: 'noobaa-default-bucket-class', namespace };
      const set = (to: string) =>
        lab.client.editStatus(BUCKET_CLASS, bucketClass, (live) => {
          live.status = { phase: to };
        });
      await set('Verifying');
      await create('early', { storageClassName: noobaa, generateBucketName: 'early' });
      await eventually(async () => {
        const [event] = await lab.events(namespace, 'BucketClassNotReady');
        expect(event).toMatchObject({ type: 'Warning', involvedObject: { kind: 'ObjectBucketClaim', name: 'early' } });
      });
      expect(await phase('early')).toBe('Pending');
      await set('Ready');
      await eventually(async () => expect(await phase('early')).toBe('Bound'));
    });

    it('write the name of the bucket before its keys (F27)', async () => {
      lab.operators.setFault({ fault: 'F27' });
      await create('slow', { storageClassName: rgw, generateBucketName: 'slow' });
      await eventually(async () => expect((await claim('slow'))?.spec.bucketName).toMatch(/^slow-/));
      // By the time another claim has been looked at, and refused, this one would be through.
      await create('strange', { storageClassName: noobaa, generateBucketName: 's', additionalConfig: { bucketclass: 'not-there' } });
      await eventually(async () => {
        const [event] = await lab.events(namespace, 'MissingBucketClass');
        expect(event).toMatchObject({ type: 'Warning', involvedObject: { kind: 'ObjectBucketClaim', name: 'strange' } });
      });
      expect([await phase('slow'), await lab.client.get(SECRET, { name: 'slow', namespace })]).toEqual(['Pending', undefined]);
      lab.operators.setFault({ fault: 'F27' }, false);
      await eventually(async () => expect(await phase('slow')).toBe('Bound'));
    });

    it('take everything along when a claim goes', async () => {
      await lab.client.delete(BUCKET_CLAIM, { name: 'noobaa', namespace });
      await eventually(async () => {
        expect(await claim('noobaa')).toBeUndefined();
        for (const kind of [SECRET, CONFIG_MAP]) expect(await lab.client.get(kind, { name: 'noobaa', namespace })).toBeUndefined();
        expect(await lab.client.get(BUCKET, { name: `obc-${namespace}-noobaa` })).toBeUndefined();
      });
    });
  });
}
