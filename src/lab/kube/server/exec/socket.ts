/** pods/exec and pods/attach over WebSocket: v5 and v4 of the channel protocol. The first byte of a message names the stream. */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { PassThrough } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { ContainerRef, ExecHandler } from './handlers.ts';

const protocols = ['v5.channel.k8s.io', 'v4.channel.k8s.io'];
const channel = { stdin: 0, stdout: 1, stderr: 2, error: 3, close: 255 };

const server = new WebSocketServer({
  noServer: true,
  handleProtocols: (offered) => protocols.find((one) => offered.has(one)) ?? false,
});

export interface Conversation extends ContainerRef {
  readonly command: readonly string[];
  readonly tty: boolean;
  readonly streams: { readonly stdin: boolean; readonly stdout: boolean; readonly stderr: boolean };
}

export interface Upgrade {
  readonly request: IncomingMessage;
  readonly socket: Duplex;
  readonly head: Buffer;
}

/** Answers the upgrade and runs the command on it. */
export function serveStreams({ request, socket, head }: Upgrade, exec: Conversation, run: ExecHandler): void {
  server.handleUpgrade(request, socket, head, (connection) => void converse(connection, exec, run));
}

async function converse(connection: WebSocket, exec: Conversation, run: ExecHandler): Promise<void> {
  const stdin = new PassThrough();
  const gone = new AbortController();
  const send = (to: number, data: string | Uint8Array): void => {
    const bytes = Buffer.from(data as Uint8Array);
    if (bytes.length > 0 && connection.readyState === connection.OPEN) connection.send(Buffer.concat([Buffer.from([to]), bytes]));
  };
  if (!exec.streams.stdin) stdin.end();
  connection.on('message', (data: Buffer) => {
    if (data[0] === channel.stdin) stdin.write(data.subarray(1));
    else if (data[0] === channel.close && data[1] === channel.stdin) stdin.end();
  });
  connection.on('close', () => {
    stdin.end();
    gone.abort();
  });
  const { namespace, pod, container, command, tty, streams } = exec;
  const out =
    (to: number, wanted: boolean) =>
    (data: string | Uint8Array): void => {
      if (wanted) send(to, data);
    };
  let status: object;
  try {
    const code = await run({
      ...{ namespace, pod, container, command, tty, stdin, signal: gone.signal },
      ...{ stdout: out(channel.stdout, streams.stdout), stderr: out(tty ? channel.stdout : channel.stderr, streams.stderr || tty) },
    });
    status = code === 0 ? { metadata: {}, status: 'Success' } : exitStatus(code);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    status = {
      metadata: {},
      status: 'Failure',
      reason: 'InternalError',
      message: `Internal error occurred: ${message}`,
      details: { causes: [{ message }] },
      code: 500,
    };
  }
  send(channel.error, JSON.stringify(status));
  connection.close(1000);
}

const exitStatus = (code: number): object => ({
  metadata: {},
  status: 'Failure',
  reason: 'NonZeroExitCode',
  message: `command terminated with non-zero exit code: error executing command, exit code ${code}`,
  details: { causes: [{ reason: 'ExitCode', message: String(code) }] },
});
