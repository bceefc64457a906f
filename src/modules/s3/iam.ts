/** Calls of IAM's API, AWS's own and those of stores that have it (Ceph's with accounts): as steps, and as looks. */
import type { Step } from '../../core/change.ts';
import { PbError } from '../../core/diagnostic.ts';
import type { StoreReader } from '../../core/module.ts';
import type { Json } from '../../core/value.ts';
import { at, listAt } from './xml.ts';

type Params = { readonly [name: string]: string };

export const iamStep = (action: string, params: Params): Step => ({ do: 'store.request', request: { api: 'iam', action, params } });

interface Look {
  /** "GetUser" */
  readonly action: string;
  readonly params: Params;
  /** "look at the user x" */
  readonly what: string;
}

/** What the answer's result holds; null where there is no such user or policy. Throws PbError 'failed' for anything else but success. */
export async function lookIam(io: StoreReader, { action, params, what }: Look): Promise<Json> {
  const answer = await io.ask({ api: 'iam', action, params });
  if (answer.code === 'NoSuchEntity') return null;
  const result = at(answer.body, `${action}Response`, `${action}Result`);
  if (answer.status < 300 && result !== undefined) return result;
  if (answer.status >= 300 && !FOREIGN.includes(answer.code)) throw io.refusal(answer, what);
  throw new PbError('failed', `${what}: this store has no IAM (${answer.status}${answer.code ? ` ${answer.code}` : ''})`, {
    hint: 'AWS has it, and Ceph’s object store with accounts; for MinIO leave api out',
  });
}

/** What a store says that takes the call for one of S3, or, as MinIO, of STS (MissingParameter). */
const FOREIGN = [
  '',
  'NoSuchBucket',
  'NoSuchKey',
  'MethodNotAllowed',
  'NotImplemented',
  'InvalidAction',
  'InvalidRequest',
  'MissingParameter',
];

/** All items below `list`, page by page; null where there is no such user or policy. */
export async function listIam(io: StoreReader, { list, ...look }: Look & { readonly list: string }): Promise<readonly Json[] | null> {
  const found: Json[] = [];
  for (let marker: Json | undefined; ; ) {
    const params = { ...look.params, ...(marker === undefined ? {} : { Marker: String(marker) }) };
    const page = await lookIam(io, { ...look, params });
    if (page === null) return null;
    found.push(...listAt(page, list, 'member'));
    marker = at(page, 'IsTruncated') === 'true' ? at(page, 'Marker') : undefined;
    if (marker === undefined) return found;
  }
}

/** A policy of the account, by its name: where it is, and its version in force. */
export interface KnownPolicy {
  readonly arn: string;
  readonly version: string;
}

export async function policiesOf(io: StoreReader): Promise<ReadonlyMap<string, KnownPolicy>> {
  const look = { action: 'ListPolicies', params: { Scope: 'Local' }, list: 'Policies', what: 'look at the policies' };
  const all = (await listIam(io, look)) ?? [];
  return new Map(
    all.map((one) => [textAt(one, 'PolicyName'), { arn: textAt(one, 'Arn'), version: textAt(one, 'DefaultVersionId') }] as const),
  );
}

/** '' where there is nothing. */
export const textAt = (value: Json, ...path: readonly string[]): string => String(at(value, ...path) ?? '');

/** IAM writes documents as in an address. */
export const documentIn = (text: string): Json => JSON.parse(decodeURIComponent(text)) as Json;
