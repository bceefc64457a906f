/** A fresh OpenShift 4.18 cluster on bare metal, as objects: what there is before anyone installs anything. */
import { createAuthority } from '../server/auth/certificates.ts';
import { type ClusterShape, configSeeds, type Seed } from './cluster/config.ts';
import { seedDataFoundation } from './cluster/data-foundation.ts';
import { defaultFleet, type Fleet } from './cluster/fleet.ts';
import { createNodes } from './cluster/nodes.ts';
import { poolSeeds } from './cluster/pools.ts';
import { CONFIG_MAP, NAMESPACE, OPERATOR_GROUP, SUBSCRIPTION } from './kinds.ts';
import type { Client } from './toolkit/client.ts';
import { openClient } from './toolkit/client.ts';
import type { ApiAddress } from './toolkit/http.ts';

export interface ClusterVariant extends Partial<ClusterShape> {
  readonly fleet?: Fleet;
  /** The local storage operator is there already. */
  readonly localStorage?: 'installed';
  /** OpenShift Data Foundation is there: Ceph's and NooBaa's storage classes, and what makes buckets. */
  readonly dataFoundation?: 'installed';
  /** A Subscription with manual approval in its namespace, so that every InstallPlan there waits (F19). */
  readonly manualApproval?: boolean;
  /** The machine config pools are paused (F20). */
  readonly poolsPaused?: boolean;
}

const namespaces = [
  'openshift',
  'openshift-apiserver',
  'openshift-authentication',
  'openshift-config',
  'openshift-config-managed',
  'openshift-image-registry',
  'openshift-ingress',
  'openshift-kube-apiserver',
  'openshift-machine-config-operator',
  'openshift-marketplace',
  'openshift-operator-lifecycle-manager',
  'openshift-operators',
];
export const defaultVersion = '4.18.20';
const localStorage = 'openshift-local-storage';
/** Where the ingress operator publishes who signed the router's certificate. */
export const routerAuthority = { name: 'default-ingress-cert', namespace: 'openshift-config-managed' };

/** Creates what is missing; what is there stays as it is. The CRDs of OpenShift must be served already. */
export async function seedCluster(address: ApiAddress, variant: ClusterVariant, signal: AbortSignal): Promise<void> {
  const client = await openClient(address, signal);
  try {
    const fleet = variant.fleet ?? defaultFleet;
    const shape: ClusterShape = {
      version: variant.version ?? defaultVersion,
      platform: variant.platform ?? 'None',
      domain: variant.domain ?? 'lab.example.com',
    };
    for (const name of namespaces)
      await client.ensure(NAMESPACE, { metadata: { name, labels: { 'openshift.io/cluster-monitoring': 'true' } } });
    for (const seed of [...configSeeds(shape), ...poolSeeds(fleet, variant.poolsPaused ?? false)]) await plant(client, seed);
    await client.ensure(CONFIG_MAP, { metadata: routerAuthority, data: { 'ca-bundle.crt': createAuthority(new Date()).cert } });
    await createNodes(client, fleet);
    if (variant.dataFoundation === 'installed') await seedDataFoundation(client, shape.domain, signal);
    if (variant.localStorage === 'installed' || variant.manualApproval) await installLocalStorage(client, variant);
  } finally {
    client.close();
  }
}

async function plant(client: Client, { kind, object, status }: Seed): Promise<void> {
  if (!(await client.ensure(kind, object)) || status === undefined) return;
  await client.editStatus(kind, object.metadata, (live) => {
    Object.assign(live, { status });
  });
}

async function installLocalStorage(client: Client, variant: ClusterVariant): Promise<void> {
  const namespace = localStorage;
  await client.ensure(NAMESPACE, { metadata: { name: namespace, annotations: { 'openshift.io/node-selector': '' } } });
  const source = { source: 'redhat-operators', sourceNamespace: 'openshift-marketplace' };
  if (variant.manualApproval) {
    await client.ensure(SUBSCRIPTION, {
      metadata: { name: 'cluster-logging', namespace },
      spec: { name: 'cluster-logging', channel: 'stable-6.2', installPlanApproval: 'Manual', ...source },
    });
  }
  if (variant.localStorage !== 'installed') return;
  await client.ensure(OPERATOR_GROUP, { metadata: { name: 'local-operator-group', namespace }, spec: { targetNamespaces: [namespace] } });
  await client.ensure(SUBSCRIPTION, {
    metadata: { name: 'local-storage-operator', namespace },
    spec: { name: 'local-storage-operator', channel: 'stable', installPlanApproval: 'Automatic', ...source },
  });
}
