/** Authorization for a repository: Basic as it is, Bearer tokens fetched from where the registry says and kept until shortly before they end. */
import { PbError } from '../../core/diagnostic.ts';
import type { Redactor } from '../../core/secret.ts';
import { isObject } from '../../core/value.ts';
import type { Credentials } from './authfile.ts';
import { type Ask, bodyOf, type Http, retryAfter } from './http.ts';
import { refusal } from './trouble.ts';

export type Challenge = { readonly is: 'basic' } | { readonly is: 'bearer'; readonly realm: string; readonly service: string | undefined };

export interface Want {
  readonly host: string;
  /** "repository:team/app:pull,push"; more than one where a blob is mounted. */
  readonly scopes: readonly string[];
  readonly credentials: Credentials | undefined;
}

/** Before this much of a token's life is left it is fetched anew, so that it does not end on the way. */
const MARGIN_MS = 5_000;
/** What the specification gives a token without expires_in. */
const USUAL_LIFE_S = 60;

/** WWW-Authenticate, as far as registries use it. Undefined where it is neither Basic nor Bearer. */
export function challengeOf(header: string | undefined): Challenge | undefined {
  const [, scheme = '', rest = ''] = /^\s*(\w+)\s*(.*)$/s.exec(header ?? '') ?? [];
  if (/^basic$/i.test(scheme)) return { is: 'basic' };
  if (!/^bearer$/i.test(scheme)) return undefined;
  const fields = Object.fromEntries([...rest.matchAll(/(\w+)="([^"]*)"/g)].map(([, name = '', value = '']) => [name.toLowerCase(), value]));
  return fields['realm'] ? { is: 'bearer', realm: fields['realm'], service: fields['service'] } : undefined;
}

export class Auth {
  readonly #http: Http;
  readonly #redactor: Redactor;
  readonly #challenges = new Map<string, Challenge>();
  readonly #tokens = new Map<string, { readonly until: number; readonly token: Promise<string>; readonly header?: string }>();

  constructor(http: Http, redactor: Redactor) {
    this.#http = http;
    this.#redactor = redactor;
  }

  /** The header for a request, as far as is known what the registry wants. */
  async header(want: Want, signal: AbortSignal): Promise<string | undefined> {
    const challenge = this.#challenges.get(want.host);
    if (!challenge) return undefined;
    if (challenge.is === 'basic') return want.credentials && basic(want.credentials);
    const key = keyOf(want);
    const known = this.#tokens.get(key);
    if (known && known.until > Date.now()) return `Bearer ${await known.token}`;
    const fetched = this.#fetch(challenge, want, signal);
    const token = fetched.then((one) => one.token);
    // Told below, whether or not anybody else waits for it.
    token.catch(() => undefined);
    // Whoever comes meanwhile waits for the same one.
    this.#tokens.set(key, { until: Number.POSITIVE_INFINITY, token });
    try {
      const { token: text, lifeMs } = await fetched;
      const header = `Bearer ${text}`;
      this.#tokens.set(key, { until: Date.now() + Math.max(lifeMs - MARGIN_MS, lifeMs / 2), token, header });
      return header;
    } catch (error) {
      this.#tokens.delete(key);
      throw error;
    }
  }

  /** After a 401: whether it makes sense to ask again with what is known now. `used` is the header that was refused. */
  learn(want: Want, header: string | undefined, used: string | undefined): boolean {
    const challenge = challengeOf(header);
    if (!challenge) return false;
    this.#challenges.set(want.host, challenge);
    if (challenge.is === 'basic') return used === undefined && want.credentials !== undefined;
    // Another request may have fetched a new one meanwhile: that one is still good.
    if (this.#tokens.get(keyOf(want))?.header === used) this.#tokens.delete(keyOf(want));
    return true;
  }

  async #fetch(
    challenge: Extract<Challenge, { is: 'bearer' }>,
    want: Want,
    signal: AbortSignal,
  ): Promise<{ token: string; lifeMs: number }> {
    const url = new URL(challenge.realm);
    const message = await this.#http.send(url.host, tokenAsk(url, challenge.service, want), signal);
    const text = (await bodyOf(message)).toString('utf8');
    const status = message.statusCode ?? 0;
    if (status !== 200) throw refusal(`a token for ${want.host} from ${url.host}`, { status, text, retryAfterMs: retryAfter(message) });
    const body = parsed(text);
    const token = body['token'] ?? body['access_token'];
    if (typeof token !== 'string') throw new PbError('failed', `${url.host} gave no token for ${want.host}`);
    this.#redactor.add(token);
    const seconds = typeof body['expires_in'] === 'number' ? body['expires_in'] : USUAL_LIFE_S;
    return { token, lifeMs: seconds * 1000 };
  }
}

/** A refresh token is exchanged by POST (OAuth2), everything else is asked for by GET. */
function tokenAsk(url: URL, service: string | undefined, { scopes, credentials }: Want): Ask {
  if (credentials?.identityToken) {
    const form = new URLSearchParams({
      grant_type: 'refresh_token',
      refresh_token: credentials.identityToken,
      client_id: 'pb',
      scope: scopes.join(' '),
    });
    if (service) form.set('service', service);
    return {
      method: 'POST',
      path: url.href,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: Buffer.from(form.toString()),
    };
  }
  if (service) url.searchParams.set('service', service);
  for (const scope of scopes) url.searchParams.append('scope', scope);
  return { method: 'GET', path: url.href, headers: credentials ? { authorization: basic(credentials) } : {} };
}

const keyOf = ({ host, scopes, credentials }: Want): string => JSON.stringify([host, scopes, credentials?.username]);

const basic = ({ username, password }: Credentials): string => `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;

function parsed(text: string): { readonly [key: string]: unknown } {
  try {
    const body: unknown = JSON.parse(text);
    return isObject(body) ? body : {};
  } catch {
    return {};
  }
}
