/** The questions of a recording, as a playbook: modules that only read, run in check mode. */
import type { JsonObject } from '../../core/value.ts';

export const DISKS = 'Disks';
/** Followed by the kind. */
export const OBJECTS = 'Objects: ';

const REGISTRY = { namespace: 'openshift-image-registry' };

/** What the playbooks and the lab's operators go by; kinds that operators derive from these are left to them. */
const KINDS: readonly (readonly [string, string, { readonly namespace?: string; readonly name?: string }?])[] = [
  ['apiextensions.k8s.io/v1', 'CustomResourceDefinition', { name: 'localvolumes.local.storage.openshift.io' }],
  ['config.openshift.io/v1', 'ClusterVersion'],
  ['config.openshift.io/v1', 'Infrastructure'],
  ['config.openshift.io/v1', 'Ingress'],
  ['config.openshift.io/v1', 'Image'],
  ['config.openshift.io/v1', 'OperatorHub'],
  ['v1', 'Namespace'],
  ['v1', 'Node'],
  ['machineconfiguration.openshift.io/v1', 'MachineConfigPool'],
  ['storage.k8s.io/v1', 'StorageClass'],
  ['v1', 'PersistentVolume'],
  ['v1', 'PersistentVolumeClaim', REGISTRY],
  ['imageregistry.operator.openshift.io/v1', 'Config'],
  ['operators.coreos.com/v1alpha1', 'CatalogSource'],
  ['operators.coreos.com/v1', 'OperatorGroup'],
  ['operators.coreos.com/v1alpha1', 'Subscription'],
  ['local.storage.openshift.io/v1', 'LocalVolume'],
  // Among them what playbooks keep for a rollback.
  ['v1', 'ConfigMap', REGISTRY],
  ['v1', 'Secret', REGISTRY],
  ['v1', 'Secret', { namespace: 'openshift-config' }],
];

export const recordingPlaybook = (hosts: string): readonly JsonObject[] => [
  {
    ...{ name: 'Disks', hosts: `${hosts}:!localhost`, gather_facts: false },
    tasks: [{ name: DISKS, disk_probe: {}, become: true }],
  },
  {
    ...{ name: 'Cluster', hosts: 'localhost', gather_facts: false },
    tasks: KINDS.map(([api_version, kind, where = {}]) => ({
      name: `${OBJECTS}${kind}${where.namespace ? ` in ${where.namespace}` : ''}`,
      k8s_info: { api_version, kind, ...where },
      ignore_errors: true,
    })),
  },
];
