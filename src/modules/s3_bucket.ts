/** Buckets of an object store and their settings. */
import type { Step } from '../core/change.ts';
import type { Decision } from '../core/module.ts';
import type { JsonObject } from '../core/value.ts';
import { args, change, defineModule, flag, integer, json, ok, oneOf, optional, Type, text } from './define.ts';
import { type BucketArgs, type BucketState, lookAtBucket } from './s3/bucket-look.ts';
import { partsOf } from './s3/bucket-parts.ts';
import { storeArgAliases, storeArgs } from './s3/store-args.ts';

const store = { endpoint_url: 'https://s3.lab:9000', access_key: 'admin', secret_key: 'of-the-admin' };

export const s3Bucket = defineModule({
  name: 's3_bucket',
  aliases: ['amazon.aws.s3_bucket'],
  target: 'store',
  effect: 'converge',
  summary: 'Make, set up and remove buckets of an object store',
  notes: [
    'The controller asks. Settings that are not given are left alone, and not looked at.',
    'A bucket with anything in it is removed only where confirm_delete repeats its name; versions and unfinished uploads go with it.',
    'MinIO clears up unfinished uploads by itself (api stale_uploads_expiry, a day) and takes no rule for it: there the days are not set.',
    'public_access: none also sets the block of public access where the store knows one.',
  ],
  args: args({
    name: text('The bucket', { pattern: '^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$' }),
    state: oneOf(['present', 'absent'], 'Whether the bucket shall exist', { default: 'present' }),
    versioning: optional(Type.Boolean({ description: 'Keep old versions of objects; false suspends it where it was on' })),
    abort_incomplete_multipart_days: optional(
      integer('Clear up uploads that were begun so many days ago and not completed', { minimum: 1 }),
    ),
    tags: optional(json<{ readonly [name: string]: string | number | boolean }>('Tags of the bucket', { type: 'object' })),
    purge_tags: flag('Remove other tags', true),
    public_access: optional(oneOf(['none', 'read'], 'What anybody may do without keys')),
    confirm_delete: optional(text('state: absent: the name again, for a bucket that is not empty')),
    ...storeArgs,
  }),
  argAliases: { bucket: 'name', ...storeArgAliases },
  examples: [
    {
      title: 'a new bucket for the registry',
      args: { name: 'ocp-registry', versioning: false, abort_incomplete_multipart_days: 1, public_access: 'none', ...store },
      state: { exists: false },
      expect: 'change',
    },
    {
      title: 'it is there',
      args: { name: 'ocp-registry', versioning: false, ...store },
      state: { exists: true, versioning: 'never' },
      expect: 'ok',
    },
    {
      title: 'other tags',
      args: { name: 'ocp-registry', tags: { owner: 'registry' }, ...store },
      state: { exists: true, tags: { owner: 'somebody', old: 'yes' } },
      expect: 'change',
    },
    {
      title: 'removed, as it is empty',
      args: { name: 'old', state: 'absent', ...store },
      state: { exists: true, empty: true },
      expect: 'change',
    },
    { title: 'not empty', args: { name: 'old', state: 'absent', ...store }, state: { exists: true, empty: false }, expect: 'refused' },
    {
      title: 'not empty, and confirmed',
      args: { name: 'old', state: 'absent', confirm_delete: 'old', ...store },
      state: { exists: true, empty: false },
      expect: 'change',
    },
  ],
  reads: ({ name }) => [`bucket/${name}`],
  read: (given, io): Promise<BucketState> => lookAtBucket(given, io),
  decide(given, state): Decision<JsonObject> {
    if (given.state === 'absent') return decideAbsent(given, state);
    const { name, region } = given;
    const parts = partsOf(given, state);
    const shown = (side: 'before' | 'after', some = parts): JsonObject => Object.fromEntries(some.map((part) => [part.name, part[side]]));
    const differing = parts.filter(({ steps }) => steps.length > 0);
    const provides = [`bucket/${name}`];
    if (!state.exists) {
      const steps = [make(name, region), ...parts.flatMap((part) => part.steps)] as const;
      return change({
        op: 'create',
        summary: `make the bucket ${name}`,
        before: null,
        after: { name, ...shown('after') },
        steps,
        provides,
      });
    }
    const [first, ...more] = differing.flatMap(({ steps }) => steps);
    if (first === undefined) return ok({ name, ...shown('before') });
    return change({
      op: 'update',
      summary: `change ${differing.map((part) => part.name).join(', ')} of the bucket ${name}`,
      before: shown('before', differing),
      after: shown('after', differing),
      steps: [first, ...more],
      provides,
    });
  },
});

function make(bucket: string, region: string | undefined): Step {
  const elsewhere = region !== undefined && region !== 'us-east-1';
  const body = `<CreateBucketConfiguration><LocationConstraint>${region}</LocationConstraint></CreateBucketConfiguration>`;
  return { do: 'store.request', request: { api: 's3', method: 'PUT', bucket, ...(elsewhere ? { body } : {}) } };
}

function decideAbsent({ name, confirm_delete }: BucketArgs, state: BucketState): Decision<JsonObject> {
  if (!state.exists) return ok({ name, state: 'absent' });
  const what = { op: 'delete' as const, summary: `remove the bucket ${name}`, before: { name }, after: null };
  const remove: Step = { do: 'store.request', request: { api: 's3', method: 'DELETE', bucket: name } };
  if (state.empty) return change({ ...what, steps: [remove], provides: [`bucket/${name}`] });
  if (confirm_delete !== name) {
    return { is: 'refused', why: `the bucket ${name} is not empty`, override: `confirm_delete: ${name} deletes all that is in it` };
  }
  const destroys = `every object in ${name}, with all its versions`;
  return change({ ...what, destroys, steps: [{ do: 'store.empty', bucket: name }, remove], provides: [`bucket/${name}`] });
}
