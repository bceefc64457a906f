/** A user of IAM's: looked at and decided on. The store makes the keys, and tells their secret once. */
import type { Step } from '../../core/change.ts';
import type { Decision, StoreReader } from '../../core/module.ts';
import { reveal } from '../../core/secret.ts';
import type { StoreKeys } from '../../core/store.ts';
import type { Json, JsonObject } from '../../core/value.ts';
import { change, failed, ok } from '../define.ts';
import { documentIn, iamStep, listIam, lookIam, policiesOf, textAt } from './iam.ts';
import { canonical, sameAs } from './policy.ts';

type Attached = { readonly name: string; readonly arn: string };

export type IamUserState = {
  readonly iam: {
    /** Access keys, and whether each is active. */
    readonly keys: readonly { readonly id: string; readonly active: boolean }[];
    readonly policies: readonly Attached[];
    /** Policies that belong to this user alone, and go with it: by name, those that are asked for with their document. */
    readonly inline: { readonly [name: string]: Json };
  } | null;
  /** Policies to be given, by what they are called in the task; those that do not exist are missing here. */
  readonly known: { readonly [policy: string]: string };
  /** What this very task had made. */
  readonly made: StoreKeys | null;
};

export interface Wanted {
  readonly name: string;
  readonly state: 'present' | 'absent';
  readonly secret?: string;
  readonly status: 'enabled' | 'disabled';
  readonly policies?: readonly string[];
  readonly inline_policies?: { readonly [name: string]: JsonObject };
}

export async function readIamUser({ name, state, policies = [], inline_policies = {} }: Wanted, io: StoreReader): Promise<IamUserState> {
  const params = { UserName: name };
  const what = `look at the user ${name}`;
  const names = policies.filter((policy) => !isArn(policy));
  const local = state === 'present' && names.length > 0 ? await policiesOf(io) : new Map();
  const known = Object.fromEntries(
    policies.flatMap((policy) => {
      const arn = isArn(policy) ? policy : local.get(policy)?.arn;
      return arn === undefined ? [] : [[policy, arn]];
    }),
  );
  const made = io.made() ?? null;
  if ((await lookIam(io, { action: 'GetUser', params, what })) === null) return { iam: null, known, made };
  const [keys, attached, inline] = await Promise.all([
    listIam(io, { action: 'ListAccessKeys', params, list: 'AccessKeyMetadata', what }),
    listIam(io, { action: 'ListAttachedUserPolicies', params, list: 'AttachedPolicies', what }),
    listIam(io, { action: 'ListUserPolicies', params, list: 'PolicyNames', what }),
  ]);
  return {
    iam: {
      keys: (keys ?? []).map((one) => ({ id: textAt(one, 'AccessKeyId'), active: textAt(one, 'Status') === 'Active' })),
      policies: (attached ?? []).map((one) => ({ name: textAt(one, 'PolicyName'), arn: textAt(one, 'PolicyArn') })),
      inline: Object.fromEntries(
        await Promise.all((inline ?? []).map(async (one) => [String(one), await documentOf(String(one))] as const)),
      ),
    },
    known,
    made,
  };

  async function documentOf(policy: string): Promise<Json> {
    if (inline_policies[policy] === undefined) return null;
    const found = await lookIam(io, { action: 'GetUserPolicy', params: { ...params, PolicyName: policy }, what });
    return found === null ? null : documentIn(textAt(found, 'PolicyDocument'));
  }
}

const isArn = (policy: string): boolean => policy.startsWith('arn:');

