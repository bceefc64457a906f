/** From an endpoint to a link: configuration, jump hosts, bounded handshakes. */
import { join } from 'node:path';
import type { Client } from 'ssh2';
import type { Endpoint } from '../../core/inventory.ts';
import type { HostName } from '../../core/value.ts';
import type { TransportOptions } from '../index.ts';
import type { Link } from '../link.ts';
import type { Slots } from '../slots.ts';
import { sshConfig } from './config.ts';
import { connect } from './connect.ts';
import { KeyFiles } from './key-files.ts';
import { KnownHosts } from './known-hosts.ts';
import { hangUp, sshLink } from './link.ts';
import { hopOf, type Surroundings, type Target, targetOf } from './target.ts';

export interface Dialer {
  dial(host: HostName, endpoint: Extract<Endpoint, { via: 'ssh' }>): Promise<Link>;
  /** Closes the jump hosts' connections. */
  close(): Promise<void>;
}

/** Jump hosts are shared: one connection to a bastion serves every host behind it. */
export function sshDialer(options: TransportOptions, handshakes: Slots): Dialer {
  const file = options.sshConfigFile ?? join(options.home, '.ssh', 'config');
  const around: Surroundings = {
    home: options.home,
    env: options.env,
    config: sshConfig(file, options.home, (text) => options.onNotice?.({ severity: 'warning', text })),
  };
  const knownHosts = new KnownHosts();
  const keys = new KeyFiles();
  const hops = new Map<string, Promise<Client>>();
  const gone = new WeakSet<Client>();
  const note = (text: string) => options.onNotice?.({ severity: 'info', text });

  const open = async (target: Target, behind: readonly string[], again = true): Promise<Client> => {
    const via = await chain(target, behind);
    try {
      return await handshakes.run(() => connect({ target, via, knownHosts, keys, signal: options.signal, note }));
    } catch (error) {
      // That the jump host's connection had dropped may show only when it is used.
      if (again && via !== undefined && gone.has(via)) return open(target, behind, false);
      throw error;
    }
  };

  /** The last jump host before `target`; undefined where it is reached directly. `behind` keeps a hop from being its own jump host. */
  const chain = async (target: Target, behind: readonly string[]): Promise<Client | undefined> => {
    const names = target.jump.filter((hop) => !behind.includes(hop));
    let path = '';
    let via: Client | undefined;
    for (const [index, name] of names.entries()) {
      path += `>${name}`;
      const hop = hopOf(name, target, { ...around, first: index === 0 });
      const before = via;
      via = await shared(`${path} ${hop.user} ${hop.keyFile ?? ''}`, () =>
        before
          ? handshakes.run(() => connect({ target: hop, via: before, knownHosts, keys, signal: options.signal, note }))
          : open(hop, [...behind, ...names]),
      );
    }
    return via;
  };

  const shared = (key: string, dial: () => Promise<Client>): Promise<Client> => {
    const known = hops.get(key);
    if (known) return known;
    const dialled = dial();
    const forget = () => {
      if (hops.get(key) === dialled) hops.delete(key);
    };
    hops.set(key, dialled);
    dialled.then((client) => {
      const lost = () => {
        gone.add(client);
        forget();
      };
      client.on('error', lost).once('end', lost).once('close', lost);
    }, forget);
    return dialled;
  };

  return {
    async dial(host, endpoint) {
      const target = targetOf(host, endpoint, around);
      return sshLink(await open(target, []), host, target.user);
    },
    async close() {
      const clients = await Promise.allSettled(hops.values());
      for (const client of clients) if (client.status === 'fulfilled') hangUp(client.value);
    },
  };
}
