/** Requests about one repository: authorized, redirected, tried again. What check mode holds may only look. */
import type { IncomingMessage } from 'node:http';
import { PbError } from '../../core/diagnostic.ts';
import { type Auth, challengeOf } from './auth.ts';
import type { Credentials } from './authfile.ts';
import { type Ask, bodyOf, type Http, retryAfter } from './http.ts';
import type { Patiently } from './patience.ts';
import { refusal, TryAgain } from './trouble.ts';

export interface About {
  readonly host: string;
  readonly repository: string;
  /** Another repository of the registry, whose blob is to be mounted. */
  readonly alsoFrom?: string;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

export interface Session {
  /** An answer of one of these statuses; throws PbError for any other. */
  ask(about: About, ask: Ask, statuses: readonly number[], signal?: AbortSignal): Promise<Answer>;
  /** The same with the body as it comes. It is not tried again once it began. */
  open(about: About, ask: Ask, signal?: AbortSignal): Promise<IncomingMessage>;
  /** Once, throwing TryAgain where it may be tried again: for bodies that are streams. */
  once(about: About, ask: Ask, statuses: readonly number[], signal?: AbortSignal): Promise<Answer>;
  readonly patiently: Patiently;
}

export interface SessionParts {
  readonly http: Http;
  readonly auth: Auth;
  readonly credentials: (host: string, repository: string) => Promise<Credentials | undefined>;
  readonly patiently: Patiently;
  readonly signal: AbortSignal;
  readonly mayWrite: boolean;
}

const REDIRECTS = 5;
const RENEWALS = 2;

export function createSession(parts: SessionParts): Session {
  const { http, auth, patiently, mayWrite } = parts;

  const authorized = async (about: About, ask: Ask, signal: AbortSignal): Promise<IncomingMessage> => {
    if (!mayWrite && ask.method !== 'GET' && ask.method !== 'HEAD')
      throw new PbError('bug', `a look was about to ${ask.method} ${ask.path}`);
    const { host, repository, alsoFrom } = about;
    const scopes = [
      `repository:${repository}:${mayWrite ? 'pull,push' : 'pull'}`,
      ...(alsoFrom && alsoFrom !== repository ? [`repository:${alsoFrom}:pull`] : []),
    ];
    const want = {
      host,
      scopes: ask.method === 'DELETE' ? [`repository:${repository}:delete,pull`] : scopes,
      credentials: await parts.credentials(host, repository),
    };
    let header = await auth.header(want, signal);
    // Once without knowing what is wanted, once with a token that turns out to have ended.
    for (let renewal = 0; ; renewal++) {
      const message = await http.send(host, withHeader(ask, header), signal);
      if (message.statusCode !== 401 || renewal === RENEWALS || !auth.learn(want, message.headers['www-authenticate'], header))
        return message;
      await bodyOf(message);
      if (ask.body && !(ask.body instanceof Uint8Array)) throw new TryAgain(`${host}: the token was no longer good`);
      header = await auth.header(want, signal);
    }
  };

  const redirected = async (about: About, ask: Ask, signal: AbortSignal): Promise<IncomingMessage> => {
    let message = await authorized(about, ask, signal);
    for (let hop = 0; hop < REDIRECTS && [301, 302, 303, 307, 308].includes(message.statusCode ?? 0); hop++) {
      const to = new URL(message.headers.location ?? '', `https://${about.host}`);
      await bodyOf(message);
      // Where blobs lie is another server: it must not learn the registry's credentials.
      message =
        to.host === about.host
          ? await authorized(about, { ...ask, path: to.href }, signal)
          : await http.send(to.host, { ...ask, path: to.href }, signal);
    }
    return message;
  };

  const judged = async (about: About, ask: Ask, how: { statuses: readonly number[]; signal: AbortSignal }): Promise<IncomingMessage> => {
    const message = await (ask.method === 'GET' || ask.method === 'HEAD' ? redirected : authorized)(about, ask, how.signal);
    const status = message.statusCode ?? 0;
    if (how.statuses.includes(status)) return message;
    const text = (await bodyOf(message)).toString('utf8');
    const what = `${ask.method} ${about.host}${new URL(ask.path, 'https://x').pathname}`;
    const wanted = status === 401 && challengeOf(message.headers['www-authenticate']) === undefined ? ' (it names no way to log in)' : '';
    throw refusal(what + wanted, { status, text, retryAfterMs: retryAfter(message) });
  };

  const once: Session['once'] = async (about, ask, statuses, signal = parts.signal) => {
    const message = await judged(about, ask, { statuses, signal });
    const body = await bodyOf(message).catch((error: unknown) => {
      throw error instanceof TryAgain ? error : new TryAgain(`${about.host}: the connection broke in mid-answer`, error);
    });
    return { status: message.statusCode ?? 0, headers: message.headers, body };
  };

  return {
    patiently,
    once,
    ask: (about, ask, statuses, signal = parts.signal) => patiently(about.host, () => once(about, ask, statuses, signal), signal),
    open: (about, ask, signal = parts.signal) => patiently(about.host, () => judged(about, ask, { statuses: [200], signal }), signal),
  };
}

const withHeader = (ask: Ask, authorization: string | undefined): Ask =>
  authorization === undefined ? ask : { ...ask, headers: { ...ask.headers, authorization } };
