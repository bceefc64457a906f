/** When an object counts as ready, where the playbook does not say: by kind, and for other kinds by their conditions. */
import type { KubeObject } from '../../core/kube.ts';
import { isObject, type Json } from '../../core/value.ts';
import { conditionOf, conditionsOf, judgeConditions, statusOf, type Wanted } from './conditions.ts';

export interface Readiness {
  readonly holds: boolean;
  /** "2 of 3 updated", "phase=Pending (want Bound)". */
  readonly seen: string;
  /** Nothing in the object will change when it does: look again after so many ms. */
  readonly lookAgainMs?: number;
}

type Rule = (object: KubeObject) => Readiness;

const number = (value: Json | undefined): number => (typeof value === 'number' ? value : 0);
const specOf = (object: KubeObject): { readonly [key: string]: Json } =>
  isObject(object['spec']) ? (object['spec'] as { [key: string]: Json }) : {};

/** A text in status that must be one of these. */
const field =
  (name: string, ...wanted: readonly string[]): Rule =>
  (object) => {
    const found = statusOf(object)[name];
    const shown = typeof found === 'string' && found !== '' ? found : 'not set';
    const holds = wanted.includes(shown);
    return { holds, seen: holds ? `${name}=${shown}` : `${name}=${shown} (want ${wanted.join(' or ')})${whyOf(object)}` };
  };

/** `status.reason` and `status.message`, which kinds with a phase have. */
function whyOf(object: KubeObject): string {
  const { reason, message } = statusOf(object);
  const said = [reason, message].filter((text) => typeof text === 'string' && text !== '');
  return said.length > 0 ? `: ${said.join(': ')}` : '';
}

const conditions =
  (...wanted: readonly (readonly [string, string])[]): Rule =>
  (object) =>
    judgeConditions(
      object,
      wanted.map(([type, status]): Wanted => ({ type, status })),
    );

/** Counts that must all have reached what is wanted; the first that has not is shown. */
function counted(want: number, counts: readonly (readonly [string, number])[], object: KubeObject): Readiness {
  const low = counts.find(([, count]) => count < want);
  if (!low) return { holds: true, seen: `${want} of ${want} ready` };
  const stalled = conditionOf(object, 'Progressing');
  const why = stalled?.status === 'False' ? `; ${stalled.reason}: ${stalled.message}` : '';
  return { holds: false, seen: `${low[1]} of ${want} ${low[0]}${why}` };
}

const deployment: Rule = (object) => {
  const status = statusOf(object);
  const want = number(specOf(object)['replicas'] ?? 1);
  const old = number(status['replicas']) - number(status['updatedReplicas']);
  if (old > 0) return { holds: false, seen: `${old} old replicas still there` };
  const counts = [
    ['updated', number(status['updatedReplicas'])],
    ['available', number(status['availableReplicas'])],
  ] as const;
  return counted(want, counts, object);
};

const daemonSet: Rule = (object) => {
  const status = statusOf(object);
  const want = number(status['desiredNumberScheduled']);
  // A selector that matches no node is far more often a mistake than a wish.
  if (want === 0) return { holds: false, seen: 'no node matches its selector and tolerations (0 desired)' };
  const counts = [
    ['updated', number(status['updatedNumberScheduled'])],
    ['available', number(status['numberAvailable'])],
    ['ready', number(status['numberReady'])],
  ] as const;
  return counted(want, counts, object);
};

const replicas: Rule = (object) => {
  const status = statusOf(object);
  const want = number(specOf(object)['replicas'] ?? 1);
  const updated = [['updated', number(status['updatedReplicas'])]] as const;
  const counts = [...(object.kind === 'StatefulSet' ? updated : []), ['ready', number(status['readyReplicas'])] as const];
  return counted(want, counts, object);
};

const pod: Rule = (object) => {
  const { phase } = statusOf(object);
  if (phase === 'Succeeded') return { holds: true, seen: 'phase=Succeeded' };
  const ready = judgeConditions(object, [{ type: 'Ready', status: 'True' }]);
  const stuck = waitingIn(object);
  return ready.holds ? ready : { holds: false, seen: `phase=${phase ?? 'not set'}; ${ready.seen}${stuck ? `; ${stuck}` : ''}` };
};

/** "container registry: ImagePullBackOff: Back-off pulling image" */
function waitingIn(object: KubeObject): string | undefined {
  const status = statusOf(object);
  const lists = [status['initContainerStatuses'], status['containerStatuses']].flatMap((list) => (Array.isArray(list) ? list : []));
  for (const container of lists as readonly { name?: string; state?: { waiting?: { reason?: string; message?: string } } }[]) {
    const waiting = container.state?.waiting;
    if (waiting) return `container ${container.name}: ${[waiting.reason, waiting.message].filter(Boolean).join(': ')}`;
  }
  return undefined;
}

