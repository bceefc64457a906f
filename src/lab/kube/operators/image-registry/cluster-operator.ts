/** ClusterOperator image-registry: the union of the Config's conditions and the ImagePruner's. */
import type { Context } from '../context.ts';
import { CLUSTER_OPERATOR, DEPLOYMENT, type Deployment, IMAGE_PRUNER, REGISTRY_CONFIG, type RegistryConfig } from '../kinds.ts';
import { type NewCondition, withConditions } from '../toolkit/conditions.ts';
import { on } from '../toolkit/controller.ts';
import type { Condition } from '../toolkit/objects.ts';
import { isComplete } from './conditions.ts';
import { namespace, operatorName, registryName } from './names.ts';

const types = [
  { type: 'Available', normal: 'True' },
  { type: 'Progressing', normal: 'False' },
  { type: 'Degraded', normal: 'False' },
] as const;

/** Pure. */
export function unionConditions(registry: readonly Condition[], pruner: readonly Condition[]): NewCondition[] {
  const all = [...registry, ...pruner.map((one) => ({ ...one, type: `ImagePruner${one.type}` }))];
  return types.map(({ type, normal }) => {
    const ours = all.filter((one) => one.type.endsWith(type));
    const bad = ours.filter((one) => one.status !== normal);
    const shown = bad.length > 0 ? bad : ours;
    const reasons = shown
      .filter((one) => one.reason && one.reason !== 'AsExpected')
      .map((one) => one.type.slice(0, -type.length) + one.reason);
    const status = bad[0]?.status ?? (ours.length > 0 ? normal : 'Unknown');
    return {
      type,
      status,
      reason: [...new Set(reasons)].sort().join('::') || (ours.length > 0 ? 'AsExpected' : 'NoData'),
      message: shown
        .filter((one) => one.message)
        .map((one) => `${one.type}: ${one.message}`)
        .join('\n'),
    };
  });
}

export function startClusterOperator(context: Context): void {
  const { client, options } = context;
  const configs = context.cache(REGISTRY_CONFIG);
  const pruners = context.cache(IMAGE_PRUNER);
  const deployments = context.cache(DEPLOYMENT);
  const key = (): string[] => [operatorName];
  context.controller('clusteroperator', [on(configs, key), on(pruners, key)], async () => {
    const config = configs.get('cluster');
    if (!config?.status?.conditions?.length) return undefined;
    const conditions = unionConditions(config.status.conditions, pruners.get('cluster')?.status?.conditions ?? []);
    await client.ensure(CLUSTER_OPERATOR, { metadata: { name: operatorName }, spec: {} });
    await client.editStatus(CLUSTER_OPERATOR, { name: operatorName }, (live) => {
      const settled = isSettled(config, deployments.get(registryName, namespace));
      live.status = {
        ...live.status,
        conditions: withConditions(live.status?.conditions, conditions),
        ...(settled ? { versions: [{ name: 'operator', version: options.version }] } : {}),
        relatedObjects,
      };
    });
    return undefined;
  });
}

/** The version is reported, and upgrades go on, only then. */
const isSettled = (config: RegistryConfig, deployment: Deployment | undefined): boolean =>
  config.spec.managementState !== 'Managed' || (deployment !== undefined && isComplete(deployment));

const relatedObjects = [
  { group: 'imageregistry.operator.openshift.io', resource: 'configs', name: 'cluster' },
  { group: 'imageregistry.operator.openshift.io', resource: 'imagepruners', name: 'cluster' },
  { group: '', resource: 'namespaces', name: namespace },
];
