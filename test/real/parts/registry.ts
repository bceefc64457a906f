import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { ensure } from './cache.ts';

export type RegistryOptions = {
  /** Where it stores; a folder of its own when left out. */
  storage?: string;
  /** Deletion of manifests; true. */
  deletes?: boolean;
  /** Bearer tokens are wanted. */
  token?: { realm: string; certificate: string };
  /** PEM; it speaks TLS with these. */
  tls?: { cert: string; key: string };
};

/** A request as its access log has it. */
export type Logged = { method: string; path: string; status: number };

/** A real registry on loopback, plain HTTP unless it has a certificate. */
export type Registry = {
  /** "127.0.0.1:PORT" */
  host: string;
  storage: string;
  /** Everything it answered since the start. */
  log: readonly Logged[];
  /** Fulfilled once it holds: looked at with every line of the log. */
  until(holds: () => boolean): Promise<void>;
  close(): Promise<void>;
};

const line = /^\S+ - \S+ \[[^\]]*\] "(\S+) (\S+) [^"]*" (\d+)/;

/** It ends with close(), or when this process ends, however that happens: a shell beside it reads a pipe from here. */
export async function startRegistry({ storage, deletes = true, token, tls }: RegistryOptions = {}): Promise<Registry> {
  const home = await ensure('registry');
  const folder = await mkdtemp(join(tmpdir(), 'pb-registry-'));
  const root = storage ?? join(folder, 'storage');
  await mkdir(root, { recursive: true });
  const auth = token && { token: { realm: token.realm, service: 'registry', issuer: 'issuer', rootcertbundle: token.certificate } };
  const config = {
    version: 0.1,
    log: { level: 'info', accesslog: { disabled: false } },
    storage: { filesystem: { rootdirectory: root }, delete: { enabled: deletes }, maintenance: { uploadpurging: { enabled: false } } },
    http: {
      addr: '127.0.0.1:0',
      secret: 'of-a-test',
      ...(tls ? { tls: { certificate: join(folder, 'cert'), key: join(folder, 'key') } } : {}),
    },
    ...(auth ? { auth } : {}),
  };
  await writeFile(join(folder, 'config.yml'), JSON.stringify(config));
  if (tls) for (const part of ['cert', 'key'] as const) await writeFile(join(folder, part), tls[part]);
  const script = '"$1" serve "$2" & it=$!; cat >/dev/null; kill -KILL $it; wait $it';
  const child = spawn('sh', ['-c', script, 'sh', join(home, 'docker-registry'), join(folder, 'config.yml')], { stdio: 'pipe' });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const log: Logged[] = [];
  const waiting = new Set<() => void>();
  createInterface({ input: child.stdout }).on('line', (text) => {
    const [, method = '', path = '', status] = line.exec(text) ?? [];
    if (status === undefined) return;
    log.push({ method, path, status: Number(status) });
    for (const look of waiting) look();
  });
  let said = '';
  const host = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stderr }).on('line', (text) => {
      said += `${text}\n`;
      const at = /msg="listening on (127\.0\.0\.1:\d+)(?:, tls)?"/.exec(text)?.[1];
      if (at) resolve(at);
    });
    child.once('close', () => reject(new Error(`the registry did not start:\n${said}`)));
  });
  return {
    host,
    storage: root,
    log,
    until: (holds) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (!holds()) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
    async close() {
      child.stdin.end();
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}
