import { describe, expect, it } from 'vitest';
import { Faults } from '../../../src/lab/kube/operators/faults.ts';
import { registryDeployment } from '../../../src/lab/kube/operators/image-registry/deployment.ts';
import {
  createAnswer,
  endpointHost,
  goesByProxy,
  headAnswer,
  type Surroundings,
} from '../../../src/lab/kube/operators/image-registry/endpoint.ts';
import { type S3Look, type S3Storage, syncS3, userSecret } from '../../../src/lab/kube/operators/image-registry/s3.ts';
import type { RegistryConfig, Secret } from '../../../src/lab/kube/operators/kinds.ts';
import { startLabStage } from './life/lab-stage.ts';
import { registryLife } from './life/registry.ts';

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const keys = { access: 'AKIA', secret: 'hush' };
const secret = (data: Record<string, string>): Secret => ({
  metadata: { name: userSecret },
  data: Object.fromEntries(Object.entries(data).map(([key, value]) => [key, base64(value)])),
});
const user = secret({ REGISTRY_STORAGE_S3_ACCESSKEY: keys.access, REGISTRY_STORAGE_S3_SECRETKEY: keys.secret });
const config = (s3: S3Storage, managementState?: string): RegistryConfig => ({
  metadata: { name: 'cluster', uid: 'u' },
  spec: { managementState: 'Managed', replicas: 2, storage: { s3, ...(managementState ? { managementState } : {}) } },
});
const minio = { bucket: 'b', region: 'local', regionEndpoint: 'https://s3.example.com' };
const look = (more: Partial<S3Look> = {}): S3Look => ({
  ...{ infrastructure: 'lab-x7k2p', secret: () => user, trusted: () => undefined },
  ...{ head: () => ({ is: 'found' }), create: () => expect.unreachable('a bucket was made') },
  ...more,
});
const prefix = 'unable to sync storage configuration: ';

describe('the registry on S3', () => {
  it('takes a bucket that is there, and leaves it unmanaged', () => {
    expect(syncS3(config(minio), look())).toEqual({
      storage: { s3: minio, managementState: 'Unmanaged' },
      condition: {
        ...{ type: 'StorageExists', status: 'True', reason: 'S3 Bucket Exists' },
        message: 'User supplied S3 bucket exists and is accessible',
      },
    });
  });
  it.each<[string, Partial<S3Look>, S3Storage, string]>([
    [
      ...(['no secret', { secret: () => undefined }, minio] as const),
      'unable to get cluster minted credentials "openshift-image-registry/installer-cloud-credentials": secret "installer-cloud-credentials" not found',
    ],
    [
      'a key is missing (F30)',
      { secret: () => secret({ REGISTRY_STORAGE_S3_ACCESSKEY: 'a' }) },
      minio,
      'secret "openshift-image-registry/image-registry-private-configuration-user" does not contain required key "REGISTRY_STORAGE_S3_SECRETKEY"',
    ],
    [
      'no CA bundle',
      {},
      { ...minio, trustedCA: { name: 'ca' } },
      'unable to get S3 CA bundle: failed to get trusted CA "ca": configmap "ca" not found',
    ],
    [
      'a CA bundle without its key',
      { trusted: () => ({ metadata: { name: 'ca' }, data: {} }) },
      { ...minio, trustedCA: { name: 'ca' } },
      'unable to get S3 CA bundle: trusted CA config map "ca" does not contain required key "ca-bundle.crt"',
    ],
  ])('does not get far: %s', (_, more, s3, message) => {
    expect(syncS3(config(s3), look(more))).toEqual({ storage: { s3 }, error: { message: prefix + message } });
  });
  it('names and makes a bucket of its own', () => {
    const { bucket: _, ...nameless } = minio;
    const outcome = syncS3(
      config(nameless),
      look({ head: () => ({ is: 'refused', code: 'NotFound', text: '' }), create: () => ({ is: 'created' }) }),
    );
    expect(outcome).toMatchObject({
      storage: { managementState: 'Managed', s3: { bucket: expect.stringMatching(/^lab-x7k2p-image-registry-local-[a-z0-9]{26}$/) } },
      condition: { status: 'True', reason: 'Creation Successful', message: 'S3 bucket was successfully created' },
    });
    expect(outcome.more?.map(({ type }) => type)).toContain('StorageEncrypted');
  });
  it('tells the pods where it is', () => {
    const env = (s3: S3Storage) =>
      registryDeployment(config(s3), '4.18.20').spec.template.spec.containers[0]?.['env'] as { name: string; value: string }[];
    expect(env(minio)).toEqual(
      expect.arrayContaining([
        { name: 'REGISTRY_STORAGE', value: 's3' },
        { name: 'REGISTRY_STORAGE_S3_BUCKET', value: 'b' },
        { name: 'REGISTRY_STORAGE_S3_REGIONENDPOINT', value: 'https://s3.example.com' },
        { name: 'REGISTRY_STORAGE_S3_FORCEPATHSTYLE', value: 'true' },
      ]),
    );
    expect(env(minio).map(({ name }) => name)).not.toContain('REGISTRY_STORAGE_FILESYSTEM_ROOTDIRECTORY');
  });
});

