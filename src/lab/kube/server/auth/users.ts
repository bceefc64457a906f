/** Who sends a request: by bearer token, by client certificate, or nobody. */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { TLSSocket } from 'node:tls';
import { unauthorized } from '../http/status.ts';

export interface User {
  readonly name: string;
  readonly groups: readonly string[];
}

export const anonymous: User = { name: 'system:anonymous', groups: ['system:unauthenticated'] };
export const admin: User = { name: 'admin', groups: ['system:masters', 'system:authenticated'] };
export const nobody: User = { name: 'nobody', groups: ['system:authenticated'] };
/** What the server's own controllers write as. */
export const controllerName = 'kube-controller-manager';

export class Users {
  readonly #byToken = new Map<string, User>();
  readonly #secret = randomBytes(32);

  /** A new token for a user. */
  token(user: User): string {
    const token = randomBytes(24).toString('hex');
    this.#byToken.set(token, user);
    return token;
  }

  /** A token in the form of a JWT for a service account, signed with this server's own secret. */
  accountToken(namespace: string, account: string, now: Date): string {
    const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const head = part({ alg: 'HS256', typ: 'JWT' });
    const body = part({ sub: `system:serviceaccount:${namespace}:${account}`, iat: Math.floor(now.getTime() / 1000) });
    return `${head}.${body}.${this.#sign(`${head}.${body}`)}`;
  }

  /** Throws 401 for a token that nobody gave out. */
  identify(authorization: string, socket: TLSSocket): User {
    const bearer = /^Bearer\s+(\S+)$/i.exec(authorization)?.[1];
    if (bearer !== undefined) return this.#byToken.get(bearer) ?? this.#account(bearer);
    if (!socket.authorized) return anonymous;
    const { subject } = socket.getPeerCertificate();
    const groups = subject?.O === undefined ? [] : [subject.O].flat();
    return subject?.CN === undefined ? anonymous : { name: String(subject.CN), groups: [...groups, 'system:authenticated'] };
  }

  #account(token: string): User {
    const [head = '', body = '', signature = ''] = token.split('.');
    const [given, wanted] = [Buffer.from(signature), Buffer.from(this.#sign(`${head}.${body}`))];
    if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) throw unauthorized();
    const { sub } = JSON.parse(Buffer.from(body, 'base64url').toString('utf8')) as { sub: string };
    const [, , namespace = ''] = sub.split(':');
    return { name: sub, groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'] };
  }

  #sign = (text: string): string => createHmac('sha256', this.#secret).update(text).digest('base64url');
}
