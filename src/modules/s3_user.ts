/** Users of an object store: their keys, and the policies they have. */
import type { Step } from '../core/change.ts';
import type { Decision, StoreReader } from '../core/module.ts';
import { isObject, type Json, type JsonObject } from '../core/value.ts';
import { args, change, defineModule, failed, json, listOf, ok, oneOf, optional, text } from './define.ts';
import { adminStep, look } from './s3/admin.ts';
import { decideIamUser, type IamUserState, readIamUser } from './s3/iam-user.ts';
import { apiArg, storeArgAliases, storeArgs } from './s3/store-args.ts';

type Args = {
  readonly name: string;
  readonly state: 'present' | 'absent';
  readonly api: 'minio' | 'iam';
  readonly secret?: string;
  readonly status: 'enabled' | 'disabled';
  readonly policies?: readonly string[];
  readonly inline_policies?: { readonly [name: string]: JsonObject };
};

type User = { readonly status: string; readonly policies: readonly string[] };

type State = MinioState | IamUserState;

type MinioState = {
  readonly user: User | null;
  /** For a user that is made without one given. */
  readonly generated: string | null;
  /** Whether the secret given is the user's; null where that cannot be told, or none is given. */
  readonly fits: boolean | null;
  /** Policies asked for that do not exist. */
  readonly missing: readonly string[];
};

const store = { endpoint_url: 'https://s3.lab:9000', access_key: 'admin', secret_key: 'of-the-admin' };
const minio: MinioState = { user: { status: 'enabled', policies: ['registry'] }, generated: null, fits: null, missing: [] };
const known = minio as State;

export const s3User = defineModule({
  name: 's3_user',
  target: 'store',
  effect: 'converge',
  summary: 'Keep users of MinIO or IAM, their keys and their policies',
  notes: [
    'The controller asks MinIO’s admin API, or IAM, with the keys of one who may.',
    'Without secret a new user gets a random one: it is in the result as secret_key, once, and never printed. Keep it (in a Secret, a vault): the store does not tell it again.',
    'IAM makes access_key and secret_key itself: both are in the result. A user that is enabled has one key that is active, a disabled one has none.',
    'Whether a given secret is the user’s is found out by a request signed with it, which changes nothing.',
  ],
  args: args({
    name: text('The user; to MinIO it is the access key too', { pattern: '^[^\\s=,]{3,}$' }),
    state: oneOf(['present', 'absent'], 'Whether the user shall exist', { default: 'present' }),
    api: apiArg,
    secret: optional(
      text('The user’s secret key, of 8 to 40 characters; without it a new user gets a random one. Not with IAM', {
        minLength: 8,
        maxLength: 40,
      }),
    ),
    status: oneOf(['enabled', 'disabled'], 'Whether the user may do anything', { default: 'enabled' }),
    policies: optional(listOf(text('Name of a policy, or its ARN'), 'The policies it has; others are taken away, so that [] means none')),
    inline_policies: optional(
      json<{ readonly [name: string]: JsonObject }>(
        'Policies of this user alone: name and document. Others of that kind are taken away, so that {} means none. With IAM only',
        { type: 'object', additionalProperties: { type: 'object' } },
      ),
    ),
    ...storeArgs,
  }),
  argAliases: { user: 'name', policy: 'policies', ...storeArgAliases },
  examples: [
    {
      title: 'a new user with a random secret',
      args: { name: 'ocp-registry', policies: ['registry'], ...store },
      state: { user: null, generated: 'f00df00d', fits: null, missing: [] },
      expect: 'change',
    },
    { title: 'it is there', args: { name: 'ocp-registry', policies: ['registry'], ...store }, state: known, expect: 'ok' },
    {
      title: 'another secret and other policies',
      args: { name: 'ocp-registry', secret: 'another-secret', policies: ['readonly'], ...store },
      state: { ...minio, fits: false },
      expect: 'change',
    },
    {
      title: 'a policy that does not exist',
      args: { name: 'ocp-registry', policies: ['registry'], ...store },
      state: { ...minio, user: { status: 'enabled', policies: [] }, missing: ['registry'] },
      expect: 'absent',
    },
    {
      title: 'of IAM',
      args: { name: 'ocp-registry', api: 'iam', policies: ['registry'] },
      state: { iam: null, known: { registry: 'arn:aws:iam::123456789012:policy/registry' }, made: null },
      expect: 'change',
    },
    { title: 'removed', args: { name: 'ocp-registry', state: 'absent', ...store }, state: known, expect: 'change' },
  ],
  reads: ({ name }) => [`user/${name}`],
  async read(given, io): Promise<State> {
    if (given.api === 'iam') return readIamUser(given, io);
    const { name, secret } = given;
    const query = { accessKey: name };
    if (secret !== undefined) io.hide(secret);
    const found = await look(io, { call: 'user-info', query, none: 'XMinioAdminNoSuchUser', what: `look at the user ${name}` });
    const user = found === null ? null : userOf(found);
    const added = (given.policies ?? []).filter((policy) => !user?.policies.includes(policy));
    return {
      user,
      generated: user === null && given.state === 'present' && secret === undefined ? io.newSecret() : null,
      fits: user === null || secret === undefined ? null : await fits(io, name, secret),
      missing: given.state === 'absent' ? [] : await missingOf(added, io),
    };
  },
  decide(given, state): Decision<JsonObject> {
    if ('iam' in state) return decideIamUser(given, state);
    const { name } = given;
    if (given.inline_policies !== undefined) {
      const hint = 'keep the document by s3_policy, and name it in policies; or, for IAM, set api: iam';
      return failed('MinIO has no policies of one user alone', { code: 'args', hint });
    }
    if (given.state === 'absent') return decideAbsent(given, state);
    const next = wanted(given, state);
    if (next === undefined) {
      const { status, policies } = state.user as User;
      return ok({ access_key: name, status, policies, ...(given.secret === undefined ? {} : { secret_key: given.secret }) });
    }
    const [first] = state.missing;
    if (first === undefined) return change(next);
    const why = `there is no policy ${first} to give to ${name}`;
    return { is: 'absent', what: `policy/${first}`, why, hint: 's3_policy makes one', then: next };
  },
});