describe('an S3 endpoint', () => {
  const around = (more: Partial<Surroundings> = {}): Surroundings => ({
    ...{
      faults: new Faults(),
      proxy: undefined,
      buckets: [],
      routes: [],
      secret: () => undefined,
      trusts: (name: string) => name === 'ca',
    },
    ...more,
  });
  const odf = { bucket: 'b-1', regionEndpoint: 'https://s3.openshift-storage.svc', trustedCA: { name: 'ca' } };
  const bucket = {
    metadata: { name: 'obc-ns-b' },
    spec: { storageClassName: 'noobaa', claimRef: { namespace: 'ns', name: 'b' }, endpoint: { bucketName: 'b-1' } },
  };
  const owned = (data: Record<string, string>) => around({ buckets: [bucket], secret: () => secret(data) });

  it('is known by its address', () => {
    expect(endpointHost({ regionEndpoint: 'https://s3.example.com:9000/x' })).toBe('s3.example.com:9000');
    expect(endpointHost({ bucket: 'b', region: 'eu-west-1' })).toBe('b.s3.eu-west-1.amazonaws.com');
  });
  it('of ODF’s shows a bucket to whoever has its keys', () => {
    const answer = headAnswer(odf, keys, owned({ AWS_ACCESS_KEY_ID: 'AKIA', AWS_SECRET_ACCESS_KEY: 'hush' }));
    expect(answer).toEqual({ is: 'found' });
    expect(headAnswer(odf, keys, owned({ AWS_ACCESS_KEY_ID: 'OTHER', AWS_SECRET_ACCESS_KEY: 'hush' }))).toMatchObject({
      code: 'Forbidden',
    });
    expect(headAnswer(odf, keys, around())).toMatchObject({ is: 'refused', code: 'NotFound' });
    expect(createAnswer(around())).toMatchObject({ is: 'refused', code: 'AccessDenied' });
  });
  it('of ODF’s is not trusted by a bundle of another authority', () => {
    expect(headAnswer({ ...odf, trustedCA: { name: 'another' } }, keys, around())).toMatchObject({ is: 'failed' });
  });
  it('of ODF’s is not trusted without a bundle', () => {
    expect(headAnswer({ bucket: 'b-1', regionEndpoint: odf.regionEndpoint }, keys, around())).toEqual({
      is: 'failed',
      text:
        'RequestError: send request failed\ncaused by: Head "https://s3.openshift-storage.svc/b-1": ' +
        'tls: failed to verify certificate: x509: certificate signed by unknown authority',
    });
  });
  it('is not reached through a proxy that does not except it (F40)', () => {
    const proxy = (noProxy: string) => ({ metadata: { name: 'cluster' }, spec: { httpsProxy: 'http://p:3128', noProxy } });
    expect(headAnswer(minio, keys, around({ proxy: proxy('.cluster.local') }))).toMatchObject({
      is: 'failed',
      text: expect.stringContaining('Timeout'),
    });
    expect(headAnswer(minio, keys, around({ proxy: proxy('example.com') }))).toEqual({ is: 'found' });
    expect(goesByProxy('s3.openshift-storage.svc', proxy(''))).toBe(false);
    expect(goesByProxy('badexample.com', proxy('example.com'))).toBe(true);
  });
});

registryLife('on the lab’s API', startLabStage);
