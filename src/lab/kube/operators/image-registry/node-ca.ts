/** DaemonSet node-ca. */
import type { Context } from '../context.ts';
import { DAEMON_SET, REGISTRY_CONFIG } from '../kinds.ts';
import { type NewCondition, withConditions } from '../toolkit/conditions.ts';
import { on } from '../toolkit/controller.ts';
import { namespace, nodeCaName } from './names.ts';
import { nodeCa } from './resources.ts';

/** Present even while the registry is removed; its conditions go to the Config. */
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
