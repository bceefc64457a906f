/** CatalogSources of type grpc: a pod and a Service each, the connection's state, and the packages they offer. */
import type { Context } from '../context.ts';
import { delays } from '../delays.ts';
import { CATALOG_SOURCE, type CatalogSource, PACKAGE_MANIFEST, POD, type Pod, SERVICE, SERVICE_ACCOUNT } from '../kinds.ts';
import { timestamp } from '../toolkit/clock.ts';
import { isTrue } from '../toolkit/conditions.ts';
import { type Again, on } from '../toolkit/controller.ts';
import { fnv1a, suffix } from '../toolkit/hash.ts';
import { keyOf, ownerOf, parseKey } from '../toolkit/objects.ts';
import type { Package } from './contents.ts';
import { packageManifest } from './package-manifest.ts';

/** Catalogs here are seen from every namespace. */
export const globalNamespace = 'openshift-marketplace';

export type CatalogFor = (catalog: CatalogSource) => readonly Package[];

export function startCatalogSources(context: Context, contents: CatalogFor): void {
  const { client } = context;
  const catalogs = context.cache(CATALOG_SOURCE);
  const pods = context.cache(POD);
  const manifests = context.cache(PACKAGE_MANIFEST);
  const podsOf = (catalog: CatalogSource): Pod[] =>
    pods.all(catalog.metadata.namespace).filter((pod) => pod.metadata.labels?.['olm.catalogSource'] === catalog.metadata.name);

  context.controller(
    'catalog-sources',
    [
      on(catalogs),
      on(pods, (pod) => {
        const name = pod.metadata.labels?.['olm.catalogSource'];
        return name ? [`${pod.metadata.namespace}/${name}`] : [];
      }),
    ],
    async (key): Promise<Again | undefined> => {
      const { name, namespace = '' } = parseKey(key);
      const catalog = catalogs.get(name, namespace);
      if (!catalog || catalog.metadata.deletionTimestamp) return retire(name, namespace);
      if (catalog.spec.sourceType !== 'grpc' || !catalog.spec.image) {
        const message = `image and address unset: at least one must be set for sourcetype: ${catalog.spec.sourceType}`;
        await client.editStatus(CATALOG_SOURCE, catalog.metadata, (live) => {
          live.status = { ...live.status, reason: 'SpecInvalidError', message };
        });
        return undefined;
      }
      await createParts(catalog);
      const state = observe(catalog);
      await report(catalog, state.is);
      if (state.is !== 'READY') return state.again;
      const soon = context.wait(`packages/${catalog.metadata.uid}/${catalog.spec.image}`, 'packageManifests');
      if (soon) return soon;
      for (const pack of contents(catalog)) await client.ensure(PACKAGE_MANIFEST, packageManifest(pack, catalog));
      return undefined;
    },
  );

  /** The real packageserver answers from the catalogs; here the objects go with their catalog. */
  const retire = async (name: string, namespace: string): Promise<undefined> => {
    const theirs = manifests
      .all()
      .filter(({ metadata: { labels } }) => labels?.['catalog'] === name && labels['catalog-namespace'] === namespace);
    for (const one of theirs) await client.delete(PACKAGE_MANIFEST, one.metadata);
    const orphans = pods
      .all(namespace)
      .filter((pod) => pod.metadata.labels?.['olm.catalogSource'] === name && !pod.metadata.deletionTimestamp);
    for (const pod of orphans) await client.delete(POD, pod.metadata);
    return undefined;
  };

  const observe = (catalog: CatalogSource): { is: string; again?: Again } => {
    const ready = podsOf(catalog).some((pod) => isTrue(pod.status?.conditions, 'Ready') && !pod.metadata.deletionTimestamp);
    const uid = catalog.metadata.uid ?? '';
    if (ready) {
      // One that was ready before this operator was started stays so.
      const known = catalog.status?.connectionState?.lastObservedState === 'READY';
      const connecting = known ? undefined : context.wait(`connect/${uid}/${catalog.spec.image}`, 'catalogConnect');
      return connecting ? { is: 'CONNECTING', again: connecting } : { is: 'READY' };
    }
    context.clock.forget(`connect/${uid}`);
    const before = catalog.status?.connectionState?.lastObservedState;
    const patience = context.wait(`patience/${uid}/${catalog.spec.image}`, delays.catalogPull + delays.catalogRetry * 2);
    return { is: before === 'READY' || !patience ? 'TRANSIENT_FAILURE' : 'CONNECTING', again: { again: delays.catalogRetry } };
  };

  const report = (catalog: CatalogSource, lastObservedState: string) => {
    const { name, namespace = '' } = catalog.metadata;
    return client.editStatus(CATALOG_SOURCE, catalog.metadata, (live) => {
      const before = live.status?.connectionState;
      const lastConnect = before?.lastObservedState === lastObservedState ? before.lastConnect : undefined;
      const { reason: _reason, message: _message, ...rest } = live.status ?? {};
      live.status = {
        ...rest,
        connectionState: { address: `${name}.${namespace}.svc:50051`, lastObservedState, lastConnect: lastConnect ?? timestamp() },
        registryService: live.status?.registryService ?? {
          protocol: 'grpc',
          serviceName: name,
          serviceNamespace: namespace,
          port: '50051',
          createdAt: timestamp(),
        },
      };
    });
  };

  const createParts = async (catalog: CatalogSource): Promise<void> => {
    const { name, namespace = '' } = catalog.metadata;
    const image = catalog.spec.image ?? '';
    const hash = fnv1a(image).toString(36);
    const live = podsOf(catalog).filter((pod) => !pod.metadata.deletionTimestamp);
    for (const old of live.filter((pod) => pod.metadata.labels?.['olm.pod-spec-hash'] !== hash)) await client.delete(POD, old.metadata);
    if (live.some((pod) => pod.metadata.labels?.['olm.pod-spec-hash'] === hash)) return;
    const owners = [{ ...ownerOf(CATALOG_SOURCE, catalog, false), controller: false, blockOwnerDeletion: false }];
    const labels = { 'olm.catalogSource': name, 'olm.managed': 'true', 'olm.pod-spec-hash': hash };
    await client.ensure(SERVICE_ACCOUNT, { metadata: { name, namespace, ownerReferences: owners } });
    await client.ensure(SERVICE, {
      metadata: { name, namespace, labels: { 'olm.managed': 'true' }, ownerReferences: owners },
      spec: { selector: { 'olm.catalogSource': name }, ports: [{ name: 'grpc', port: 50051, protocol: 'TCP', targetPort: 50051 }] },
    });
    const probe = { exec: { command: ['grpc_health_probe', '-addr=:50051'] }, periodSeconds: 10, timeoutSeconds: 5 };
    const attempt = (attempts.get(keyOf(catalog)) ?? 0) + 1;
    attempts.set(keyOf(catalog), attempt);
    await client.ensure(POD, {
      metadata: {
        name: `${name}-${suffix(`${catalog.metadata.uid}/${image}/${attempt}`)}`,
        namespace,
        labels,
        ownerReferences: [ownerOf(CATALOG_SOURCE, catalog)],
      },
      spec: {
        serviceAccountName: name,
        nodeSelector: { 'kubernetes.io/os': 'linux' },
        containers: [
          {
            name: 'registry-server',
            image,
            ports: [{ name: 'grpc', containerPort: 50051 }],
            startupProbe: { ...probe, failureThreshold: 15 },
            readinessProbe: { ...probe, initialDelaySeconds: 5 },
            livenessProbe: { ...probe, initialDelaySeconds: 10 },
            resources: { requests: { cpu: '10m', memory: '50Mi' } },
          },
        ],
      },
    });
  };
  const attempts = new Map<string, number>();
}
