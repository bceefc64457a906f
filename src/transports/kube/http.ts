/** Requests over one keep-alive agent, with the credentials of a kubeconfig. Knows nothing of Kubernetes' objects. */
import { type ClientRequest, type IncomingMessage, request as plainRequest } from 'node:http';
import { type Agent, type RequestOptions, request as tlsRequest } from 'node:https';
import { createInterface } from 'node:readline';
import type { KubeConfig } from '@kubernetes/client-node';
import { PbError } from '../../core/diagnostic.ts';
import type { Redactor } from '../../core/secret.ts';
import { NoAnswer, ofSocket } from './trouble.ts';

export type Query = { readonly [name: string]: string | number | boolean | undefined };

export interface Ask {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below the server's address, encoded: "/api/v1/namespaces/x". */
  readonly path: string;
  readonly query?: Query;
  readonly body?: string;
  readonly contentType?: string;
}
export interface Answer {
  readonly status: number;
  readonly text: string;
  readonly retryAfterMs: number | undefined;
  /** The server's clock when it answered, ms since the epoch. */
  readonly dateMs?: number | undefined;
}
export interface Lines {
  readonly status: number;
  /** One by one as they come; ends when the server ends the answer, throws NoAnswer when the connection breaks. */
  readonly lines: AsyncIterable<string>;
}
export interface Http {
  readonly server: string;
  /** Throws NoAnswer or PbError; any status is an answer. */
  send(ask: Ask, signal: AbortSignal): Promise<Answer>;
  stream(ask: Ask, signal: AbortSignal): Promise<Lines>;
  /** Credentials are asked for anew before the next request (after 401). */
  refresh(): void;
  close(): void;
}

const CONNECT_MS = 10_000;
/** Between two bytes of an answer. A slow webhook may take 30 s; the API server itself gives up after 60. */
const SILENCE_MS = 65_000;
/** Plugins and token files are asked again after this: they may have rotated. */
const CREDENTIALS_MS = 30_000;

export function createHttp(config: KubeConfig, redactor: Redactor): Http {
  const server = config.getCurrentCluster()?.server ?? '';
  const credentials = createCredentials(config, redactor);
  const open = async (ask: Ask, signal: AbortSignal): Promise<IncomingMessage> => {
    const options = await credentials.options();
    return new Promise((resolve, reject) => exchange({ server, ask, options, signal }, resolve, reject));
  };
  return {
    server,
    async send(ask, signal) {
      const message = await open(ask, signal);
      const chunks: Buffer[] = [];
      try {
        for await (const chunk of message) chunks.push(chunk as Buffer);
      } catch (error) {
        throw signal.aborted ? signal.reason : ofSocket(error, server, true);
      }
      const text = Buffer.concat(chunks).toString('utf8');
      return { status: message.statusCode ?? 0, text, retryAfterMs: retryAfter(message), dateMs: dateOf(message) };
    },
    async stream(ask, signal) {
      const message = await open(ask, signal);
      return { status: message.statusCode ?? 0, lines: linesOf(message, server, signal) };
    },
    refresh: () => credentials.forget(),
    close: () => credentials.close(),
  };
}

interface Exchange {
  readonly server: string;
  readonly ask: Ask;
  readonly options: RequestOptions;
  readonly signal: AbortSignal;
}

function exchange(
  { server, ask, options, signal }: Exchange,
  resolve: (message: IncomingMessage) => void,
  reject: (error: unknown) => void,
) {
  const url = `${server}${ask.path}${queryOf(ask.query)}`;
  const headers = {
    accept: 'application/json',
    'user-agent': 'pb',
    ...options.headers,
    ...(ask.body === undefined
      ? {}
      : { 'content-type': ask.contentType ?? 'application/json', 'content-length': Buffer.byteLength(ask.body) }),
  };
  const open = url.startsWith('http:') ? plainRequest : tlsRequest;
  const request = open(url, { ...options, method: ask.method, headers, signal });
  let connected = false;
  watchConnection(request, () => (connected = true));
  request.setTimeout(SILENCE_MS, () => request.destroy(Object.assign(new Error('no answer in time'), { code: 'ETIMEDOUT' })));
  request.once('response', resolve);
  request.once('error', (error) => reject(signal.aborted ? signal.reason : ofSocket(error, server, connected)));
  request.end(ask.body);
}

