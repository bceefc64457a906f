/** The local storage operator: LocalVolume → config, DaemonSet, StorageClasses, status; deletion. The node side is local-storage/diskmaker.ts. */
import type { Context } from './context.ts';
import { delays } from './delays.ts';
import {
  CONFIG_MAP,
  DAEMON_SET,
  DEPLOYMENT,
  LOCAL_VOLUME,
  type LocalVolume,
  type PersistentVolume,
  PV,
  SERVICE,
  SERVICE_ACCOUNT,
  STORAGE_CLASS,
} from './kinds.ts';
import { startDiskmaker } from './local-storage/diskmaker.ts';
import {
  daemonSetName,
  diskmakerDaemonSet,
  ownerLabel,
  ownerNamespaceLabel,
  provisionerConfig,
  storageClassFor,
} from './local-storage/resources.ts';
import { ownerLabels } from './local-storage/volume.ts';
import { withCondition } from './toolkit/conditions.ts';
import { type Again, on } from './toolkit/controller.ts';
import { keyOf, parseKey, same } from './toolkit/objects.ts';

const finalizer = 'storage.openshift.com/local-volume-protection';
const diskmakerImage = 'registry.redhat.io/openshift4/ose-local-storage-diskmaker-rhel9:v4.18';
export const operatorDeployment = 'local-storage-operator';

const owns = (local: LocalVolume, { metadata }: PersistentVolume): boolean =>
  Object.entries(ownerLabels(local)).every(([key, value]) => metadata.labels?.[key] === value);

