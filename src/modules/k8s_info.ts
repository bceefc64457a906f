/** Objects of the cluster, as they are. */
import type { KubeObject } from '../core/kube.ts';
import { args, defineModule, failed, ok, optional, text } from './define.ts';
import { apiVersionAliases, apiVersionArg, clusterArgAliases, clusterArgs, selectorArgs } from './kube/cluster-args.ts';
import { readBy } from './kube/keys.ts';
import { withoutNoise } from './kube/output.ts';
import { queryOf } from './kube/query.ts';

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
  }),
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
  decide(_, state) {
    if (state.problem !== undefined) return failed(state.problem, { code: 'args' });
    return ok({ resources: state.objects.map(withoutNoise), api_found: state.served });
  },
});
