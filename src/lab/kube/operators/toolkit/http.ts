/** HTTP to one API server: JSON in, JSON out, and streams of JSON lines. Credentials come from @kubernetes/client-node's KubeConfig. */
import http from 'node:http';
import https from 'node:https';
import { createInterface } from 'node:readline';
import { KubeConfig } from '@kubernetes/client-node';

/** A kubeconfig file's path, or a server with what it asks for. `ca` is PEM. */
export type ApiAddress =
  | { readonly kubeconfig: string; readonly context?: string }
  | { readonly server: string; readonly token?: string; readonly ca?: string; readonly insecure?: boolean };

/** What the API server says when it refuses: its Status. */
export class ApiError extends Error {
  readonly status: number;
  readonly reason: string;
  constructor(status: number, reason: string, message: string) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
    this.reason = reason;
  }
}

export const isStatus = (error: unknown, ...statuses: number[]): boolean => error instanceof ApiError && statuses.includes(error.status);

export interface Request {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
  readonly contentType?: string;
}

export interface Http {
  /** The answer's JSON; throws ApiError for anything but 2xx, and Node's error when the server cannot be reached. */
  call(request: Request): Promise<unknown>;
  /** Calls `line` for each JSON line until the stream ends; throws as `call` does. */
  stream(path: string, line: (value: unknown) => void): Promise<void>;
  close(): void;
}

const timeoutMs = 30_000;

export async function openHttp(address: ApiAddress, signal: AbortSignal): Promise<Http> {
  const config = kubeConfig(address);
  const base = new URL(config.getCurrentCluster()?.server ?? '');
  const credentials: https.RequestOptions = {};
  await config.applyToHTTPSOptions(credentials);
  const { agent: _, ...options } = credentials;
  const secure = base.protocol === 'https:';
  const agentOptions = { keepAlive: true, scheduling: 'lifo' as const };
  const agent = secure ? new https.Agent({ ...agentOptions, maxSockets: 8 }) : new http.Agent({ ...agentOptions, maxSockets: 8 });
  const watching = secure ? new https.Agent(agentOptions) : new http.Agent(agentOptions);

  const send = (request: Request, use: http.Agent, idleMs: number): Promise<http.IncomingMessage> =>
    new Promise((resolve, reject) => {
      const url = new URL(base.pathname.replace(/\/$/, '') + request.path, base);
      const body = request.body === undefined ? undefined : JSON.stringify(request.body);
      const headers: http.OutgoingHttpHeaders = { ...(options.headers as http.OutgoingHttpHeaders), accept: 'application/json' };
      if (body !== undefined) {
        headers['content-type'] = request.contentType ?? 'application/json';
        headers['content-length'] = Buffer.byteLength(body);
      }
      const call = (secure ? https : http).request(url, { ...options, method: request.method, agent: use, headers, signal }, resolve);
      call.setTimeout(idleMs, () => call.destroy(new Error(`no answer from ${base.origin} in ${idleMs} ms`)));
      call.on('error', reject);
      call.end(body);
    });

  return {
    async call(request) {
      const response = await send(request, agent, timeoutMs);
      const text = await bodyOf(response);
      const status = response.statusCode ?? 0;
      if (status < 200 || status > 299) throw refusal(status, text);
      return text === '' ? undefined : JSON.parse(text);
    },
    async stream(path, line) {
      // The server ends a watch after some minutes at the latest; silence beyond that means a dead connection.
      const response = await send({ method: 'GET', path }, watching, 700_000);
      if (response.statusCode !== 200) throw refusal(response.statusCode ?? 0, await bodyOf(response));
      for await (const text of createInterface({ input: response })) if (text !== '') line(JSON.parse(text));
    },
    close() {
      agent.destroy();
      watching.destroy();
    },
  };
}

function kubeConfig(address: ApiAddress): KubeConfig {
  const config = new KubeConfig();
  if ('kubeconfig' in address) {
    config.loadFromFile(address.kubeconfig);
    if (address.context) config.setCurrentContext(address.context);
    return config;
  }
  config.loadFromClusterAndUser(
    {
      name: 'lab',
      server: address.server,
      // Without TLS there is nothing to verify, and KubeConfig refuses plain HTTP unless told so.
      skipTLSVerify: address.insecure ?? address.server.startsWith('http:'),
      ...(address.ca ? { caData: Buffer.from(address.ca).toString('base64') } : {}),
    },
    { name: 'lab', ...(address.token ? { token: address.token } : {}) },
  );
  return config;
}

async function bodyOf(response: http.IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

function refusal(status: number, text: string): ApiError {
  try {
    const answer = JSON.parse(text) as { reason?: string; message?: string };
    return new ApiError(status, answer.reason ?? '', answer.message ?? text);
  } catch {
    return new ApiError(status, '', text.trim() || `HTTP ${status}`);
  }
}
