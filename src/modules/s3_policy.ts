/** Policies that users of an object store can be given. */
import type { Decision } from '../core/module.ts';
import type { Json, JsonObject } from '../core/value.ts';
import { args, change, defineModule, failed, json, ok, oneOf, optional, text } from './define.ts';
import { adminStep, look } from './s3/admin.ts';
import { decideIamPolicy, type IamPolicyState, readIamPolicy } from './s3/iam-policy.ts';
import { canonical, sameAs } from './s3/policy.ts';
import { apiArg, storeArgAliases, storeArgs } from './s3/store-args.ts';

/** null where there is none of the name. */
type State = { readonly policy: Json } | IamPolicyState;

const store = { endpoint_url: 'https://s3.lab:9000', access_key: 'admin', secret_key: 'of-the-admin' };
const registry = {
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Action: ['s3:ListBucket', 's3:GetBucketLocation', 's3:ListBucketMultipartUploads'],
      Resource: ['arn:aws:s3:::ocp-registry'],
    },
    {
      Effect: 'Allow',
      Action: ['s3:GetObject', 's3:PutObject', 's3:DeleteObject', 's3:ListMultipartUploadParts', 's3:AbortMultipartUpload'],
      Resource: ['arn:aws:s3:::ocp-registry/*'],
    },
  ],
};

export const s3Policy = defineModule({
  name: 's3_policy',
  target: 'store',
  effect: 'converge',
  summary: 'Keep policies that users of MinIO or IAM can be given',
  notes: [
    'The controller asks MinIO’s admin API, or IAM, with the keys of one who may.',
    'The order of statements, actions and resources does not count as a difference.',
    'IAM keeps five versions of a policy: the oldest goes for a sixth. One that is attached is not removed.',
    'The first example is all that an image registry needs. s3_user gives policies to users.',
  ],
  args: args({
    name: text('The policy', { pattern: '^[^\\s,]+$' }),
    state: oneOf(['present', 'absent'], 'Whether the policy shall exist', { default: 'present' }),
    api: apiArg,
    policy: optional(json<JsonObject>('The document, as AWS writes them: Version and Statement', { type: 'object' })),
    ...storeArgs,
  }),
  argAliases: storeArgAliases,
  examples: [
    { title: 'for an image registry', args: { name: 'registry', policy: registry, ...store }, state: { policy: null }, expect: 'change' },
    { title: 'it is there', args: { name: 'registry', policy: registry, ...store }, state: { policy: registry }, expect: 'ok' },
    { title: 'removed', args: { name: 'registry', state: 'absent', ...store }, state: { policy: registry }, expect: 'change' },
    {
      title: 'of IAM, with another document',
      args: { name: 'registry', api: 'iam', policy: registry },
      state: { iam: { arn: 'arn:aws:iam::123456789012:policy/registry', policy: { Version: '2012-10-17' }, old: ['v1'], held: [] } },
      expect: 'change',
    },
    { title: 'no document', args: { name: 'registry', ...store }, state: { policy: null }, expect: 'failed' },
  ],
  reads: ({ name }) => [`policy/${name}`],
  async read({ name, api }, io): Promise<State> {
    if (api === 'iam') return readIamPolicy(name, io);
    const query = { name };
    return {
      policy: await look(io, { call: 'info-canned-policy', query, none: 'XMinioAdminNoSuchPolicy', what: `look at the policy ${name}` }),
    };
  },
  decide(given, seen): Decision<JsonObject> {
    if ('iam' in seen) return decideIamPolicy(given, seen);
    const { name, state, policy } = given;
    const { policy: now } = seen;
    const provides = [`policy/${name}`];
    if (state === 'absent') {
      if (now === null) return ok({ name, state });
      const steps = [adminStep({ method: 'DELETE', call: 'remove-canned-policy', query: { name } })] as const;
      return change({ op: 'delete', summary: `remove the policy ${name}`, before: canonical(now), after: null, steps, provides });
    }
    if (policy === undefined) return failed('state present needs policy', { code: 'args' });
    if (now !== null && sameAs(now, policy)) return ok({ name, policy: canonical(now) });
    return change({
      op: now === null ? 'create' : 'update',
      summary: `${now === null ? 'make' : 'change'} the policy ${name}`,
      before: now === null ? null : canonical(now),
      after: canonical(policy),
      steps: [adminStep({ method: 'PUT', call: 'add-canned-policy', query: { name }, body: policy })],
      provides,
    });
  },
});
