/** Users and policies of the lab's store as IAM has them (AWS's "IAM API Reference", version 2010-05-08): forms in, XML out. */
import { randomBytes } from 'node:crypto';
import type { JsonObject } from '../../core/value.ts';
import { type Call, escaped, type Refusal, type Reply, refuse } from './answer.ts';
import type { Person, PolicyVersions, StoreWorld } from './world.ts';

const ARN = 'arn:aws:iam::123456789012:';
const MOST_VERSIONS = 5;
const MOST_KEYS = 2;

export const isIam = ({ method, path, body }: Call): boolean => method === 'POST' && path === '/' && /^Action=\w+&/.test(body.toString());

export const iamAction = ({ body }: Call): string => new URLSearchParams(body.toString()).get('Action') ?? '';

export function iamApi(call: Call, world: StoreWorld): Reply | Refusal {
  const form = new URLSearchParams(call.body.toString());
  const action = iamAction(call);
  const result = form.get('Version') === '2010-05-08' ? ACTIONS[action]?.(world, (name) => form.get(name) ?? '') : undefined;
  if (result === undefined) return refuse('InvalidAction');
  if (typeof result !== 'string') return result;
  const inner = `${result === '' ? '' : `<${action}Result>${result}</${action}Result>`}<ResponseMetadata><RequestId>LAB</RequestId></ResponseMetadata>`;
  const body = `<${action}Response xmlns="https://iam.amazonaws.com/doc/2010-05-08/">${inner}</${action}Response>`;
  return { status: 200, headers: { 'content-type': 'text/xml' }, body };
}

type Given = (name: string) => string;
type Action = (world: StoreWorld, given: Given) => string | Refusal;

const tag = (name: string, text: string): string => `<${name}>${text}</${name}>`;
const listed = (name: string, members: readonly string[]): string =>
  `${tag(name, members.map((one) => tag('member', one)).join(''))}<IsTruncated>false</IsTruncated>`;
const nameIn = (arn: string): string => arn.split('/').at(-1) ?? '';

/** For a user that there is. */
const ofUser =
  (act: (person: Person, world: StoreWorld, given: Given) => string | Refusal): Action =>
  (world, given) => {
    const person = world.people.get(given('UserName'));
    return person ? act(person, world, given) : refuse('NoSuchEntity');
  };

const ofPolicy =
  (act: (policy: PolicyVersions, world: StoreWorld, given: Given) => string | Refusal): Action =>
  (world, given) => {
    const policy = world.versions.get(nameIn(given('PolicyArn')));
    return policy ? act(policy, world, given) : refuse('NoSuchEntity');
  };

const userOf = (name: string): string => tag('User', `${tag('UserName', escaped(name))}${tag('Arn', `${ARN}user/${escaped(name)}`)}`);
const policyOf = (name: string, { default: version }: PolicyVersions): string =>
  tag('PolicyName', name) + tag('Arn', `${ARN}policy/${name}`) + tag('DefaultVersionId', version);

/** Whoever has keys of the user may do what its policies say. */
function given(person: Person, { users }: StoreWorld, policies: readonly string[]): string {
  person.policies = [...policies];
  for (const id of person.keys) {
    const user = users.get(id);
    if (user) users.set(id, { ...user, policies: policies.map(nameIn) });
  }
  return '';
}

function putVersion(name: string, policy: PolicyVersions, { policies }: StoreWorld, text: string): Refusal | undefined {
  let document: JsonObject;
  try {
    document = JSON.parse(text) as JsonObject;
  } catch {
    return refuse('MalformedPolicyDocument');
  }
  policy.made += 1;
  policy.default = `v${policy.made}`;
  policy.documents.set(policy.default, text);
  policies.set(name, document);
  return undefined;
}

