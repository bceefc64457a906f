/** A token server as the distribution specification has it: JWTs that a real registry verifies. */
import { createPrivateKey, type KeyObject, randomUUID, sign } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { execa } from 'execa';

export interface TokenServer {
  readonly realm: string;
  /** File with the certificate that the registry trusts. */
  readonly certificate: string;
  /** Scopes it was asked for, in order. */
  readonly asked: readonly string[];
  readonly tokens: readonly string[];
  /** Seconds that a token is good for, from its making; the registry allows 60 more. */
  life(seconds: (nthOfItsScopes: number) => number): void;
  close(): Promise<void>;
}

/** `user` has to log in with Basic. What it says of a token's life is always 300 s: that it ends sooner is for the registry to tell. */
export async function startTokenServer(folder: string, user: { readonly name: string; readonly password: string }): Promise<TokenServer> {
  const [keyFile, certificate] = [join(folder, 'token-key.pem'), join(folder, 'token-cert.pem')];
  const ec = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', keyFile, '-out', certificate];
  await execa('openssl', ['req', '-x509', ...ec, '-subj', '/CN=issuer', '-days', '2']);
  const key = createPrivateKey(await readFile(keyFile));
  const x5c = (await readFile(certificate, 'utf8')).replace(/-----[^-]+-----|\s/g, '');
  const asked: string[] = [];
  const tokens: string[] = [];
  let life = (_: number): number => 300;
  const server = createServer((request, response) => {
    const login = Buffer.from(`${user.name}:${user.password}`).toString('base64');
    if (request.headers.authorization !== `Basic ${login}`) {
      response.writeHead(401).end('{"errors":[{"code":"UNAUTHORIZED","message":"who are you"}]}');
      return;
    }
    const scopes = new URL(request.url ?? '', 'http://x').searchParams.getAll('scope');
    asked.push(scopes.join(' '));
    const token = jwt(key, x5c, scopes, life(asked.filter((one) => one === scopes.join(' ')).length));
    tokens.push(token);
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ token, expires_in: 300 }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    realm: `http://127.0.0.1:${(server.address() as AddressInfo).port}/token`,
    ...{ certificate, asked, tokens },
    life: (seconds) => {
      life = seconds;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function jwt(key: KeyObject, x5c: string, scopes: readonly string[], life: number): string {
  const now = Math.floor(Date.now() / 1000);
  const access = scopes.map((scope) => {
    const [type, name, actions = ''] = scope.split(':');
    return { type, name, actions: actions.split(',') };
  });
  const claims = {
    iss: 'issuer',
    sub: 'user',
    aud: 'registry',
    exp: now + life,
    nbf: now - 600,
    iat: now - 600,
    jti: randomUUID(),
    access,
  };
  const text = [{ typ: 'JWT', alg: 'ES256', x5c: [x5c] }, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  return `${text}.${sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
}
