/** Every kind the operators read or write, with the fields they use. */
import type { Condition, Kind, Obj, OwnerReference } from './toolkit/objects.ts';

const kind =
  (apiVersion: string, namespaced: boolean) =>
  <T extends Obj>(name: string, plural = `${name.toLowerCase()}s`): Kind<T> => ({ apiVersion, kind: name, plural, namespaced });

const core = kind('v1', true);
const coreCluster = kind('v1', false);
const apps = kind('apps/v1', true);
const olm = kind('operators.coreos.com/v1alpha1', true);
const config = kind('config.openshift.io/v1', false);
const registry = kind('imageregistry.operator.openshift.io/v1', false);

type Labels = Record<string, string>;
export interface Selector {
  matchLabels?: Labels;
}
export interface Requirement {
  key: string;
  operator: string;
  values?: string[];
}
export interface NodeSelectorTerm {
  matchExpressions?: Requirement[];
  matchFields?: Requirement[];
}
export interface Taint {
  key: string;
  value?: string;
  effect: string;
}
export interface Toleration {
  key?: string;
  operator?: string;
  value?: string;
  effect?: string;
}

// ── core ──

export type Namespace = Obj & { status?: { phase?: string } };
export type Node = Obj & {
  spec?: { taints?: Taint[]; unschedulable?: boolean };
  status?: { conditions?: Condition[]; [field: string]: unknown };
};
export interface Volume {
  name: string;
  persistentVolumeClaim?: { claimName: string };
  [source: string]: unknown;
}
export interface Container {
  name: string;
  image: string;
  [field: string]: unknown;
}
export interface PodSpec {
  nodeName?: string;
  nodeSelector?: Labels;
  tolerations?: Toleration[];
  affinity?: {
    nodeAffinity?: { requiredDuringSchedulingIgnoredDuringExecution?: { nodeSelectorTerms: NodeSelectorTerm[] } };
    podAntiAffinity?: { requiredDuringSchedulingIgnoredDuringExecution?: { labelSelector?: Selector; topologyKey: string }[] };
  };
  volumes?: Volume[];
  containers: Container[];
  restartPolicy?: string;
  serviceAccountName?: string;
  [field: string]: unknown;
}
export interface ContainerStatus {
  name: string;
  image: string;
  imageID: string;
  ready: boolean;
  started?: boolean;
  restartCount: number;
  state: Record<string, unknown>;
  lastState?: Record<string, unknown>;
}
export interface PodStatus {
  phase?: string;
  conditions?: Condition[];
  containerStatuses?: ContainerStatus[];
  podIP?: string;
  podIPs?: { ip: string }[];
  hostIP?: string;
  hostIPs?: { ip: string }[];
  startTime?: string;
  reason?: string;
  message?: string;
}
export type Pod = Obj & { spec: PodSpec; status?: PodStatus };
export interface PodTemplate {
  metadata: { labels?: Labels; annotations?: Labels };
  spec: PodSpec;
}
export type Claim = Obj & {
  spec: {
    accessModes?: string[];
    storageClassName?: string;
    volumeName?: string;
    volumeMode?: string;
    resources?: { requests?: Record<string, string> };
  };
  status?: { phase?: string; capacity?: Record<string, string>; accessModes?: string[] };
};
export type PersistentVolume = Obj & {
  spec: {
    capacity?: Record<string, string>;
    accessModes?: string[];
    persistentVolumeReclaimPolicy?: string;
    storageClassName?: string;
    volumeMode?: string;
    local?: { path: string; fsType?: string };
    csi?: { driver: string; volumeHandle: string; fsType?: string };
    nodeAffinity?: { required?: { nodeSelectorTerms: NodeSelectorTerm[] } };
    claimRef?: { apiVersion?: string; kind?: string; namespace?: string; name?: string; uid?: string };
  };
  status?: { phase?: string };
};
export type ConfigMap = Obj & { data?: Record<string, string> };
export type Secret = Obj & { type?: string; data?: Record<string, string>; stringData?: Record<string, string> };
export type Open = Obj & { spec?: unknown; status?: unknown };

export const NAMESPACE = coreCluster<Namespace>('Namespace');
export const NODE = coreCluster<Node>('Node');
export const PV = coreCluster<PersistentVolume>('PersistentVolume');
export const POD = core<Pod>('Pod');
export const PVC = core<Claim>('PersistentVolumeClaim');
export const SERVICE = core<Open>('Service');
export const SERVICE_ACCOUNT = core<Obj>('ServiceAccount');
export const CONFIG_MAP = core<ConfigMap>('ConfigMap');
export const SECRET = core<Secret>('Secret');

