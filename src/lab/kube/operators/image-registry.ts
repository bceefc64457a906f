/** The image registry operator: configs.imageregistry.operator.openshift.io/cluster, and what follows from it. */
import type { Context } from './context.ts';
import { delays } from './delays.ts';
import { startClusterOperator } from './image-registry/cluster-operator.ts';
import { isComplete, registryConditions } from './image-registry/conditions.ts';
import { finalizer, namespace, registryName } from './image-registry/names.ts';
import { startNodeCa } from './image-registry/node-ca.ts';
import { startPruner } from './image-registry/pruner.ts';
import { firstConfig, firstPruner } from './image-registry/resources.ts';
import { routeTrouble } from './image-registry/routes.ts';
import { trustNamespace } from './image-registry/s3-look.ts';
import { applyRegistry, removeRegistry, type Synced } from './image-registry/sync.ts';
import { CONFIG_MAP, DEPLOYMENT, IMAGE_PRUNER, PVC, REGISTRY_CONFIG, type RegistryConfig, SECRET, SERVICE } from './kinds.ts';
import { PROXY, ROUTE } from './openshift-kinds.ts';
import { conditionOf, withConditions } from './toolkit/conditions.ts';
import { type Again, on } from './toolkit/controller.ts';
import { type Obj, same } from './toolkit/objects.ts';

export function startImageRegistry(context: Context): void {
  const { client, clock, faults } = context;
  const configs = context.cache(REGISTRY_CONFIG);
  const inNamespace = (object: Obj): string[] => (object.metadata.namespace === namespace ? ['cluster'] : []);

  startPruner(context);
  startNodeCa(context);
  startClusterOperator(context);

  const controller = context.controller(
    'image-registry',
    [
      on(configs),
      on(context.cache(PVC), inNamespace),
      on(context.cache(DEPLOYMENT), inNamespace),
      on(context.cache(SERVICE), inNamespace),
      on(context.cache(ROUTE), inNamespace),
      on(context.cache(SECRET), inNamespace),
      on(context.cache(CONFIG_MAP), (map) => (map.metadata.namespace === trustNamespace ? ['cluster'] : [])),
      on(context.cache(PROXY)),
      { attach: (add) => add('cluster') },
    ],
    async (): Promise<Again | undefined> => {
      const config = await client.get(REGISTRY_CONFIG, { name: 'cluster' });
      if (!config) return bootstrap();
      if (config.metadata.deletionTimestamp) return finalize(config);
      const soon = context.wait(`registry/${config.metadata.uid}/${config.metadata.generation}`, 'registrySync');
      if (soon) return soon;
      // What it syncs is what it wrote last: in its own way it would stand for ever.
      const touched = faults.get('F36') && clock.due('registry/touch', delays.concurrentWrite) ? await touch(config) : undefined;
      return sync(touched ?? config);
    },
  );
  faults.listen(() => controller.add('cluster'));

  const bootstrap = async (): Promise<Again | undefined> => {
    const late = context.wait('registry/bootstrap', faults.get('F01') ? 'registryBootstrapSlow' : 'react');
    if (late) return late;
    await client.ensure(IMAGE_PRUNER, firstPruner);
    await client.ensure(REGISTRY_CONFIG, firstConfig);
    return undefined;
  };

  const sync = async (before: RegistryConfig): Promise<Again | undefined> => {
    const config = structuredClone(before);
    const { managementState } = config.spec;
    const synced: Synced =
      managementState === 'Managed'
        ? await applyRegistry(context, config)
        : managementState === 'Removed'
          ? await removeRegistry(context, config)
          : { removed: false };
    // The spec is written even after an error: a claim name that was filled in stays.
    const written =
      same(before.spec, config.spec) && same(before.metadata, config.metadata) ? config : await client.replace(REGISTRY_CONFIG, config);
    const again = await report(written, synced);
    if (synced.error && !synced.error.permanent) throw new Error(synced.error.message);
    return faults.get('F36') ? { again: delays.concurrentWrite } : again;
  };

  const report = async (config: RegistryConfig, synced: Synced): Promise<Again | undefined> => {
    const deployment = await client.get(DEPLOYMENT, { name: registryName, namespace });
    const { managementState } = config.spec;
    const bare = { managementState, deployment, error: synced.error, removed: synced.removed, routeTrouble: routeTrouble(context) };
    const calm = registryConditions({ ...bare, patienceOver: false, deadlineExceeded: false });
    const patience = watchOver('registry/unavailable', conditionOf(calm, 'Available')?.status === 'False', delays.degradedInertia);
    const rolling = managementState === 'Managed' && deployment !== undefined && !isComplete(deployment);
    const deadline = watchOver('registry/rollout', rolling, delays.registryProgressDeadline);
    const conditions = registryConditions({ ...bare, patienceOver: patience === 'over', deadlineExceeded: deadline === 'over' });
    await client.editStatus(REGISTRY_CONFIG, { name: 'cluster' }, (live) => {
      const status = live.status ?? { storage: {}, storageManaged: false, readyReplicas: 0 };
      const all = [...conditions, ...(synced.conditions ?? [])];
      live.status = {
        ...status,
        conditions: withConditions(status.conditions, all),
        observedGeneration: config.metadata.generation ?? 0,
        readyReplicas: deployment?.status?.readyReplicas ?? 0,
        storage: synced.storage ?? status.storage ?? {},
        storageManaged: synced.storage ? synced.storage.managementState === 'Managed' : status.storageManaged,
      };
    });
    const waits = [patience, deadline].filter((one) => typeof one === 'number');
    return waits.length > 0 ? { again: Math.min(...waits) } : undefined;
  };

  /** Simulated ms until `on` has lasted for `ms`; 'over' from then on, undefined while it is off. */
  const watchOver = (key: string, on: boolean, ms: number): number | 'over' | undefined => {
    if (on) return clock.left(key, ms) || 'over';
    clock.forget(key);
    return undefined;
  };

  const finalize = async (config: RegistryConfig): Promise<Again | undefined> => {
    const synced = await removeRegistry(context, config);
    if (!synced.removed) return { again: delays.react };
    clock.forget('registry/');
    await client.edit(REGISTRY_CONFIG, { name: 'cluster' }, (live) => {
      live.metadata.finalizers = live.metadata.finalizers?.filter((one) => one !== finalizer) ?? [];
    });
    return undefined;
  };

  /** Another writer, at work at the same time. */
  const touch = (config: RegistryConfig) =>
    client.mergePatch<RegistryConfig>(
      REGISTRY_CONFIG,
      { name: config.metadata.name },
      {
        metadata: { annotations: { 'imageregistry.operator.openshift.io/resync': String(Math.floor(clock.now())) } },
      },
    );
}
