/** Roll-outs: waited for with reasons, asked for, held and taken back. */
import type { Change, Step } from '../core/change.ts';
import { type KubeObject, type KubeRef, kubeName } from '../core/kube.ts';
import type { Decision } from '../core/module.ts';
import { isObject, type Json, type JsonObject } from '../core/value.ts';
import { args, change, defineModule, failed, integer, ok, oneOf, optional, text } from './define.ts';
import { clusterArgAliases, clusterArgs } from './kube/cluster-args.ts';
import { conditionOf, statusOf } from './kube/conditions.ts';
import { KIND_REMEDY, kindKey, objectKey, readBy } from './kube/keys.ts';
import { needOf } from './kube/needs.ts';
import { withoutNoise } from './kube/output.ts';
import { readiness } from './kube/ready.ts';
import { reasons } from './kube/rollout-reasons.ts';
import { beginning, type Revision, revisionsOf, undo } from './kube/rollout-undo.ts';

const KINDS = ['Deployment', 'DaemonSet', 'StatefulSet', 'MachineConfigPool'] as const;
const STATES = ['complete', 'restarted', 'undone', 'paused', 'resumed'] as const;

interface Args {
  readonly kind: (typeof KINDS)[number];
  readonly name: string;
  readonly namespace?: string;
  readonly state: (typeof STATES)[number];
  readonly to_revision?: number;
}
interface State {
  readonly served: boolean;
  readonly live: KubeObject | null;
  /** When this task began, as restarts are marked: "2026-11-21T05:27:49Z". */
  readonly began: string;
  readonly revisions: readonly Revision[];
  readonly reasons: readonly string[];
}

/** As kubectl marks a restart, in the pods' template. */
const RESTARTED = 'kubectl.kubernetes.io/restartedAt';

const apiOf = ({ kind }: Pick<Args, 'kind'>): string => (kind === 'MachineConfigPool' ? 'machineconfiguration.openshift.io/v1' : 'apps/v1');
const refOf = (given: Args): KubeRef => ({
  apiVersion: apiOf(given),
  kind: given.kind,
  ...(given.namespace === undefined ? {} : { namespace: given.namespace }),
  name: given.name,
});

const objectIn = (value: Json | undefined): JsonObject => (isObject(value) ? (value as JsonObject) : {});
const web = { name: 'web', namespace: 'shop' };
const done = { observedGeneration: 2, replicas: 2, updatedReplicas: 2, readyReplicas: 2, availableReplicas: 2 };
const deployment = (status: Json, spec: JsonObject = {}): KubeObject => ({
  ...{ apiVersion: 'apps/v1', kind: 'Deployment' },
  metadata: { ...web, generation: 2, annotations: { 'deployment.kubernetes.io/revision': '2' } },
  spec: { replicas: 2, template: { metadata: { labels: { app: 'web' } } }, ...spec },
  status,
});
const seen = { served: true, began: '2026-11-21T05:27:49Z', revisions: [], reasons: [] };
const pool = (paused: boolean): KubeObject => ({
  ...{ apiVersion: 'machineconfiguration.openshift.io/v1', kind: 'MachineConfigPool', metadata: { name: 'worker' }, spec: { paused } },
  status: {
    conditions: [
      { type: 'Updated', status: 'False' },
      { type: 'Updating', status: 'True' },
      { type: 'Degraded', status: 'False' },
    ],
  },
});