// ── workloads, storage, policy, RBAC, API extensions ──

export interface DeploymentStatus {
  observedGeneration?: number;
  replicas?: number;
  updatedReplicas?: number;
  readyReplicas?: number;
  availableReplicas?: number;
  unavailableReplicas?: number;
  conditions?: Condition[];
}
export interface DeploymentSpec {
  replicas?: number;
  selector: Selector;
  strategy?: { type?: string; rollingUpdate?: { maxUnavailable?: number | string; maxSurge?: number | string } };
  progressDeadlineSeconds?: number;
  template: PodTemplate;
}
export type Deployment = Obj & { spec: DeploymentSpec; status?: DeploymentStatus };
export type ReplicaSet = Obj & {
  spec: { replicas?: number; selector: Selector; template: PodTemplate };
  status?: { replicas: number; readyReplicas?: number; availableReplicas?: number; observedGeneration?: number };
};
export type DaemonSet = Obj & {
  spec: { selector: Selector; template: PodTemplate };
  status?: {
    observedGeneration?: number;
    desiredNumberScheduled: number;
    currentNumberScheduled: number;
    numberReady: number;
    numberMisscheduled: number;
    numberAvailable?: number;
    updatedNumberScheduled?: number;
  };
};
export type Job = Obj & {
  spec: { template: PodTemplate; [field: string]: unknown };
  status?: { conditions?: Condition[]; succeeded?: number; active?: number; [field: string]: unknown };
};
export type StorageClass = Obj & {
  provisioner: string;
  reclaimPolicy?: string;
  volumeBindingMode?: string;
  parameters?: Record<string, string>;
};
export type Crd = Obj & { spec?: unknown; status?: { conditions?: Condition[] } };
export type Role = Obj & { rules?: unknown; roleRef?: unknown; subjects?: unknown };

export const DEPLOYMENT = apps<Deployment>('Deployment');
export const REPLICA_SET = apps<ReplicaSet>('ReplicaSet');
export const DAEMON_SET = apps<DaemonSet>('DaemonSet');
export const JOB = kind('batch/v1', true)<Job>('Job');
export const CRON_JOB = kind('batch/v1', true)<Open>('CronJob');
export const PDB = kind('policy/v1', true)<Open>('PodDisruptionBudget');
export const STORAGE_CLASS = kind('storage.k8s.io/v1', false)<StorageClass>('StorageClass', 'storageclasses');
export const CRD = kind('apiextensions.k8s.io/v1', false)<Crd>('CustomResourceDefinition');
export const CLUSTER_ROLE = kind('rbac.authorization.k8s.io/v1', false)<Role>('ClusterRole');
export const CLUSTER_ROLE_BINDING = kind('rbac.authorization.k8s.io/v1', false)<Role>('ClusterRoleBinding');

// ── OLM ──

export interface ConnectionState {
  address: string;
  lastObservedState: string;
  lastConnect?: string;
}
export type CatalogSource = Obj & {
  spec: { sourceType: string; image?: string; displayName?: string; publisher?: string; priority?: number; [field: string]: unknown };
  status?: { connectionState?: ConnectionState; registryService?: unknown; reason?: string; message?: string };
};
export type OperatorGroup = Obj & { spec?: { targetNamespaces?: string[] }; status?: { namespaces?: string[]; lastUpdated?: string } };
export interface SubscriptionSpec {
  name: string;
  channel?: string;
  source: string;
  sourceNamespace: string;
  startingCSV?: string;
  installPlanApproval?: 'Automatic' | 'Manual';
}
export interface SubscriptionStatus {
  state?: string;
  currentCSV?: string;
  installedCSV?: string;
  installPlanGeneration?: number;
  installPlanRef?: Record<string, string>;
  installplan?: Record<string, string>;
  catalogHealth?: unknown[];
  conditions?: Condition[];
  lastUpdated?: string;
}
export type Subscription = Obj & { spec: SubscriptionSpec; status?: SubscriptionStatus };
export type InstallPlan = Obj & {
  spec: { approval: string; approved: boolean; clusterServiceVersionNames: string[]; generation?: number };
  status?: { phase: string; catalogSources: string[]; conditions?: unknown[]; message?: string; plan?: unknown[]; startTime?: string };
};
export interface CsvSpec {
  displayName: string;
  version: string;
  installModes: { type: string; supported: boolean }[];
  install: { strategy: string; spec: { deployments: { name: string; spec: DeploymentSpec }[]; [field: string]: unknown } };
  customresourcedefinitions: { owned: { name: string; kind: string; version: string; [field: string]: unknown }[] };
  [field: string]: unknown;
}
export interface CsvStatus {
  phase?: string;
  reason?: string;
  message?: string;
  lastTransitionTime?: string;
  lastUpdateTime?: string;
  conditions?: unknown[];
  requirementStatus?: unknown[];
}
export type Csv = Obj & { spec: CsvSpec; status?: CsvStatus };
export type PackageManifest = Obj & { status?: unknown };

