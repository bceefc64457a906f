/** The PersistentVolumes diskmaker makes. Pure. */
import type { LocalVolume, Node, PersistentVolume, StorageClassDevice } from '../kinds.ts';
import { fnv1a } from '../toolkit/hash.ts';
import type { Match } from './match.ts';

export const symlinkDir = '/mnt/local-storage';
export const symlinkFinalizer = 'storage.openshift.com/lso-symlink-deleter';
const Mi = 2 ** 20;
const Gi = 2 ** 30;

/** `base` is the symlink's name. */
export const volumeName = (base: string, node: string, storageClass: string): string =>
  `local-pv-${fnv1a(base + node + storageClass).toString(16)}`;

/** Whole GiB from 10 GiB on, else whole MiB from 10 MiB on, else bytes. */
export function capacityOf(bytes: number): string {
  if (bytes >= 10 * Gi) return `${Math.floor(bytes / Gi)}Gi`;
  if (bytes >= 10 * Mi) return `${Math.floor(bytes / Mi)}Mi`;
  return String(bytes);
}

/** The label that nodeAffinity goes by; it can differ from the node's name. */
export const hostnameOf = (node: Node): string => node.metadata.labels?.['kubernetes.io/hostname'] ?? node.metadata.name;

export const linkPath = (storageClass: string, base: string): string => `${symlinkDir}/${storageClass}/${base}`;

export const ownerLabels = (owner: LocalVolume): Record<string, string> => ({
  'storage.openshift.com/owner-kind': 'LocalVolume',
  'storage.openshift.com/owner-name': owner.metadata.name,
  'storage.openshift.com/owner-namespace': owner.metadata.namespace ?? '',
  'storage.openshift.com/local-volume-owner-name': owner.metadata.name,
  'storage.openshift.com/local-volume-owner-namespace': owner.metadata.namespace ?? '',
});

export function volumeFor(
  owner: LocalVolume,
  spec: StorageClassDevice,
  on: { node: Node; found: Extract<Match, { is: 'found' }> },
): PersistentVolume {
  const { node, found } = on;
  const volumeMode = spec.volumeMode ?? 'Filesystem';
  const fsType = spec.fsType ?? 'ext4';
  const hostname = hostnameOf(node);
  return {
    metadata: {
      name: volumeName(found.base, node.metadata.name, spec.storageClassName),
      labels: { 'kubernetes.io/hostname': hostname, ...ownerLabels(owner) },
      annotations: {
        'storage.openshift.com/device-name': found.device.kname,
        ...(found.byId ? { 'storage.openshift.com/device-id': found.base } : {}),
        'pv.kubernetes.io/provisioned-by': `local-volume-provisioner-${node.metadata.name}`,
      },
      finalizers: ['kubernetes.io/pv-protection', symlinkFinalizer],
    },
    spec: {
      capacity: { storage: capacityOf(found.device.sizeBytes) },
      accessModes: ['ReadWriteOnce'],
      persistentVolumeReclaimPolicy: 'Delete',
      storageClassName: spec.storageClassName,
      volumeMode,
      local: { path: linkPath(spec.storageClassName, found.base), ...(volumeMode === 'Filesystem' ? { fsType } : {}) },
      nodeAffinity: {
        required: { nodeSelectorTerms: [{ matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: [hostname] }] }] },
      },
    },
  };
}
