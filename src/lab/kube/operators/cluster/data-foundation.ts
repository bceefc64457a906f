/** OpenShift Data Foundation as it stands after its installation on bare metal: storage classes, what makes buckets, its routes. */
import { CRD, type Crd, NAMESPACE, SERVICE, STORAGE_CLASS, type StorageClass } from '../kinds.ts';
import { BUCKET_CLASS, NOOBAA, ROUTE, STORAGE_CLUSTER } from '../openshift-kinds.ts';
import type { Client } from '../toolkit/client.ts';
import { sleep } from '../toolkit/clock.ts';
import { isStatus } from '../toolkit/http.ts';
import type { Kind } from '../toolkit/objects.ts';

const namespace = 'openshift-storage';
const again = 50;

const open = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
/** A stand-in for the real CRD: any fields. */
const crdOf = ({ apiVersion, kind, plural }: Kind): Crd => {
  const [group = '', version = ''] = apiVersion.split('/');
  const schema = { openAPIV3Schema: { type: 'object', properties: { spec: open, status: open } } };
  return {
    metadata: { name: `${plural}.${group}` },
    spec: {
      ...{ group, names: { kind, listKind: `${kind}List`, plural, singular: kind.toLowerCase() }, scope: 'Namespaced' },
      versions: [{ name: version, served: true, storage: true, subresources: { status: {} }, schema }],
    },
  };
};

const storageClass = (name: string, provisioner: string, parameters: Record<string, string> = {}): StorageClass => ({
  ...{ metadata: { name }, provisioner, parameters, reclaimPolicy: 'Delete', volumeBindingMode: 'Immediate' },
});
const classes: readonly StorageClass[] = [
  storageClass('ocs-storagecluster-ceph-rbd', `${namespace}.rbd.csi.ceph.com`),
  storageClass('ocs-storagecluster-cephfs', `${namespace}.cephfs.csi.ceph.com`),
  storageClass('ocs-storagecluster-ceph-rgw', `${namespace}.ceph.rook.io/bucket`),
  storageClass(`${namespace}.noobaa.io`, `${namespace}.noobaa.io/obc`, { bucketclass: 'noobaa-default-bucket-class' }),
];

/** Name of the route, its Service and how the router speaks to that. */
const routes = [
  ['s3', 's3', 'reencrypt'],
  ['ocs-storagecluster-cephobjectstore', 'rook-ceph-rgw-ocs-storagecluster-cephobjectstore', 'edge'],
] as const;

export async function seedDataFoundation(client: Client, domain: string, signal: AbortSignal): Promise<void> {
  await client.ensure(NAMESPACE, { metadata: { name: namespace, labels: { 'openshift.io/cluster-monitoring': 'true' } } });
  const ready = [
    [STORAGE_CLUSTER, 'ocs-storagecluster'],
    [NOOBAA, 'noobaa'],
    [BUCKET_CLASS, 'noobaa-default-bucket-class'],
  ] as const;
  for (const [kind, name] of ready) {
    await client.ensure(CRD, crdOf(kind));
    await served(() => client.ensure(kind, { metadata: { name, namespace }, spec: {} }), signal);
    await client.editStatus(kind, { name, namespace }, (live) => {
      live.status ??= { phase: 'Ready' };
    });
  }
  for (const one of classes) await client.ensure(STORAGE_CLASS, one);
  for (const [name, service, termination] of routes) {
    await client.ensure(SERVICE, {
      metadata: { name: service, namespace },
      spec: { ports: [{ name: 's3-https', port: 443, protocol: 'TCP', targetPort: 6443 }] },
    });
    await client.ensure(ROUTE, {
      metadata: { name, namespace },
      spec: { host: `${name}-${namespace}.apps.${domain}`, to: { kind: 'Service', name: service, weight: 100 }, tls: { termination } },
    });
  }
}

/** A kind is served a moment after its CRD has been created. */
async function served(create: () => Promise<unknown>, signal: AbortSignal): Promise<void> {
  for (;;) {
    try {
      await create();
      return;
    } catch (error) {
      if (!isStatus(error, 404) || signal.aborted) throw error;
    }
    await sleep(again, signal);
  }
}
