/** Some fields of an object that something else owns: an operator's Config, an InstallPlan. */
import type { KubeStep } from '../core/change.ts';
import { type KubeAnswer, type KubeObject, type KubeRef, kubeName } from '../core/kube.ts';
import type { Json } from '../core/value.ts';
import { args, defineModule, failed, json, number, ok, oneOf, optional, text } from './define.ts';
import { apiVersionAliases, apiVersionArg, clusterArgAliases, clusterArgs } from './kube/cluster-args.ts';
import { differences, equal, masked } from './kube/compare.ts';
import { at, type Operation, problemIn, remaining } from './kube/json-patch.ts';
import { KIND_REMEDY, kindKey, objectKey } from './kube/keys.ts';
import { type MergeLists, mergeProblem, withMergedLists } from './kube/merge-lists.ts';
import { needOf } from './kube/needs.ts';
import { withoutNoise } from './kube/output.ts';
import { underJson, underMerge } from './kube/patched.ts';
import { refusedBy } from './kube/refusals.ts';

interface State {
  readonly served: boolean;
  readonly live: KubeObject | null;
  /** Null where there is nothing to patch or nothing left to do. */
  readonly dry: KubeAnswer | null;
  /** The patch without operations that are done and with its lists merged; null where there is no object. */
  readonly patch: Json;
  readonly elapsedMs: number;
  readonly problem?: string;
}

interface Args {
  readonly api_version: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
  readonly type?: 'merge' | 'json' | 'strategic';
  readonly patch: Json;
  readonly merge_lists?: MergeLists;
  readonly resource_version?: string;
  readonly wait_until_exists: number;
}

const refOf = (given: Args): KubeRef => ({
  apiVersion: given.api_version,
  kind: given.kind,
  name: given.name,
  ...(given.namespace === undefined ? {} : { namespace: given.namespace }),
});

type PatchStep = Extract<KubeStep, { do: 'kube.patch' }>;

/** A list can only be a JSON patch. */
const typeOf = (given: Args): PatchStep['type'] => given.type ?? (Array.isArray(given.patch) ? 'json' : 'merge');

/** A merged list holds what the object held when it was read, so it goes to that very version only. */
function stepOf(given: Args, patch: Json, live: KubeObject): PatchStep {
  const version = given.resource_version ?? (given.merge_lists ? live.metadata['resourceVersion'] : undefined);
  return {
    do: 'kube.patch',
    ref: refOf(given),
    type: typeOf(given),
    patch,
    ...(typeof version === 'string' ? { resourceVersion: version } : {}),
  };
}

/** For the request itself, after the object was found. */
const REQUEST_S = 120;

const example = { api_version: 'imageregistry.operator.openshift.io/v1', kind: 'Config', name: 'cluster' };
const config = (spec: Json): KubeObject => ({
  apiVersion: 'imageregistry.operator.openshift.io/v1',
  kind: 'Config',
  metadata: { name: 'cluster' },
  spec,
});

const oauth = (...identityProviders: readonly Json[]): KubeObject => ({
  apiVersion: 'config.openshift.io/v1',
  kind: 'OAuth',
  metadata: { name: 'cluster', resourceVersion: '71' },
  spec: { identityProviders },
});