export const k8sRollout = defineModule({
  name: 'k8s_rollout',
  target: 'cluster',
  effect: 'converge',
  access: (given) => [
    needOf(
      {
        kind: 'Deployment',
        ...given,
        api_version: given['kind'] === 'MachineConfigPool' ? apiOf({ kind: 'MachineConfigPool' }) : 'apps/v1',
      },
      ['get', ...(given['state'] === undefined || given['state'] === 'complete' ? [] : ['patch'])],
    ),
  ],
  summary: 'Wait for a roll-out and say what holds it; restart, undo, pause or resume one',
  notes: [
    'complete, restarted, undone and resumed wait until all pods are of the newest kind and ready, or until the pool is Updated.',
    'While it waits it shows what holds the roll-out: pods with their warnings, nodes that are behind, disruption budgets that hold a drain.',
    'restarted and undone act on every run. undone goes to to_revision, or one revision back.',
    'paused and resumed are for Deployments and MachineConfigPools. A paused pool does not get its new configuration, nor rotated certificates: resume it soon.',
    'A Deployment that exceeded its progress deadline has failed; so has the wait for a pool that is paused.',
  ],
  args: args({
    ...clusterArgs,
    kind: oneOf(KINDS, 'Kind of what rolls out', { default: 'Deployment' }),
    name: text('Its name'),
    namespace: optional(text('Its namespace; a MachineConfigPool has none')),
    state: oneOf(STATES, 'complete: wait only; restarted: new pods of the same kind; undone: as it was before', { default: 'complete' }),
    to_revision: optional(integer('undone: the revision to go to (oc rollout history)', { minimum: 1 })),
    timeout: integer('Seconds to wait', { default: 1200, minimum: 1 }),
  }),
  argAliases: clusterArgAliases,
  timeoutMs: (given) => given.timeout * 1000,
  examples: [
    { title: 'rolled out', args: web, state: { ...seen, live: deployment(done) }, expect: 'ok' },
    {
      title: 'a pod does not come up',
      args: web,
      state: { ...seen, live: deployment({ ...done, availableReplicas: 1 }), reasons: ['Pod shop/web-1 on worker01: phase=Pending'] },
      expect: 'pending',
    },
    { title: 'new pods', args: { ...web, state: 'restarted' }, state: { ...seen, live: deployment(done) }, expect: 'change' },
    {
      title: 'one revision back',
      args: { ...web, state: 'undone' },
      state: {
        ...seen,
        live: deployment(done),
        revisions: [
          { revision: 2, template: {} },
          { revision: 1, template: { metadata: { labels: { app: 'web' } } } },
        ],
      },
      expect: 'change',
    },
    {
      title: 'a pool is held',
      args: { kind: 'MachineConfigPool', name: 'worker', state: 'paused' },
      state: { ...seen, live: pool(false) },
      expect: 'change',
    },
    {
      title: 'a wait that would not end',
      args: { kind: 'MachineConfigPool', name: 'worker' },
      state: { ...seen, live: pool(true) },
      expect: 'failed',
    },
    { title: 'no such workload', args: web, state: { ...seen, live: null }, expect: 'absent' },
    {
      title: 'a pool is not restarted',
      args: { kind: 'MachineConfigPool', name: 'worker', state: 'restarted' },
      state: { ...seen, live: null },
      expect: 'failed',
    },
  ],
  reads: (given) => [readBy({ ...refOf(given), api_version: apiOf(given) })],
  async read(given, io): Promise<State> {
    const none = { served: true, live: null, began: beginning(io), revisions: [], reasons: [] };
    if (problemOf(given) !== undefined) return none;
    const served = await io.served(apiOf(given), given.kind);
    const live = served && (await io.get(refOf(given)));
    if (!live) return { ...none, served: served !== undefined };
    const revisions = given.state === 'undone' ? await revisionsOf(live, io) : [];
    return { ...none, live, revisions, reasons: readiness(live).holds ? [] : await reasons(live, io) };
  },
  decide(given, state): Decision {
    const problem = problemOf(given);
    if (problem !== undefined) return failed(problem, { code: 'args' });
    const name = kubeName(refOf(given));
    if (!state.served) {
      const why = `the cluster does not serve ${given.kind} in ${apiOf(given)}`;
      return { is: 'absent', what: kindKey(apiOf(given), given.kind), why, hint: KIND_REMEDY };
    }
    if (!state.live) return { is: 'absent', what: objectKey(refOf(given)), why: `${name} does not exist` };
    const next = nextStep(given, state, state.live);
    if (typeof next === 'string') return failed(`${name}: ${next}`);
    if (next) return change(next);
    return given.state === 'paused' ? ok({ result: withoutNoise(state.live) }) : complete(given, state, state.live);
  },
});

