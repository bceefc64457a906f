/** What there is of a bucket, as far as a task asks. */
import type { StoreReader } from '../../core/module.ts';
import type { StoreAnswer } from '../../core/store.ts';
import type { Json, JsonObject } from '../../core/value.ts';
import { at, listAt } from './xml.ts';

export interface BucketArgs {
  readonly name: string;
  readonly state: 'present' | 'absent';
  readonly region?: string;
  readonly versioning?: boolean;
  readonly abort_incomplete_multipart_days?: number;
  readonly tags?: { readonly [name: string]: string | number | boolean };
  readonly purge_tags: boolean;
  readonly public_access?: 'none' | 'read';
  readonly confirm_delete?: string;
}

/** Left out: not asked for. */
export type BucketState = {
  readonly exists: boolean;
  readonly versioning?: 'never' | 'enabled' | 'suspended';
  /** Rules of its lifecycle, as the API has them; 'server': the store clears up unfinished uploads by itself and takes no rule for it. */
  readonly lifecycle?: readonly Json[] | 'server';
  readonly tags?: { readonly [name: string]: string };
  readonly policy?: JsonObject | null;
  /** Whether public access is blocked whatever a policy says; null where the store knows no such block. */
  readonly blocked?: boolean | null;
  readonly empty?: boolean;
};

export async function lookAtBucket(given: BucketArgs, io: StoreReader): Promise<BucketState> {
  const { name } = given;
  const head = await io.ask({ api: 's3', method: 'HEAD', bucket: name });
  if (head.status === 404) return missing(given, head, io);
  if (head.status >= 300) throw await reason(head, given, io);
  const get = async (what: string, none: readonly string[]): Promise<StoreAnswer> => {
    const answer = await io.ask({ api: 's3', method: 'GET', bucket: name, query: { [what]: '' } });
    if (answer.status < 300 || none.includes(answer.code)) return answer;
    throw io.refusal(answer, `look at ${what} of the bucket ${name}`);
  };
  if (given.state === 'absent') return { exists: true, empty: await isEmpty(name, io) };
  const read = given.public_access === undefined ? undefined : await get('policy', ['NoSuchBucketPolicy']);
  return {
    exists: true,
    ...(given.versioning === undefined ? {} : { versioning: versioningOf(await get('versioning', [])) }),
    ...(given.abort_incomplete_multipart_days === undefined
      ? {}
      : { lifecycle: head.server === CLEARS_UP ? 'server' : lifecycleOf(await get('lifecycle', ['NoSuchLifecycleConfiguration'])) }),
    ...(given.tags === undefined ? {} : { tags: tagsOf(await get('tagging', ['NoSuchTagSet', 'NoSuchTagSetError'])) }),
    ...(read === undefined
      ? {}
      : {
          policy: read.status < 300 ? (read.body as JsonObject) : null,
          blocked: blockOf(await get('publicAccessBlock', [...UNKNOWN, 'NoSuchPublicAccessBlockConfiguration'])),
        }),
  };
}

/** Takes no rule for unfinished uploads. */
const CLEARS_UP = 'MinIO';

/** What a bucket that is made now will have. */
async function missing(given: BucketArgs, head: StoreAnswer, io: StoreReader): Promise<BucketState> {
  const block = given.public_access && (await io.ask({ api: 's3', method: 'GET', bucket: given.name, query: { publicAccessBlock: '' } }));
  return {
    exists: false,
    ...(head.server === CLEARS_UP ? { lifecycle: 'server' } : {}),
    // Where the store knows the block, it may come with the bucket or not: what is wanted is said in any case.
    ...(block ? { blocked: UNKNOWN.includes(block.code) ? null : given.public_access === 'read' } : {}),
  };
}

/** HEAD has no body to tell why: what it needs is asked for again with one. */
async function reason(head: StoreAnswer, { name }: BucketArgs, io: StoreReader): Promise<Error> {
  const what = `look at the bucket ${name}`;
  const told = await io.ask({ api: 's3', method: 'GET', bucket: name, query: { 'list-type': '2', 'max-keys': '1' } });
  return io.refusal(told.status >= 300 ? told : head, what);
}

async function isEmpty(bucket: string, io: StoreReader): Promise<boolean> {
  const answer = await io.ask({ api: 's3', method: 'GET', bucket, query: { versions: '', 'max-keys': '1' } });
  if (answer.status >= 300) throw io.refusal(answer, `list the bucket ${bucket}`);
  return ['Version', 'DeleteMarker'].every((tag) => listAt(answer.body, 'ListVersionsResult', tag).length === 0);
}

function versioningOf({ body }: StoreAnswer): NonNullable<BucketState['versioning']> {
  const status = at(body, 'VersioningConfiguration', 'Status');
  return status === 'Enabled' ? 'enabled' : status === 'Suspended' ? 'suspended' : 'never';
}

const lifecycleOf = ({ body }: StoreAnswer): readonly Json[] => listAt(body, 'LifecycleConfiguration', 'Rule');

const tagsOf = ({ body }: StoreAnswer): { readonly [name: string]: string } =>
  Object.fromEntries(listAt(body, 'Tagging', 'TagSet', 'Tag').map((tag) => [String(at(tag, 'Key')), String(at(tag, 'Value') ?? '')]));

/** How stores say that they know nothing of the kind. */
const UNKNOWN = ['NotImplemented', 'MethodNotAllowed', 'XNotImplemented', 'InvalidRequest'];

export const BLOCKS = ['BlockPublicAcls', 'IgnorePublicAcls', 'BlockPublicPolicy', 'RestrictPublicBuckets'] as const;

const blockOf = ({ body, code }: StoreAnswer): boolean | null =>
  UNKNOWN.includes(code) ? null : BLOCKS.every((name) => at(body, 'PublicAccessBlockConfiguration', name) === 'true');
