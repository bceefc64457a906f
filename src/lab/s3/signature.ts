/** Who sent a request: AWS Signature Version 4, worked out anew. Source: AWS's "Create a signed AWS API request". */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { type Refusal, refuse } from './answer.ts';
import type { User } from './world.ts';

export interface Signed {
  readonly method: string;
  /** As it was sent. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
}

const MOST_APART_MS = 15 * 60_000;
const FORM =
  /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8}\/[^/]+\/[^/]+\/aws4_request), ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/;

/** The access key it is signed with, or why it is not. `now`: ms. */
export function signerOf(
  request: Signed,
  users: { get(access: string): User | undefined },
  now: number,
): { readonly access: string; readonly user: User } | Refusal {
  const [, access = '', scope = '', names = '', signature = ''] = FORM.exec(request.headers.authorization ?? '') ?? [];
  if (access === '') return refuse('AccessDenied');
  const user = users.get(access);
  if (user?.status !== 'enabled') return refuse('InvalidAccessKeyId');
  const date = String(request.headers['x-amz-date'] ?? '');
  const at = Date.parse(date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
  if (!(Math.abs(at - now) <= MOST_APART_MS)) return refuse('RequestTimeTooSkewed');
  const text = ['AWS4-HMAC-SHA256', date, scope, hash(canonical(request, names))].join('\n');
  const key = scope.split('/').reduce<string | Buffer>((seed, part) => hmac(seed, part), `AWS4${user.secret}`);
  const right = hmac(key, text);
  return timingSafeEqual(right, Buffer.from(signature, 'hex')) ? { access, user } : refuse('SignatureDoesNotMatch');
}

function canonical({ method, url, headers }: Signed, names: string): string {
  const [path = '', search = ''] = url.split('?');
  const query = search
    .split('&')
    .filter(Boolean)
    .map((pair) => (pair.includes('=') ? pair : `${pair}=`))
    .sort()
    .join('&');
  const lines = names.split(';').map((name) => `${name}:${String(headers[name] ?? '').trim()}\n`);
  return [method, path, query, lines.join(''), names, headers['x-amz-content-sha256'] ?? ''].join('\n');
}

const hash = (text: string): string => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();
