/** Commands in containers: pods/exec over a WebSocket. */
import { stringify } from 'node:querystring';
import type { Exec as ExecClient, KubeConfig } from '@kubernetes/client-node';
import { PbError } from '../../core/diagnostic.ts';
import type { Output } from '../../core/probe.ts';
import { isObject } from '../../core/value.ts';
import { library } from './config.ts';
import type { Exec, ExecCall } from './session.ts';

// Channels of the protocol: the first byte of every message.
const STDIN = 0;
const STDOUT = 1;
const STDERR = 2;
const STATUS = 3;
const CLOSE = 255;
/** Bytes of input in a message: servers limit its size. */
const CHUNK = 32 * 1024;
/** The server hangs up once everything is sent; after the status it gets this long. */
const LINGER_MS = 3000;

type Socket = Awaited<ReturnType<ExecClient['handler']['connect']>>;

export const createExec =
  (config: KubeConfig, ended: AbortSignal): Exec =>
  async (call, signal = ended) => {
    const { Exec: Client } = await library();
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    let status: ExecStatus | undefined;
    let linger: (() => void) | undefined;
    const onMessage = (channel: number, data: Buffer): boolean => {
      if (channel === STDOUT) out.push(data);
      else if (channel === STDERR) err.push(data);
      else if (channel === STATUS && data.length > 0) {
        status = JSON.parse(data.toString('utf8')) as ExecStatus;
        linger?.();
      }
      return true;
    };
    signal.throwIfAborted();
    const socket = await new Client(config).handler.connect(pathOf(call), null, onMessage).catch((error: unknown) => {
      throw refused(error, call, config);
    });
    await new Promise<void>((resolve, reject) => {
      const stop = () => {
        socket.terminate();
        reject(signal.reason);
      };
      if (signal.aborted) return stop();
      signal.addEventListener('abort', stop, { once: true });
      const end = () => {
        signal.removeEventListener('abort', stop);
        resolve();
      };
      socket.addEventListener('close', end);
      linger = () => {
        const timer = setTimeout(() => socket.terminate(), LINGER_MS);
        socket.addEventListener('close', () => clearTimeout(timer));
      };
      if (status) linger();
      if (call.stdin !== undefined) sendInput(socket, call.stdin, reject);
    });
    const bytes = Buffer.concat(out);
    return { ...outcome(call, status, { stdout: bytes.toString('utf8'), stderr: Buffer.concat(err).toString('utf8') }), bytes };
  };

const pathOf = ({ namespace, pod, container, argv, stdin }: ExecCall): string => {
  const query = {
    stdout: true,
    stderr: true,
    stdin: stdin !== undefined,
    tty: false,
    command: [...argv],
    ...(container ? { container } : {}),
  };
  return `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(pod)}/exec?${stringify(query)}`;
};

function sendInput(socket: Socket, input: string | Uint8Array, reject: (error: PbError) => void): void {
  // Only the fifth version of the protocol can say where input ends; a command reading it would wait for ever.
  if (socket.protocol !== 'v5.channel.k8s.io') {
    socket.terminate();
    return reject(new PbError('kube', 'this API server cannot pass the end of standard input on (it needs Kubernetes 1.30)'));
  }
  const bytes = Buffer.from(input);
  for (let at = 0; at < bytes.length; at += CHUNK) socket.send(Buffer.concat([Buffer.from([STDIN]), bytes.subarray(at, at + CHUNK)]));
  socket.send(Buffer.from([CLOSE, STDIN]));
}

interface ExecStatus {
  readonly status?: string;
  readonly message?: string;
  readonly reason?: string;
  readonly details?: { readonly causes?: readonly { readonly reason?: string; readonly message?: string }[] };
}

function outcome(call: ExecCall, status: ExecStatus | undefined, said: Omit<Output, 'code'>): Output {
  const where = `${call.namespace}/${call.pod}`;
  if (!status) {
    throw new PbError('unreachable', `the connection to pod ${where} broke before "${call.argv[0]}" ended: it may still be running`, {
      details: { output: { code: -1, ...said } },
    });
  }
  if (status.status === 'Success') return { code: 0, ...said };
  const cause = status.details?.causes?.find(({ reason }) => reason === 'ExitCode');
  if (cause) return { code: Number(cause.message), ...said };
  throw new PbError('kube', `"${call.argv[0]}" could not be run in pod ${where}: ${status.message ?? status.reason ?? 'no reason given'}`, {
    details: { output: { code: -1, ...said } },
  });
}

const HINTS: { readonly [code: string]: string } = {
  '400': 'check that the pod runs, and name one of its containers with container:',
  '401': 'log in again (oc login) or check api_key, context and kubeconfig',
  '403': 'grant a role with get and create on pods/exec',
  '404': 'the pod does not exist (any more)',
};

/** The library tells the answer's code only as text. */
function refused(error: unknown, { namespace, pod }: ExecCall, config: KubeConfig): PbError {
  const message = isObject(error) || error instanceof Object ? String((error as { message?: unknown }).message ?? error) : String(error);
  const code = /Unexpected server response: (\d+)/.exec(message)?.[1];
  if (code) {
    const hint = HINTS[code];
    return new PbError('kube', `no command can be run in pod ${namespace}/${pod}: the API server answers ${code}`, {
      ...(hint ? { hint } : {}),
      details: { status: Number(code) },
    });
  }
  return new PbError('unreachable', `the API server ${config.getCurrentCluster()?.server} does not answer: ${message}`, {
    retryable: true,
  });
}
