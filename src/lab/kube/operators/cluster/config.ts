/** The config.openshift.io objects of a bare-metal cluster. Pure. */
import { CLUSTER_OPERATOR, CLUSTER_VERSION, IMAGE_CONFIG, INFRASTRUCTURE, INGRESS, OPERATOR_HUB, SECRET, type Secret } from '../kinds.ts';
import { OAUTH, PROXY } from '../openshift-kinds.ts';
import { timestamp } from '../toolkit/clock.ts';
import type { Condition, Kind, Obj } from '../toolkit/objects.ts';

/** An object with what its status shall be. */
export interface Seed {
  readonly kind: Kind;
  readonly object: Obj & { spec?: unknown };
  readonly status?: unknown;
}

export interface ClusterShape {
  /** "4.18.20" */
  readonly version: string;
  readonly platform: 'None' | 'BareMetal';
  /** "lab.example.com" */
  readonly domain: string;
}

const condition = (type: string, status: Condition['status'], reason: string, message = ''): Condition => ({
  type,
  status,
  reason,
  message,
  lastTransitionTime: timestamp(),
});

export function configSeeds({ version, platform, domain }: ClusterShape): Seed[] {
  const image = `quay.io/openshift-release-dev/ocp-release@sha256:${'5'.repeat(64)}`;
  const named = (name: string, spec: unknown = {}) => ({ metadata: { name }, spec });
  const completed = timestamp();
  return [
    {
      kind: CLUSTER_VERSION,
      object: named('version', { clusterID: '6d3c0e1c-3a6b-4b5e-9f4e-2a1f8e0c7d55', channel: `stable-${minor(version)}` }),
      status: {
        desired: { version, image },
        history: [{ state: 'Completed', startedTime: completed, completionTime: completed, version, image, verified: false }],
        observedGeneration: 1,
        versionHash: 'lab',
        availableUpdates: null,
        capabilities: { enabledCapabilities: capabilities, knownCapabilities: capabilities },
        conditions: [
          condition('Available', 'True', '', `Done applying ${version}`),
          condition('Failing', 'False', ''),
          condition('Progressing', 'False', '', `Cluster version is ${version}`),
        ],
      },
    },
    {
      kind: INFRASTRUCTURE,
      object: named('cluster', { cloudConfig: { name: '' }, platformSpec: { type: platform } }),
      status: {
        infrastructureName: 'lab-x7k2p',
        platform,
        platformStatus: { type: platform },
        apiServerURL: `https://api.${domain}:6443`,
        apiServerInternalURI: `https://api-int.${domain}:6443`,
        etcdDiscoveryDomain: '',
        controlPlaneTopology: 'HighlyAvailable',
        infrastructureTopology: 'HighlyAvailable',
        cpuPartitioning: 'None',
      },
    },
    { kind: INGRESS, object: named('cluster', { domain: `apps.${domain}` }) },
    { kind: IMAGE_CONFIG, object: named('cluster') },
    { kind: OPERATOR_HUB, object: named('cluster') },
    { kind: OAUTH, object: named('cluster') },
    { kind: PROXY, object: named('cluster', { trustedCA: { name: '' } }), status: {} },
    { kind: SECRET, object: pullSecret },
    { kind: SECRET, object: firstUser },
    ...operatorNames.map((name) => ({ kind: CLUSTER_OPERATOR, object: named(name), status: operatorStatus(version) })),
  ];
}

const minor = (version: string): string => version.split('.').slice(0, 2).join('.');

const auths = Object.fromEntries(
  ['cloud.openshift.com', 'quay.io', 'registry.connect.redhat.com', 'registry.redhat.io'].map((host) => [host, { auth: 'bGFiOmxhYg==' }]),
);
const pullSecret: Secret = {
  metadata: { name: 'pull-secret', namespace: 'openshift-config' },
  type: 'kubernetes.io/dockerconfigjson',
  data: { '.dockerconfigjson': Buffer.from(JSON.stringify({ auths })).toString('base64') },
};

/** Until somebody removes it, once another may administer the cluster. */
const firstUser: Secret = {
  metadata: { name: 'kubeadmin', namespace: 'kube-system' },
  type: 'Opaque',
  data: { kubeadmin: Buffer.from('$2a$10$of-the-lab').toString('base64') },
};

const capabilities = ['Build', 'DeploymentConfig', 'ImageRegistry', 'Ingress', 'OperatorLifecycleManager', 'Storage', 'marketplace'];

/** image-registry is written by its own operator. */
const operatorNames = [
  'authentication',
  'console',
  'dns',
  'etcd',
  'ingress',
  'kube-apiserver',
  'kube-controller-manager',
  'kube-scheduler',
  'machine-config',
  'marketplace',
  'monitoring',
  'network',
  'openshift-apiserver',
  'openshift-controller-manager',
  'operator-lifecycle-manager',
  'operator-lifecycle-manager-catalog',
  'operator-lifecycle-manager-packageserver',
  'storage',
];

const operatorStatus = (version: string): unknown => ({
  conditions: [
    condition('Available', 'True', 'AsExpected', 'All is well'),
    condition('Progressing', 'False', 'AsExpected', 'All is well'),
    condition('Degraded', 'False', 'AsExpected', 'All is well'),
    condition('Upgradeable', 'True', 'AsExpected', 'All is well'),
  ],
  versions: [{ name: 'operator', version }],
  relatedObjects: [],
});
