/** A small HTTP server that answers as the test says: for what happens on the wire, not for what Kubernetes means. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Redactor } from '../../../src/core/secret.ts';
import { createClusters } from '../../../src/transports/kube/index.ts';

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}
export type Reply = (response: ServerResponse, asked: Asked) => void;

export const json =
  (body: unknown, status = 200, headers: { readonly [name: string]: string } = {}): Reply =>
  (response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify(body));
  };
export const status = (code: number, reason: string, message: string, headers = {}): Reply =>
  json({ kind: 'Status', code, reason, message }, code, headers);
/** The connection breaks without an answer. */
export const hangUp: Reply = (response) => void response.socket?.destroy();

const CORE = {
  resources: [
    { name: 'configmaps', kind: 'ConfigMap', namespaced: true, verbs: ['get', 'list', 'watch', 'patch'] },
    { name: 'secrets', kind: 'Secret', namespaced: true, verbs: ['get', 'list', 'watch', 'patch'] },
    { name: 'pods', kind: 'Pod', namespaced: true, verbs: ['get', 'list'] },
    { name: 'pods/log', kind: 'Pod', namespaced: true, verbs: ['get'] },
  ],
};

export type Fixture = Awaited<ReturnType<typeof startFixture>>;

/** Core/v1 discovery is answered by itself; everything else takes the next reply, and the last one for ever. */
export async function startFixture(replies: readonly Reply[], options: { patienceMs?: number } = {}) {
  const asked: Asked[] = [];
  const queue = [...replies];
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://server');
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { method = '', headers } = request;
    const one = { method, path: url.pathname, query: url.searchParams, headers, body: Buffer.concat(chunks).toString() };
    if (one.path === '/api/v1') return json(CORE)(response, one);
    asked.push(one);
    const reply = queue.length > 1 ? queue.shift() : queue[0];
    (reply ?? status(404, '', 'nothing is here'))(response, one);
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const redactor = new Redactor();
  const notices: string[] = [];
  const end = new AbortController();
  const clusters = createClusters({
    env: {},
    signal: end.signal,
    redactor,
    patienceMs: options.patienceMs ?? 20_000,
    pauseMs: 5,
    onNotice: ({ text }) => notices.push(text),
  });
  const connection = await clusters.cluster({ host: address, api_key: 'a-bearer-token' }, end.signal);
  return {
    ...{ address, asked, redactor, notices, connection, end },
    reader: connection.reader,
    writer: clusters.kubeWriter(connection),
    async close() {
      end.abort();
      await clusters.close();
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}
