/** One sync of the registry's Config: objects applied or removed, spec filled in. */
import { randomBytes } from 'node:crypto';
import type { Context } from '../context.ts';
import {
  CLUSTER_ROLE,
  CLUSTER_ROLE_BINDING,
  type Claim,
  CONFIG_MAP,
  DEPLOYMENT,
  IMAGE_CONFIG,
  PDB,
  PVC,
  type RegistryConfig,
  type RegistryStorage,
  SECRET,
  SERVICE,
  SERVICE_ACCOUNT,
} from '../kinds.ts';
import type { NewCondition } from '../toolkit/conditions.ts';
import { ApiError } from '../toolkit/http.ts';
import { same } from '../toolkit/objects.ts';
import { checksumKey, registryDeployment } from './deployment.ts';
import { finalizer, internalHostname, namespace, registryName } from './names.ts';
import { type ApplyError, failed } from './outcome.ts';
import { clusterRole, clusterRoleBinding, configMaps, disruptionBudget, privateSecret, service } from './resources.ts';
import { syncRoutes } from './routes.ts';
import { userSecret } from './s3.ts';
import { s3LookOf } from './s3-look.ts';
import { configuredBackends, syncStorage } from './storage.ts';

export interface Synced {
  readonly error?: ApplyError | undefined;
  readonly conditions?: readonly NewCondition[];
  /** For the status; undefined leaves it as it is. */
  readonly storage?: RegistryStorage;
  readonly removed: boolean;
}

/** Changes `config.spec` and its finalizers in place; the caller writes them, whatever came of it. */
export async function applyRegistry(context: Context, config: RegistryConfig): Promise<Synced> {
  const { client } = context;
  config.metadata.finalizers = [...new Set([...(config.metadata.finalizers ?? []), finalizer])];
  const invalid = verify(config);
  if (invalid) return { error: invalid, removed: false };
  config.spec.httpSecret ||= randomBytes(64).toString('hex');
  const { items } = await client.list(PVC, { namespace });
  const claim = (name: string): Claim | undefined => items.find((one) => one.metadata.name === name);
  const outcome = syncStorage(config, claim, await s3LookOf(context));
  config.spec.storage = outcome.storage;
  const conditions = [...(outcome.condition ? [outcome.condition] : []), ...(outcome.more ?? [])];
  if (outcome.error) return { error: outcome.error, conditions, removed: false };
  if (outcome.create) {
    try {
      await client.create(PVC, outcome.create);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      const refused = { type: 'StorageExists', status: 'False' as const, reason: 'Creation Failed', message: error.message };
      return { error: failed(error.message), conditions: [refused], removed: false };
    }
  }
  await applyObjects(context, config);
  return { conditions, storage: outcome.storage, removed: false };
}

function verify({ spec }: RegistryConfig): ApplyError | undefined {
  const names = (spec.routes ?? []).map((route) => route.name);
  const twice = names.some((name, index) => name === 'default-route' || names.indexOf(name) !== index);
  const what = twice
    ? 'duplication of names has been detected in the additional routes'
    : spec.replicas < 0
      ? 'replicas must be greater than or equal to 0'
      : undefined;
  return what ? { permanent: 'VerificationFailed', message: `unable to complete resource: ${what}` } : undefined;
}

async function applyObjects(context: Context, config: RegistryConfig): Promise<void> {
  const { client, options } = context;
  await client.ensure(CLUSTER_ROLE, clusterRole);
  await client.ensure(CLUSTER_ROLE_BINDING, clusterRoleBinding);
  await client.ensure(SERVICE_ACCOUNT, { metadata: { name: 'registry', namespace } });
  const keys = config.spec.storage?.['s3'] ? context.cache(SECRET).get(userSecret, namespace)?.data : undefined;
  const data = keys ?? {};
  if (!(await client.ensure(SECRET, { ...privateSecret, data })))
    await client.edit(SECRET, privateSecret.metadata, (live) => {
      live.data = data;
    });
  for (const map of configMaps) await client.ensure(CONFIG_MAP, map);
  await client.ensure(SERVICE, service);
  await setHostname(context, internalHostname);
  const wanted = registryDeployment(config, options.version, JSON.stringify(data));
  if (!(await client.ensure(DEPLOYMENT, wanted))) {
    await client.edit(DEPLOYMENT, wanted.metadata, (live) => {
      const checksum = wanted.metadata.annotations?.[checksumKey] ?? '';
      if (live.metadata.deletionTimestamp || live.metadata.annotations?.[checksumKey] === checksum) return;
      live.metadata.annotations = { ...live.metadata.annotations, ...wanted.metadata.annotations };
      live.spec = wanted.spec;
    });
  }
  await syncRoutes(context, config);
  const budget = disruptionBudget(config.spec.replicas);
  if (!(await client.ensure(PDB, budget))) {
    await client.edit(PDB, budget.metadata, (live) => {
      live.spec = { ...(live.spec as object), ...(budget.spec as object) };
    });
  }
}

const setHostname = (context: Context, hostname: string) =>
  context.client.editStatus(IMAGE_CONFIG, { name: 'cluster' }, (live) => {
    if ((live.status?.internalRegistryHostname ?? '') !== hostname) live.status = { ...live.status, internalRegistryHostname: hostname };
  });

/** Deletes what `applyRegistry` made, and the storage if the operator manages it: that is the Config's word, whoever made the claim. */
export async function removeRegistry(context: Context, config: RegistryConfig): Promise<Synced> {
  const { client } = context;
  const configured = configuredBackends(config.spec.storage);
  if (configured.length > 1) {
    const got = `exactly one storage type should be configured at the same time, got ${configured.length}: [${configured.join(' ')}]`;
    return { error: { message: `unable to get generators: ${got}` }, removed: false };
  }
  const ref = { name: registryName, namespace };
  const deployment = await client.get(DEPLOYMENT, ref);
  const existed = deployment !== undefined;
  if (deployment && !deployment.metadata.deletionTimestamp)
    await client.delete(DEPLOYMENT, ref, { propagation: 'Foreground', graceSeconds: 0 });
  if (existed) return { removed: false };
  await client.delete(PDB, ref);
  await client.delete(SERVICE, ref);
  await setHostname(context, '');
  await syncRoutes(context);
  for (const map of configMaps.slice(0, 1)) await client.delete(CONFIG_MAP, map.metadata);
  await client.delete(SECRET, privateSecret.metadata);
  await client.delete(CLUSTER_ROLE_BINDING, clusterRoleBinding.metadata);
  await client.delete(CLUSTER_ROLE, clusterRole.metadata);
  const claim = config.spec.storage?.pvc?.claim;
  if (config.spec.storage?.managementState === 'Managed' && claim && !same(config.status?.storage, {})) {
    await client.delete(PVC, { name: claim, namespace });
  }
  return { removed: true, storage: {} };
}
