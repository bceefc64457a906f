/** What an S3 endpoint answers the operator. ODF's know their buckets from ObjectBuckets; of any other the bucket is taken to be there. Pure. */
import type { Faults } from '../faults.ts';
import type { Secret } from '../kinds.ts';
import type { Bucket, ClusterProxy, Route } from '../openshift-kinds.ts';
import type { S3Answer, S3Keys, S3Storage } from './s3.ts';

export interface Surroundings {
  readonly faults: Faults;
  readonly proxy: ClusterProxy | undefined;
  readonly buckets: readonly Bucket[];
  /** Those of ODF's namespace. */
  readonly routes: readonly Route[];
  secret(name: string, namespace: string): Secret | undefined;
  /** Whether the bundle of that name has the authority of the router, which signs for ODF's endpoints. */
  trusts(name: string): boolean;
}

const odfNamespace = 'openshift-storage';

/** "s3.example.com:9000" */
export function endpointHost({ regionEndpoint, region, bucket }: S3Storage): string {
  if (!regionEndpoint) return `${bucket}.s3.${region ?? 'us-east-1'}.amazonaws.com`;
  return regionEndpoint.replace(/^[a-z]+:\/\//, '').replace(/\/.*$/, '');
}

export function headAnswer(s3: S3Storage, keys: S3Keys, around: Surroundings): S3Answer {
  const host = endpointHost(s3);
  const name = host.replace(/:\d+$/, '');
  const failed = (why: string): S3Answer => ({
    ...{ is: 'failed', text: `RequestError: send request failed\ncaused by: Head "https://${host}/${s3.bucket}": ${why}` },
  });
  if (around.faults.get('F40') || goesByProxy(name, around.proxy))
    return failed('context deadline exceeded (Client.Timeout exceeded while awaiting headers)');
  const odf = name.endsWith(`.${odfNamespace}.svc`) || around.routes.some((route) => route.spec.host === name);
  if (around.faults.get('F28') || (odf && !around.trusts(s3.trustedCA?.name ?? '')))
    return failed('tls: failed to verify certificate: x509: certificate signed by unknown authority');
  if (around.faults.get('F29')) return forbidden;
  if (!odf) return { is: 'found' };
  const bucket = around.buckets.find((one) => one.spec?.endpoint?.bucketName === s3.bucket);
  if (!bucket) return { is: 'refused', code: 'NotFound', text: refusal('NotFound: Not Found', 404) };
  const { name: claim = '', namespace = '' } = bucket.spec?.claimRef ?? {};
  const data = around.secret(claim, namespace)?.data ?? {};
  const same = (key: string, value: string): boolean => Buffer.from(data[key] ?? '', 'base64').toString('utf8') === value;
  return same('AWS_ACCESS_KEY_ID', keys.access) && same('AWS_SECRET_ACCESS_KEY', keys.secret) ? { is: 'found' } : forbidden;
}

/** Bucket users of ODF may not make buckets of their own. */
export function createAnswer(around: Surroundings): S3Answer {
  if (around.faults.get('F29')?.create === 'allowed') return { is: 'created' };
  return { is: 'refused', code: 'AccessDenied', text: refusal('AccessDenied: Access Denied', 403) };
}

const refusal = (what: string, status: number): string => `${what}\n\tstatus code: ${status}, request id: , host id: `;
const forbidden: S3Answer = { is: 'refused', code: 'Forbidden', text: refusal('Forbidden: Forbidden', 403) };

/** The cluster has a proxy, and does not except this host. */
export function goesByProxy(host: string, proxy: ClusterProxy | undefined): boolean {
  const { httpsProxy, noProxy } = { ...proxy?.spec, ...proxy?.status };
  if (!httpsProxy) return false;
  const spared = [...(noProxy ?? '').split(','), '.svc', '.cluster.local'].map((one) => one.trim()).filter(Boolean);
  return !spared.some((one) => one === '*' || host === one || host.endsWith(one.startsWith('.') ? one : `.${one}`));
}
