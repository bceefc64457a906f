/** Objects as manifests say: server-side apply, so that only the manifest's fields are pb's, and those taken out of it go away. */
import { type KubeObject, kubeName, refOf } from '../core/kube.ts';
import type { Decision, KubeReader } from '../core/module.ts';
import type { Json, JsonObject, TaskId } from '../core/value.ts';
import { args, defineModule, failed, flag, integer, json, listOf, ok, oneOf, optional, text } from './define.ts';
import { look, planApply, type Refusal, type Seen, sortOut } from './kube/apply-plan.ts';
import { apiVersionAliases, apiVersionArg, clusterArgAliases, clusterArgs, selectorArgs } from './kube/cluster-args.ts';
import { decideGone, type GoneOptions, type GoneState, readLeft } from './kube/gone.ts';
import { fits } from './kube/labels.ts';
import { readManifests, type TemplateArg } from './kube/manifests.ts';
import { manifestNeeds } from './kube/needs.ts';
import { hiddenFieldsArg, shownWithout } from './kube/output.ts';
import { queryOf } from './kube/query.ts';
import { unready, untilReadyArgs } from './kube/until-ready.ts';

type State =
  | { readonly problem: string }
  | { readonly until: TaskId; readonly why: string }
  | { readonly seen: readonly Seen[]; readonly single: boolean; readonly elapsedMs?: number }
  | { readonly left: GoneState };

interface DeleteOptions {
  readonly propagationPolicy?: 'Foreground' | 'Background' | 'Orphan';
  readonly gracePeriodSeconds?: number;
}

const word = { type: 'string' };
const mark = { variable_start_string: word, variable_end_string: word, block_start_string: word, block_end_string: word };
const blanks = { trim_blocks: { type: 'boolean' }, lstrip_blocks: { type: 'boolean' }, newline_sequence: word };
const templateKinds = [
  word,
  { type: 'object', properties: { path: word, ...mark, ...blanks }, required: ['path'], additionalProperties: false },
];

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
    'result is the object; of several it is {results: [{result, method}, …]}. resources is always the list of objects.',
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
    template: optional(
      json<TemplateArg | readonly TemplateArg[]>(
        'A template with the manifests, looked for in templates/: its path, or {path, trim_blocks, variable_start_string …}; or a list of them',
        { anyOf: [...templateKinds, { type: 'array', items: { anyOf: templateKinds } }] },
      ),
    ),
    api_version: apiVersionArg,
    kind: optional(text('Kind, where the definition gives none')),
    name: optional(text('Name, where the definition gives none')),
    namespace: optional(text('Namespace of the objects that name none')),
    label_selectors: selectorArgs.label_selectors,
    delete_all: flag('state: absent, and no object is named: all of the kind in the namespace go, or those with label_selectors', false),
    generate_name: optional(text('state: present: what a name begins with that is made up; each run makes another object')),
    append_hash: flag('ConfigMaps and Secrets get a hash of their content added to their name', false),
    continue_on_error: flag('Apply the others where some objects are refused; results has an error for each of those', false),
    force: flag('As force_conflicts: fields that the manifest does not have stay as they are', false),
    force_conflicts: flag('Take over fields that another manager owns, instead of failing and naming it', false),
    wait: flag('Wait until the objects are ready, by the rules of wait_for; with state absent until they are gone', false),
    ...untilReadyArgs,
    wait_timeout: integer('Seconds to wait', { default: 300, minimum: 1 }),
    server_side_apply: optional(
      json<{ readonly force_conflicts?: boolean }>('Only force_conflicts counts: the field manager is pb', { type: 'object' }),
    ),
    delete_options: optional(
      json<DeleteOptions>(
        'state: absent: propagationPolicy, gracePeriodSeconds. An object is only deleted while it is the one that was looked at',
        {
          type: 'object',
          properties: {
            propagationPolicy: { enum: ['Foreground', 'Background', 'Orphan'] },
            gracePeriodSeconds: { type: 'integer', minimum: 0 },
          },
          additionalProperties: false,
        },
      ),
    ),
    apply: optional(flag('Accepted: pb always applies', true)),
    merge_type: optional(listOf(text('Type'), 'Accepted: pb always applies on the server')),
    validate: optional(json('Accepted: the server checks every manifest strictly', { type: 'object' })),
    hidden_fields: hiddenFieldsArg,
  }),
  argAliases: { ...apiVersionAliases, ...clusterArgAliases, resource_definition: 'definition', inline: 'definition', all: 'delete_all' },
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
      state: { until: 'storage/3:command' as TaskId, why: 'what claim.yml.j2 comes to: known after storage/3:command' },
      expect: 'unknown',
    },
    {
      title: 'all of a kind shall go',
      args: { kind: 'ConfigMap', namespace: 'web', state: 'absent', delete_all: true },
      state: { left: { objects: [{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'old', namespace: 'web', uid: '2f1c' } }] } },
      expect: 'change',
    },
    { title: 'no name', args: { kind: 'ConfigMap' }, state: { problem: 'definition has no metadata.name' }, expect: 'failed' },
  ],
  async read(given, io): Promise<State> {
    if (isSweep(given)) return sweep(given, io);
    const { fresh } = io;
    const manifests = await readManifests({ ...given, ...(given.state === 'present' && fresh !== undefined ? { fresh } : {}) }, io);
    if (!('objects' in manifests)) return manifests;
    const { label_selectors: selectors = [] } = given;
    const fitting = manifests.objects.map((object) => fits(object, selectors));
    if (fitting.includes(undefined)) return { problem: `label_selectors: ${selectors.join(', ')} cannot be understood` };
    const objects = manifests.objects.filter((_, index) => fitting[index]);
    const homeless = await withoutHome(objects, io);
    if (homeless) return { problem: `${kubeName(refOf(homeless))} needs a namespace: in its metadata or as namespace:` };
    if (given.state === 'absent') return { left: await readLeft([...objects].reverse().map(refOf), io) };
    const seen = await Promise.all(objects.map((manifest) => look(manifest, forces(given), io)));
    const wanted = given.state === 'patched' ? seen.filter(({ live }) => live !== null) : seen;
    return { seen: wanted, single: manifests.objects.length === 1, ...(given.wait ? { elapsedMs: io.elapsed() } : {}) };
  },
  decide(given, state): Decision {
    if ('problem' in state) return failed(state.problem, { code: 'args' });
    if ('until' in state) return { is: 'unknown', until: state.until, why: state.why };
    if ('left' in state) return decideGone(state.left, gone(given));
    const { good, bad } = given.continue_on_error ? sortOut(state.seen, forces(given)) : { good: state.seen, bad: [] };
    const plan = planApply(good, forces(given));
    if (plan) return plan;
    const live = good.flatMap((seen) => (seen.live ? [seen.live] : []));
    const waiting = given.wait ? unready(live, given.wait_condition) : undefined;
    if (waiting) return waiting;
    return ok(outputOf(live.map(shownWithout(given.hidden_fields)), bad, state));
  },
});