export const k8sPatch = defineModule({
  name: 'k8s_patch',
  aliases: ['kubernetes.core.k8s_json_patch', 'community.kubernetes.k8s_json_patch'],
  target: 'cluster',
  effect: 'converge',
  access: (given) => [needOf(given, ['get', 'patch'])],
  summary: 'Change some fields of an object that something else owns',
  notes: [
    'The object must exist; wait_until_exists gives its operator time to make it.',
    'Before and after come from a dry run on the server. A patch that would change nothing is ok.',
    'In a merge patch null removes a field. An update of the object by an operator at the same moment is no failure: the patch is sent again.',
    'In a merge patch a list replaces the whole old one, with what others put there. merge_lists names lists whose items are merged by a key instead: an item of the patch changes the one with the same key or comes last, `$patch: delete` in it removes that one, `$patch: replace` drops its other fields. The update is then refused if the object changed since it was read.',
    'A JSON patch can only be read back by its values: add to /list/- counts as done where the list holds the value, and removing an item by its number needs a test operation before it.',
  ],
  args: args({
    ...clusterArgs,
    api_version: apiVersionArg,
    kind: text('Kind of the object'),
    name: text('Name of the object'),
    namespace: optional(text('Its namespace')),
    patch: json<Json>('A mapping for merge and strategic, a list of operations for json', { type: ['object', 'array'] }),
    type: optional(
      oneOf(
        ['merge', 'json', 'strategic'],
        'merge (RFC 7386, for mappings), json (RFC 6902, for lists), strategic (lists of core kinds by key)',
      ),
    ),
    merge_lists: optional(
      json<MergeLists>('Lists that are merged item by item: where the list is → the field that tells its items apart', {
        type: 'object',
        minProperties: 1,
        additionalProperties: { type: 'string', minLength: 1 },
        examples: [{ 'spec.identityProviders': 'name' }],
      }),
    ),
    resource_version: optional(text('Refuse if the object is not at this version any more')),
    wait_until_exists: number('Seconds to wait for the object to exist', { default: 0, minimum: 0 }),
  }),
  argAliases: { ...apiVersionAliases, ...clusterArgAliases },
  timeoutMs: (given) => (given.wait_until_exists + REQUEST_S) * 1000,
  examples: [
    {
      title: 'one replica less',
      args: { ...example, patch: { spec: { replicas: 1 } } },
      state: {
        served: true,
        live: config({ replicas: 2 }),
        dry: { object: config({ replicas: 1 }) },
        patch: { spec: { replicas: 1 } },
        elapsedMs: 5,
      },
      expect: 'change',
    },
    {
      title: 'already so',
      args: { ...example, patch: { spec: { replicas: 1 } } },
      state: {
        served: true,
        live: config({ replicas: 1 }),
        dry: { object: config({ replicas: 1 }) },
        patch: { spec: { replicas: 1 } },
        elapsedMs: 5,
      },
      expect: 'ok',
    },
    {
      title: 'one more identity provider, the others stay',
      args: {
        api_version: 'config.openshift.io/v1',
        kind: 'OAuth',
        name: 'cluster',
        patch: { spec: { identityProviders: [{ name: 'local', type: 'HTPasswd' }] } },
        merge_lists: { 'spec.identityProviders': 'name' },
      },
      state: {
        served: true,
        live: oauth({ name: 'corp', type: 'LDAP' }),
        dry: { object: oauth({ name: 'corp', type: 'LDAP' }, { name: 'local', type: 'HTPasswd' }) },
        patch: {
          spec: {
            identityProviders: [
              { name: 'corp', type: 'LDAP' },
              { name: 'local', type: 'HTPasswd' },
            ],
          },
        },
        elapsedMs: 5,
      },
      expect: 'change',
    },
    {
      title: 'not made yet',
      args: { ...example, patch: { spec: { replicas: 1 } }, wait_until_exists: 600 },
      state: { served: true, live: null, dry: null, patch: null, elapsedMs: 30000 },
      expect: 'pending',
    },
    {
      title: 'no such object',
      args: { ...example, patch: { spec: { replicas: 1 } } },
      state: { served: true, live: null, dry: null, patch: null, elapsedMs: 5 },
      expect: 'absent',
    },
  ],
  async read(given, io): Promise<State> {
    const served = await io.served(given.api_version, given.kind);
    const none = { served: served !== undefined, live: null, dry: null, patch: null, elapsedMs: io.elapsed() };
    const problem = problemOf(given);
    if (problem !== undefined) return { ...none, problem };
    if (!served) return none;
    if (served.namespaced && given.namespace === undefined) return { ...none, problem: `${given.kind} ${given.name} needs a namespace` };
    const live = await io.get(refOf(given));
    if (!live) return none;
    const patch = effective(given, live);
    const nothing = Array.isArray(patch) && patch.length === 0;
    return { ...none, live, patch, dry: nothing ? null : await io.dryRunPatch(stepOf(given, patch, live)) };
  },
  decide(given, state) {
    const name = kubeName(refOf(given));
    if (state.problem !== undefined) return failed(state.problem, { code: 'args' });
    if (!state.live) return missing(given, state, name);
    if (!state.dry) return ok(unchanged(state.live, name));
    if ('status' in state.dry) return refusedBy(state.dry.status, name);
    const { object } = state.dry;
    const before = patchedPart(given, state.live, state.live, object);
    const after = patchedPart(given, object, state.live, object);
    if (equal(before, after)) return ok(unchanged(object, name));
    const shown = given.kind === 'Secret' ? masked(before, after) : { before, after };
    const summary = `patch ${name}: ${differences(before, after).join(', ')}`;
    return {
      is: 'change',
      change: { op: 'update', summary, ...shown, steps: [stepOf(given, state.patch, state.live)], provides: [objectKey(refOf(given))] },
    };
  },
});

function problemOf(given: Args): string | undefined {
  if (given.merge_lists && typeOf(given) !== 'merge') return 'merge_lists is for merge patches: give patch as a mapping, and no other type';
  if (typeOf(given) === 'json') return problemIn(given.patch);
  if (Array.isArray(given.patch)) return 'a list needs type: json';
  return given.merge_lists && mergeProblem(given.patch, given.merge_lists);
}

function effective(given: Args, live: KubeObject): Json {
  if (typeOf(given) === 'json') return remaining(given.patch as readonly Operation[], live) as Json;
  return given.merge_lists ? withMergedLists(given.patch, given.merge_lists, live) : given.patch;
}

const unchanged = (object: KubeObject, name: string) => ({
  result: withoutNoise(object),
  resources: [withoutNoise(object)],
  msg: `${name} already has these values`,
});

function missing(given: Args, state: State, name: string) {
  const what = state.served ? objectKey(refOf(given)) : kindKey(given.api_version, given.kind);
  const why = state.served ? `${name} does not exist` : `${name}: the cluster does not serve ${given.kind} in ${given.api_version}`;
  const waited = state.elapsedMs / 1000;
  if (waited >= given.wait_until_exists) {
    const hint = state.served ? 'a patch makes no objects; if an operator makes it, give it time with wait_until_exists' : KIND_REMEDY;
    return { is: 'absent' as const, what, why: given.wait_until_exists > 0 ? `${why} after ${given.wait_until_exists} s` : why, hint };
  }
  return {
    is: 'pending' as const,
    why: `${name} to exist`,
    seen: why,
    watch: [refOf(given)],
    pollMs: Math.min(15_000, (given.wait_until_exists - waited) * 1000),
  };
}

/** Of the object given last: what the patch speaks of. A JSON patch shows lists whole where either side has one. */
function patchedPart(given: Args, object: KubeObject, live: KubeObject, wanted: KubeObject): Json {
  if (typeOf(given) !== 'json') return underMerge(object, given.patch) ?? null;
  const operations = (given.patch as readonly Operation[]).filter(({ op }) => op !== 'test');
  const list = operations.map((operation) => {
    const parent = operation.path.replace(/\/(?:-|\d+)$/, '');
    const inList = parent !== operation.path && [live, wanted].some((side) => Array.isArray(at(side, parent)));
    return inList ? { ...operation, path: parent } : operation;
  });
  return underJson(object, list);
}
