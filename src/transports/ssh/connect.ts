/** One ssh connection, up to the point where commands can be started on it. */
import { type Socket, connect as tcp } from 'node:net';
import type { Duplex } from 'node:stream';
import { Client } from 'ssh2';
import { PbError } from '../../core/diagnostic.ts';
import { authFor } from './auth.ts';
import { unreachable } from './errors.ts';
import { expectedKeys, hostKeyAlgorithms, judge } from './host-key.ts';
import type { KeyFiles } from './key-files.ts';
import { fingerprint, type KnownHosts, keyType, knownName } from './known-hosts.ts';
import type { Target } from './target.ts';

export interface Connecting {
  readonly target: Target;
  /** The hop before it, when it is not reached directly. */
  readonly via: Client | undefined;
  readonly knownHosts: KnownHosts;
  readonly keys: KeyFiles;
  readonly signal: AbortSignal;
  note(text: string): void;
}

const KEEPALIVE_MS = 15_000;
const KEEPALIVES_UNANSWERED = 4;

/** Handshake and login may take this many times the time limit for connecting: name servers and PAM are slow. */
const LOGIN_FACTOR = 4;

/** Throws PbError unreachable, host-key, auth or interrupted. */
export async function connect(connecting: Connecting): Promise<Client> {
  const { target, knownHosts } = connecting;
  const auth = authFor(target, connecting.keys);
  const expected = expectedKeys(target, knownHosts);
  const sock = await socket(connecting);
  const client = new Client();
  let refusal: PbError | undefined;
  let fresh: Buffer | undefined;
  let onAbort: () => void = () => undefined;
  const ready = new Promise<void>((resolve, reject) => {
    client.once('ready', resolve);
    client.on('error', (error) => {
      // One method that failed is not the end: ssh2 goes on with the next.
      if (error.level === 'agent') return;
      if (error.level === 'client-authentication') return reject(auth.failure());
      reject(refusal ?? unreachable(target, error));
    });
    client.once('close', () => reject(refusal ?? unreachable(target, new Error('the host closed the connection'))));
    onAbort = () => reject(interrupted(target));
    connecting.signal.addEventListener('abort', onAbort, { once: true });
  });
  client.connect({
    sock,
    username: target.user,
    authHandler: auth.handler,
    readyTimeout: target.connectTimeoutMs * LOGIN_FACTOR,
    keepaliveInterval: KEEPALIVE_MS,
    keepaliveCountMax: KEEPALIVES_UNANSWERED,
    algorithms: { serverHostKey: hostKeyAlgorithms(expected) as never, compress: ['none'] },
    hostVerifier: (key: Buffer) => {
      const verdict = judge(key, expected, target);
      if (verdict.is === 'refused') refusal = verdict.error;
      if (verdict.is === 'new') fresh = key;
      return verdict.is !== 'refused';
    },
  });
  try {
    await ready;
    if (fresh) await remember(connecting, fresh);
    return client;
  } catch (error) {
    client.destroy();
    sock.destroy();
    throw error;
  } finally {
    connecting.signal.removeEventListener('abort', onAbort);
  }
}

/** A new key is written down only once the login worked: a wrong address should leave no trace. */
async function remember({ target, knownHosts, note }: Connecting, key: Buffer): Promise<void> {
  const file = target.knownHosts[0];
  if (file === undefined) return;
  const name = knownName(target.hostKeyAlias ?? target.address, target.port);
  await knownHosts.add(file, name, key);
  note(`${target.name}: recorded the host key of ${name} in ${file}: ${keyType(key)} ${fingerprint(key)}`);
}

function socket({ target, via, signal }: Connecting): Promise<Duplex> {
  if (signal.aborted) return Promise.reject(interrupted(target));
  return via ? tunnel(target, via) : direct(target, signal);
}

function direct(target: Target, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const sock = tcp({ host: target.address, port: target.port, noDelay: true });
    const fail = (error: Error) => {
      done();
      sock.destroy();
      reject(error);
    };
    const onAbort = () => fail(interrupted(target));
    const onError = (error: Error) => fail(unreachable(target, error));
    const timer = setTimeout(() => fail(unreachable(target, new Error('timeout'), target.connectTimeoutMs)), target.connectTimeoutMs);
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      sock.off('error', onError);
    };
    signal.addEventListener('abort', onAbort, { once: true });
    sock.once('error', onError);
    sock.once('connect', () => {
      done();
      resolve(sock);
    });
  });
}

function tunnel(target: Target, via: Client): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(unreachable(target, new Error('timeout'), target.connectTimeoutMs)), target.connectTimeoutMs);
    const failed = (error: Error) => {
      clearTimeout(timer);
      reject(unreachable(target, new Error(`the jump host could not connect to it: ${error.message}`)));
    };
    try {
      via.forwardOut('127.0.0.1', 0, target.address, target.port, (error, channel) => {
        clearTimeout(timer);
        if (error) failed(error);
        else resolve(channel);
      });
    } catch (error) {
      failed(error as Error);
    }
  });
}

const interrupted = (target: Target): PbError => new PbError('interrupted', `${target.name}: interrupted while connecting`);
