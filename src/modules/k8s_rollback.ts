/** Workloads as they were one revision before: `kubectl rollout undo` for kubernetes.core's playbooks. */
import type { Change } from '../core/change.ts';
import { type KubeObject, kubeName, refOf } from '../core/kube.ts';
import type { Decision } from '../core/module.ts';
import type { JsonObject } from '../core/value.ts';
import { absent, args, change, defineModule, failed, ok, oneOf, optional, text } from './define.ts';
import { apiVersionAliases, clusterArgAliases, clusterArgs, selectorArgs } from './kube/cluster-args.ts';
import { objectKey, readBy } from './kube/keys.ts';
import { needOf } from './kube/needs.ts';
import { withoutNoise } from './kube/output.ts';
import { queryOf } from './kube/query.ts';
import { beginning, NOTHING_EARLIER, type Revision, revisionsOf, undo } from './kube/rollout-undo.ts';

interface State {
  readonly began: string;
  readonly workloads: readonly { readonly live: KubeObject; readonly revisions: readonly Revision[] }[];
}

const ARGS = { name: 'web', namespace: 'shop' };
const live = (annotations: JsonObject): KubeObject => ({
  ...{ apiVersion: 'apps/v1', kind: 'Deployment' },
  metadata: { ...ARGS, annotations: { 'deployment.kubernetes.io/revision': '2', ...annotations } },
  spec: { template: { spec: { containers: [{ name: 'web', image: 'new' }] } } },
});
const BEGAN = '2026-11-21T05:27:49Z';

export const k8sRollback = defineModule({
  name: 'k8s_rollback',
  aliases: ['kubernetes.core.k8s_rollback', 'community.kubernetes.k8s_rollback'],
  target: 'cluster',
  effect: 'converge',
  access: (given) => {
    const workload = { api_version: 'apps/v1', kind: 'Deployment', ...given };
    const kept = workload.kind === 'DaemonSet' ? 'ControllerRevision' : 'ReplicaSet';
    const { name: _, ...records } = needOf({ ...workload, api_version: 'apps/v1', kind: kept }, ['list']);
    return [needOf(workload, ['list', 'patch']), records];
  },
  summary: 'Take Deployments or DaemonSets back to the revision before',
  notes: [
    'It acts on every run, and does not wait: k8s_rollout with state undone does, and knows to_revision.',
    'A workload that has no earlier revision is left as it is, with a warning in the result.',
  ],
  args: args({
    ...clusterArgs,
    api_version: text('apiVersion of the workloads', { default: 'apps/v1' }),
    kind: oneOf(['Deployment', 'DaemonSet'], 'Kind of the workloads', { default: 'Deployment' }),
    name: optional(text('Name of the one workload')),
    namespace: text('Their namespace'),
    ...selectorArgs,
  }),
  argAliases: { ...apiVersionAliases, ...clusterArgAliases },
  examples: [
    {
      title: 'one revision back',
      args: ARGS,
      state: { began: BEGAN, workloads: [{ live: live({}), revisions: [{ revision: 1, template: { spec: {} } }] }] },
      expect: 'change',
    },
    {
      title: 'taken back a moment ago',
      args: ARGS,
      state: { began: BEGAN, workloads: [{ live: live({ 'pb/undoneAt': BEGAN }), revisions: [] }] },
      expect: 'ok',
    },
    { title: 'nothing earlier', args: ARGS, state: { began: BEGAN, workloads: [{ live: live({}), revisions: [] }] }, expect: 'ok' },
    { title: 'no such workload', args: ARGS, state: { began: BEGAN, workloads: [] }, expect: 'absent' },
    { title: 'not said which', args: { namespace: 'shop' }, state: { began: BEGAN, workloads: [] }, expect: 'failed' },
  ],
  reads: (given) => [readBy(given)],
  async read(given, io): Promise<State> {
    const began = beginning(io);
    if (!isSaid(given)) return { began, workloads: [] };
    const found = await io.list(queryOf(given));
    return { began, workloads: await Promise.all(found.map(async (one) => ({ live: one, revisions: await revisionsOf(one, io) }))) };
  },
  decide(given, { began, workloads }): Decision {
    if (!isSaid(given)) return failed('say which: give name, label_selectors or field_selectors', { code: 'args' });
    if (workloads.length === 0) {
      const query = { apiVersion: given.api_version, kind: given.kind, namespace: given.namespace, name: given.name ?? '*' };
      return absent(objectKey(query), `${kubeName(query)} does not exist`);
    }
    const all = workloads.map(({ live: one, revisions }) => ({ one, plan: undo(one, revisions, { began }) }));
    const stuck = all.find(({ plan }) => typeof plan === 'string' && plan !== NOTHING_EARLIER);
    if (stuck) return failed(`${kubeName(refOf(stuck.one))}: ${stuck.plan}`);
    const [first, ...others] = all.flatMap(({ plan }) => (plan !== undefined && typeof plan !== 'string' ? [plan] : []));
    if (first) return change(others.length === 0 ? first : together(first, others));
    return ok({
      rollback_info: all.map(({ one, plan }) => {
        const name = kubeName(refOf(one));
        return plan === undefined ? { method: 'patch', resources: withoutNoise(one) } : { warnings: [`${name}: ${plan}`] };
      }),
    });
  },
});

const isSaid = (given: { name?: string; label_selectors?: readonly string[]; field_selectors?: readonly string[] }): boolean =>
  given.name !== undefined || Boolean(given.label_selectors?.length || given.field_selectors?.length);

const together = (first: Change, others: readonly Change[]): Change => ({
  ...first,
  summary: [first, ...others].map(({ summary }) => summary).join('; '),
  before: Object.fromEntries([first, ...others].map(({ summary, before }) => [summary, before])),
  after: Object.fromEntries([first, ...others].map(({ summary, after }) => [summary, after])),
  steps: [first.steps[0], ...first.steps.slice(1), ...others.flatMap(({ steps }) => steps)],
  provides: [first, ...others].flatMap(({ provides = [] }) => provides),
});
