/** The ImagePruner, and the part of the operator that runs whatever state the registry is in. */
import type { Context } from '../context.ts';
import {
  CLUSTER_OPERATOR,
  CRON_JOB,
  DAEMON_SET,
  DEPLOYMENT,
  IMAGE_CONFIG,
  IMAGE_PRUNER,
  REGISTRY_CONFIG,
  type RegistryConfig,
} from '../kinds.ts';
import { type NewCondition, withConditions } from '../toolkit/conditions.ts';
import { on } from '../toolkit/controller.ts';
import { covers } from '../toolkit/objects.ts';
import { unionConditions } from './cluster-operator.ts';
import { isComplete } from './conditions.ts';
import { namespace, nodeCaName, operatorName, registryName } from './names.ts';
import { nodeCa, prunerCronJob } from './resources.ts';

export function startPruner(context: Context): void {
  const { client, faults } = context;
  const pruners = context.cache(IMAGE_PRUNER);
  const images = context.cache(IMAGE_CONFIG);

  const controller = context.controller('image-pruner', [on(pruners), on(images)], async (key) => {
    const pruner = await client.get(IMAGE_PRUNER, { name: key });
    if (!pruner) return undefined;
    const job = prunerCronJob(pruner, images.get('cluster')?.status?.internalRegistryHostname);
    if (!(await client.ensure(CRON_JOB, job))) {
      await client.edit(CRON_JOB, job.metadata, (live) => {
        if (!covers(live.spec, job.spec)) live.spec = job.spec;
      });
    }
    await client.editStatus(IMAGE_PRUNER, { name: key }, (live) => {
      const conditions = prunerConditions(pruner.spec?.suspend ?? false, faults.get('F39') !== undefined);
      live.status = { ...live.status, conditions: withConditions(live.status?.conditions, conditions) };
    });
    return undefined;
  });
  faults.listen(() => controller.add('cluster'));
}

export const prunerConditions = (suspended: boolean, jobFailed: boolean): NewCondition[] => [
  { type: 'Available', status: 'True', reason: 'AsExpected', message: 'Pruner CronJob has been created' },
  suspended
    ? { type: 'Scheduled', status: 'False', reason: 'Suspended', message: 'The pruner job has been suspended' }
    : { type: 'Scheduled', status: 'True', reason: 'Scheduled', message: 'The pruner job has been scheduled' },
  jobFailed
    ? { type: 'Failed', status: 'True', reason: 'JobFailed', message: 'Job has reached the specified backoff limit' }
    : { type: 'Failed', status: 'False', reason: 'Complete', message: 'Pruner completed successfully' },
  jobFailed
    ? { type: 'Degraded', status: 'True', reason: 'JobFailed', message: 'Job has reached the specified backoff limit' }
    : { type: 'Degraded', status: 'False', reason: 'AsExpected', message: '' },
];

/** DaemonSet node-ca, present even while the registry is removed, and its conditions on the Config. */
export function startNodeCa(context: Context): void {
  const { client } = context;
  const daemonSets = context.cache(DAEMON_SET);
  const configs = context.cache(REGISTRY_CONFIG);
  context.controller(
    'node-ca',
    [on(configs), on(daemonSets, (one) => (one.metadata.name === nodeCaName && one.metadata.namespace === namespace ? ['cluster'] : []))],
    async () => {
      await client.ensure(DAEMON_SET, nodeCa);
      const live = daemonSets.get(nodeCaName, namespace);
      await client.editStatus(REGISTRY_CONFIG, { name: 'cluster' }, (config) => {
        if (config.status) config.status.conditions = withConditions(config.status.conditions, nodeCaConditions(live?.status));
      });
      return undefined;
    },
  );
}

function nodeCaConditions(
  status: { numberAvailable?: number; desiredNumberScheduled: number; updatedNumberScheduled?: number } | undefined,
): NewCondition[] {
  const available = (status?.numberAvailable ?? 0) > 0;
  const deployed = status !== undefined && (status.numberAvailable ?? 0) >= status.desiredNumberScheduled;
  return [
    available
      ? { type: 'NodeCADaemonAvailable', status: 'True', reason: 'AsExpected', message: 'The daemon set node-ca has available replicas' }
      : {
          type: 'NodeCADaemonAvailable',
          status: 'False',
          reason: 'NoAvailableReplicas',
          message: 'The daemon set node-ca does not have available replicas',
        },
    deployed
      ? { type: 'NodeCADaemonProgressing', status: 'False', reason: 'AsExpected', message: 'The daemon set node-ca is deployed' }
      : {
          type: 'NodeCADaemonProgressing',
          status: 'True',
          reason: 'Progressing',
          message: 'The daemon set node-ca is deploying node pods',
        },
    ...['NodeCADaemonController', 'ImageConfigController', 'ImageRegistryCertificatesController'].map(
      (name): NewCondition => ({ type: `${name}Degraded`, status: 'False', reason: 'AsExpected', message: '' }),
    ),
  ];
}

/** ClusterOperator image-registry. */
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
const isSettled = (config: RegistryConfig, deployment: import('../kinds.ts').Deployment | undefined): boolean =>
  config.spec.managementState !== 'Managed' || (deployment !== undefined && isComplete(deployment));

const relatedObjects = [
  { group: 'imageregistry.operator.openshift.io', resource: 'configs', name: 'cluster' },
  { group: 'imageregistry.operator.openshift.io', resource: 'imagepruners', name: 'cluster' },
  { group: '', resource: 'namespaces', name: namespace },
];
