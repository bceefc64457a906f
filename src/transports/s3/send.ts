/** One HTTP request to a store and its answer, sent by this machine. Knows nothing of S3. */
import { type IncomingMessage, request as plain } from 'node:http';
import { request as tls } from 'node:https';
import { unreached } from './trouble.ts';

export interface Sent {
  readonly method: string;
  readonly url: URL;
  readonly headers: { readonly [name: string]: string };
  readonly body: Buffer;
}

export interface Raw {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: { readonly [name: string]: string };
  readonly body: Buffer;
}

/** The way to a store. */
export interface Sender {
  /** Throws PbError 'failed' where nobody answers. */
  send(sent: Sent, signal: AbortSignal): Promise<Raw>;
  /** ms since the epoch, by the clock of the machine that asks. */
  now(signal: AbortSignal): Promise<number>;
  /** How messages name that machine: "this machine", "worker01". */
  readonly name: string;
}

export interface Trust {
  readonly ca: string | undefined;
  readonly strict: boolean;
}

/** Between two bytes. */
const SILENCE_MS = 60_000;

export function directSender({ ca, strict }: Trust): Sender {
  return {
    name: 'this machine',
    now: async () => Date.now(),
    send: (sent, signal) =>
      new Promise<IncomingMessage>((resolve, reject) => {
        const options = { method: sent.method, headers: { ...sent.headers, 'content-length': sent.body.length }, signal };
        const request =
          sent.url.protocol === 'http:'
            ? plain(sent.url, options, resolve)
            : tls(sent.url, { ...options, ...(ca === undefined ? {} : { ca }), rejectUnauthorized: strict }, resolve);
        request.setTimeout(SILENCE_MS, () => request.destroy(Object.assign(new Error('no answer in time'), { code: 'ETIMEDOUT' })));
        request.once('error', reject);
        request.end(sent.body);
      })
        .then(whole)
        .catch((error: unknown) => {
          throw signal.aborted ? signal.reason : unreached(String((error as { code?: unknown }).code ?? ''), error as Error, sent.url);
        }),
  };
}

async function whole(message: IncomingMessage): Promise<Raw> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  const headers = Object.fromEntries(Object.entries(message.headers).map(([name, value]) => [name, [value].flat().join(', ')]));
  return { status: message.statusCode ?? 0, headers, body: Buffer.concat(chunks) };
}
