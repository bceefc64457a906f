import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { createAuthority } from '../../../src/lab/kube/server/auth/certificates.ts';
import { ensure } from './cache.ts';

/** A real MinIO behind TLS, its certificate signed by an authority that nobody knows. */
export interface Minio {
  /** "https://localhost:41234" */
  readonly endpoint: string;
  readonly port: number;
  /** PEM of the authority. */
  readonly ca: string;
  readonly caFile: string;
  readonly user: string;
  readonly password: string;
  /** Removed with it. */
  readonly dir: string;
  /** MinIO's own client, against this server as `s`; throws what it says where it fails. */
  mc(...args: readonly string[]): Promise<string>;
  close(): Promise<void>;
}

/** Both end with the process that started them, however it ends. */
const tied = ['--pdeathsig', 'TERM', '--'];

export async function startMinio(): Promise<Minio> {
  const home = await ensure('s3');
  const dir = mkdtempSync(join(tmpdir(), 'pb-minio-'));
  const authority = createAuthority(new Date());
  const { cert, key } = authority.server();
  const certs = join(dir, 'certs');
  mkdirSync(certs);
  writeFileSync(join(certs, 'public.crt'), cert);
  writeFileSync(join(certs, 'private.key'), key, { mode: 0o600 });
  const caFile = join(dir, 'ca.crt');
  writeFileSync(caFile, authority.cert);
  const port = await freePort();
  const [user, password] = ['root-user', 'root-password-1'];
  const env = { HOME: dir, MINIO_ROOT_USER: user, MINIO_ROOT_PASSWORD: password, MINIO_BROWSER: 'off', MINIO_UPDATE: 'off' };
  const program = [join(home, 'minio'), 'server', join(dir, 'data'), '--address', `127.0.0.1:${port}`, '--certs-dir', certs];
  const child = spawn('setpriv', [...tied, ...program], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = once(child, 'close');
  await told(child, /API: |API:/, 'minio');
  const endpoint = `https://localhost:${port}`;
  const mcEnv = { HOME: dir, MC_CONFIG_DIR: join(dir, 'mc'), MC_HOST_s: `https://${user}:${password}@localhost:${port}` };
  mkdirSync(join(dir, 'mc', 'certs', 'CAs'), { recursive: true });
  writeFileSync(join(dir, 'mc', 'certs', 'CAs', 'ca.crt'), authority.cert);
  return {
    ...{ endpoint, port, ca: authority.cert, caFile, user, password, dir },
    mc: async (...args) => (await execa(join(home, 'mc'), ['--json', ...args], { env: mcEnv, extendEnv: false })).stdout,
    async close() {
      child.kill('SIGTERM');
      await ended;
      rmSync(dir, { recursive: true });
    },
  };
}

export interface Registry {
  /** "http://127.0.0.1:41235" */
  readonly url: string;
  /** What it wrote to its log so far. */
  log(): string;
  close(): Promise<void>;
}

export type Storage = { readonly name: string; readonly access: string; readonly secret: string } | { readonly folder: string };

/** Debian's image registry with the bucket, or a folder of this machine, as its storage. */
export async function startRegistry(minio: Minio, bucket: Storage): Promise<Registry> {
  const home = await ensure('s3');
  const port = await freePort();
  const config = join(minio.dir, `registry-${port}.json`);
  const s3 = 'name' in bucket && {
    ...{ accesskey: bucket.access, secretkey: bucket.secret, region: 'us-east-1', regionendpoint: minio.endpoint },
    ...{ bucket: bucket.name, secure: true, v4auth: true, rootdirectory: '/' },
  };
  // JSON is YAML.
  const backend = 'folder' in bucket ? { filesystem: { rootdirectory: bucket.folder } } : { s3 };
  const storage = { ...backend, redirect: { disable: true }, delete: { enabled: true } };
  writeFileSync(config, JSON.stringify({ version: 0.1, storage, http: { addr: `127.0.0.1:${port}` } }), { mode: 0o600 });
  const env = { SSL_CERT_FILE: minio.caFile, HOME: minio.dir, OTEL_TRACES_EXPORTER: 'none' };
  const child = spawn('setpriv', [...tied, join(home, 'docker-registry'), 'serve', config], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = once(child, 'close');
  let log = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      log += chunk;
    });
  await told(child, /listening on/, 'docker-registry');
  return {
    url: `http://127.0.0.1:${port}`,
    log: () => log,
    async close() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

export function told(child: ReturnType<typeof spawn>, line: RegExp, name: string): Promise<void> {
  let said = '';
  return new Promise((resolve, reject) => {
    const hear = (chunk: Buffer): void => {
      said += chunk;
      if (line.test(said)) resolve();
    };
    child.stdout?.on('data', hear);
    child.stderr?.on('data', hear);
    child.once('error', reject);
    child.once('close', () => reject(new Error(`${name} has ended: ${said.slice(-2000)}`)));
  });
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}