const job: Rule = (object) => {
  const failed = conditionOf(object, 'Failed');
  if (failed?.status === 'True') return { holds: false, seen: `failed: ${[failed.reason, failed.message].filter(Boolean).join(': ')}` };
  return judgeConditions(object, [{ type: 'Complete', status: 'True' }]);
};

const catalogSource: Rule = (object) => {
  const { connectionState } = statusOf(object);
  const state = isObject(connectionState) ? String(connectionState['lastObservedState'] ?? 'not set') : 'not set';
  return { holds: state === 'READY', seen: `connection ${state}${state === 'READY' ? '' : ' (want READY)'}` };
};

const subscription: Rule = (object) => {
  const state = field('state', 'AtLatestKnown')(object);
  if (state.holds && typeof statusOf(object)['installedCSV'] !== 'string')
    return { holds: false, seen: `${state.seen}; nothing installed yet` };
  const bad = ['ResolutionFailed', 'CatalogSourcesUnhealthy', 'BundleUnpackFailed'].flatMap((type) => {
    const found = conditionOf(object, type);
    return found?.status === 'True' ? [`${type}: ${found.message ?? found.reason}`] : [];
  });
  return { holds: state.holds, seen: [state.seen, ...bad].join('; ') };
};

const operator = conditions(['Available', 'True'], ['Progressing', 'False'], ['Degraded', 'False']);

/** By kind and group. */
const RULES: { readonly [kind: string]: Rule } = {
  'Deployment.apps': deployment,
  'DaemonSet.apps': daemonSet,
  'StatefulSet.apps': replicas,
  'ReplicaSet.apps': replicas,
  'ReplicationController.': replicas,
  'Pod.': pod,
  'Node.': conditions(['Ready', 'True']),
  'Namespace.': field('phase', 'Active'),
  'PersistentVolumeClaim.': field('phase', 'Bound'),
  'PersistentVolume.': field('phase', 'Available', 'Bound'),
  'Job.batch': job,
  'CustomResourceDefinition.apiextensions.k8s.io': conditions(['Established', 'True'], ['NamesAccepted', 'True']),
  'APIService.apiregistration.k8s.io': conditions(['Available', 'True']),
  'ClusterOperator.config.openshift.io': operator,
  'ClusterVersion.config.openshift.io': conditions(['Available', 'True'], ['Progressing', 'False']),
  'Config.imageregistry.operator.openshift.io': operator,
  'MachineConfigPool.machineconfiguration.openshift.io': conditions(['Updated', 'True'], ['Updating', 'False'], ['Degraded', 'False']),
  'CatalogSource.operators.coreos.com': catalogSource,
  'Subscription.operators.coreos.com': subscription,
  'InstallPlan.operators.coreos.com': field('phase', 'Complete'),
  'ClusterServiceVersion.operators.coreos.com': field('phase', 'Succeeded'),
  'LocalVolume.local.storage.openshift.io': conditions(['Available', 'True']),
  'ObjectBucketClaim.objectbucket.io': field('phase', 'Bound'),
};

/** Its status speaks of an older spec, or it is on its way out: then nothing else it says counts. */
function outdated(object: KubeObject): string | undefined {
  const { generation, deletionTimestamp } = object.metadata;
  if (deletionTimestamp) return 'it is being deleted';
  const { observedGeneration } = statusOf(object);
  if (typeof generation !== 'number' || typeof observedGeneration !== 'number' || observedGeneration >= generation) return undefined;
  return `its controller has not seen the last change (generation ${observedGeneration} of ${generation})`;
}

export function readiness(object: KubeObject): Readiness {
  const late = outdated(object);
  if (late !== undefined) return { holds: false, seen: late };
  const [group, version] = object.apiVersion.split('/');
  const rule = RULES[`${object.kind}.${version === undefined ? '' : group}`] ?? general;
  return rule(object);
}

/** Ready or Available where a kind reports one; a kind that reports neither is ready once it exists. */
function general(object: KubeObject): Readiness {
  const known = conditionsOf(object).filter(({ type }) => type === 'Ready' || type === 'Available');
  if (known.length === 0) return { holds: true, seen: 'it exists' };
  return judgeConditions(
    object,
    known.map(({ type }) => ({ type, status: 'True' })),
  );
}
