/** OpenShift's kinds of machine configuration, routes, logins and buckets, with the fields the operators use. */
import type { Requirement, Selector } from './kinds.ts';
import type { Condition, Kind, Obj } from './toolkit/objects.ts';

const kind = <T extends Obj>(apiVersion: string, name: string, at: { plural?: string; namespaced?: boolean } = {}): Kind<T> => ({
  ...{ apiVersion, kind: name, plural: at.plural ?? `${name.toLowerCase()}s`, namespaced: at.namespaced ?? false },
});

export interface LabelSelector extends Selector {
  matchExpressions?: Requirement[];
}

// ── machine configuration ──

export interface IgnitionFile {
  path: string;
  contents?: { source?: string };
  [field: string]: unknown;
}
export interface MachineConfigSpec {
  config?: { ignition?: unknown; storage?: { files?: IgnitionFile[]; [what: string]: unknown }; [part: string]: unknown };
  [field: string]: unknown;
}
export type MachineConfig = Obj & { spec?: MachineConfigSpec };
export interface PoolStatus {
  configuration?: { name?: string };
  machineCount?: number;
  updatedMachineCount?: number;
  readyMachineCount?: number;
  unavailableMachineCount?: number;
  degradedMachineCount?: number;
  observedGeneration?: number;
  conditions?: Condition[];
}
export type MachineConfigPool = Obj & {
  spec?: {
    paused?: boolean;
    /** A number, or a percentage as text. */
    maxUnavailable?: number | string;
    configuration?: { name?: string; [field: string]: unknown };
    machineConfigSelector?: LabelSelector;
    nodeSelector?: LabelSelector;
  };
  status?: PoolStatus;
};
export interface MirrorRule {
  source: string;
  mirrors?: string[];
  mirrorSourcePolicy?: string;
}
export type ContentSourcePolicy = Obj & { spec?: { repositoryDigestMirrors?: MirrorRule[] } };
export type DigestMirrorSet = Obj & { spec?: { imageDigestMirrors?: MirrorRule[] } };
export type TagMirrorSet = Obj & { spec?: { imageTagMirrors?: MirrorRule[] } };
export interface RegistrySources {
  allowedRegistries?: string[];
  blockedRegistries?: string[];
  insecureRegistries?: string[];
  containerRuntimeSearchRegistries?: string[];
}
export type ClusterProxy = Obj & {
  spec?: { httpProxy?: string; httpsProxy?: string; noProxy?: string; trustedCA?: { name?: string } };
  status?: { httpProxy?: string; httpsProxy?: string; noProxy?: string };
};

const machine = 'machineconfiguration.openshift.io/v1';
const config = 'config.openshift.io/v1';
export const MACHINE_CONFIG = kind<MachineConfig>(machine, 'MachineConfig');
export const MACHINE_CONFIG_POOL = kind<MachineConfigPool>(machine, 'MachineConfigPool');
export const CONTENT_SOURCE_POLICY = kind<ContentSourcePolicy>('operator.openshift.io/v1alpha1', 'ImageContentSourcePolicy', {
  plural: 'imagecontentsourcepolicies',
});
export const DIGEST_MIRRORS = kind<DigestMirrorSet>(config, 'ImageDigestMirrorSet');
export const TAG_MIRRORS = kind<TagMirrorSet>(config, 'ImageTagMirrorSet');
export const PROXY = kind<ClusterProxy>(config, 'Proxy', { plural: 'proxies' });

// ── routes ──

export interface RouteIngress {
  host: string;
  routerName: string;
  routerCanonicalHostname: string;
  wildcardPolicy: string;
  conditions?: Condition[];
}
export type Route = Obj & {
  spec: { host?: string; path?: string; to: { kind: string; name: string; weight?: number }; [field: string]: unknown };
  status?: { ingress?: RouteIngress[] };
};
export const ROUTE = kind<Route>('route.openshift.io/v1', 'Route', { namespaced: true });

// ── logins ──

export interface IdentityProvider {
  name: string;
  type: string;
  mappingMethod?: string;
  [details: string]: unknown;
}
export type OAuth = Obj & { spec?: { identityProviders?: IdentityProvider[]; [field: string]: unknown } };
export const OAUTH = kind<OAuth>(config, 'OAuth');

// ── buckets ──

export interface BucketEndpoint {
  bucketHost?: string;
  bucketPort?: number;
  bucketName?: string;
  region?: string;
  subRegion?: string;
  additionalConfig?: Record<string, string>;
}
export type BucketClaim = Obj & {
  spec: {
    storageClassName: string;
    bucketName?: string;
    generateBucketName?: string;
    objectBucketName?: string;
    additionalConfig?: Record<string, string>;
  };
  status?: { phase?: string };
};
export type Bucket = Obj & {
  spec?: {
    storageClassName: string;
    reclaimPolicy?: string;
    claimRef?: { apiVersion?: string; kind?: string; namespace?: string; name?: string; uid?: string };
    endpoint?: BucketEndpoint;
    additionalState?: Record<string, string>;
  };
  status?: { phase?: string };
};
export type Phased = Obj & { spec?: unknown; status?: { phase?: string } };
const buckets = 'objectbucket.io/v1alpha1';
export const BUCKET_CLAIM = kind<BucketClaim>(buckets, 'ObjectBucketClaim', { namespaced: true });
export const BUCKET = kind<Bucket>(buckets, 'ObjectBucket');
export const BUCKET_CLASS = kind<Phased>('noobaa.io/v1alpha1', 'BucketClass', { plural: 'bucketclasses', namespaced: true });
export const NOOBAA = kind<Phased>('noobaa.io/v1alpha1', 'NooBaa', { namespaced: true });
export const STORAGE_CLUSTER = kind<Phased>('ocs.openshift.io/v1', 'StorageCluster', { namespaced: true });
