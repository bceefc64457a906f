import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { CONFIG_MAP, REGISTRY_CONFIG, SECRET } from '../../../src/lab/kube/operators/kinds.ts';
import { BUCKET_CLAIM } from '../../../src/lab/kube/operators/openshift-kinds.ts';
import { registry } from '../../lab/operators/rehearsal.ts';
import { partOrSkip } from '../parts/require.ts';
import { type Minio, startMinio } from '../parts/s3.ts';
import { failuresOf, told } from './pb.ts';
import { type Site, siteOn } from './site.ts';
import { good, pb, thereAndBack } from './there-and-back.ts';

const suite = await partOrSkip('kube', 's3');

const odf = 'openshift-storage';
const BUCKETS = ['image-registry-rgw', 'image-registry-noobaa'];

/** MinIO stands for the object stores of Data Foundation: behind TLS, by an authority that nobody knows. */
suite('the registry’s procedures for buckets, on a real API server and a real object store', () => {
  let site: Site;
  let minio: Minio;
  beforeAll(async () => {
    minio = await startMinio();
    const settings = {
      ...{ rgw_endpoint: minio.endpoint, noobaa_endpoint: minio.endpoint },
      ...{ s3_ca: { namespace: odf, name: 'minio-ca' }, migration_image: 'quay.io/minio/mc:latest' },
    };
    site = await siteOn(undefined, { speed: 60, variant: { dataFoundation: 'installed' }, settings });
    const { client } = site.cluster;
    await client.create(CONFIG_MAP, { metadata: { name: 'minio-ca', namespace: odf }, data: { 'ca-bundle.crt': minio.ca } });
    for (const name of BUCKETS) {
      const [access, secret] = [`of-${name}`, `secret+/of-${name}`];
      await minio.mc('mb', `s/${name}`);
      await minio.mc('admin', 'user', 'add', 's', access, secret);
      await minio.mc('admin', 'policy', 'attach', 's', 'readwrite', '--user', access);
      // As the bucket's provisioner makes them, which takes those that are there.
      const data = { AWS_ACCESS_KEY_ID: btoa(access), AWS_SECRET_ACCESS_KEY: btoa(secret) };
      await client.create(SECRET, { metadata: { name, namespace: odf }, type: 'Opaque', data });
    }
    const operator = async () => expect(await client.get(REGISTRY_CONFIG, { name: 'cluster' })).toBeDefined();
    await vi.waitFor(operator, { timeout: 60_000, interval: 250 });
  });
  afterAll(async () => {
    await site?.close();
    await minio?.close();
  });
  const dataOf = async (name: string) => (await site.cluster.client.get(SECRET, { name, namespace: registry }))?.data;
  const keysName = 'image-registry-private-configuration-user';

  it('an authority that did not sign is found out by check, and a run stops before the registry is touched', async () => {
    const other = JSON.stringify({ s3_ca: { namespace: 'openshift-config-managed', name: 'default-ingress-cert' } });
    // The keys are there already, so that check can try them.
    for (const command of ['check', 'run']) {
      const ran = await pb(site, command, 'registry-odf-rgw', '-e', other);
      expect(Object.entries(failuresOf(ran)).map(([where, failure]) => [where, told(failure)])).toEqual([
        [
          'registry_bucket : The bucket serves as a registry needs it on localhost',
          expect.stringMatching(/its certificate is not trusted \(x509\).*give the authority that signed it/),
        ],
      ]);
      expect(ran.exitCode).toBe(2);
    }
    expect((await site.cluster.client.get(REGISTRY_CONFIG, { name: 'cluster' }))?.spec.storage).toEqual({});
    expect(await dataOf(keysName)).toBeUndefined();
  });

  it.each([
    ['registry-odf-rgw', 'image-registry-rgw'],
    ['registry-odf-noobaa', 'image-registry-noobaa'],
  ])('%s', async (name, bucket) => {
    await thereAndBack(site, name, { loses: [bucket], undone: 3, takenAway: 2 });
    expect(await site.cluster.client.get(BUCKET_CLAIM, { name: bucket, namespace: odf })).toBeUndefined();
    expect(await dataOf(keysName)).toBeUndefined();
    expect(await minio.mc('ls', '--recursive', `s/${bucket}`), 'no probe is left').toBe('');
  });

  it('keys that another storage had, whoever wrote them, come back with it', async () => {
    const { kube } = site.cluster;
    const literals = ['REGISTRY_STORAGE_S3_ACCESSKEY=old', 'REGISTRY_STORAGE_S3_SECRETKEY=older'].map((one) => `--from-literal=${one}`);
    await kube.kubectl(['create', 'secret', 'generic', keysName, '-n', registry, ...literals]);
    const before = await dataOf(keysName);
    good(await pb(site, 'run', 'registry-odf-rgw'));
    expect(await dataOf(keysName)).not.toEqual(before);
    good(await pb(site, 'run', 'registry-odf-rgw', '--tags', 'rollback'));
    expect(await dataOf(keysName)).toEqual(before);
    expect(await dataOf('pb-before-registry-odf-rgw')).toBeUndefined();
  });

  it('from a bucket to CephFS: a copy that fails leaves the registry as it was; then there and back', async () => {
    const { client, operators, patchRegistry } = site.cluster;
    const s3 = { bucket: 'image-registry-rgw', region: 'us-east-1', regionEndpoint: minio.endpoint, virtualHostedStyle: false };
    await patchRegistry({ managementState: 'Managed', replicas: 2, storage: { managementState: 'Unmanaged', s3 } });
    const spec = async () => (await client.get(REGISTRY_CONFIG, { name: 'cluster' }))?.spec;
    operators.setFault({ fault: 'F38' });
    const failed = await pb(site, 'run', 'registry-s3-to-cephfs');
    operators.setFault({ fault: 'F38' }, false);
    expect(failed.exitCode).toBe(2);
    expect(Object.values(failuresOf(failed)).map(told).at(-1)).toMatch(/no space left on device The registry is in its bucket as before/);
    expect(await spec()).toMatchObject({ storage: { s3 } });
    expect(await spec()).not.toHaveProperty('readOnly', true);
    expect(await site.existing('jobs')).toEqual([]);
    good(await pb(site, 'run', 'registry-s3-to-cephfs', '--tags', 'rollback'));
    good(await pb(site, 'run', 'registry-s3-to-cephfs', '--tags', 'uninstall', '-e', '{"confirm_uninstall": ["registry-storage-pvc"]}'));

    await thereAndBack(site, 'registry-s3-to-cephfs', { loses: ['registry-storage-pvc'] });
    expect(await spec()).toMatchObject({ storage: { s3 } });
    expect(await spec()).not.toHaveProperty('readOnly', true);
    expect(await site.existing('jobs')).toEqual([]);
    expect(await dataOf(keysName), 'the bucket’s keys stay').toBeDefined();
  });
});
