/** Users and passwords in a Secret of the cluster: the form of htpasswd that has `secret`. */
import { type KubeAnswer, type KubeObject, type KubeRef, kubeName } from '../core/kube.ts';
import type { Decision } from '../core/module.ts';
import { isObject, type Json, type JsonObject } from '../core/value.ts';
import { args, defineModule, failed, json, ok } from './define.ts';
import { textOf } from './files/source.ts';
import { look, planApply, type Seen } from './kube/apply-plan.ts';
import { clusterArgAliases, clusterArgs } from './kube/cluster-args.ts';
import { objectKey } from './kube/keys.ts';
import { needOf } from './kube/needs.ts';
import { refusedBy } from './kube/refusals.ts';
import { entriesIn, type Fresh, freshHashes, shownSides, withUsers } from './passwords/htpasswd-file.ts';
import { secretsOf, type UsersArgs, usersAliases, usersArgs, usersProblem } from './passwords/users.ts';

interface Args extends UsersArgs {
  readonly secret: { readonly namespace?: string; readonly name?: string; readonly key?: string };
}
interface State {
  readonly live: KubeObject | null;
  readonly fresh: Fresh;
  /** What the server says of the new content of a Secret that is there; null where nothing has to change. */
  readonly dry: KubeAnswer | null;
  /** What it says of a new Secret. */
  readonly made: Seen | null;
}

const keyOf = ({ secret }: Args): string => secret.key ?? 'htpasswd';
const refOf = ({ secret: { namespace = 'openshift-config', name = 'htpass-secret' } }: Args): KubeRef => ({
  apiVersion: 'v1',
  kind: 'Secret',
  namespace,
  name,
});

/** '' where there is none yet; undefined for bytes that are no text. */
function contentOf(given: Args, live: KubeObject | null): string | undefined {
  const data = live?.['data'];
  const encoded = isObject(data) ? data[keyOf(given)] : undefined;
  return typeof encoded === 'string' ? textOf(Buffer.from(encoded, 'base64')) : '';
}

/** Bound to the version that was read: it holds what others wrote into the same file. */
const patchOf = (given: Args, live: KubeObject, content: string) => ({
  ...({ do: 'kube.patch', ref: refOf(given), type: 'merge', patch: { stringData: { [keyOf(given)]: content } } } as const),
  resourceVersion: String(live.metadata['resourceVersion']),
});

function manifestOf(given: Args, content: string): KubeObject {
  const { apiVersion, kind, name, namespace = '' } = refOf(given);
  return { apiVersion, kind, metadata: { name, namespace }, type: 'Opaque', stringData: { [keyOf(given)]: content } };
}

const hash = (letter: string): string => `$2y$10$${letter.repeat(53)}`;
const live = (content: string): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'htpass-secret', namespace: 'openshift-config', resourceVersion: '71' },
  data: { htpasswd: Buffer.from(content).toString('base64') },
});
const alice = live(`alice:${hash('a')}\n`);

/** username and password are those of the file. */
const { username: _, password: __, ...connectionArgs } = clusterArgs;

export const htpasswdSecret = defineModule({
  name: 'htpasswd',
  target: 'cluster',
  effect: 'converge',
  access: ({ secret }) => [
    needOf({ kind: 'Secret', namespace: (isObject(secret) ? (secret as JsonObject)['namespace'] : undefined) ?? 'openshift-config' }, [
      'get',
      'create',
      'patch',
    ]),
  ],
  summary: 'Keep users and their passwords in an htpasswd file in a Secret',
  notes: [
    'secret: {} means the Secret htpass-secret in openshift-config, key htpasswd.',
    'Other keys of the Secret stay. The Secret is made where it does not exist, unless all users shall be absent.',
    'The update is refused if the Secret changed since it was read.',
  ],
  args: args({
    ...connectionArgs,
    secret: json<Args['secret']>('Which Secret: namespace (openshift-config), name (htpass-secret), key (htpasswd)', {
      type: 'object',
      additionalProperties: false,
      properties: { namespace: { type: 'string' }, name: { type: 'string' }, key: { type: 'string' } },
    }),
    ...usersArgs,
  }),
  argAliases: { ...clusterArgAliases, ...usersAliases },
  examples: [
    {
      title: 'one more user',
      args: { secret: {}, users: [{ name: 'bob', password: 'correct horse' }] },
      state: { live: alice, fresh: { bob: hash('b') }, dry: { object: live(`alice:${hash('a')}\nbob:${hash('b')}\n`) }, made: null },
      expect: 'change',
    },
    {
      title: 'the password fits',
      args: { secret: {}, name: 'alice', password: 'battery staple' },
      state: { live: alice, fresh: {}, dry: null, made: null },
      expect: 'ok',
    },
    {
      title: 'nobody to take away',
      args: { secret: { name: 'none' }, name: 'alice', state: 'absent' },
      state: { live: null, fresh: {}, dry: null, made: null },
      expect: 'ok',
    },
    {
      title: 'the same user twice',
      args: {
        secret: {},
        users: [
          { name: 'a', password: 'x' },
          { name: 'a', state: 'absent' },
        ],
      },
      state: { live: null, fresh: {}, dry: null, made: null },
      expect: 'failed',
    },
  ],
  secrets: (given, state: State) => secretsOf(given, entriesIn(contentOf(given, state.live) ?? ''), state.fresh),
  async read(given, io): Promise<State> {
    const none = { live: null, fresh: {}, dry: null, made: null };
    if (usersProblem(given) !== undefined) return none;
    const found = (await io.get(refOf(given))) ?? null;
    const now = contentOf(given, found);
    if (now === undefined) return { ...none, live: found };
    const fresh = await freshHashes(now, given);
    const next = withUsers(now, given, fresh);
    if (next === now) return { ...none, live: found, fresh };
    if (found) return { ...none, live: found, fresh, dry: await io.dryRunPatch(patchOf(given, found, next)) };
    return { ...none, fresh, made: await look(manifestOf(given, next), false, io) };
  },
  decide(given, state): Decision {
    const name = kubeName(refOf(given));
    const problem = usersProblem(given);
    if (problem !== undefined) return failed(problem, { code: 'args' });
    const now = contentOf(given, state.live);
    if (now === undefined) return failed(`${name}: what is under ${keyOf(given)} is not UTF-8 text`);
    const next = withUsers(now, given, state.fresh);
    if (next === now) return ok({ secret: refOf(given), users: entriesIn(now).map((entry) => entry.name) } as unknown as Json);
    const sides = shownSides(now, next);
    if (!state.live) return made(given, state, sides.after);
    if (state.dry && 'status' in state.dry) return refusedBy(state.dry.status, name);
    return {
      is: 'change',
      change: {
        op: 'update',
        summary: `update ${keyOf(given)} in ${name}`,
        before: { [keyOf(given)]: sides.before },
        after: { [keyOf(given)]: sides.after },
        steps: [patchOf(given, state.live, next)],
        provides: [objectKey(refOf(given))],
      },
    };
  },
});

function made(given: Args, state: State, shown: string): Decision {
  const decision = state.made && planApply([state.made], false);
  const after = { [keyOf(given)]: shown };
  if (decision?.is === 'change') return { is: 'change', change: { ...decision.change, after } };
  if (decision?.is === 'absent' && decision.then) return { ...decision, then: { ...decision.then, after } };
  return decision ?? failed(`${kubeName(refOf(given))} was looked at, and the server says nothing of it`);
}
