/** The storage half of a sync: which backend, is it usable, what is written back into the spec. Pure. */
import type { Claim, RegistryConfig, RegistryStorage } from '../kinds.ts';
import { same } from '../toolkit/objects.ts';
import { defaultClaim, namespace, ownClaim } from './names.ts';
import { exists, failed, type StorageOutcome } from './outcome.ts';
import { type S3Look, syncS3 } from './s3.ts';

/** In the order in which an error lists them; the first of each pair is the key in `spec.storage`. */
const backends: readonly (readonly [string, string])[] = [
  ['emptyDir', 'EmptyDir'],
  ['s3', 'S3'],
  ['swift', 'Swift'],
  ['gcs', 'GCS'],
  ['ibmcos', 'IBMCOS'],
  ['pvc', 'PVC'],
  ['azure', 'Azure'],
];

export function configuredBackends(storage: RegistryStorage | undefined): string[] {
  return backends.filter(([key]) => storage?.[key] !== undefined && storage[key] !== null).map(([, name]) => name);
}

/** `claim` looks up a claim of the registry's namespace; `s3` looks at the endpoint and what it takes to get there. */
export function syncStorage(config: RegistryConfig, claim: (name: string) => Claim | undefined, s3: S3Look): StorageOutcome {
  const storage = config.spec.storage ?? {};
  const configured = configuredBackends(storage);
  if (configured.length === 0) return { storage, error: { message: 'storage backend not configured', permanent: 'StorageNotConfigured' } };
  if (configured.length > 1) {
    const got = `exactly one storage type should be configured at the same time, got ${configured.length}: [${configured.join(' ')}]`;
    return { storage, error: failed(got) };
  }
  if (storage.pvc) return syncClaim(config, storage.pvc.claim ?? '', claim);
  if (storage.emptyDir) {
    if (same(storage.emptyDir, config.status?.storage?.emptyDir)) return { storage };
    return {
      storage: { ...storage, managementState: storage.managementState || 'Managed' },
      condition: exists('True', 'Creation Successful', 'EmptyDir storage successfully created'),
    };
  }
  if (storage['s3']) return syncS3(config, s3);
  return { storage: { ...storage, managementState: storage.managementState || 'Unmanaged' } };
}

function syncClaim(config: RegistryConfig, name: string, claim: (name: string) => Claim | undefined): StorageOutcome {
  const storage = config.spec.storage ?? {};
  if (name === '') return syncDefaultClaim(storage, claim(defaultClaim));
  const found = claim(name);
  // An accepted claim is not looked at again, so raising the replicas later is not noticed here.
  if (found && same(storage.pvc, config.status?.storage?.pvc)) return { storage };
  const trouble = found ? claimTrouble(config, found) : `persistentvolumeclaims "${name}" not found`;
  if (trouble) return { storage, condition: exists('False', 'PVC Issues Found', trouble), error: failed(trouble) };
  return { storage: { ...storage, managementState: storage.managementState || 'Unmanaged' }, condition: exists('True', 'PVC Exists', '') };
}

function syncDefaultClaim(storage: RegistryStorage, found: Claim | undefined): StorageOutcome {
  const named: RegistryStorage = { ...storage, pvc: { claim: defaultClaim } };
  if (found && found.metadata.annotations?.[ownClaim] !== 'true') {
    const message = 'could not create default PVC, it already exists and is not owned by the operator';
    return { storage: named, condition: exists('False', 'PVC Already Exists', message), error: failed(message) };
  }
  const outcome = { storage: { ...named, managementState: 'Managed' }, condition: exists('True', 'PVC Created', '') };
  return found ? outcome : { ...outcome, create: ownDefaultClaim() };
}

const ownDefaultClaim = (): Claim => ({
  metadata: { name: defaultClaim, namespace, annotations: { [ownClaim]: 'true' } },
  spec: { accessModes: ['ReadWriteMany'], resources: { requests: { storage: '100Gi' } } },
});

function claimTrouble(config: RegistryConfig, claim: Claim): string | undefined {
  const modes = claim.spec.accessModes ?? [];
  if (modes.includes('ReadWriteMany')) return undefined;
  if (!modes.includes('ReadWriteOnce')) {
    return `PVC ${claim.metadata.name} does not contain the necessary access modes: ReadWriteMany or ReadWriteOnce`;
  }
  if (config.spec.replicas > 1) return 'cannot use ReadWriteOnce access mode with more than one replica of the image registry';
  if (config.spec.rolloutStrategy !== 'Recreate') return 'cannot use ReadWriteOnce access mode with RollingUpdate rollout strategy';
  return undefined;
}
