/** CSI provisioners: volumes made on demand for claims, at once or when a pod has its node, and removed when they are released. */
import type { Context } from '../context.ts';
import { delays } from '../delays.ts';
import { type Claim, type PersistentVolume, PV, PVC, STORAGE_CLASS, type StorageClass } from '../kinds.ts';
import { type Again, on } from '../toolkit/controller.ts';
import { keyOf, parseKey } from '../toolkit/objects.ts';
import { selectedNode } from './scheduler.ts';

interface Driver {
  /** How the provisioner's name ends. */
  readonly ends: string;
  readonly fsType: string;
  /** Why a volume cannot be written from several nodes; undefined where it can. */
  readonly single?: string;
}

const unsupported = 'rpc error: code = InvalidArgument desc = volume capabilities not supported: MULTI_NODE_MULTI_WRITER';
const drivers: readonly Driver[] = [
  { ends: 'cephfs.csi.ceph.com', fsType: 'ceph' },
  { ends: 'nfs.csi.k8s.io', fsType: 'nfs4' },
  {
    ...{ ends: 'rbd.csi.ceph.com', fsType: 'ext4' },
    single: 'rpc error: code = InvalidArgument desc = multi node access modes are only supported on rbd `block` type volumes',
  },
  { ends: 'csi.vsphere.vmware.com', fsType: 'ext4', single: unsupported },
  { ends: 'ebs.csi.aws.com', fsType: 'ext4', single: unsupported },
  { ends: 'topolvm.io', fsType: 'xfs', single: unsupported },
];
const driverOf = (provisioner: string): Driver | undefined => drivers.find(({ ends }) => provisioner.endsWith(ends));

/** What keeps the driver from serving the claim. Pure. */
export function provisionTrouble(claim: Claim, { metadata, provisioner }: StorageClass): string | undefined {
  const shared = (claim.spec.accessModes ?? []).some((mode) => mode === 'ReadWriteMany' || mode === 'ReadOnlyMany');
  const why = shared && claim.spec.volumeMode !== 'Block' ? driverOf(provisioner)?.single : undefined;
  return why && `failed to provision volume with StorageClass "${metadata.name}": ${why}`;
}

export function volumeOf(claim: Claim, { metadata, provisioner, reclaimPolicy }: StorageClass): PersistentVolume {
  const { name, namespace = '', uid = '' } = claim.metadata;
  return {
    metadata: { name: `pvc-${uid}`, annotations: { 'pv.kubernetes.io/provisioned-by': provisioner } },
    spec: {
      ...{ capacity: { storage: claim.spec.resources?.requests?.['storage'] ?? '1Gi' }, accessModes: claim.spec.accessModes ?? [] },
      ...{ persistentVolumeReclaimPolicy: reclaimPolicy ?? 'Delete', storageClassName: metadata.name },
      volumeMode: claim.spec.volumeMode ?? 'Filesystem',
      csi: { driver: provisioner, volumeHandle: `0001-${uid}`, fsType: driverOf(provisioner)?.fsType ?? 'ext4' },
      claimRef: { apiVersion: 'v1', kind: PVC.kind, namespace, name, uid },
    },
  };
}

export function startProvisioner(context: Context): void {
  const { client, clock } = context;
  const claims = context.cache(PVC);
  const classes = context.cache(STORAGE_CLASS);
  const volumes = context.cache(PV);
  const unbound = (): string[] => claims.all().flatMap((claim) => (claim.spec.volumeName ? [] : [keyOf(claim)]));

  context.controller('csi-provisioner', [on(claims), on(classes, unbound)], async (key): Promise<Again | undefined> => {
    const ref = parseKey(key);
    const claim = claims.get(ref.name, ref.namespace);
    const storageClass = classes.get(claim?.spec.storageClassName ?? '');
    if (!claim || claim.spec.volumeName || claim.metadata.deletionTimestamp) return undefined;
    if (!storageClass || !driverOf(storageClass.provisioner)) return undefined;
    if (storageClass.volumeBindingMode === 'WaitForFirstConsumer' && !claim.metadata.annotations?.[selectedNode]) return undefined;
    const { uid } = claim.metadata;
    const tell = (type: 'Normal' | 'Warning', reason: string, message: string) =>
      client.event({ ...claim, kind: PVC.kind, apiVersion: PVC.apiVersion }, { type, reason, message, from: storageClass.provisioner });
    if (clock.due(`provisioning/${uid}`, Number.MAX_SAFE_INTEGER))
      await tell('Normal', 'Provisioning', `External provisioner is provisioning volume for claim "${key}"`);
    const soon = context.wait(`provision/${uid}`, 'provision');
    if (soon) return soon;
    const trouble = provisionTrouble(claim, storageClass);
    if (trouble) {
      if (clock.due(`unprovisioned/${uid}`, delays.provisionRetry)) await tell('Warning', 'ProvisioningFailed', trouble);
      return { again: delays.provisionRetry };
    }
    const volume = volumeOf(claim, storageClass);
    if (await client.ensure(PV, volume))
      await tell('Normal', 'ProvisioningSucceeded', `Successfully provisioned volume ${volume.metadata.name}`);
    return undefined;
  });

  context.controller('csi-deleter', [on(volumes)], async (name): Promise<Again | undefined> => {
    const volume = volumes.get(name);
    const ours = volume?.spec.csi && driverOf(volume.metadata.annotations?.['pv.kubernetes.io/provisioned-by'] ?? '');
    if (!ours || volume.status?.phase !== 'Released' || volume.spec.persistentVolumeReclaimPolicy !== 'Delete') return undefined;
    if (!volume.metadata.deletionTimestamp) await client.delete(PV, { name });
    return undefined;
  });
}
