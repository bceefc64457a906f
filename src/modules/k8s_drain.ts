/** Whether new pods may come to a node. */
import type { KubeObject } from '../core/kube.ts';
import type { Decision } from '../core/module.ts';
import { isObject } from '../core/value.ts';
import { absent, args, change, defineModule, failed, ok, oneOf, text } from './define.ts';
import { clusterArgAliases, clusterArgs } from './kube/cluster-args.ts';
import { objectKey } from './kube/keys.ts';
import { needOf } from './kube/needs.ts';

const refOf = (name: string) => ({ apiVersion: 'v1', kind: 'Node', name });
const node = (unschedulable?: true): KubeObject => ({
  ...refOf('worker01'),
  metadata: { name: 'worker01' },
  spec: unschedulable ? { unschedulable } : {},
});

export const k8sDrain = defineModule({
  name: 'k8s_drain',
  aliases: ['kubernetes.core.k8s_drain', 'community.kubernetes.k8s_drain'],
  target: 'cluster',
  effect: 'converge',
  access: (given) => [needOf({ ...given, kind: 'Node' }, ['get', 'patch'])],
  summary: 'Cordon and uncordon nodes',
  notes: ['Evicting the pods of a node (state: drain) is not supported: run `oc adm drain` where it is meant.'],
  args: args({
    ...clusterArgs,
    name: text('The node'),
    state: oneOf(['cordon', 'uncordon', 'drain'], 'cordon: no new pods come; uncordon: they may come again', { default: 'drain' }),
  }),
  argAliases: clusterArgAliases,
  examples: [
    { title: 'cordoned', args: { name: 'worker01', state: 'cordon' }, state: node(), expect: 'change' },
    { title: 'cordoned already', args: { name: 'worker01', state: 'cordon' }, state: node(true), expect: 'ok' },
    { title: 'uncordoned', args: { name: 'worker01', state: 'uncordon' }, state: node(true), expect: 'change' },
    { title: 'no such node', args: { name: 'worker01', state: 'cordon' }, state: null, expect: 'absent' },
    { title: 'drained', args: { name: 'worker01' }, state: node(), expect: 'failed' },
  ],
  read: async ({ name }, io): Promise<KubeObject | null> => (await io.get(refOf(name))) ?? null,
  decide({ name, state }, live): Decision {
    if (state === 'drain') {
      const hint = `run "oc adm drain ${name}" with the module command, or use state: cordon`;
      return failed('state: drain is not supported: pb does not evict pods', { code: 'args', hint });
    }
    if (live === null) return absent(objectKey(refOf(name)), `there is no node ${name}`);
    const now = isObject(live['spec']) && live['spec']['unschedulable'] === true;
    const wanted = state === 'cordon';
    if (now === wanted) return ok({ result: `node ${name} already ${wanted ? 'cordoned' : 'uncordoned'}` });
    return change({
      op: 'update',
      summary: `${state} node ${name}`,
      before: { unschedulable: now },
      after: { unschedulable: wanted },
      steps: [{ do: 'kube.patch', ref: refOf(name), type: 'merge', patch: { spec: { unschedulable: wanted ? true : null } } }],
    });
  },
});
