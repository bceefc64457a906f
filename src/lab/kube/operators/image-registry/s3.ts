/** The S3 half of a storage sync: credentials, trust, and whether the bucket is there; made where it is not. Pure but for `look`. */
import type { ConfigMap, RegistryConfig, RegistryStorage, Secret } from '../kinds.ts';
import type { NewCondition } from '../toolkit/conditions.ts';
import { suffix } from '../toolkit/hash.ts';
import { namespace } from './names.ts';
import { exists, failed, type StorageOutcome } from './outcome.ts';

export interface S3Storage {
  readonly bucket?: string;
  readonly region?: string;
  readonly regionEndpoint?: string;
  readonly encrypt?: boolean;
  readonly virtualHostedStyle?: boolean;
  readonly trustedCA?: { readonly name?: string };
}

export interface S3Keys {
  readonly access: string;
  readonly secret: string;
}

/** What the endpoint says to HEAD of a bucket, or to its creation. */
export type S3Answer =
  | { readonly is: 'found' }
  | { readonly is: 'created' }
  /** The endpoint's own error. */
  | { readonly is: 'refused'; readonly code: string; readonly text: string }
  /** It was not reached. */
  | { readonly is: 'failed'; readonly text: string };

export interface S3Look {
  /** Of the registry's namespace. */
  secret(name: string): Secret | undefined;
  /** Of openshift-config. */
  trusted(name: string): ConfigMap | undefined;
  readonly infrastructure: string;
  head(s3: S3Storage, keys: S3Keys): S3Answer;
  create(s3: S3Storage, keys: S3Keys): S3Answer;
}

export const userSecret = 'image-registry-private-configuration-user';

export function syncS3(config: RegistryConfig, look: S3Look): StorageOutcome {
  const storage = config.spec.storage ?? {};
  const given = (storage['s3'] ?? {}) as S3Storage;
  const keys = userKeys(look.secret(userSecret));
  if (typeof keys === 'string') return { storage, error: failed(keys) };
  const untrusted = trustTrouble(given, look);
  if (untrusted) return { storage, error: failed(untrusted) };
  const named = given.bucket ? given : { ...given, bucket: bucketName(config, given, look.infrastructure) };
  const withName: RegistryStorage = { ...storage, s3: named };
  const seen = look.head(named, keys);
  if (seen.is === 'failed') return refusedBy(withName, { status: 'Unknown', reason: 'Unknown Error Occurred', text: seen.text });
  if (seen.is === 'found') {
    const message = 'User supplied S3 bucket exists and is accessible';
    return {
      storage: { ...withName, managementState: storage.managementState || 'Unmanaged' },
      condition: exists('True', 'S3 Bucket Exists', message),
    };
  }
  const made = look.create(named, keys);
  if (made.is === 'refused' || made.is === 'failed') {
    const reason = made.is === 'refused' ? made.code : 'Unknown Error Occurred';
    return refusedBy(withName, { status: 'False', reason, text: made.text });
  }
  return {
    storage: { ...withName, managementState: storage.managementState || 'Managed' },
    condition: exists('True', 'Creation Successful', 'S3 bucket was successfully created'),
    more: ofCreatedBuckets,
  };
}

const refusedBy = (
  storage: RegistryStorage,
  { status, reason, text }: { readonly status: 'False' | 'Unknown'; readonly reason: string; readonly text: string },
): StorageOutcome => ({ storage, condition: { ...exists('False', reason, text), status }, error: failed(text) });

/** The keys, or what is wrong with them. */
function userKeys(secret: Secret | undefined): S3Keys | string {
  if (!secret) {
    const name = 'installer-cloud-credentials';
    return `unable to get cluster minted credentials "${namespace}/${name}": secret "${name}" not found`;
  }
  const value = (key: string): string => Buffer.from(secret.data?.[key] ?? '', 'base64').toString('utf8');
  const missing = keyNames.find((key) => value(key) === '');
  if (missing) return `secret "${namespace}/${userSecret}" does not contain required key "${missing}"`;
  return { access: value(keyNames[0]), secret: value(keyNames[1]) };
}
const keyNames = ['REGISTRY_STORAGE_S3_ACCESSKEY', 'REGISTRY_STORAGE_S3_SECRETKEY'] as const;

function trustTrouble({ trustedCA }: S3Storage, look: S3Look): string | undefined {
  const name = trustedCA?.name;
  if (!name) return undefined;
  const found = look.trusted(name);
  if (!found) return `unable to get S3 CA bundle: failed to get trusted CA "${name}": configmap "${name}" not found`;
  return found.data?.['ca-bundle.crt']
    ? undefined
    : `unable to get S3 CA bundle: trusted CA config map "${name}" does not contain required key "ca-bundle.crt"`;
}

const bucketName = ({ metadata }: RegistryConfig, { region = '' }: S3Storage, infrastructure: string): string =>
  `${infrastructure}-image-registry-${region}-${suffix(metadata.uid ?? '', 26)}`.slice(0, 62).replace(/-$/, '');

const ofCreatedBuckets: readonly NewCondition[] = [
  [
    'StoragePublicAccessBlocked',
    'Public Access Block Successful',
    'Public access to the S3 bucket and its contents have been successfully blocked.',
  ],
  ['StorageTagged', 'Tagging Successful', 'Tags were successfully applied to the S3 bucket'],
  ['StorageEncrypted', 'Encryption Successful', 'Default encryption was successfully enabled on the S3 bucket'],
  [
    'StorageIncompleteUploadCleanupEnabled',
    'Enable Cleanup Successful',
    'Default cleanup of incomplete multipart uploads after one (1) day was successfully enabled',
  ],
].map(([type = '', reason = '', message = '']) => ({ type, status: 'True', reason, message }));