function problemOf({ kind, state, namespace, to_revision }: Args): string | undefined {
  if (kind === 'MachineConfigPool' ? namespace !== undefined : namespace === undefined)
    return kind === 'MachineConfigPool' ? 'a MachineConfigPool has no namespace' : `${kind} needs namespace`;
  if (kind === 'MachineConfigPool' && (state === 'restarted' || state === 'undone'))
    return `a MachineConfigPool cannot be ${state}: change its MachineConfigs instead`;
  if ((kind === 'DaemonSet' || kind === 'StatefulSet') && (state === 'paused' || state === 'resumed'))
    return `a ${kind} cannot be ${state}`;
  return to_revision !== undefined && state !== 'undone' ? 'to_revision goes with state: undone' : undefined;
}

/** What has to be done before there is something to wait for; a text where it cannot be. */
function nextStep(given: Args, state: State, live: KubeObject): Change | string | undefined {
  const spec = objectIn(live['spec']);
  switch (given.state) {
    case 'complete':
      return undefined;
    case 'restarted': {
      const template = objectIn(objectIn(spec['template'])['metadata']);
      const before = objectIn(template['annotations'])[RESTARTED] ?? null;
      if (before === state.began) return undefined;
      const patch = { spec: { template: { metadata: { annotations: { [RESTARTED]: state.began } } } } };
      return updating(
        given,
        { verb: 'restart', before: { restarted: before }, after: { restarted: state.began } },
        { type: 'merge', patch },
      );
    }
    case 'undone':
      return undo(live, state.revisions, { began: state.began, to: given.to_revision });
    default: {
      const [now, paused] = [spec['paused'] === true, given.state === 'paused'];
      if (now === paused) return undefined;
      const verb = paused ? 'pause' : 'resume';
      return updating(given, { verb, before: { paused: now }, after: { paused } }, { type: 'merge', patch: { spec: { paused } } });
    }
  }
}

function updating(
  given: Args,
  { verb, before, after }: { readonly verb: string; readonly before: Json; readonly after: Json },
  how: { readonly type: 'merge'; readonly patch: Json },
): Change {
  const ref = refOf(given);
  const step: Step = { do: 'kube.patch', ref, ...how };
  return { op: 'update', summary: `${verb} ${kubeName(ref)}`, before, after, steps: [step], provides: [objectKey(ref)] };
}

/** Without replicas all counts are as wanted from the start. */
const observed = ({ kind }: Args, live: KubeObject): boolean =>
  kind === 'MachineConfigPool' || statusOf(live)['observedGeneration'] !== undefined;

function complete(given: Args, state: State, live: KubeObject): Decision {
  const name = kubeName(refOf(given));
  const ready = observed(given, live) ? readiness(live) : { holds: false, seen: 'its controller has not seen it yet' };
  if (ready.holds) return ok({ result: withoutNoise(live) });
  if (objectIn(live['spec'])['paused'] === true) {
    return failed(`${name} is paused, so its roll-out will not end: ${ready.seen}`, { hint: 'state: resumed lets it go on' });
  }
  const progress = conditionOf(live, 'Progressing');
  const current = Number(statusOf(live)['observedGeneration'] ?? 0) >= Number(live.metadata['generation'] ?? 0);
  if (given.kind === 'Deployment' && current && progress?.reason === 'ProgressDeadlineExceeded') {
    return failed([`${name}: ${progress.message ?? 'its progress deadline is exceeded'}`, ...state.reasons].join('\n'), {
      hint: 'mend what its pods lack, or go back with state: undone',
    });
  }
  return {
    is: 'pending',
    why: `${name} to be rolled out`,
    seen: [ready.seen, ...state.reasons.slice(0, 1)].join('; '),
    watch: [refOf(given)],
    pollMs: 5000,
    detail: state.reasons,
  };
}
