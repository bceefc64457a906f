/** The lab's object store: S3, MinIO's admin API and IAM on loopback. Whatever address a playbook names, a rehearsal ends here. */
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { ADMIN, adminApi } from './admin-api.ts';
import { type Call, isRefusal, type Reply, refuse, told } from './answer.ts';
import { actionOf, bucketsApi } from './buckets-api.ts';
import { iamAction, iamApi, isIam } from './iam-api.ts';
import { mayDo } from './rights.ts';
import { signerOf } from './signature.ts';
import { newBucket, newWorld, type StoreWorld } from './world.ts';

/** Buckets and keys that somebody else keeps: ODF's, from the cluster. */
export interface Elsewhere {
  readonly buckets: readonly { readonly name: string; readonly access: string; readonly secret: string }[];
  /** Every request for a bucket is answered with 403. */
  readonly forbidden: boolean;
}

export interface LabStore {
  /** "http://127.0.0.1:41234" */
  readonly url: string;
  readonly world: StoreWorld;
  /** Keys that the store does not know are taken for an administrator's, who was there before. */
  admit(access: string, secret: string): Promise<void>;
  stop(): Promise<void>;
}

export async function startStore(elsewhere: () => Promise<Elsewhere>): Promise<LabStore> {
  const world = newWorld();
  const sync = async (): Promise<Elsewhere> => {
    const found = await elsewhere();
    for (const { name, access, secret } of found.buckets) {
      if (!world.buckets.has(name)) world.buckets.set(name, newBucket());
      if (access) world.users.set(access, { secret, status: 'enabled', policies: [], admin: false, bucket: name });
    }
    return found;
  };
  const server = createServer((message, response) => {
    answer(message, world, sync).then(
      ({ status, headers, body }) => {
        response.writeHead(status, { server: 'MinIO', 'x-amz-request-id': 'LAB', ...headers });
        response.end(message.method === 'HEAD' ? undefined : body);
      },
      (error: unknown) => response.writeHead(500, { server: 'MinIO' }).end(String(error)),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  return {
    url: `http://127.0.0.1:${port}`,
    world,
    async admit(access, secret) {
      await sync();
      if (!world.users.has(access)) world.users.set(access, { secret, status: 'enabled', policies: [], admin: true });
    },
    async stop() {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function answer(message: IncomingMessage, world: StoreWorld, sync: () => Promise<Elsewhere>): Promise<Reply> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  const { method = 'GET', url = '/', headers } = message;
  const parsed = new URL(url, 'http://lab');
  const call: Call = { method, path: decodeURIComponent(parsed.pathname), query: parsed.searchParams, body: Buffer.concat(chunks) };
  const api = call.path.startsWith(ADMIN) ? 'admin' : isIam(call) ? 'iam' : 's3';
  const { forbidden } = await sync();
  const signer = signerOf({ method, url, headers }, world.users, Date.now());
  if (isRefusal(signer as Reply)) return told(signer as ReturnType<typeof refuse>, api);
  const { user } = signer as Exclude<typeof signer, ReturnType<typeof refuse>>;
  if ((forbidden && api === 's3') || !mayDo(user, rightOf[api](call), world)) return told(refuse('AccessDenied'), api);
  const reply = { admin: () => adminApi(call, world, user.secret), iam: () => iamApi(call, world), s3: () => bucketsApi(call, world) };
  const replied = await reply[api]();
  return isRefusal(replied) ? told(replied, api) : replied;
}

const rightOf = {
  admin: ({ path }: Call) => ({ action: `admin:${path.slice(ADMIN.length)}` }),
  iam: (call: Call) => ({ action: `iam:${iamAction(call)}` }),
  s3: actionOf,
};
