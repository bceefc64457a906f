/** The way to hosts, as the engine's Ports want it. */
import { PbError } from '../core/diagnostic.ts';
import type { Become, Endpoint } from '../core/inventory.ts';
import type { HostConnection, HostWriter } from '../core/module.ts';
import type { HostName } from '../core/value.ts';
import { localLink } from './local/link.ts';
import { type Dial, Pool } from './pool.ts';
import type { Script } from './s3/curl.ts';
import { hostReader } from './sh/reader.ts';
import type { Limits, Session } from './sh/session.ts';
import { hostWriter } from './sh/writer.ts';
import { Slots } from './slots.ts';
import type { Dialer } from './ssh/dial.ts';

export interface TransportOptions {
  /** Home directory of the user at the controller: ~/.ssh is looked for here. */
  readonly home: string;
  /** Instead of ~/.ssh/config; '' for none. */
  readonly sshConfigFile?: string;
  readonly env: NodeJS.ProcessEnv;
  /** How many handshakes may be under way at once (32). */
  readonly handshakes?: number;
  /** Ends everything: connections, commands, waiting. */
  readonly signal: AbortSignal;
  readonly limits?: Partial<Limits>;
  /** What the user should know and nobody asked: a new host key was recorded, a line of ~/.ssh/config was not understood. */
  onNotice?(notice: { readonly severity: 'info' | 'warning'; readonly text: string; readonly hint?: string }): void;
}

export interface Transports {
  /**
   * Fulfilled once the host answers as that user. `signal` bounds the connecting only.
   * Throws PbError unreachable, auth, host-key, become or interrupted.
   */
  connect(host: HostName, endpoint: Endpoint, become: Become | undefined, signal: AbortSignal): Promise<HostConnection>;
  /** For the apply branch only. */
  hostWriter(connection: HostConnection): HostWriter;
  /** Shell text run on the host of a connection, for transports that go through it. */
  script(connection: HostConnection): Script;
  reset(host: HostName): Promise<void>;
  close(): Promise<void>;
}

const LIMITS: Limits = { openMs: 60_000, askMs: 600_000, freshMs: 5000 };
const HANDSHAKES = 32;

export function createTransports(options: TransportOptions): Transports {
  const { dial, close: closeHops } = dialling(options);
  const pool = new Pool(dial, { ...LIMITS, ...options.limits });
  const sessions = new WeakMap<HostConnection, Session>();
  const connections = new WeakMap<Session, HostConnection>();
  const sessionOf = (connection: HostConnection): Session => {
    const session = sessions.get(connection);
    if (!session) throw new PbError('bug', 'this connection was not made by these transports');
    return session;
  };
  const close = () => pool.close().then(closeHops);
  options.signal.addEventListener('abort', close, { once: true });
  return {
    async connect(host, endpoint, become, signal) {
      const session = pool.session(host, endpoint, become);
      if (!session.alive) await unlessAborted(session.ready(), AbortSignal.any([signal, options.signal]), host);
      const known = connections.get(session);
      if (known) return known;
      // The link is the run's, not this caller's: closing the connection leaves it to the others.
      const connection: HostConnection = { reader: hostReader(session), close: async () => undefined };
      sessions.set(connection, session);
      connections.set(session, connection);
      return connection;
    },
    hostWriter: (connection) => hostWriter(sessionOf(connection)),
    script(connection) {
      const session = sessionOf(connection);
      return (script, input, signal) => session.run({ script, input, signal }, 'curl');
    },
    reset: (host) => pool.reset(host),
    async close() {
      options.signal.removeEventListener('abort', close);
      await close();
    },
  };
}

interface Dialling {
  readonly dial: Dial;
  close(): Promise<void>;
}

/** ssh is loaded when the first host needs it: a run without remote hosts starts faster. */
function dialling(options: TransportOptions): Dialling {
  const slots = new Slots(options.handshakes ?? HANDSHAKES);
  let ssh: Promise<Dialer> | undefined;
  return {
    async dial(host, endpoint) {
      if (endpoint.via === 'local') return localLink({ name: host, env: options.env, directory: endpoint.directory });
      ssh ??= import('./ssh/dial.ts').then(({ sshDialer }) => sshDialer(options, slots));
      return (await ssh).dial(host, endpoint);
    },
    close: async () => (await ssh)?.close(),
  };
}

async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal, host: HostName): Promise<T> {
  let onAbort: () => void = () => undefined;
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(new PbError('interrupted', `${host}: interrupted while connecting`, { cause: signal.reason }));
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
