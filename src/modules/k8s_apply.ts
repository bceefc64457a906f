/** Objects as manifests say: server-side apply, so that only the manifest's fields are pb's, and those taken out of it go away. */
import { type KubeObject, kubeName, refOf } from '../core/kube.ts';
import type { Decision, KubeReader } from '../core/module.ts';
import type { Json, TaskId } from '../core/value.ts';
import { args, defineModule, failed, flag, integer, json, listOf, ok, oneOf, optional, text } from './define.ts';
import { look, planApply, type Seen } from './kube/apply-plan.ts';
import { apiVersionAliases, apiVersionArg, clusterArgAliases, clusterArgs } from './kube/cluster-args.ts';
import { decideGone, type GoneOptions, type GoneState, readLeft } from './kube/gone.ts';
import { readManifests } from './kube/manifests.ts';
import { manifestNeeds } from './kube/needs.ts';
import { withoutNoise } from './kube/output.ts';
import { unready, untilReadyArgs } from './kube/until-ready.ts';

type State =
  | { readonly problem: string }
  | { readonly until: TaskId; readonly why: string }
  | { readonly seen: readonly Seen[]; readonly single: boolean }
  | { readonly left: GoneState };

export const k8sApply = defineModule({
  name: 'k8s_apply',
  aliases: ['kubernetes.core.k8s', 'community.kubernetes.k8s', 'community.okd.k8s', 'redhat.openshift.k8s', 'k8s'],
  target: 'cluster',
  effect: 'converge',
  access: manifestNeeds,
  summary: 'Create and update Kubernetes objects from manifests',
  notes: [
    'Server-side apply with the field manager pb. A field that was in the manifest before and is not any more goes away; fields others set are left alone.',
    'The server itself checks every manifest in a dry run first: unknown fields, types and admission rules fail in check mode too.',
    'The diff shows the fields pb sets, with the values the server would store. Values of Secrets are not shown, only whether they differ.',
    'Several objects are one change with a step for each, in the order given; one may be the Namespace or CustomResourceDefinition of those after it.',
    'Where every value already is as wanted the task is ok, whoever set it.',
  ],
  args: args({
    ...clusterArgs,
    state: oneOf(['present', 'absent', 'patched'], 'Whether the objects shall exist; patched: only those that do are changed', {
      default: 'present',
    }),
    definition: optional(
      json<Json>('The manifest: a mapping, a list of them, or YAML text with one or more documents', {
        type: ['object', 'array', 'string'],
      }),
    ),
    src: optional(text('A file on the controller with the manifests, looked for in files/')),
    template: optional(text('A template with the manifests, looked for in templates/')),
    api_version: apiVersionArg,
    kind: optional(text('Kind, where the definition gives none')),
    name: optional(text('Name, where the definition gives none')),
    namespace: optional(text('Namespace of the objects that name none')),
    force_conflicts: flag('Take over fields that another manager owns, instead of failing and naming it', false),
    wait: flag('Wait until the objects are ready, by the rules of wait_for; with state absent until they are gone', false),
    ...untilReadyArgs,
    wait_timeout: integer('Seconds to wait', { default: 300, minimum: 1 }),
    server_side_apply: optional(
      json<{ readonly force_conflicts?: boolean }>('Only force_conflicts counts: the field manager is pb', { type: 'object' }),
    ),
    delete_options: optional(
      json<{ readonly propagationPolicy?: 'Foreground' | 'Background' | 'Orphan' }>('state: absent: only propagationPolicy counts', {
        type: 'object',
        properties: { propagationPolicy: { enum: ['Foreground', 'Background', 'Orphan'] } },
        additionalProperties: false,
      }),
    ),
    apply: optional(flag('Accepted: pb always applies', true)),
    merge_type: optional(listOf(text('Type'), 'Accepted: pb always applies on the server')),
    validate: optional(json('Accepted: the server checks every manifest strictly', { type: 'object' })),
    hidden_fields: optional(listOf(text('Field'), 'Accepted: managedFields are never shown')),
  }),
  argAliases: { ...apiVersionAliases, ...clusterArgAliases, resource_definition: 'definition', inline: 'definition' },
  timeoutMs: (given) => (given.wait ? given.wait_timeout : 300) * 1000,
  examples: [
    {
      title: 'a namespace that is not there',
      args: { definition: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'web' } } },
      state: {
        single: true,
        seen: [
          {
            manifest: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'web' } },
            served: true,
            live: null,
            dry: { object: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'web' }, status: { phase: 'Active' } } },
          },
        ],
      },
      expect: 'change',
    },
    {
      title: 'already as wanted',
      args: { kind: 'Namespace', name: 'web' },
      state: {
        single: true,
        seen: [
          {
            manifest: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'web' } },
            served: true,
            live: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'web', resourceVersion: '71' } },
            dry: { object: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'web', resourceVersion: '71' } } },
          },
        ],
      },
      expect: 'ok',
    },
    {
      title: 'patched, and not there',
      args: { kind: 'Namespace', name: 'web', state: 'patched' },
      state: { single: true, seen: [] },
      expect: 'ok',
    },
    {
      title: 'waits for a condition',
      args: { kind: 'Namespace', name: 'web', wait: true, wait_condition: { type: 'Synced', status: true } },
      state: {
        single: true,
        seen: [
          {
            manifest: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'web' } },
            served: true,
            live: {
              apiVersion: 'v1',
              kind: 'Namespace',
              metadata: { name: 'web' },
              status: { conditions: [{ type: 'Synced', status: 'False' }] },
            },
            dry: { object: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'web' } } },
          },
        ],
      },
      expect: 'pending',
    },
    {
      title: 'its operator is not installed',
      args: {
        definition: {
          apiVersion: 'local.storage.openshift.io/v1',
          kind: 'LocalVolume',
          metadata: { name: 'disks', namespace: 'openshift-local-storage' },
        },
      },
      state: {
        single: true,
        seen: [
          {
            manifest: {
              apiVersion: 'local.storage.openshift.io/v1',
              kind: 'LocalVolume',
              metadata: { name: 'disks', namespace: 'openshift-local-storage' },
            },
            served: false,
            live: null,
            dry: null,
          },
        ],
      },
      expect: 'absent',
    },
    {
      title: 'a value in the template is not known yet',
      args: { template: 'claim.yml.j2' },
      state: { until: 'storage/3:command' as TaskId, why: 'known after storage/3:command' },
      expect: 'unknown',
    },
    { title: 'no name', args: { kind: 'ConfigMap' }, state: { problem: 'definition has no metadata.name' }, expect: 'failed' },
  ],
  async read(given, io): Promise<State> {
    const manifests = await readManifests(given, io);
    if (!('objects' in manifests)) return manifests;
    const { objects } = manifests;
    const homeless = await withoutHome(objects, io);
    if (homeless) return { problem: `${kubeName(refOf(homeless))} needs a namespace: in its metadata or as namespace:` };
    if (given.state === 'absent') return { left: await readLeft([...objects].reverse().map(refOf), io) };
    const seen = await Promise.all(objects.map((manifest) => look(manifest, forces(given), io)));
    const wanted = given.state === 'patched' ? seen.filter(({ live }) => live !== null) : seen;
    return { seen: wanted, single: seen.length === 1 };
  },
  decide(given, state): Decision {
    if ('problem' in state) return failed(state.problem, { code: 'args' });
    if ('until' in state) return { is: 'unknown', until: state.until, why: `what ${given.template} comes to: ${state.why}` };
    if ('left' in state) return decideGone(state.left, gone(given));
    const plan = planApply(state.seen, forces(given));
    if (plan) return plan;
    const live = state.seen.flatMap((seen) => (seen.live ? [seen.live] : []));
    const waiting = given.wait ? unready(live, given.wait_condition) : undefined;
    if (waiting) return waiting;
    const resources = live.map(withoutNoise);
    return ok({ result: state.single ? (resources[0] ?? null) : { results: resources }, resources });
  },
});

/** The first object of a namespaced kind that names no namespace: guessing `default` would put it where nobody looks. */
async function withoutHome(objects: readonly KubeObject[], io: Pick<KubeReader, 'served'>): Promise<KubeObject | undefined> {
  for (const object of objects) {
    if (object.metadata.namespace === undefined && (await io.served(object.apiVersion, object.kind))?.namespaced) return object;
  }
  return undefined;
}

const forces = (given: {
  readonly force_conflicts: boolean;
  readonly server_side_apply?: { readonly force_conflicts?: boolean };
}): boolean => given.force_conflicts || given.server_side_apply?.force_conflicts === true;

function gone(given: {
  readonly wait: boolean;
  readonly delete_options?: { readonly propagationPolicy?: 'Foreground' | 'Background' | 'Orphan' };
}): GoneOptions {
  const propagation = given.delete_options?.propagationPolicy;
  return { wait: given.wait, ...(propagation === undefined ? {} : { propagation }) };
}
