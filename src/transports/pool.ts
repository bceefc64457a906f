/** All connections of a run: one link per host and way to reach it, on it one session per user. */
import { createHash } from 'node:crypto';
import { PbError } from '../core/diagnostic.ts';
import type { Become, Endpoint } from '../core/inventory.ts';
import type { Secret } from '../core/secret.ts';
import type { HostName } from '../core/value.ts';
import type { Link } from './link.ts';
import { type Limits, Session } from './sh/session.ts';
import { Slots } from './slots.ts';

/** Opens a link; bounded by the pool's signal and by the endpoint's own time limit. */
export type Dial = (host: HostName, endpoint: Endpoint) => Promise<Link>;

interface Entry {
  readonly host: HostName;
  readonly channels: Slots;
  readonly sessions: Map<string, Session>;
  link: Promise<Link> | undefined;
}

/** Left free on every link for framed shells, and for the shell that stops a command. */
const SPARE_CHANNELS = 4;

export class Pool {
  readonly #dial: Dial;
  readonly #limits: Limits;
  readonly #entries = new Map<string, Entry>();
  #closing: Promise<unknown> | undefined;

  constructor(dial: Dial, limits: Limits) {
    this.#dial = dial;
    this.#limits = limits;
  }

  /** The session of one user on a host: always the same one for the same endpoint. */
  session(host: HostName, endpoint: Endpoint, become: Become | undefined): Session {
    const entry = this.#entry(host, endpoint);
    const user = become
      ? `${become.method} ${become.user} ${become.exe ?? ''} ${trace(become.password)} ${become.flags?.join(' ') ?? ''}`
      : '';
    const known = entry.sessions.get(user);
    if (known) return known;
    const session = new Session({
      name: host,
      become,
      link: () => this.#link(entry, endpoint),
      channels: entry.channels,
      limits: this.#limits,
    });
    entry.sessions.set(user, session);
    return session;
  }

  /** Drops the host's links; whoever holds a session of it connects again with the next question. */
  async reset(host: HostName): Promise<void> {
    await Promise.all([...this.#entries.values()].filter((entry) => entry.host === host).map(drop));
  }

  async close(): Promise<void> {
    this.#closing ??= Promise.all([...this.#entries.values()].map(drop));
    await this.#closing;
  }

  #entry(host: HostName, endpoint: Endpoint): Entry {
    const password = endpoint.via === 'ssh' ? trace(endpoint.password) : '';
    const key = `${host} ${JSON.stringify(endpoint)} ${password}`;
    let entry = this.#entries.get(key);
    if (!entry) {
      const size = endpoint.via === 'local' ? 16 : SSH_SESSIONS - SPARE_CHANNELS;
      entry = { host, channels: new Slots(size), sessions: new Map(), link: undefined };
      this.#entries.set(key, entry);
    }
    return entry;
  }

  async #link(entry: Entry, endpoint: Endpoint): Promise<Link> {
    const known = entry.link;
    const link = await known?.catch(() => undefined);
    if (this.#closing) throw new PbError('interrupted', `${entry.host}: the run is over`);
    if (link?.alive) return link;
    // Whoever comes first dials; the others wait for the same link.
    if (entry.link === known) entry.link = this.#dial(entry.host, endpoint);
    return entry.link ?? this.#link(entry, endpoint);
  }
}

/** Two passwords are two ways: the one that was wrong must not stand for the one that is right. */
const trace = (password: Secret | undefined): string =>
  password === undefined ? '' : createHash('sha256').update(password.reveal()).digest('hex');

/** sshd's MaxSessions as it comes. */
const SSH_SESSIONS = 10;

async function drop(entry: Entry): Promise<void> {
  const link = await entry.link?.catch(() => undefined);
  entry.link = undefined;
  await Promise.all([...entry.sessions.values()].map((session) => session.close()));
  await link?.close();
}