export const CATALOG_SOURCE = olm<CatalogSource>('CatalogSource');
export const SUBSCRIPTION = olm<Subscription>('Subscription');
export const INSTALL_PLAN = olm<InstallPlan>('InstallPlan');
export const CSV = olm<Csv>('ClusterServiceVersion');
export const OPERATOR_GROUP = kind('operators.coreos.com/v1', true)<OperatorGroup>('OperatorGroup');
export const PACKAGE_MANIFEST = kind('packages.operators.coreos.com/v1', true)<PackageManifest>('PackageManifest');

// ── local storage ──

export interface StorageClassDevice {
  storageClassName: string;
  volumeMode?: string;
  fsType?: string;
  forceWipeDevicesAndDestroyAllData?: boolean;
  devicePaths?: string[];
}
export type LocalVolume = Obj & {
  spec: {
    nodeSelector?: { nodeSelectorTerms: NodeSelectorTerm[] };
    storageClassDevices?: StorageClassDevice[];
    tolerations?: Toleration[];
    managementState?: string;
  };
  status?: {
    conditions?: Condition[];
    generations?: { lastGeneration: number; [field: string]: unknown }[];
    observedGeneration?: number;
    readyReplicas: number;
    managementState?: string;
  };
};
export const LOCAL_VOLUME = kind('local.storage.openshift.io/v1', true)<LocalVolume>('LocalVolume');

// ── OpenShift ──

export interface RegistryStorage {
  managementState?: string;
  pvc?: { claim?: string };
  emptyDir?: Record<string, never>;
  [backend: string]: unknown;
}
export interface RegistrySpec {
  managementState: string;
  replicas: number;
  rolloutStrategy?: string;
  storage?: RegistryStorage;
  httpSecret?: string;
  readOnly?: boolean;
  defaultRoute?: boolean;
  routes?: { name: string; hostname?: string; secretName?: string }[];
  nodeSelector?: Labels;
  tolerations?: Toleration[];
  affinity?: PodSpec['affinity'];
  [field: string]: unknown;
}
export type RegistryConfig = Obj & {
  spec: RegistrySpec;
  status?: {
    conditions?: Condition[];
    storage: RegistryStorage;
    storageManaged: boolean;
    observedGeneration?: number;
    readyReplicas: number;
    generations?: unknown[];
  };
};
export type ImagePruner = Obj & {
  spec?: { suspend?: boolean; schedule?: string; [field: string]: unknown };
  status?: { conditions?: Condition[] };
};
export type ClusterOperator = Obj & {
  spec: Record<string, never>;
  status?: { conditions?: Condition[]; versions?: { name: string; version: string }[]; relatedObjects?: unknown[] };
};
export type ImageConfig = Obj & { spec: unknown; status?: { internalRegistryHostname?: string; externalRegistryHostnames?: string[] } };
export type OperatorHub = Obj & {
  spec?: { disableAllDefaultSources?: boolean; sources?: { name: string; disabled?: boolean }[] };
  status?: { sources?: { name: string; disabled: boolean; status: string; message?: string }[] };
};

export const REGISTRY_CONFIG = registry<RegistryConfig>('Config');
export const IMAGE_PRUNER = registry<ImagePruner>('ImagePruner');
export const CLUSTER_OPERATOR = config<ClusterOperator>('ClusterOperator');
export const CLUSTER_VERSION = config<Open>('ClusterVersion');
export const INFRASTRUCTURE = config<Open>('Infrastructure');
export const INGRESS = config<Open>('Ingress', 'ingresses');
export const IMAGE_CONFIG = config<ImageConfig>('Image');
export const OPERATOR_HUB = config<OperatorHub>('OperatorHub');
export { MACHINE_CONFIG_POOL } from './openshift-kinds.ts';

export type { OwnerReference };
