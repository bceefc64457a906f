/** What the local storage operator creates for LocalVolumes. Pure. */
import type { ConfigMap, DaemonSet, LocalVolume, NodeSelectorTerm, StorageClass, Toleration } from '../kinds.ts';
import { fnv1a } from '../toolkit/hash.ts';
import { symlinkDir } from './volume.ts';

export const daemonSetName = 'diskmaker-manager';
export const ownerLabel = 'local.storage.openshift.io/owner-name';
export const ownerNamespaceLabel = 'local.storage.openshift.io/owner-namespace';

export const storageClassFor = (owner: LocalVolume, name: string): StorageClass => ({
  metadata: {
    name,
    labels: {
      [ownerNamespaceLabel]: owner.metadata.namespace ?? '',
      [ownerLabel]: owner.metadata.name,
      'local.storage.openshift.io/owner-kind': 'LocalVolume',
    },
  },
  provisioner: 'kubernetes.io/no-provisioner',
  reclaimPolicy: 'Delete',
  volumeBindingMode: 'WaitForFirstConsumer',
});

export function provisionerConfig(namespace: string, owners: readonly LocalVolume[]): ConfigMap {
  const classes = owners.flatMap((owner) => owner.spec.storageClassDevices ?? []);
  const map = classes.map((one) =>
    [
      `${one.storageClassName}:`,
      '  blockCleanerCommand:',
      '  - /scripts/quick_reset.sh',
      ...(one.volumeMode === 'Block' ? [] : [`  fsType: ${one.fsType ?? 'ext4'}`]),
      `  hostDir: ${symlinkDir}/${one.storageClassName}`,
      `  mountDir: ${symlinkDir}/${one.storageClassName}`,
      `  volumeMode: ${one.volumeMode ?? 'Filesystem'}`,
      '',
    ].join('\n'),
  );
  return {
    metadata: { name: 'local-provisioner', namespace, labels: { app: 'local-provisioner' } },
    data: { nodeLabelsForPV: '- kubernetes.io/hostname\n', storageClassMap: map.join('') || '{}\n' },
  };
}

/** Runs where any of the owners' selectors match; on every node as soon as one owner has none. */
export function diskmakerDaemonSet(namespace: string, owners: readonly LocalVolume[], image: string): DaemonSet {
  const everywhere = owners.some((owner) => !owner.spec.nodeSelector);
  const terms: NodeSelectorTerm[] = owners.flatMap((owner) => owner.spec.nodeSelector?.nodeSelectorTerms ?? []);
  const tolerations: Toleration[] = owners.flatMap((owner) => owner.spec.tolerations ?? []);
  const labels = { app: daemonSetName };
  const hash = fnv1a(JSON.stringify(provisionerConfig(namespace, owners).data)).toString(16);
  return {
    metadata: { name: daemonSetName, namespace, labels },
    spec: {
      selector: { matchLabels: labels },
      template: {
        metadata: {
          labels,
          annotations: {
            'local.storage.openshift.io/configMapDataHash': hash,
            'target.workload.openshift.io/management': '{"effect": "PreferredDuringScheduling"}',
          },
        },
        spec: {
          ...(everywhere
            ? {}
            : { affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: terms } } } }),
          ...(tolerations.length > 0 ? { tolerations } : {}),
          hostPID: true,
          serviceAccountName: 'local-storage-admin',
          containers: [
            {
              name: daemonSetName,
              image,
              args: ['lv-manager'],
              securityContext: { privileged: true },
              volumeMounts: [
                { name: 'local-disks', mountPath: symlinkDir, mountPropagation: 'HostToContainer' },
                { name: 'device-dir', mountPath: '/dev', mountPropagation: 'HostToContainer' },
              ],
            },
            {
              name: 'kube-rbac-proxy',
              image: image.replace('diskmaker', 'kube-rbac-proxy'),
              args: ['--secure-listen-address=0.0.0.0:9393'],
            },
          ],
          volumes: [
            { name: 'local-disks', hostPath: { path: symlinkDir } },
            { name: 'device-dir', hostPath: { path: '/dev', type: 'Directory' } },
          ],
        },
      },
    },
  };
}