const ACTIONS: { readonly [action: string]: Action } = {
  CreateUser({ people }, given) {
    const name = given('UserName');
    if (people.has(name)) return refuse('EntityAlreadyExists');
    people.set(name, { keys: [], policies: [], inline: new Map() });
    return userOf(name);
  },
  GetUser: ofUser((_, __, given) => userOf(given('UserName'))),
  DeleteUser: ofUser((person, { people }, given) => {
    if (person.keys.length + person.policies.length + person.inline.size > 0) return refuse('DeleteConflict');
    people.delete(given('UserName'));
    return '';
  }),
  CreateAccessKey: ofUser((person, { users }, given) => {
    if (person.keys.length >= MOST_KEYS) return refuse('LimitExceeded');
    const [id, secret] = [`AKIA${randomBytes(8).toString('hex').toUpperCase()}`, randomBytes(30).toString('base64')];
    person.keys.push(id);
    users.set(id, { secret, status: 'enabled', policies: person.policies.map(nameIn), admin: false });
    const parts = { UserName: given('UserName'), AccessKeyId: id, Status: 'Active', SecretAccessKey: secret };
    return tag(
      'AccessKey',
      Object.entries(parts)
        .map(([name, text]) => tag(name, escaped(text)))
        .join(''),
    );
  }),
  ListAccessKeys: ofUser(({ keys }, { users }) => {
    const status = (id: string): string => (users.get(id)?.status === 'enabled' ? 'Active' : 'Inactive');
    return listed(
      'AccessKeyMetadata',
      keys.map((id) => tag('AccessKeyId', id) + tag('Status', status(id))),
    );
  }),
  UpdateAccessKey: ofUser((person, { users }, given) => {
    const id = given('AccessKeyId');
    const user = person.keys.includes(id) ? users.get(id) : undefined;
    if (!user) return refuse('NoSuchEntity');
    users.set(id, { ...user, status: given('Status') === 'Active' ? 'enabled' : 'disabled' });
    return '';
  }),
  DeleteAccessKey: ofUser((person, { users }, given) => {
    const id = given('AccessKeyId');
    if (!person.keys.includes(id)) return refuse('NoSuchEntity');
    person.keys = person.keys.filter((one) => one !== id);
    users.delete(id);
    return '';
  }),
  AttachUserPolicy: ofUser((person, world, asked) => {
    const arn = asked('PolicyArn');
    if (!world.versions.has(nameIn(arn))) return refuse('NoSuchEntity');
    return given(person, world, [...new Set([...person.policies, arn])]);
  }),
  DetachUserPolicy: ofUser((person, world, asked) => {
    const arn = asked('PolicyArn');
    if (!person.policies.includes(arn)) return refuse('NoSuchEntity');
    return given(
      person,
      world,
      person.policies.filter((one) => one !== arn),
    );
  }),
  ListAttachedUserPolicies: ofUser(({ policies }) =>
    listed(
      'AttachedPolicies',
      policies.map((arn) => tag('PolicyName', nameIn(arn)) + tag('PolicyArn', arn)),
    ),
  ),
  PutUserPolicy: ofUser(({ inline }, _, given) => {
    inline.set(given('PolicyName'), given('PolicyDocument'));
    return '';
  }),
  GetUserPolicy: ofUser(({ inline }, _, given) => {
    const document = inline.get(given('PolicyName'));
    return document === undefined ? refuse('NoSuchEntity') : tag('PolicyDocument', encodeURIComponent(document));
  }),
  ListUserPolicies: ofUser(({ inline }) => listed('PolicyNames', [...inline.keys()])),
  DeleteUserPolicy: ofUser(({ inline }, _, given) => (inline.delete(given('PolicyName')) ? '' : refuse('NoSuchEntity'))),
  ListPolicies: ({ versions }) =>
    listed(
      'Policies',
      [...versions].map(([name, policy]) => policyOf(name, policy)),
    ),
  CreatePolicy(world, given) {
    const name = given('PolicyName');
    if (world.versions.has(name)) return refuse('EntityAlreadyExists');
    const policy: PolicyVersions = { documents: new Map(), default: '', made: 0 };
    const refused = putVersion(name, policy, world, given('PolicyDocument'));
    if (refused) return refused;
    world.versions.set(name, policy);
    return tag('Policy', policyOf(name, policy));
  },
  CreatePolicyVersion: ofPolicy((policy, world, given) => {
    if (policy.documents.size >= MOST_VERSIONS) return refuse('LimitExceeded');
    const refused = putVersion(nameIn(given('PolicyArn')), policy, world, given('PolicyDocument'));
    return refused ?? tag('PolicyVersion', tag('VersionId', policy.default));
  }),
  GetPolicyVersion: ofPolicy(({ documents }, _, given) => {
    const document = documents.get(given('VersionId'));
    return document === undefined ? refuse('NoSuchEntity') : tag('PolicyVersion', tag('Document', encodeURIComponent(document)));
  }),
  ListPolicyVersions: ofPolicy(({ documents }) =>
    listed(
      'Versions',
      [...documents.keys()].map((id) => tag('VersionId', id)),
    ),
  ),
  DeletePolicyVersion: ofPolicy((policy, _, given) => {
    if (given('VersionId') === policy.default) return refuse('DeleteConflict');
    return policy.documents.delete(given('VersionId')) ? '' : refuse('NoSuchEntity');
  }),
  ListEntitiesForPolicy: ofPolicy((_, { people }, given) => {
    const holders = [...people].filter(([, { policies }]) => policies.includes(given('PolicyArn')));
    return (
      listed(
        'PolicyUsers',
        holders.map(([name]) => tag('UserName', name)),
      ) + tag('PolicyGroups', '')
    );
  }),
  DeletePolicy: ofPolicy((policy, { versions, policies, people }, given) => {
    const arn = given('PolicyArn');
    if (policy.documents.size > 1 || [...people.values()].some((one) => one.policies.includes(arn))) return refuse('DeleteConflict');
    versions.delete(nameIn(arn));
    policies.delete(nameIn(arn));
    return '';
  }),
};