export function startLocalStorage(context: Context): void {
  const { client } = context;
  const locals = context.cache(LOCAL_VOLUME);
  const deployments = context.cache(DEPLOYMENT);
  const daemonSets = context.cache(DAEMON_SET);
  const volumes = context.cache(PV);
  const inNamespace = (namespace: string | undefined) => locals.all(namespace).map(keyOf);
  const runs = (namespace: string): boolean => (deployments.get(operatorDeployment, namespace)?.status?.availableReplicas ?? 0) > 0;
  const unreported = (namespace: string | undefined): string[] => {
    const generation = daemonSets.get(daemonSetName, namespace)?.metadata.generation;
    return locals
      .all(namespace)
      .filter((local) => generation === undefined || local.status?.generations?.[0]?.lastGeneration !== generation)
      .map(keyOf);
  };
  const owned = (local: LocalVolume): PersistentVolume[] => volumes.all().filter((volume) => owns(local, volume));

  startDiskmaker(context, runs);

  context.controller(
    'local-storage-operator',
    [
      on(locals),
      on(deployments, (one) => (one.metadata.name === operatorDeployment ? inNamespace(one.metadata.namespace) : [])),
      // Its pods' coming and going is none of the operator's concern, nor are volumes before they are to go.
      on(daemonSets, (one) => (one.metadata.name === daemonSetName ? unreported(one.metadata.namespace) : [])),
      on(volumes, (one) =>
        locals
          .all()
          .filter((local) => local.metadata.deletionTimestamp && owns(local, one))
          .map(keyOf),
      ),
    ],
    async (key): Promise<Again | undefined> => {
      const { name, namespace = '' } = parseKey(key);
      const local = locals.get(name, namespace);
      if (!runs(namespace) || !local || local.spec.managementState === 'Unmanaged') return undefined;
      if (local.metadata.deletionTimestamp) return finalize(local);
      if (!local.metadata.finalizers?.includes(finalizer)) {
        await client.edit(LOCAL_VOLUME, local.metadata, (live) => {
          live.metadata.finalizers = [...new Set([...(live.metadata.finalizers ?? []), finalizer])];
        });
      }
      const soon = context.wait(`local/${local.metadata.uid}/${local.metadata.generation}`, 'storageClass');
      if (soon) return soon;
      await syncWorkload(namespace);
      await syncClasses(local);
      await report(local);
      return undefined;
    },
  );

  const syncWorkload = async (namespace: string): Promise<void> => {
    const owners = locals.all(namespace).sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
    const config = provisionerConfig(namespace, owners);
    if (!(await client.ensure(CONFIG_MAP, config))) {
      await client.edit(CONFIG_MAP, config.metadata, (live) => {
        live.data = config.data ?? {};
      });
    }
    await client.ensure(SERVICE_ACCOUNT, { metadata: { name: 'local-storage-admin', namespace } });
    await client.ensure(SERVICE, {
      metadata: { name: 'local-storage-diskmaker-metrics', namespace, labels: { app: daemonSetName } },
      spec: { selector: { app: daemonSetName }, ports: [{ name: 'metrics', port: 8383, protocol: 'TCP', targetPort: 'metrics' }] },
    });
    const wanted = diskmakerDaemonSet(namespace, owners, diskmakerImage);
    if (await client.ensure(DAEMON_SET, wanted)) return;
    const hash = (template: typeof wanted.spec.template) => [
      template.metadata.annotations,
      template.spec.affinity,
      template.spec.tolerations,
    ];
    await client.edit(DAEMON_SET, wanted.metadata, (live) => {
      if (!same(hash(live.spec.template), hash(wanted.spec.template))) live.spec.template = wanted.spec.template;
    });
  };

  const syncClasses = async (local: LocalVolume): Promise<void> => {
    const names = (local.spec.storageClassDevices ?? []).map((one) => one.storageClassName);
    for (const name of names) await client.ensure(STORAGE_CLASS, storageClassFor(local, name));
    const labels = `${ownerLabel}=${local.metadata.name},${ownerNamespaceLabel}=${local.metadata.namespace}`;
    const { items } = await client.list(STORAGE_CLASS, { labels });
    const gone = local.metadata.deletionTimestamp ? items : items.filter((one) => !names.includes(one.metadata.name));
    for (const one of gone) await client.delete(STORAGE_CLASS, one.metadata);
  };

  const report = async (local: LocalVolume): Promise<void> => {
    const daemonSet = await client.get(DAEMON_SET, { name: daemonSetName, namespace: local.metadata.namespace ?? '' });
    await client.editStatus(LOCAL_VOLUME, local.metadata, (live) => {
      live.status = {
        ...live.status,
        conditions: withCondition(live.status?.conditions, { type: 'Available', status: 'True', message: 'Ready' }),
        generations: [
          {
            group: 'apps',
            resource: 'DaemonSet',
            namespace: local.metadata.namespace,
            name: daemonSetName,
            lastGeneration: daemonSet?.metadata.generation ?? 0,
            hash: '',
          },
        ],
        managementState: local.spec.managementState || 'Managed',
        observedGeneration: local.metadata.generation ?? 0,
        readyReplicas: 0,
      };
    });
  };

  /** Free volumes are released, so that diskmaker cleans and removes them; bound ones and those with policy Retain block. */
  const finalize = async (local: LocalVolume): Promise<Again | undefined> => {
    const mine = owned(local);
    for (const volume of mine.filter((one) => one.status?.phase === 'Available' && !one.spec.claimRef)) {
      await client.edit(PV, volume.metadata, (live) => {
        if (live.spec.claimRef) return;
        const uid = `release-${live.metadata.uid}`;
        live.spec.claimRef = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace: 'default', name: uid, uid };
      });
    }
    const blocking = mine.some((one) => one.status?.phase === 'Bound' || one.spec.persistentVolumeReclaimPolicy === 'Retain');
    if (blocking && context.clock.due(`blocked/${local.metadata.uid}`, delays.diskmakerLoop)) {
      const message = `localvolume ${keyOf(local)} has owned persistentvolumes in use`;
      const about = { ...local, kind: LOCAL_VOLUME.kind, apiVersion: LOCAL_VOLUME.apiVersion };
      await client.event(about, { type: 'Warning', reason: 'LocalVolumeDeletionFailed', message, from: 'local-storage-operator' });
    }
    if (mine.length > 0) return { again: delays.diskmakerLoopSoon };
    await syncClasses(local);
    await client.edit(LOCAL_VOLUME, local.metadata, (live) => {
      live.metadata.finalizers = live.metadata.finalizers?.filter((one) => one !== finalizer) ?? [];
    });
    const others = locals.all(local.metadata.namespace).filter((one) => one.metadata.uid !== local.metadata.uid);
    if (others.length === 0) await client.delete(DAEMON_SET, { name: daemonSetName, namespace: local.metadata.namespace ?? '' });
    else await syncWorkload(local.metadata.namespace ?? '');
    return undefined;
  };
}
