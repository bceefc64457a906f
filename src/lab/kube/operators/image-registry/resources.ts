/** The other objects of the registry, and what the operator keeps whatever the registry's state. Pure. */
import {
  CLUSTER_ROLE,
  CLUSTER_ROLE_BINDING,
  type ConfigMap,
  type DaemonSet,
  type ImagePruner,
  type Open,
  type RegistryConfig,
  type Role,
  type Secret,
} from '../kinds.ts';
import { namespace, nodeCaName, registryName } from './names.ts';

const account = [{ kind: 'ServiceAccount', name: 'registry', namespace }];

export const clusterRole: Role = {
  metadata: { name: 'system:registry' },
  rules: [
    {
      apiGroups: ['', 'image.openshift.io'],
      resources: ['images', 'imagestreams', 'imagestreams/layers'],
      verbs: ['get', 'list', 'update'],
    },
  ],
};
export const clusterRoleBinding: Role = {
  metadata: { name: 'registry-registry-role' },
  roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: CLUSTER_ROLE.kind, name: clusterRole.metadata.name },
  subjects: account,
};
export const clusterScoped = [
  [CLUSTER_ROLE, clusterRole],
  [CLUSTER_ROLE_BINDING, clusterRoleBinding],
] as const;

export const privateSecret: Secret = { metadata: { name: 'image-registry-private-configuration', namespace }, type: 'Opaque' };

export const configMaps: readonly ConfigMap[] = ['image-registry-certificates', 'serviceca', 'trusted-ca'].map((name) => ({
  metadata: { name, namespace },
  data: {},
}));

export const service: Open = {
  metadata: {
    name: registryName,
    namespace,
    labels: { 'docker-registry': 'default' },
    annotations: { 'service.alpha.openshift.io/serving-cert-secret-name': 'image-registry-tls' },
  },
  spec: { selector: { 'docker-registry': 'default' }, ports: [{ name: '5000-tcp', port: 5000, protocol: 'TCP', targetPort: 5000 }] },
};

export const disruptionBudget = (replicas: number): Open => ({
  metadata: { name: registryName, namespace },
  spec: {
    minAvailable: replicas <= 1 ? 0 : 1,
    selector: { matchLabels: { 'docker-registry': 'default' } },
    unhealthyPodEvictionPolicy: 'AlwaysAllow',
  },
});

export const nodeCa: DaemonSet = {
  metadata: { name: nodeCaName, namespace },
  spec: {
    selector: { matchLabels: { name: nodeCaName } },
    template: {
      metadata: { labels: { name: nodeCaName } },
      spec: {
        nodeSelector: { 'kubernetes.io/os': 'linux' },
        tolerations: [{ operator: 'Exists' }],
        containers: [{ name: nodeCaName, image: 'quay.io/openshift-release-dev/ocp-v4.0-art-dev:node-ca' }],
      },
    },
  },
};

export const firstConfig: RegistryConfig = {
  metadata: { name: 'cluster' },
  spec: {
    managementState: 'Removed',
    replicas: 1,
    rolloutStrategy: 'RollingUpdate',
    storage: {},
    logLevel: 'Normal',
    operatorLogLevel: 'Normal',
  },
};

export const firstPruner: ImagePruner = {
  metadata: { name: 'cluster' },
  spec: {
    suspend: false,
    schedule: '',
    keepTagRevisions: 3,
    successfulJobsHistoryLimit: 3,
    failedJobsHistoryLimit: 3,
    ignoreInvalidImageReferences: true,
    logLevel: 'Normal',
  },
};

/** `hostname` is the registry's internal one: without a registry there is nothing to prune in it. */
export const prunerCronJob = (pruner: ImagePruner, hostname: string | undefined): Open => ({
  metadata: { name: 'image-pruner', namespace },
  spec: {
    schedule: pruner.spec?.schedule || '0 0 * * *',
    suspend: pruner.spec?.suspend ?? false,
    concurrencyPolicy: 'Forbid',
    jobTemplate: {
      spec: {
        template: {
          spec: {
            restartPolicy: 'Never',
            containers: [
              {
                name: 'image-pruner',
                image: 'quay.io/openshift-release-dev/ocp-v4.0-art-dev:cli',
                args: hostname ? ['--prune-registry=true', `--registry-url=https://${hostname}`] : ['--prune-registry=false'],
              },
            ],
          },
        },
      },
    },
  },
});
