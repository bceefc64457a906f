/** The registry's Available, Progressing, Degraded and Removed, out of what a sync came to. Pure. */
import type { Deployment } from '../kinds.ts';
import type { NewCondition } from '../toolkit/conditions.ts';
import type { ApplyError } from './outcome.ts';

export interface SyncState {
  readonly managementState: string;
  readonly deployment?: Deployment | undefined;
  readonly error?: ApplyError | undefined;
  /** Everything the operator owned is gone. */
  readonly removed: boolean;
  /** Available has been False for longer than the inertia. */
  readonly patienceOver: boolean;
  /** The roll-out takes longer than its deadline. */
  readonly deadlineExceeded: boolean;
  /** A route that the router does not admit. */
  readonly routeTrouble?: string | undefined;
}

type Verdict = Omit<NewCondition, 'type'>;
const say = (status: 'True' | 'False', reason: string, message: string): Verdict => ({ status, reason, message });

export function registryConditions(state: SyncState): NewCondition[] {
  const [available, progressing, degraded] = verdicts(state);
  const removed = state.managementState === 'Removed' && state.removed;
  return [
    { type: 'Available', ...available },
    { type: 'Progressing', ...progressing },
    { type: 'Degraded', ...degraded },
    { type: 'Removed', ...(removed ? say('True', 'Removed', 'The registry is removed') : say('False', '', '')) },
  ];
}

function verdicts(state: SyncState): [Verdict, Verdict, Verdict] {
  if (state.managementState === 'Unmanaged') {
    const text = 'The registry configuration is set to unmanaged mode';
    return [say('True', 'Unmanaged', text), say('False', 'Unmanaged', text), say('False', 'Unmanaged', text)];
  }
  if (state.managementState === 'Removed') {
    const gone = 'The registry is removed';
    const progressing = state.error
      ? say('True', 'Error', `Unable to remove resources: ${state.error.message}`)
      : state.removed
        ? say('False', 'Removed', 'All registry resources are removed')
        : say('True', 'DeletingDeployment', 'The deployment is being removed');
    return [say('True', 'Removed', gone), progressing, say('False', 'Removed', gone)];
  }
  const available = availability(state);
  return [available, progress(state), degradation(state, available)];
}

function availability({ deployment, error }: SyncState): Verdict {
  if (!deployment) {
    return error?.permanent
      ? say('False', error.permanent, `Error: ${error.message}`)
      : say('False', 'DeploymentNotFound', 'The deployment does not exist');
  }
  if (deployment.metadata.deletionTimestamp) return say('False', 'DeploymentDeleted', 'The deployment is being deleted');
  if ((deployment.status?.availableReplicas ?? 0) < 1) {
    return say('False', 'NoReplicasAvailable', 'The deployment does not have available replicas');
  }
  return isComplete(deployment)
    ? say('True', 'Ready', 'The registry is ready')
    : say('True', 'MinimumAvailability', 'The registry has minimum availability');
}

function progress({ deployment, error }: SyncState): Verdict {
  if (error) return say(error.permanent ? 'False' : 'True', 'Error', `Unable to apply resources: ${error.message}`);
  if (!deployment) return say('True', 'WaitingForDeployment', 'All resources are successfully applied, but the deployment does not exist');
  if (deployment.metadata.deletionTimestamp) return say('True', 'FinalizingDeployment', 'The deployment is being deleted');
  return isComplete(deployment)
    ? say('False', 'Ready', 'The registry is ready')
    : say('True', 'DeploymentNotCompleted', 'The deployment has not completed');
}

function degradation({ error, deployment, patienceOver, deadlineExceeded, routeTrouble }: SyncState, available: Verdict): Verdict {
  if (error?.permanent) return say('True', error.permanent, `Error: ${error.message}`);
  if (available.status === 'False' && patienceOver) return say('True', 'Unavailable', available.message ?? '');
  if (available.status === 'True' && deadlineExceeded && deployment && !isComplete(deployment)) {
    const set = `ReplicaSet "${deployment.metadata.name}" has timed out progressing.`;
    return say('True', 'ProgressDeadlineExceeded', `Registry deployment has timed out progressing: ${set}`);
  }
  return routeTrouble ? say('True', 'RouteDegraded', routeTrouble) : say('False', '', '');
}

/** All replicas updated and available, none left of the old ones. */
export function isComplete(deployment: Deployment): boolean {
  const { status, spec, metadata } = deployment;
  const wanted = spec.replicas ?? 1;
  return (
    status?.observedGeneration === metadata.generation &&
    (status?.updatedReplicas ?? 0) === wanted &&
    (status?.replicas ?? 0) === wanted &&
    (status?.availableReplicas ?? 0) === wanted
  );
}
