/** What a bucket provisioner makes for a claim. Pure, but for names and keys that nobody can foresee. */
import { randomBytes, randomUUID } from 'node:crypto';
import type { ConfigMap, Secret } from '../kinds.ts';
import { BUCKET_CLAIM, type Bucket, type BucketClaim } from '../openshift-kinds.ts';
import { ownerOf } from '../toolkit/objects.ts';

export const finalizer = 'objectbucket.io/finalizer';

export interface Provisioner {
  readonly host: string;
  readonly port: number;
  /** On its claims. */
  readonly labels: Readonly<Record<string, string>>;
}

/** By the provisioner of the StorageClass. */
export const provisioners: Readonly<Record<string, Provisioner>> = {
  'openshift-storage.noobaa.io/obc': {
    ...{ host: 's3.openshift-storage.svc', port: 443 },
    labels: { app: 'noobaa', 'noobaa-domain': 'openshift-storage.noobaa.io' },
  },
  'openshift-storage.ceph.rook.io/bucket': {
    ...{ host: 'rook-ceph-rgw-ocs-storagecluster-cephobjectstore.openshift-storage.svc', port: 443, labels: {} },
  },
};

export const labelsOf = (name: string, { labels }: Provisioner): Record<string, string> => ({
  ...{ 'bucket-provisioner': name.replaceAll('/', '-') },
  ...labels,
});

const longestPrefix = 26;
/** Undefined where the claim says neither a name nor a beginning of one. */
export const bucketName = ({ spec }: BucketClaim): string | undefined =>
  spec.generateBucketName ? `${spec.generateBucketName.slice(0, longestPrefix)}-${randomUUID()}` : undefined;

const owned = (claim: BucketClaim) => ({
  ...{ name: claim.metadata.name, namespace: claim.metadata.namespace ?? '', labels: { ...claim.metadata.labels } },
  ...{ finalizers: [finalizer], ownerReferences: [ownerOf(BUCKET_CLAIM, claim)] },
});

export function bucketSecret(claim: BucketClaim): Secret {
  const base64 = (text: string): string => Buffer.from(text).toString('base64');
  const access = randomBytes(10).toString('hex').toUpperCase();
  const secret = randomBytes(20).toString('hex');
  return { metadata: owned(claim), type: 'Opaque', data: { AWS_ACCESS_KEY_ID: base64(access), AWS_SECRET_ACCESS_KEY: base64(secret) } };
}

export const bucketConfig = (claim: BucketClaim, { host, port }: Provisioner): ConfigMap => ({
  metadata: owned(claim),
  data: {
    BUCKET_NAME: claim.spec.bucketName ?? '',
    BUCKET_HOST: host,
    BUCKET_PORT: String(port),
    BUCKET_REGION: '',
    BUCKET_SUBREGION: '',
  },
});

export function bucketObject(
  claim: BucketClaim,
  { provisioner, reclaimPolicy }: { readonly provisioner: Provisioner; readonly reclaimPolicy: string },
): Bucket {
  const { name, namespace = '', uid = '' } = claim.metadata;
  return {
    metadata: { name: `obc-${namespace}-${name}`, labels: { ...claim.metadata.labels } },
    spec: {
      ...{ storageClassName: claim.spec.storageClassName, reclaimPolicy },
      claimRef: { apiVersion: BUCKET_CLAIM.apiVersion, kind: BUCKET_CLAIM.kind, namespace, name, uid },
      endpoint: {
        ...{ bucketHost: provisioner.host, bucketPort: provisioner.port, bucketName: claim.spec.bucketName ?? '' },
        ...{ region: '', subRegion: '', additionalConfig: { ...claim.spec.additionalConfig } },
      },
    },
  };
}