/** Tells when the (TLS) connection stands, and gives up on one that does not come to be. */
function watchConnection(request: ClientRequest, established: () => void): void {
  request.once('socket', (socket) => {
    if (!socket.connecting) return established();
    const late = () => request.destroy(Object.assign(new Error('connection timed out'), { code: 'ERR_SOCKET_CONNECTION_TIMEOUT' }));
    const timer = setTimeout(late, CONNECT_MS);
    const event = 'encrypted' in socket ? 'secureConnect' : 'connect';
    socket.once(event, () => {
      clearTimeout(timer);
      established();
    });
    socket.once('close', () => clearTimeout(timer));
  });
}

async function* linesOf(message: IncomingMessage, server: string, signal: AbortSignal): AsyncGenerator<string> {
  let broken: unknown;
  // readline swallows its input's errors.
  message.once('error', (error) => (broken = error));
  const lines = createInterface({ input: message, crlfDelay: Number.POSITIVE_INFINITY });
  try {
    for await (const line of lines) if (line !== '') yield line;
  } finally {
    lines.close();
    message.destroy();
  }
  if (signal.aborted) throw signal.reason;
  if (broken !== undefined) throw ofSocket(broken, server, true);
  if (!message.complete) throw new NoAnswer('connection closed', true, undefined);
}

function queryOf(query: Query = {}): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) params.set(name, String(value));
  const text = params.toString();
  return text ? `?${text}` : '';
}

function dateOf({ headers: { date = '' } }: IncomingMessage): number | undefined {
  const ms = Date.parse(date);
  return Number.isNaN(ms) ? undefined : ms;
}

/** Seconds or a date; the API server sends seconds. */
function retryAfter(message: IncomingMessage): number | undefined {
  const seconds = Number(message.headers['retry-after']);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : undefined;
}

/** Certificates, headers and the agent: made once, and again where a plugin or a file may answer differently later. */
function createCredentials(config: KubeConfig, redactor: Redactor) {
  const user = config.getCurrentUser();
  const rotates = Boolean(user?.exec ?? user?.authProvider);
  let made: { readonly at: number; readonly options: Promise<RequestOptions> } | undefined;
  let last: RequestOptions | undefined;
  const make = async (): Promise<RequestOptions> => {
    const options: RequestOptions = {};
    try {
      await config.applyToHTTPSOptions(options);
    } catch (error) {
      throw new PbError('kube', `no credentials for ${user?.name ?? 'the cluster'}: ${(error as Error).message}`, {
        hint: 'check the user of this context in the kubeconfig: its exec plugin, its files',
        cause: error,
      });
    }
    const { authorization, Authorization = authorization } = (options.headers ?? {}) as { [name: string]: string };
    if (Authorization) redactor.add(Authorization.replace(/^Bearer /, ''));
    if (user?.password) redactor.add(user.password);
    // The library's agents (also those for a proxy) close every connection unless told otherwise.
    const same = last !== undefined && sameIdentity(last, options);
    if (!same) (last?.agent as Agent | undefined)?.destroy();
    const agent = same ? last?.agent : Object.assign(options.agent as Agent, { keepAlive: true });
    last = { ...options, ...(agent === undefined ? {} : { agent }) };
    return last;
  };
  return {
    options: (): Promise<RequestOptions> => {
      if (made && rotates && Date.now() - made.at > CREDENTIALS_MS) made = undefined;
      made ??= { at: Date.now(), options: make() };
      made.options.catch(() => (made = undefined));
      return made.options;
    },
    forget: () => (made = undefined),
    close: () => (last?.agent as Agent | undefined)?.destroy(),
  };
}

const sameIdentity = (a: RequestOptions, b: RequestOptions): boolean =>
  String(a.cert) === String(b.cert) && String(a.key) === String(b.key);
