/** What can go wrong between here and a registry, sorted by whether trying again may help. */
import { PbError } from '../../core/diagnostic.ts';
import { isObject } from '../../core/value.ts';

/** Worth another try: no answer, or one that says so. */
export class TryAgain extends Error {
  override name = 'TryAgain';
  readonly afterMs: number | undefined;
  /** Of the answer, where there was one. */
  readonly status: number | undefined;
  constructor(message: string, cause?: unknown, answer?: { readonly status: number; readonly retryAfterMs: number | undefined }) {
    super(message, { cause });
    this.afterMs = answer?.retryAfterMs;
    this.status = answer?.status;
  }
}

/** The destination has no room: nothing that is sent later will fare better. */
export class Full extends PbError {}

const NO_ANSWER: { readonly [code: string]: string } = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection reset',
  ECONNABORTED: 'connection aborted',
  EPIPE: 'connection closed',
  ETIMEDOUT: 'no answer in time',
  EHOSTUNREACH: 'no route to it',
  ENETUNREACH: 'network unreachable',
  EAI_AGAIN: 'name resolution does not answer',
  ERR_STREAM_PREMATURE_CLOSE: 'connection closed in mid-answer',
};
const UNTRUSTED = /CERT|SELF_SIGNED|UNABLE_TO_(?:VERIFY|GET_ISSUER)|ALTNAME/;

/** The error of a socket, as TryAgain or as the PbError to show. */
export function ofSocket(error: unknown, host: string): Error {
  if (error instanceof TryAgain || error instanceof PbError) return error;
  const code = codeOf(error);
  const text = error instanceof Error ? error.message : String(error);
  if (NO_ANSWER[code]) return new TryAgain(`${host}: ${NO_ANSWER[code]}`, error);
  if (code === 'ENOTFOUND') {
    return new PbError('failed', `the registry's name is not known: ${host}`, { hint: 'check the name and the resolver of this machine' });
  }
  if (UNTRUSTED.test(code)) {
    return new PbError('failed', `the certificate of ${host} is not trusted: ${text}`, {
      hint: 'give its CA as ca_file; only where that cannot be had, name it in insecure_registries',
    });
  }
  if (isNotTls(error)) {
    return new PbError('failed', `${host} does not speak TLS: ${text}`, {
      hint: 'where it really serves plain HTTP, name it in insecure_registries',
    });
  }
  return new TryAgain(`${host}: ${text}`, error);
}

/** An address with several IPs fails with an AggregateError that carries the code of its parts. */
export const codeOf = (error: unknown): string => {
  const { code, errors } = (error ?? {}) as { code?: unknown; errors?: readonly unknown[] };
  return typeof code === 'string' ? code : errors?.length ? codeOf(errors[0]) : '';
};

export const isNotTls = (error: unknown): boolean =>
  ['EPROTO', 'ERR_SSL_WRONG_VERSION_NUMBER', 'ERR_SSL_PACKET_LENGTH_TOO_LONG'].includes(codeOf(error));

/** A status that ends the matter, or does not: what the registry said, in words. */
export function refusal(
  what: string,
  answer: { readonly status: number; readonly text: string; readonly retryAfterMs: number | undefined },
): Error {
  const said = wordsOf(answer.text);
  const message = `${what}: ${answer.status}${said ? `: ${said}` : ''}`;
  if (answer.status === 507 || /no space left on device|"Err":28\b|quota/i.test(answer.text)) {
    return new Full('failed', `${what}: no room is left there (${answer.status}${said ? `: ${said}` : ''})`, {
      hint: 'make room in the registry’s storage and run again: what is there already is not sent again',
    });
  }
  if (answer.status === 429 || answer.status === 408 || answer.status >= 500) return new TryAgain(message, undefined, answer);
  return new PbError('failed', message, { hint: HINTS[answer.status] });
}

const HINTS: { readonly [status: number]: string } = {
  401: 'the registry knows no such user: put credentials for it into the authfile (podman login --authfile)',
  403: 'the user may not do that there: check the rights of its account or robot',
  413: 'a proxy or router before the registry limits the size of requests',
};

/** {"errors":[{"code":"DENIED","message":"…"}]}, or the beginning of whatever else was said. */
function wordsOf(text: string): string {
  try {
    const body: unknown = JSON.parse(text);
    const errors = isObject(body) && Array.isArray(body['errors']) ? body['errors'] : [];
    const words = errors.flatMap((one) => (isObject(one) ? [[one['code'], one['message']].filter(Boolean).join(' ')] : []));
    if (words.length > 0) return words.join('; ');
  } catch {
    // No JSON: said as it stands.
  }
  return text
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 200);
}