function userOf(found: Json): User {
  const { status = '', policyName = '' } = (isObject(found) ? found : {}) as { status?: string; policyName?: string };
  return { status, policies: policyName.split(',').filter(Boolean).sort() };
}

async function missingOf(policies: readonly string[], io: StoreReader): Promise<readonly string[]> {
  const none = 'XMinioAdminNoSuchPolicy';
  const looks = policies.map((name) => look(io, { call: 'info-canned-policy', query: { name }, none, what: `look at the policy ${name}` }));
  const found = await Promise.all(looks);
  return policies.filter((_, index) => found[index] === null);
}

/** A list of buckets is asked for in the user's name: the signature is looked at before the right to it is. */
async function fits(io: StoreReader, access: string, secret: string): Promise<boolean | null> {
  const { code, status } = await io.ask({ api: 's3', method: 'GET', as: { access, secret } });
  if (code === 'SignatureDoesNotMatch') return false;
  return status < 300 || code === 'AccessDenied' ? true : null;
}

/** undefined where all is as it should be. */
function wanted(given: Args, { user, generated, fits: right }: MinioState) {
  const { name, status } = given;
  const secret = given.secret ?? generated ?? undefined;
  const has = user?.policies ?? [];
  const shall = given.policies === undefined ? has : [...new Set(given.policies)].sort();
  const before: { [name: string]: Json } = {};
  const after: { [name: string]: Json } = {};
  const differ = (key: string, now: Json | undefined, next: Json): void => {
    if (now !== undefined) before[key] = now;
    after[key] = next;
  };
  // Of a disabled user it cannot be told whether the secret is right.
  const untold = given.secret !== undefined && right === null && user?.status !== status;
  const newSecret = user === null || right === false || untold;
  if (newSecret) differ('secret', user === null ? undefined : '(another)', given.secret === undefined ? '(random)' : '(as given)');
  if (user?.status !== status) differ('status', user?.status, status);
  if (has.join() !== shall.join()) differ('policies', user === null ? undefined : has, shall);
  const [first, ...more] = stepsOf(given, { now: user?.status, secret: newSecret ? secret : undefined, has, shall });
  if (first === undefined) return undefined;
  return {
    op: user === null ? ('create' as const) : ('update' as const),
    summary: user === null ? `make the user ${name}` : `change ${Object.keys(after).join(', ')} of the user ${name}`,
    before: user === null ? null : before,
    after: user === null ? { name, ...after } : after,
    steps: [first, ...more] as const,
    provides: [`user/${name}`],
    ...(secret === undefined ? {} : { output: { secret_key: secret } }),
  };
}

interface Difference {
  /** Its status; undefined where there is no such user. */
  readonly now: string | undefined;
  /** The one to set. */
  readonly secret: string | undefined;
  readonly has: readonly string[];
  readonly shall: readonly string[];
}

/** MinIO gives and takes policies of enabled users only, so that one who shall be disabled is that at the end. */
function stepsOf({ name, status }: Args, { now, secret, has, shall }: Difference): readonly Step[] {
  const query = { accessKey: name };
  const associate = (call: 'attach' | 'detach', policies: readonly string[]): readonly Step[] =>
    policies.length === 0
      ? []
      : [adminStep({ method: 'POST', call: `idp/builtin/policy/${call}`, body: { policies, user: name } }, 'sealed')];
  const policies = [
    ...associate(
      'detach',
      has.filter((policy) => !shall.includes(policy)),
    ),
    ...associate(
      'attach',
      shall.filter((policy) => !has.includes(policy)),
    ),
  ];
  const meanwhile = policies.length > 0 ? 'enabled' : status;
  const setStatus = (next: string): Step => adminStep({ method: 'PUT', call: 'set-user-status', query: { ...query, status: next } });
  const set = adminStep({ method: 'PUT', call: 'add-user', query, body: { secretKey: secret ?? '', status: meanwhile } }, 'sealed');
  return [
    ...(secret !== undefined ? [set] : now !== meanwhile ? [setStatus(meanwhile)] : []),
    ...policies,
    ...(meanwhile === status ? [] : [setStatus(status)]),
  ];
}

function decideAbsent({ name }: Args, { user }: MinioState): Decision<JsonObject> {
  if (user === null) return ok({ access_key: name, state: 'absent' });
  return change({
    op: 'delete',
    summary: `remove the user ${name}`,
    before: { name, ...user },
    after: null,
    steps: [adminStep({ method: 'DELETE', call: 'remove-user', query: { accessKey: name } })],
    provides: [`user/${name}`],
  });
}
