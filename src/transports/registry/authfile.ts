/** containers-auth.json(5) and docker's config.json: which credentials go with a repository. */
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { PbError } from '../../core/diagnostic.ts';
import type { Redactor } from '../../core/secret.ts';
import { isObject } from '../../core/value.ts';

export interface Credentials {
  readonly username: string;
  readonly password: string;
  /** An OAuth2 refresh token instead of a password. */
  readonly identityToken?: string;
}

/** By "host", "host/path" or docker's "https://host/v1/". */
export type AuthFile = ReadonlyMap<string, Credentials>;

export const fromHome = (path: string): string => resolve(path.replace(/^~(?=\/|$)/, homedir()));

/** The named file, which must be there; else the first of podman's and docker's, if any. */
export async function loadAuthFile(named: string | undefined, env: NodeJS.ProcessEnv, redactor: Redactor): Promise<AuthFile> {
  const usual = [
    ...(env['XDG_RUNTIME_DIR'] ? [join(env['XDG_RUNTIME_DIR'], 'containers', 'auth.json')] : []),
    join(homedir(), '.config', 'containers', 'auth.json'),
    join(env['DOCKER_CONFIG'] || join(homedir(), '.docker'), 'config.json'),
  ];
  for (const path of named === undefined ? usual : [fromHome(named)]) {
    const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' && named === undefined) return undefined;
      throw new PbError('args', `the authfile ${path} cannot be read: ${error.message}`, { hint: 'podman login --authfile writes one' });
    });
    if (text !== undefined) return parseAuthFile(text, path, redactor);
  }
  return new Map();
}

function parseAuthFile(text: string, path: string, redactor: Redactor): AuthFile {
  const broken = (why: string): PbError => new PbError('args', `the authfile ${path} is broken: ${why}`);
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw broken('no JSON');
  }
  const auths = isObject(body) ? (body['auths'] ?? {}) : undefined;
  if (!isObject(auths)) throw broken('it has no "auths"');
  const found = new Map<string, Credentials>();
  for (const [key, value] of Object.entries(auths)) {
    if (!isObject(value)) throw broken(`"auths" has no object for ${key}`);
    const [username, password] = pairOf(value);
    const identityToken = typeof value['identitytoken'] === 'string' ? value['identitytoken'] : undefined;
    if (password === '' && !identityToken) continue;
    for (const secret of [password, identityToken, typeof value['auth'] === 'string' ? value['auth'] : undefined])
      if (secret) redactor.add(secret);
    found.set(plainKey(key), { username, password, ...(identityToken ? { identityToken } : {}) });
  }
  return found;
}

function pairOf(value: { readonly [key: string]: unknown }): readonly [string, string] {
  if (typeof value['auth'] === 'string' && value['auth'] !== '') {
    const text = Buffer.from(value['auth'], 'base64').toString('utf8');
    const colon = text.indexOf(':');
    if (colon >= 0) return [text.slice(0, colon), text.slice(colon + 1).replace(/\0+$/, '')];
  }
  return [String(value['username'] ?? ''), String(value['password'] ?? '')];
}

const plainKey = (key: string): string => {
  const url = /^https?:\/\/([^/]+)/.exec(key);
  return url?.[1] ?? key.replace(/\/+$/, '');
};

/** The longest path that the repository lies under wins, then the host: as podman chooses. */
export function credentialsFor(file: AuthFile, host: string, repository: string): Credentials | undefined {
  for (let path = `${host}/${repository}`; path !== ''; path = path.slice(0, Math.max(0, path.lastIndexOf('/')))) {
    const found = file.get(path);
    if (found) return found;
  }
  return host === 'docker.io' || host === 'registry-1.docker.io' ? (file.get('index.docker.io') ?? file.get('docker.io')) : undefined;
}