export function decideIamUser(given: Wanted, state: IamUserState): Decision<JsonObject> {
  const { name, status } = given;
  if (given.secret !== undefined) {
    const hint = 'take secret out: the keys of a new user are in the result, as access_key and secret_key';
    return failed('with api iam the store makes the keys itself', { code: 'args', hint });
  }
  const { iam: now, known, made } = state;
  if (given.state === 'absent') return decideAbsent(name, now);
  const provides = [`user/${name}`];
  const missing = (given.policies ?? []).find((policy) => known[policy] === undefined);
  const has = now?.policies ?? [];
  const shall = given.policies === undefined ? has.map(({ arn }) => arn) : given.policies.flatMap((policy) => known[policy] ?? []);
  const [taken, added] = [has.filter(({ arn }) => !shall.includes(arn)), shall.filter((arn) => has.every((one) => one.arn !== arn))];
  const inline = inlineOf(given, now?.inline ?? {});
  // A key that somebody has put out of use stays so while there is another.
  const active = (now?.keys ?? []).filter((key) => key.active);
  const wrong = status === 'disabled' ? active : active.length > 0 ? [] : (now?.keys ?? []);
  const needsKey = status === 'enabled' && (now?.keys.length ?? 0) === 0;
  const user = { UserName: name };
  const [first, ...more]: readonly Step[] = [
    ...(now === null ? [iamStep('CreateUser', user)] : []),
    ...taken.map(({ arn }) => iamStep('DetachUserPolicy', { ...user, PolicyArn: arn })),
    ...added.map((arn) => iamStep('AttachUserPolicy', { ...user, PolicyArn: arn })),
    ...inline.taken.map((PolicyName) => iamStep('DeleteUserPolicy', { ...user, PolicyName })),
    ...inline.put.map((PolicyName) =>
      iamStep('PutUserPolicy', { ...user, PolicyName, PolicyDocument: JSON.stringify(given.inline_policies?.[PolicyName]) }),
    ),
    ...wrong.map(({ id }) =>
      iamStep('UpdateAccessKey', { ...user, AccessKeyId: id, Status: status === 'enabled' ? 'Active' : 'Inactive' }),
    ),
    // Last: whatever fails before, no secret is lost.
    ...(needsKey ? [iamStep('CreateAccessKey', user)] : []),
  ];
  if (first === undefined) return ok(outputOf(name, { now, made }));
  const differs = needsKey || wrong.length > 0;
  const next = {
    op: now === null ? ('create' as const) : ('update' as const),
    summary: now === null ? `make the user ${name}` : `change the user ${name}`,
    before:
      now === null
        ? null
        : { ...(differs ? { keys: keysOf(now.keys) } : {}), policies: has.map(({ name }) => name).sort(), ...inline.before },
    after: {
      ...(now === null ? { name } : {}),
      ...(needsKey ? { keys: '(made by the store)' } : {}),
      ...(wrong.length > 0 ? { keys: keysOf(now?.keys.map(({ id }) => ({ id, active: status === 'enabled' })) ?? []) } : {}),
      policies: [...(given.policies ?? has.map(({ name }) => name))].sort(),
      ...inline.after,
    },
    steps: [first, ...more] as const,
    provides,
  };
  if (missing === undefined) return change(next);
  const why = `there is no policy ${missing} to give to ${name}`;
  return { is: 'absent', what: `policy/${missing}`, why, hint: 's3_policy makes one', then: next };
}

/** Which policies of its own the user loses and gets, and both sides of that difference. */
function inlineOf({ inline_policies: shall }: Wanted, has: { readonly [name: string]: Json }) {
  if (shall === undefined) return { taken: [], put: [], before: {}, after: {} };
  const taken = Object.keys(has).filter((name) => shall[name] === undefined);
  const put = Object.keys(shall).filter((name) => !sameAs(has[name] ?? null, shall[name] ?? null));
  if (taken.length + put.length === 0) return { taken, put, before: {}, after: {} };
  return { taken, put, before: { inline_policies: canonical(has) }, after: { inline_policies: canonical(shall) } };
}

const keysOf = (keys: readonly { readonly id: string; readonly active: boolean }[]): Json =>
  keys.map(({ id, active }) => `${id} (${active ? 'active' : 'inactive'})`);

function outputOf(name: string, { now, made }: { readonly now: IamUserState['iam']; readonly made: StoreKeys | null }): JsonObject {
  const key = made?.access ?? now?.keys.find(({ active }) => active)?.id;
  return {
    name,
    policies: (now?.policies ?? []).map((one) => one.name).sort(),
    ...(key === undefined ? {} : { access_key: key }),
    ...(made === null ? {} : { secret_key: reveal(made.secret) }),
  };
}

function decideAbsent(name: string, now: IamUserState['iam']): Decision<JsonObject> {
  if (now === null) return ok({ name, state: 'absent' });
  const user = { UserName: name };
  const [first, ...more] = [
    ...now.keys.map(({ id }) => iamStep('DeleteAccessKey', { ...user, AccessKeyId: id })),
    ...now.policies.map(({ arn }) => iamStep('DetachUserPolicy', { ...user, PolicyArn: arn })),
    ...Object.keys(now.inline).map((PolicyName) => iamStep('DeleteUserPolicy', { ...user, PolicyName })),
    iamStep('DeleteUser', user),
  ];
  return change({
    op: 'delete',
    summary: `remove the user ${name}`,
    before: { name, keys: keysOf(now.keys), policies: [...now.policies.map((one) => one.name), ...Object.keys(now.inline)].sort() },
    after: null,
    steps: [first as Step, ...more],
    provides: [`user/${name}`],
  });
}