/** As kubernetes.core gives it, and `resources`. */
function outputOf(
  resources: readonly KubeObject[],
  bad: readonly Refusal[],
  { single, elapsedMs }: { readonly single: boolean; readonly elapsedMs?: number },
): JsonObject {
  const method = 'apply';
  const [first] = resources;
  const refused = bad.map(({ object, why }) => ({
    error: { msg: why, kind: object.kind, name: object.metadata.name },
    result: {},
    method,
  }));
  const duration = elapsedMs === undefined ? {} : { duration: Math.round(elapsedMs / 1000) };
  if (single) return { result: first ?? {}, method, ...duration, ...refused[0], resources };
  return { result: { results: [...resources.map((result) => ({ result, method })), ...refused] }, ...duration, resources };
}

interface Sweep {
  readonly state: 'present' | 'absent' | 'patched';
  readonly delete_all: boolean;
  readonly definition?: Json;
  readonly src?: string;
  readonly template?: unknown;
  readonly api_version: string;
  readonly kind?: string;
  readonly name?: string;
  readonly namespace?: string;
  readonly label_selectors?: readonly string[];
}

/** Objects shall go that are not named one by one. */
const isSweep = (given: Sweep): boolean =>
  given.state === 'absent' &&
  [given.name, given.definition, given.src, given.template].every((way) => way === undefined) &&
  (given.delete_all || Boolean(given.label_selectors?.length));

async function sweep(given: Sweep, io: Pick<KubeReader, 'served' | 'list'>): Promise<State> {
  const { kind } = given;
  if (kind === undefined) return { problem: 'say of which kind: give kind' };
  const served = await io.served(given.api_version, kind);
  if (!served) return { left: { objects: [] } };
  if (served.namespaced && given.namespace === undefined)
    return { problem: `say in which namespace every ${kind} shall go: give namespace` };
  return { left: { objects: await io.list(queryOf({ ...given, kind })) } };
}

/** The first object of a namespaced kind that names no namespace: guessing `default` would put it where nobody looks. */
async function withoutHome(objects: readonly KubeObject[], io: Pick<KubeReader, 'served'>): Promise<KubeObject | undefined> {
  for (const object of objects) {
    if (object.metadata.namespace === undefined && (await io.served(object.apiVersion, object.kind))?.namespaced) return object;
  }
  return undefined;
}

const forces = (given: {
  readonly force: boolean;
  readonly force_conflicts: boolean;
  readonly server_side_apply?: { readonly force_conflicts?: boolean };
}): boolean => given.force || given.force_conflicts || given.server_side_apply?.force_conflicts === true;

function gone({ wait, delete_options: options = {} }: { readonly wait: boolean; readonly delete_options?: DeleteOptions }): GoneOptions {
  const { propagationPolicy: propagation, gracePeriodSeconds: grace } = options;
  return { wait, ...(propagation === undefined ? {} : { propagation }), ...(grace === undefined ? {} : { grace }) };
}
