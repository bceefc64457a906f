/** One request to a registry over kept-alive connections. Knows nothing of images, credentials or trying again. */
import { type ClientRequest, type IncomingMessage, Agent as PlainAgent, request as plainRequest } from 'node:http';
import { Agent as TlsAgent, request as tlsRequest } from 'node:https';
import { isIP } from 'node:net';
import { pipeline, type Readable } from 'node:stream';
import { rootCertificates } from 'node:tls';
import { isNotTls, ofSocket, TryAgain } from './trouble.ts';

export interface Ask {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** "/v2/…", or a whole URL where the registry named one. */
  readonly path: string;
  readonly headers?: { readonly [name: string]: string };
  readonly body?: Uint8Array | { readonly stream: Readable; readonly size: number };
}

export interface Http {
  /** Any status is an answer, its body unread. Throws TryAgain or PbError. */
  send(host: string, ask: Ask, signal: AbortSignal): Promise<IncomingMessage>;
  close(): void;
}

export interface HttpOptions {
  /** PEM, trusted besides the system's; asked for once, with the first connection. */
  ca(): Promise<string | undefined>;
  readonly insecure: ReadonlySet<string>;
  /** Every registry is asked at this address instead, under its own name: how the lab takes their place. */
  readonly via?: string;
}

const CONNECT_MS = 15_000;
/** Between two bytes either way. */
const SILENCE_MS = 120_000;

export function createHttp({ ca, insecure, via }: HttpOptions): Http {
  const keep = { keepAlive: true, maxSockets: 32, scheduling: 'lifo' as const };
  let trusting: Promise<TlsAgent> | undefined;
  const careless = new TlsAgent({ ...keep, rejectUnauthorized: false });
  const plain = new PlainAgent(keep);
  /** Registries that turned out to speak plain HTTP. */
  const unencrypted = new Set<string>();
  const mayBePlain = (host: string): boolean => insecure.has(host) || isLoopback(host);

  const attempt = async (url: URL, ask: Ask, how: { host: string; signal: AbortSignal }): Promise<IncomingMessage> => {
    const headers = { 'user-agent': 'pb', ...ask.headers, ...lengthOf(ask), ...(via ? { host: how.host } : {}) };
    const options = { method: ask.method, headers, signal: how.signal };
    const encrypted = url.protocol === 'https:';
    if (!encrypted) return exchange(plainRequest(url, { ...options, agent: plain }), ask);
    trusting ??= ca().then((pem) => new TlsAgent({ ...keep, ...(pem ? { ca: [...rootCertificates, pem] } : {}) }));
    return exchange(tlsRequest(url, { ...options, agent: insecure.has(url.host) ? careless : await trusting }), ask);
  };

  return {
    async send(host, ask, signal) {
      const base = via ?? `${unencrypted.has(host) ? 'http' : 'https'}://${host}`;
      const url = new URL(ask.path, base);
      try {
        return await attempt(via ? new URL(url.pathname + url.search, via) : url, ask, { host, signal });
      } catch (error) {
        if (signal.aborted) throw signal.reason;
        if (!via && isNotTls(error) && url.host === host && mayBePlain(host)) {
          unencrypted.add(host);
          // What was begun to be sent cannot be sent again from here.
          if (ask.body && !(ask.body instanceof Uint8Array)) throw new TryAgain(`${host}: speaks plain HTTP`, error);
          return this.send(host, ask, signal);
        }
        throw ofSocket(error, url.host);
      }
    },
    close() {
      careless.destroy();
      plain.destroy();
      trusting?.then((agent) => agent.destroy()).catch(() => undefined);
    },
  };
}

const lengthOf = ({ body }: Ask): { readonly [name: string]: string } =>
  body === undefined ? {} : { 'content-length': String(body instanceof Uint8Array ? body.length : body.size) };

function exchange(request: ClientRequest, { body, method }: Ask): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request.setTimeout(SILENCE_MS, () => request.destroy(new TryAgain(`no byte for ${SILENCE_MS / 1000} s`)));
    request.once('socket', (socket) => {
      if (!socket.connecting) return;
      const timer = setTimeout(() => request.destroy(new TryAgain(`no connection within ${CONNECT_MS / 1000} s`)), CONNECT_MS);
      socket.once('connect', () => clearTimeout(timer));
      socket.once('close', () => clearTimeout(timer));
    });
    request.once('response', resolve);
    request.on('error', reject);
    if (body === undefined) {
      if (method === 'POST') request.setHeader('content-length', '0');
      request.end();
    } else if (body instanceof Uint8Array) request.end(body);
    else pipeline(body.stream, request, (error) => error && reject(error));
  });
}

/** host[:port] on this machine: plain HTTP there meets nobody. */
export function isLoopback(host: string): boolean {
  const name = new URL(`http://${host}`).hostname.replace(/^\[|\]$/g, '');
  return name === 'localhost' || name === '::1' || (isIP(name) === 4 && name.startsWith('127.'));
}

/** The whole body, at most `most` bytes of it. */
export async function bodyOf(message: Readable, most = 64 * 1024 * 1024): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of message) {
    size += (chunk as Buffer).length;
    if (size > most) throw new TryAgain('the answer is too large');
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}

/** Retry-After, in ms: seconds or a date. */
export function retryAfter(message: IncomingMessage): number | undefined {
  const text = message.headers['retry-after'];
  if (text === undefined) return undefined;
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : Math.max(0, at - Date.now());
}
