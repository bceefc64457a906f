/** One store: signed requests to its APIs, answers as data. */
import { createHash } from 'node:crypto';
import type { PbError } from '../../core/diagnostic.ts';
import { reveal } from '../../core/secret.ts';
import type { StoreAnswer, StoreRequest } from '../../core/store.ts';
import { isObject, type Json } from '../../core/value.ts';
import { seal } from './sealed.ts';
import type { Raw, Sender } from './send.ts';
import { type Signature, signed, type Unsigned } from './sign.ts';
import type { Store } from './target.ts';
import { type Refusal, refusalOf } from './trouble.ts';
import { bodyOf } from './xml.ts';

/** An answer with what its refusal would be told from. */
export interface Answered extends StoreAnswer {
  readonly headers: Raw['headers'];
  /** "look at the bucket x" → the error to show. */
  refusal(what: string): PbError;
}

export interface Client {
  readonly store: Store;
  readonly by: string;
  ask(request: StoreRequest, signal: AbortSignal): Promise<Answered>;
  /** Raw bytes for the probe: objects, and parts of them. */
  object(request: ObjectRequest, signal: AbortSignal): Promise<Answered & { readonly bytes: Buffer }>;
}

export interface ObjectRequest {
  readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE';
  readonly bucket: string;
  readonly key: string;
  readonly query?: { readonly [name: string]: string };
  readonly body?: Buffer;
}

export function createClient(store: Store, sender: Sender): Client {
  const exchange = async (request: Unsigned, given: Pick<Signature, 'access' | 'secret'> & Partial<Signature>, signal: AbortSignal) => {
    const at = await sender.now(signal);
    const keys = { service: 's3', region: store.region, ...given } as const;
    const raw = await sender.send(await signed(request, { ...keys, at }), signal);
    const body = bodyOf(raw.body);
    const refusal = { status: raw.status, headers: raw.headers, ...errorOf(raw, body) };
    const asked = { url: request.url, region: keys.region, access: keys.access, clockMs: at, by: sender.name };
    return {
      ...{
        status: raw.status,
        code: refusal.code,
        message: refusal.message,
        server: raw.headers['server'] ?? '',
        body,
        headers: raw.headers,
        bytes: raw.body,
      },
      refusal: (what: string) => refusalOf(refusal, asked, what),
    };
  };
  const own = { access: store.access, secret: store.secret };
  return {
    store,
    by: sender.name,
    async ask(request, signal) {
      if (request.api === 's3') {
        const body = Buffer.from(request.body ?? '');
        const { method, bucket, key, query } = request;
        const keys = request.as ? { access: request.as.access, secret: reveal(request.as.secret) } : own;
        return exchange({ method, url: urlOf(store, { bucket, key, query }), headers: sumOf(body), body }, keys, signal);
      }
      if (request.api === 'iam') {
        const { endpoint, region } = store.iam;
        const body = Buffer.from(searchOf({ Action: request.action, Version: IAM_VERSION, ...request.params }));
        const headers = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' };
        return exchange({ method: 'POST', url: endpoint, headers, body }, { ...own, region, service: 'iam' }, signal);
      }
      const text = Buffer.from(reveal(request.body ?? ''));
      const body = request.sealed ? await seal(text, store.secret) : text;
      const url = new URL(`/minio/admin/v3/${request.call}`, store.endpoint);
      url.search = searchOf(request.query ?? {});
      const headers = { 'content-type': request.sealed ? 'application/octet-stream' : 'application/json' };
      return exchange({ method: request.method, url, headers: body.length === 0 ? {} : headers, body }, own, signal);
    },
    object: ({ method, bucket, key, query, body = Buffer.alloc(0) }, signal) =>
      exchange({ method, url: urlOf(store, { bucket, key, query }), headers: {}, body }, own, signal),
  };
}

interface Place {
  readonly bucket: string | undefined;
  readonly key: string | undefined;
  readonly query: { readonly [name: string]: string } | undefined;
}

function urlOf(store: Store, { bucket, key, query = {} }: Place): URL {
  const url = new URL(store.endpoint);
  const inName = store.virtualHosted && bucket !== undefined;
  if (inName) url.hostname = `${bucket}.${url.hostname}`;
  const path = [...(bucket === undefined || inName ? [] : [bucket]), ...(key === undefined ? [] : key.split('/'))];
  url.pathname = `/${path.map(encodeURIComponent).join('/')}`;
  url.search = searchOf(query);
  return url;
}

const searchOf = (query: { readonly [name: string]: string }): string =>
  Object.entries(query)
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
    .join('&');

/** Settings of buckets are taken with a checksum only. */
const sumOf = (body: Buffer): { readonly [name: string]: string } =>
  body.length === 0 ? {} : { 'content-md5': createHash('md5').update(body).digest('base64') };

/** Of IAM's API; there has been no other. */
const IAM_VERSION = '2010-05-08';

/** Bytes of an answer without a form of its own. */
const MOST_SAID = 1000;

function errorOf({ status, headers, body: bytes }: Raw, body: Json): Pick<Refusal, 'code' | 'message' | 'fields' | 'text'> {
  if (status >= 200 && status < 300) return { code: '', message: '', fields: {}, text: '' };
  const { ErrorResponse: response = body } = isObject(body) ? (body as { ErrorResponse?: Json }) : {};
  const found = isObject(response) ? ((response as { Error?: Json }).Error ?? response) : {};
  const fields = Object.fromEntries(Object.entries(found as object).filter(([, value]) => typeof value === 'string'));
  // MinIO says it to HEAD in headers, since such an answer has no body.
  return {
    code: fields['Code'] ?? headers['x-minio-error-code'] ?? '',
    message: fields['Message'] ?? headers['x-minio-error-desc'] ?? '',
    fields,
    text: isObject(body) ? '' : bytes.toString('utf8', 0, MOST_SAID).trim(),
  };
}
