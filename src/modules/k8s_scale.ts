/** How many replicas a workload has. */
import { type KubeObject, type KubeRef, kubeName } from '../core/kube.ts';
import type { Decision } from '../core/module.ts';
import { isObject, type Json } from '../core/value.ts';
import { args, defineModule, failed, flag, integer, ok, optional, text } from './define.ts';
import { apiVersionAliases, clusterArgAliases, clusterArgs } from './kube/cluster-args.ts';
import { KIND_REMEDY, kindKey, objectKey } from './kube/keys.ts';
import { needOf } from './kube/needs.ts';
import { withoutNoise } from './kube/output.ts';
import { unready } from './kube/until-ready.ts';

interface Args {
  readonly api_version: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
}
type State = { readonly served: boolean; readonly live: KubeObject | null };

const refOf = ({ api_version, kind, name, namespace }: Args): KubeRef => ({ apiVersion: api_version, kind, name, namespace });
const web = { name: 'web', namespace: 'shop' };
const deployment = (replicas: number, status: Json): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { ...web, generation: 2, resourceVersion: '71' },
  spec: { replicas },
  status,
});

export const k8sScale = defineModule({
  name: 'k8s_scale',
  aliases: ['kubernetes.core.k8s_scale', 'community.kubernetes.k8s_scale'],
  target: 'cluster',
  effect: 'converge',
  access: (given) => {
    const workload = { api_version: 'apps/v1', kind: 'Deployment', ...given };
    return [needOf(workload, ['get']), needOf(workload, ['patch'], 'scale')];
  },
  summary: 'Set how many replicas a workload has',
  notes: ['For Deployments, StatefulSets, ReplicaSets, MachineSets and every other kind with the subresource scale.'],
  args: args({
    ...clusterArgs,
    api_version: text('apiVersion of the workload', { default: 'apps/v1' }),
    kind: text('Kind of the workload', { default: 'Deployment' }),
    name: text('Its name'),
    namespace: text('Its namespace'),
    replicas: integer('How many', { minimum: 0 }),
    current_replicas: optional(integer('Only where there are so many now')),
    resource_version: optional(text('Only where the object has this version')),
    wait: flag('Wait until the replicas are ready', true),
    wait_timeout: integer('Seconds to wait', { default: 20, minimum: 1 }),
    wait_sleep: integer('Accepted: pb watches the object', { default: 5, minimum: 0 }),
  }),
  argAliases: { ...apiVersionAliases, ...clusterArgAliases },
  timeoutMs: (given) => Math.max(30, given.wait_timeout) * 1000,
  examples: [
    { title: 'more', args: { ...web, replicas: 3 }, state: { served: true, live: deployment(1, {}) }, expect: 'change' },
    {
      title: 'as many already',
      args: { ...web, replicas: 3 },
      state: {
        served: true,
        live: deployment(3, { observedGeneration: 2, replicas: 3, updatedReplicas: 3, readyReplicas: 3, availableReplicas: 3 }),
      },
      expect: 'ok',
    },
    {
      title: 'not ready yet',
      args: { ...web, replicas: 3 },
      state: { served: true, live: deployment(3, { observedGeneration: 2, replicas: 3, updatedReplicas: 3, availableReplicas: 1 }) },
      expect: 'pending',
    },
    {
      title: 'other replicas than expected',
      args: { ...web, replicas: 3, current_replicas: 2 },
      state: { served: true, live: deployment(1, {}) },
      expect: 'ok',
    },
    { title: 'no such workload', args: { ...web, replicas: 3 }, state: { served: true, live: null }, expect: 'absent' },
    {
      title: 'a job',
      args: { ...web, kind: 'Job', api_version: 'batch/v1', replicas: 3 },
      state: { served: true, live: null },
      expect: 'failed',
    },
  ],
  async read(given, io): Promise<State> {
    const served = await io.served(given.api_version, given.kind);
    return { served: served !== undefined, live: served ? ((await io.get(refOf(given))) ?? null) : null };
  },
  decide(given, { served, live }): Decision {
    const name = kubeName(refOf(given));
    if (given.kind === 'Job') return failed('a Job has no replicas: set spec.parallelism with k8s_patch', { code: 'args' });
    if (!served)
      return {
        is: 'absent',
        what: kindKey(given.api_version, given.kind),
        why: `the cluster does not serve ${given.kind} in ${given.api_version}`,
        hint: KIND_REMEDY,
      };
    if (live === null) return { is: 'absent', what: objectKey(refOf(given)), why: `${name} does not exist` };
    const now = isObject(live['spec']) ? Number(live['spec']['replicas'] ?? 1) : 1;
    const other =
      (given.current_replicas !== undefined && given.current_replicas !== now) ||
      (given.resource_version !== undefined && given.resource_version !== live.metadata['resourceVersion']);
    if (now === given.replicas || other) return (given.wait && !other && unready([live], undefined)) || ok({ result: withoutNoise(live) });
    return {
      is: 'change',
      change: {
        op: 'update',
        summary: `scale ${name} to ${given.replicas}`,
        before: { replicas: now },
        after: { replicas: given.replicas },
        steps: [
          { do: 'kube.patch', ref: refOf(given), type: 'merge', patch: { spec: { replicas: given.replicas } }, subresource: 'scale' },
        ],
        provides: [objectKey(refOf(given))],
      },
    };
  },
});
