/** Every image registry there is, on one loopback port: which one is meant is said by the Host header. In memory, over the distribution API. */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { digestOf, type RegistryImage } from './images.ts';
import { RegistryStore } from './store.ts';

/** What goes wrong with an image; by the beginning of "host/repository". */
export interface RegistryFault {
  readonly image: string;
  readonly status: number;
  /** How many requests; without it, all. */
  readonly times?: number;
  /** Seconds, as Retry-After. */
  readonly retry_after?: number;
}

export interface RegistryChange {
  /** What is there from the beginning. */
  readonly images?: readonly RegistryImage[];
  readonly faults?: readonly RegistryFault[];
  /** Bytes that may be pushed until the disk is full. */
  readonly room?: number;
  /** Bearer tokens are wanted, and each is good for so many requests. */
  readonly token_requests?: number;
}

export interface LabRegistry {
  readonly url: string;
  /** "PUT mirror.example.com/team/app/blobs/…", in order. */
  readonly requests: readonly string[];
  /** Digest of the manifest, "host/repository:tag" or "@sha256:…". */
  digest(name: string): string | undefined;
  stop(): Promise<void>;
}

type Answer = { readonly status: number; readonly headers?: { readonly [name: string]: string }; readonly body?: Uint8Array | string };

const refused = (status: number, code: string): Answer => ({
  status,
  body: JSON.stringify({ errors: [{ code, message: code.toLowerCase().replaceAll('_', ' ') }] }),
});

export async function startRegistry(change: RegistryChange): Promise<LabRegistry> {
  const store = new RegistryStore(change.images ?? []);
  const requests: string[] = [];
  const failing = (change.faults ?? []).map((fault) => ({ ...fault, left: fault.times ?? Number.POSITIVE_INFINITY }));
  const tokens = new Map<string, number>();
  let url = '';

  const trouble = (repository: string, request: IncomingMessage): Answer | undefined => {
    const fault = failing.find(({ image, left }) => left > 0 && repository.startsWith(image));
    if (fault) {
      fault.left--;
      return {
        ...refused(fault.status, 'LAB_FAULT'),
        headers: fault.retry_after === undefined ? {} : { 'retry-after': String(fault.retry_after) },
      };
    }
    if (change.token_requests === undefined) return undefined;
    const token = request.headers.authorization?.replace(/^Bearer /, '') ?? '';
    const left = tokens.get(token) ?? 0;
    tokens.set(token, left - 1);
    return left > 0
      ? undefined
      : { ...refused(401, 'UNAUTHORIZED'), headers: { 'www-authenticate': `Bearer realm="${url}/token",service="lab"` } };
  };

  const answer = async (request: IncomingMessage): Promise<Answer> => {
    const { pathname, searchParams } = new URL(request.url ?? '/', url);
    const body = await bytesOf(request);
    if (pathname === '/token') {
      const token = randomUUID();
      tokens.set(token, change.token_requests ?? 0);
      return { status: 200, body: JSON.stringify({ token, expires_in: 300 }) };
    }
    const [, path = '', kind = '', what = ''] = /^\/v2\/(.+)\/(manifests|blobs)\/(.+?)\/?$/.exec(pathname) ?? [];
    if (path === '') return { status: pathname === '/v2/' ? 200 : 404 };
    const host = request.headers.host ?? '';
    const repository = `${host}/${path}`;
    requests.push(`${request.method} ${repository}/${kind}/${what}`);
    const wrong = trouble(repository, request);
    if (wrong) return wrong;
    if (kind === 'manifests') return manifests(request, body, { repository, reference: what });
    return blobs(request, body, { repository, path, host, what, query: searchParams });
  };

  function manifests(
    { method, headers }: IncomingMessage,
    bytes: Buffer,
    { repository, reference }: { repository: string; reference: string },
  ): Answer {
    if (method === 'PUT') {
      const mediaType = headers['content-type'] ?? '';
      if (!store.putManifest(repository, reference, { mediaType, bytes })) return refused(404, 'MANIFEST_BLOB_UNKNOWN');
      return { status: 201, headers: { 'docker-content-digest': digestOf(bytes) } };
    }
    if (method === 'DELETE') return store.deleteManifest(repository, reference) ? { status: 202 } : refused(404, 'MANIFEST_UNKNOWN');
    const found = store.manifest(repository, reference);
    if (!found) return refused(404, 'MANIFEST_UNKNOWN');
    return { status: 200, headers: { 'content-type': found.mediaType, 'docker-content-digest': digestOf(found.bytes) }, body: found.bytes };
  }

  interface BlobCall {
    readonly repository: string;
    readonly path: string;
    readonly host: string;
    readonly what: string;
    readonly query: URLSearchParams;
  }
  function blobs({ method }: IncomingMessage, bytes: Buffer, { repository, path, host, what, query }: BlobCall): Answer {
    if (method === 'POST') {
      const [digest, from] = [query.get('mount'), query.get('from')];
      if (digest && from && store.mount(repository, digest, `${host}/${from}`)) return { status: 201 };
      return { status: 202, headers: { location: `/v2/${path}/blobs/uploads/${randomUUID()}` } };
    }
    if (method === 'PUT') {
      if (digestOf(bytes) !== query.get('digest')) return refused(400, 'DIGEST_INVALID');
      if (change.room !== undefined && store.bytes + bytes.length > change.room) {
        return {
          status: 500,
          body: '{"errors":[{"code":"UNKNOWN","message":"unknown error","detail":{"DriverName":"filesystem","Enclosed":{"Op":"write","Err":28}}}]}',
        };
      }
      store.putBlob(repository, bytes);
      return { status: 201 };
    }
    const found = store.blob(repository, what);
    return found ? { status: 200, headers: { 'content-length': String(found.length) }, body: found } : refused(404, 'BLOB_UNKNOWN');
  }

  const server = createServer(
    (request, response) =>
      void answer(request).then(
        (given) => send(given, request, response),
        () => response.destroy(),
      ),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    requests,
    digest(name) {
      const [, repository = '', reference = ''] = /^(.+?)[:@]((?:sha256:)?[^:/@]+)$/.exec(name) ?? [];
      const found = store.manifest(repository, reference);
      return found && digestOf(found.bytes);
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function send({ status, headers = {}, body = '' }: Answer, request: IncomingMessage, response: ServerResponse): void {
  const bytes = Buffer.from(body as string);
  response.writeHead(status, { 'content-length': String(bytes.length), ...headers });
  response.end(request.method === 'HEAD' ? undefined : bytes);
}

async function bytesOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
