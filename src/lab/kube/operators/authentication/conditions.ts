/** ClusterOperator authentication, out of the configuration's errors and the server's roll-out. Pure. */

import { isComplete } from '../image-registry/conditions.ts';
import type { Deployment } from '../kinds.ts';
import type { NewCondition } from '../toolkit/conditions.ts';
import { loginNamespace, serverName } from './resources.ts';

export interface LoginState {
  /** Those that have lasted for long enough to be told. */
  readonly errors: readonly string[];
  readonly server: Deployment | undefined;
}

export function loginConditions({ errors, server }: LoginState): NewCondition[] {
  const { replicas = 0, availableReplicas = 0, updatedReplicas = 0 } = server?.status ?? {};
  const wanted = server?.spec.replicas ?? replicas;
  const done = server !== undefined && isComplete(server);
  const progress =
    `OAuthServerDeploymentProgressing: deployment/${serverName}.${loginNamespace}: ${updatedReplicas}/${wanted} pods have been updated ` +
    `to the latest generation and ${availableReplicas}/${wanted} pods are available`;
  const available = availableReplicas > 0;
  return [
    available
      ? { type: 'Available', status: 'True', reason: 'AsExpected', message: 'All is well' }
      : {
          ...{ type: 'Available', status: 'False', reason: 'OAuthServerDeployment_NoPod' },
          message: `OAuthServerDeploymentAvailable: no ${serverName}.${loginNamespace} pods available on any node.`,
        },
    done
      ? { type: 'Progressing', status: 'False', reason: 'AsExpected', message: 'All is well' }
      : { type: 'Progressing', status: 'True', reason: 'OAuthServerDeployment_PodsUpdating', message: progress },
    errors.length === 0
      ? { type: 'Degraded', status: 'False', reason: 'AsExpected', message: 'All is well' }
      : {
          ...{ type: 'Degraded', status: 'True', reason: 'OAuthServerConfigObservation_Error' },
          message: errors.map((error) => `OAuthServerConfigObservationDegraded: ${error}`).join('\n'),
        },
  ];
}
