/** HTTPS: requests in, answers and streams out, upgrades to the exec protocol. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import type { TLSSocket } from 'node:tls';
import type { Api } from '../api.ts';
import type { Credentials } from '../auth/certificates.ts';
import type { User, Users } from '../auth/users.ts';
import { openStreams } from '../exec/open.ts';
import { route } from '../verbs/route.ts';
import { type Answer, type Call, isWatchPath, parseTarget, verbOf } from './call.ts';
import { faultWords, type Intercept } from './fault.ts';
import { ApiError, NoSuchPath } from './status.ts';

export interface Listening {
  readonly api: Api;
  readonly users: Users;
  readonly caPem: string;
  readonly certificate: Credentials;
  readonly intercept: Intercept | undefined;
}

export class HttpServer {
  readonly #options: Listening;
  readonly #server: Server;
  readonly #sockets = new Set<Duplex>();
  #port = 0;

  constructor(options: Listening) {
    this.#options = options;
    const { certificate, caPem } = options;
    // On a busy machine a connection that Node ends after five idle seconds is one that a client is just about to use.
    const patience = { keepAliveTimeout: 0, headersTimeout: 0, requestTimeout: 0 };
    this.#server = createServer({ ...certificate, ...patience, ca: caPem, requestCert: true, rejectUnauthorized: false });
    this.#server.on('request', (request, response) => void this.#serve(request, response));
    this.#server.on('upgrade', (request, socket, head) => void this.#upgrade(request, socket, head));
    this.#server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
  }

  get port(): number {
    return this.#port;
  }

  /** Listens on loopback; again on the same port after `close`. */
  listen(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(this.#port, '127.0.0.1', () => {
        this.#server.off('error', reject);
        this.#port = (this.#server.address() as AddressInfo).port;
        resolve();
      });
    });
  }

  /** Refuses connections and cuts those there are. */
  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      for (const socket of this.#sockets) socket.destroy();
    });
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const gone = new AbortController();
    response.on('close', () => gone.abort());
    const warnings: string[] = [];
    try {
      const call = await this.#call(request, warnings, gone.signal);
      if (!call) return;
      send(response, await route(this.#options.api, call), warnings);
    } catch (error) {
      send(response, refusalAnswer(error), warnings);
    }
  }

  /** The request read, its sender known, faults done; undefined when a fault has ended it. */
  async #call(request: IncomingMessage, warnings: string[], signal: AbortSignal): Promise<Call | undefined> {
    const url = new URL(request.url ?? '/', 'https://lab');
    const named = parseTarget(url.pathname);
    const isWatch = isWatchPath(url.pathname);
    if (isWatch && named?.name) url.searchParams.append('fieldSelector', `metadata.name=${named.name}`);
    const target = isWatch && named ? { ...named, name: '' } : named;
    const method = request.method ?? 'GET';
    const verb = isWatch && method === 'GET' ? 'watch' : verbOf(method, target, url.searchParams);
    const body = await bodyOf(request);
    const user: User = this.#options.users.identify(request.headers.authorization ?? '', request.socket as TLSSocket);
    const action = target ? `${verb} ${target.plural}${target.subresource && `/${target.subresource}`}` : '';
    const fault = await this.#options.intercept?.({ method, path: url.pathname, query: url.searchParams, action, user: user.name });
    if (fault?.delayMs) await delay(fault.delayMs);
    if (fault?.drop) {
      request.socket.destroy();
      return undefined;
    }
    if (fault?.status) {
      const { reason, message } = faultWords(fault);
      throw new ApiError(
        fault.status,
        reason,
        message,
        fault.retryAfter === undefined ? {} : { details: { retryAfterSeconds: fault.retryAfter }, retryAfter: fault.retryAfter },
      );
    }
    return { method, path: url.pathname, query: url.searchParams, headers: request.headers, body, user, verb, target, warnings, signal };
  }

  async #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const gone = new AbortController();
    socket.on('close', () => gone.abort());
    socket.on('error', () => gone.abort());
    try {
      const call = await this.#call(request, [], gone.signal);
      if (call) openStreams(this.#options.api, call, { request, socket, head });
    } catch (error) {
      const answer = refusalAnswer(error);
      const text = 'json' in answer ? JSON.stringify(answer.json) : 'text' in answer ? answer.text : '';
      socket.end(
        `HTTP/1.1 ${answer.status} Refused\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(text)}\r\nconnection: close\r\n\r\n${text}`,
      );
    }
  }
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  if (request.headers.upgrade) return Buffer.alloc(0);
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function refusalAnswer(error: unknown): Answer {
  if (error instanceof NoSuchPath) return { status: 404, text: '404 page not found\n' };
  if (error instanceof ApiError) {
    return {
      status: error.code,
      json: error.body,
      ...(error.retryAfter === undefined ? {} : { headers: { 'retry-after': String(error.retryAfter) } }),
    };
  }
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { status: 500, json: new ApiError(500, 'InternalError', `Internal error occurred: ${message}`).body };
}

function send(response: ServerResponse, answer: Answer, warnings: readonly string[]): void {
  if (response.destroyed) return;
  if (warnings.length > 0)
    response.setHeader(
      'warning',
      [...new Set(warnings)].map((one) => `299 - "${one.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`),
    );
  if ('stream' in answer) {
    response.writeHead(answer.status, { 'content-type': answer.type });
    response.flushHeaders();
    void pump(answer.stream, response);
    return;
  }
  const [type, body] =
    'json' in answer ? ['application/json', JSON.stringify(answer.json)] : [answer.type ?? 'text/plain; charset=utf-8', answer.text];
  const headers = {
    'content-type': type,
    ...('headers' in answer ? answer.headers : {}),
    ...(answer.status === 204 ? {} : { 'content-length': Buffer.byteLength(body) }),
  };
  response.writeHead(answer.status, headers).end(answer.status === 204 ? undefined : body);
}

async function pump(lines: AsyncIterable<string>, response: ServerResponse): Promise<void> {
  try {
    for await (const line of lines) {
      if (response.destroyed) return;
      if (!response.write(line)) await new Promise<void>((resolve) => response.once('drain', resolve).once('close', resolve));
    }
    response.end();
  } catch {
    // Half an answer was sent: only a cut connection says that the rest is missing.
    response.destroy();
  }
}
