/** The registry's Deployment. Pure. */
import type { Deployment, PodSpec, RegistryConfig, Toleration, Volume } from '../kinds.ts';
import { fingerprint } from '../toolkit/hash.ts';
import { namespace, registryName } from './names.ts';
import type { S3Storage } from './s3.ts';

const labels = { 'docker-registry': 'default' };
export const checksumKey = 'imageregistry.operator.openshift.io/checksum';

/** `dependencies` is the content of Secrets and ConfigMaps the pods depend on: a change of it rolls them out. */
export function registryDeployment(config: RegistryConfig, version: string, dependencies = ''): Deployment {
  const { spec } = config;
  const recreate = spec.rolloutStrategy === 'Recreate';
  const two = spec.replicas === 2;
  const rollingUpdate = two ? { maxUnavailable: 1, maxSurge: 1 } : { maxUnavailable: Math.max(0, spec.replicas - 1), maxSurge: '25%' };
  const draft: Deployment = {
    metadata: { name: registryName, namespace, labels: { ...labels }, annotations: { 'release.openshift.io/version': version } },
    spec: {
      replicas: spec.replicas,
      selector: { matchLabels: { ...labels } },
      strategy: recreate ? { type: 'Recreate' } : { type: 'RollingUpdate', rollingUpdate },
      progressDeadlineSeconds: 120,
      template: {
        metadata: {
          labels: { ...labels },
          annotations: {
            'imageregistry.operator.openshift.io/dependencies-checksum': `sha256:${fingerprint([spec.storage ?? {}, dependencies])}`,
          },
        },
        spec: podSpec(config),
      },
    },
  };
  const checksum = `sha256:${fingerprint(draft).repeat(8)}`;
  return { ...draft, metadata: { ...draft.metadata, annotations: { ...draft.metadata.annotations, [checksumKey]: checksum } } };
}

function podSpec({ spec }: RegistryConfig): PodSpec {
  const filesystem = spec.storage?.pvc !== undefined || spec.storage?.emptyDir !== undefined;
  const storage: Volume[] = !filesystem
    ? []
    : [
        spec.storage?.pvc
          ? { name: 'registry-storage', persistentVolumeClaim: { claimName: spec.storage.pvc.claim ?? '' } }
          : { name: 'registry-storage', emptyDir: {} },
      ];
  const affinity = spec.affinity ?? (spec.replicas === 2 ? apart : undefined);
  return {
    serviceAccountName: 'registry',
    priorityClassName: 'system-cluster-critical',
    nodeSelector: spec.nodeSelector ?? { 'kubernetes.io/os': 'linux' },
    ...(spec.tolerations ? { tolerations: [...spec.tolerations] as Toleration[] } : {}),
    ...(affinity ? { affinity } : {}),
    terminationGracePeriodSeconds: 55,
    containers: [
      {
        name: 'registry',
        image: 'quay.io/openshift-release-dev/ocp-v4.0-art-dev@sha256:0000000000000000000000000000000000000000000000000000000000000000',
        ports: [{ containerPort: 5000, protocol: 'TCP' }],
        env: environment(spec, filesystem),
        resources: { requests: { cpu: '100m', memory: '256Mi' } },
        lifecycle: { preStop: { exec: { command: ['sleep', '25'] } } },
        readinessProbe: { httpGet: { path: '/healthz', port: 5000, scheme: 'HTTPS' }, initialDelaySeconds: 15, timeoutSeconds: 5 },
        volumeMounts: storage.map(({ name }) => ({ name, mountPath: '/registry' })),
      },
    ],
    volumes: storage,
  };
}

const apart: NonNullable<PodSpec['affinity']> = {
  podAntiAffinity: {
    requiredDuringSchedulingIgnoredDuringExecution: [
      { labelSelector: { matchLabels: { ...labels } }, topologyKey: 'kubernetes.io/hostname' },
    ],
  },
};

function environment(spec: RegistryConfig['spec'], filesystem: boolean): { name: string; value: string }[] {
  const env: [string, string][] = [
    ['REGISTRY_HTTP_ADDR', ':5000'],
    ['REGISTRY_HTTP_NET', 'tcp'],
    ['REGISTRY_HTTP_SECRET', spec.httpSecret ?? ''],
    ['REGISTRY_LOG_LEVEL', 'info'],
    ...(filesystem
      ? ([
          ['REGISTRY_STORAGE', 'filesystem'],
          ['REGISTRY_STORAGE_FILESYSTEM_ROOTDIRECTORY', '/registry'],
        ] as [string, string][])
      : []),
    ...s3Environment(spec.storage?.['s3'] as S3Storage | undefined),
    ...(spec.readOnly ? ([['REGISTRY_STORAGE_MAINTENANCE_READONLY', '{enabled: true}']] as [string, string][]) : []),
  ];
  return env.map(([name, value]) => ({ name, value }));
}

function s3Environment(s3: S3Storage | undefined): [string, string][] {
  if (!s3) return [];
  const given: [string, string | undefined][] = [
    ['', 's3'],
    ['_S3_BUCKET', s3.bucket],
    ['_S3_REGION', s3.region],
    ['_S3_REGIONENDPOINT', s3.regionEndpoint],
    ['_S3_ENCRYPT', String(s3.encrypt ?? false)],
    ['_S3_FORCEPATHSTYLE', String(!(s3.virtualHostedStyle ?? false))],
    ['_S3_USEDUALSTACK', s3.regionEndpoint ? 'true' : undefined],
    ['_S3_CREDENTIALSCONFIGPATH', '/var/run/secrets/cloud/credentials'],
  ];
  return given.flatMap(([name, value]) => (value ? [[`REGISTRY_STORAGE${name}`, value] as [string, string]] : []));
}
