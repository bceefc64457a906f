/** Calls of MinIO's admin API: as steps, and as looks. */
import type { Step } from '../../core/change.ts';
import { PbError } from '../../core/diagnostic.ts';
import type { StoreReader } from '../../core/module.ts';
import type { Json, JsonObject } from '../../core/value.ts';

interface Act {
  readonly method: 'PUT' | 'POST' | 'DELETE';
  readonly call: string;
  readonly query?: { readonly [name: string]: string };
  readonly body?: JsonObject;
}

/** `sealed`: the server wants the body encrypted. */
export const adminStep = ({ body, ...act }: Act, sealed?: 'sealed'): Step => ({
  do: 'store.request',
  request: { api: 'minio', ...act, ...(body === undefined ? {} : { body: JSON.stringify(body) }), ...(sealed ? { sealed: true } : {}) },
});

interface Look {
  readonly call: string;
  readonly query: { readonly [name: string]: string };
  /** The code that says that there is no such thing. */
  readonly none: string;
  /** "look at the user x" */
  readonly what: string;
}

/** null where there is no such thing. Throws PbError 'failed' for anything else but success. */
export async function look(io: StoreReader, { call, query, none, what }: Look): Promise<Json> {
  const answer = await io.ask({ api: 'minio', method: 'GET', call, query });
  if (answer.code === none) return null;
  if (answer.status < 300 && answer.body !== null) return answer.body;
  const foreign =
    answer.server !== 'MinIO' && ['', 'NoSuchBucket', 'NoSuchKey', 'MethodNotAllowed', 'NotImplemented'].includes(answer.code);
  if (!foreign) throw io.refusal(answer, what);
  throw new PbError('failed', `${what}: this store has no admin API of MinIO's (${answer.status}${answer.code ? ` ${answer.code}` : ''})`, {
    hint: 'set api: iam where the store has IAM (AWS, Ceph with accounts); ODF makes users with an ObjectBucketClaim',
  });
}
