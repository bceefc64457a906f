/** Objects that shall not exist. */
import { args, defineModule, failed, flag, integer, oneOf, optional, text } from './define.ts';
import { apiVersionAliases, apiVersionArg, clusterArgAliases, clusterArgs, selectorArgs } from './kube/cluster-args.ts';
import { decideGone, type GoneState } from './kube/gone.ts';
import { readBy } from './kube/keys.ts';
import { needOf } from './kube/needs.ts';
import { queryOf, type Selection } from './kube/query.ts';

/** Without a name or a selector everything of the kind would go: that is never meant. */
const problemOf = (given: Selection): string | undefined => {
  const selects = Boolean(given.label_selectors?.length || given.field_selectors?.length);
  if (given.name === undefined && !selects) return 'say which: give name, label_selectors or field_selectors';
  if (given.name !== undefined && selects) return 'give either name or selectors';
  return undefined;
};

export const k8sDelete = defineModule({
  name: 'k8s_delete',
  target: 'cluster',
  effect: 'converge',
  access: (given) => [needOf(given, ['list', 'delete'])],
  summary: 'Delete Kubernetes objects and wait until they are gone',
  notes: [
    'An object is gone once its finalizers are: while they hold it, pb shows which.',
    'A kind that the cluster does not serve has no objects: that is ok.',
    'Of a namespaced kind, name needs namespace too.',
  ],
  args: args({
    ...clusterArgs,
    api_version: apiVersionArg,
    kind: text('Kind of the objects'),
    name: optional(text('Name of the one object')),
    namespace: optional(text('Its namespace; with selectors and without it: all namespaces')),
    ...selectorArgs,
    propagation: optional(oneOf(['Foreground', 'Background', 'Orphan'], 'What happens to the objects it owns; else the kind decides')),
    wait: flag('Wait until they are really gone', true),
    wait_timeout: integer('Seconds to wait', { default: 600, minimum: 0 }),
  }),
  argAliases: { ...apiVersionAliases, ...clusterArgAliases, propagation_policy: 'propagation' },
  timeoutMs: (given) => Math.max(60, given.wait_timeout) * 1000,
  examples: [
    { title: 'already gone', args: { kind: 'ConfigMap', name: 'old', namespace: 'web' }, state: { objects: [] }, expect: 'ok' },
    {
      title: 'there',
      args: { kind: 'ConfigMap', name: 'old', namespace: 'web' },
      state: { objects: [{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'old', namespace: 'web', uid: '2f1c' } }] },
      expect: 'change',
    },
    {
      title: 'held by a finalizer',
      args: { kind: 'PersistentVolumeClaim', name: 'data', namespace: 'web' },
      state: {
        objects: [
          {
            apiVersion: 'v1',
            kind: 'PersistentVolumeClaim',
            metadata: {
              name: 'data',
              namespace: 'web',
              uid: '77aa',
              deletionTimestamp: '2026-03-01T10:00:00Z',
              finalizers: ['kubernetes.io/pvc-protection'],
            },
          },
        ],
      },
      expect: 'pending',
    },
    { title: 'not said which', args: { kind: 'Pod', namespace: 'web' }, state: { objects: [] }, expect: 'failed' },
  ],
  // What an earlier task would make is not there yet in check mode.
  reads: (given) => [readBy(given)],
  async read(given, io): Promise<GoneState & { readonly problem?: string }> {
    const served = problemOf(given) === undefined ? await io.served(given.api_version, given.kind) : undefined;
    if (!served) return { objects: [] };
    if (served.namespaced && given.name !== undefined && given.namespace === undefined) {
      return { objects: [], problem: `${given.kind} ${given.name} needs a namespace` };
    }
    return { objects: await io.list(queryOf(given)) };
  },
  decide(given, state) {
    const problem = problemOf(given) ?? state.problem;
    return problem === undefined ? decideGone(state, given) : failed(problem, { code: 'args' });
  },
});
