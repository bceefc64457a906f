/** What the catalogs offer. Pure. */
import type { Crd, CsvSpec } from '../kinds.ts';

export interface Bundle {
  /** Name of the ClusterServiceVersion. */
  readonly csv: string;
  readonly version: string;
  readonly image: string;
  readonly spec: CsvSpec;
  readonly crds: readonly Crd[];
}
export interface Package {
  readonly name: string;
  readonly displayName: string;
  readonly provider: string;
  readonly defaultChannel: string;
  /** Each channel's head. */
  readonly channels: readonly { readonly name: string; readonly head: Bundle }[];
}

type Modes = readonly ('OwnNamespace' | 'SingleNamespace' | 'MultiNamespace' | 'AllNamespaces')[];
const allModes: Modes = ['OwnNamespace', 'SingleNamespace', 'MultiNamespace', 'AllNamespaces'];

interface Draft {
  readonly name: string;
  readonly displayName: string;
  readonly provider?: string;
  readonly channel?: string;
  /** "4.18.0-202507081733" */
  readonly version: string;
  readonly modes?: Modes;
  readonly crds?: readonly Crd[];
}

function packageOf(draft: Draft): Package {
  const { name, displayName, version, provider = 'Red Hat', channel = 'stable', modes = allModes, crds = [] } = draft;
  const labels = { name };
  const image = `registry.redhat.io/openshift4/ose-${name}-rhel9:v${version}`;
  const spec: CsvSpec = {
    displayName,
    version,
    description: displayName,
    provider: { name: provider },
    maturity: channel,
    minKubeVersion: '1.25.0',
    installModes: allModes.map((type) => ({ type, supported: modes.includes(type) })),
    customresourcedefinitions: { owned: crds.map(ownedOf) },
    install: {
      strategy: 'deployment',
      spec: {
        clusterPermissions: [],
        deployments: [
          {
            name,
            spec: {
              replicas: 1,
              selector: { matchLabels: labels },
              template: {
                metadata: { labels, annotations: { 'target.workload.openshift.io/management': '{"effect": "PreferredDuringScheduling"}' } },
                spec: { serviceAccountName: name, containers: [{ name, image, imagePullPolicy: 'IfNotPresent' }] },
              },
            },
          },
        ],
      },
    },
  };
  const head: Bundle = {
    csv: `${name}.v${version}`,
    version,
    image: `registry.redhat.io/openshift4/ose-${name}-bundle:v${version}`,
    spec,
    crds,
  };
  return { name, displayName, provider, defaultChannel: channel, channels: [{ name: channel, head }] };
}

function ownedOf(crd: Crd): CsvSpec['customresourcedefinitions']['owned'][number] {
  const spec = crd.spec as { names: { kind: string }; versions: { name: string }[] };
  const { kind } = spec.names;
  return { name: crd.metadata.name, kind, version: spec.versions[0]?.name ?? 'v1', displayName: kind, description: kind };
}

/** What an index image serves, by the end of its name; `version` is the cluster's. */
export function catalogContents(image: string, version: string, localStorageCrds: readonly Crd[]): readonly Package[] {
  const minor = version.split('.').slice(0, 2).join('.');
  const build = `${minor}.0-202507081733`;
  if (image.includes('redhat-operator-index')) {
    return [
      packageOf({
        name: 'local-storage-operator',
        displayName: 'Local Storage',
        version: build,
        modes: ['OwnNamespace', 'SingleNamespace'],
        crds: localStorageCrds,
      }),
      packageOf({ name: 'cluster-logging', displayName: 'Red Hat OpenShift Logging', channel: 'stable-6.2', version: '6.2.3' }),
      packageOf({ name: 'kubernetes-nmstate-operator', displayName: 'Kubernetes NMState Operator', version: build }),
      packageOf({ name: 'metallb-operator', displayName: 'MetalLB Operator', version: build }),
    ];
  }
  if (image.includes('certified-operator-index')) {
    return [
      packageOf({ name: 'gpu-operator-certified', displayName: 'NVIDIA GPU Operator', provider: 'NVIDIA Corporation', version: '25.3.1' }),
    ];
  }
  if (image.includes('community-operator-index')) {
    return [packageOf({ name: 'prometheus', displayName: 'Prometheus Operator', provider: 'Red Hat', channel: 'beta', version: '0.56.3' })];
  }
  return image.includes('redhat-marketplace-index')
    ? [packageOf({ name: 'crunchy-postgres-operator-rhmp', displayName: 'Crunchy Postgres', provider: 'Crunchy Data', version: '5.8.2' })]
    : [];
}
