/** Objects of the cluster, as they are. */
import { type KubeObject, kubeName } from '../core/kube.ts';
import { args, defineModule, failed, flag, integer, ok, optional, text } from './define.ts';
import { apiVersionAliases, apiVersionArg, clusterArgAliases, clusterArgs, selectorArgs } from './kube/cluster-args.ts';
import { readBy } from './kube/keys.ts';
import { needOf } from './kube/needs.ts';
import { hiddenFieldsArg, shownWithout } from './kube/output.ts';
import { queryOf } from './kube/query.ts';
import { unready, untilReadyArgs } from './kube/until-ready.ts';

interface State {
  readonly served: boolean;
  readonly objects: readonly KubeObject[];
  readonly problem?: string;
}

export const k8sInfo = defineModule({
  name: 'k8s_info',
  aliases: ['kubernetes.core.k8s_info', 'community.kubernetes.k8s_info', 'community.okd.k8s_info'],
  target: 'cluster',
  effect: 'converge',
  access: (given) => [needOf(given, [given['name'] === undefined ? 'list' : 'get', ...(given['wait'] === true ? ['watch'] : [])])],
  summary: 'Read Kubernetes objects',
  notes: [
    'An object that does not exist is no failure: resources is empty. A kind that is not served gives api_found: false.',
    'Values of Secrets are hidden in everything pb prints from then on.',
  ],
  args: args({
    ...clusterArgs,
    api_version: apiVersionArg,
    kind: text('Kind of the objects'),
    name: optional(text('Name of the one object; without it all of the kind')),
    namespace: optional(text('Their namespace; without it all namespaces')),
    ...selectorArgs,
    wait: flag('Wait until there are such objects, and all of them are ready', false),
    ...untilReadyArgs,
    wait_timeout: integer('Seconds to wait', { default: 120, minimum: 1 }),
    hidden_fields: hiddenFieldsArg,
  }),
  timeoutMs: (given) => (given.wait ? given.wait_timeout : 120) * 1000,
  argAliases: { ...apiVersionAliases, ...clusterArgAliases },
  examples: [
    {
      title: 'one object',
      args: { api_version: 'config.openshift.io/v1', kind: 'ClusterVersion', name: 'version' },
      state: {
        served: true,
        objects: [
          { apiVersion: 'config.openshift.io/v1', kind: 'ClusterVersion', metadata: { name: 'version' }, spec: { channel: 'stable-4.16' } },
        ],
      },
      expect: 'ok',
    },
    {
      title: 'waits for one to come',
      args: { api_version: 'v1', kind: 'Pod', namespace: 'web', label_selectors: ['app=web'], wait: true },
      state: { served: true, objects: [] },
      expect: 'pending',
    },
    {
      title: 'kind not served',
      args: { api_version: 'local.storage.openshift.io/v1', kind: 'LocalVolume' },
      state: { served: false, objects: [] },
      expect: 'ok',
    },
  ],
  reads: (given) => [readBy(given)],
  async read(given, io): Promise<State> {
    const served = await io.served(given.api_version, given.kind);
    if (!served) return { served: false, objects: [] };
    if (given.name === undefined) return { served: true, objects: await io.list(queryOf(given)) };
    if (served.namespaced && given.namespace === undefined) {
      return { served: true, objects: [], problem: `${given.kind} ${given.name} needs a namespace` };
    }
    if (given.label_selectors?.length || given.field_selectors?.length) return { served: true, objects: await io.list(queryOf(given)) };
    const found = await io.get({
      apiVersion: given.api_version,
      kind: given.kind,
      name: given.name,
      ...(given.namespace === undefined ? {} : { namespace: given.namespace }),
    });
    return { served: true, objects: found ? [found] : [] };
  },
  decide(given, state) {
    if (state.problem !== undefined) return failed(state.problem, { code: 'args' });
    if (given.wait && state.objects.length === 0) {
      const seen = state.served ? 'there is none' : 'the cluster does not serve the kind';
      return { is: 'pending', why: `${kubeName({ ...queryOf(given) })} to exist`, seen, watch: state.served ? [queryOf(given)] : [] };
    }
    const waiting = given.wait ? unready(state.objects, given.wait_condition) : undefined;
    if (waiting) return waiting;
    return ok({ resources: state.objects.map(shownWithout(given.hidden_fields)), api_found: state.served });
  },
});
