/** The fleet: hosts, groups and how to reach them. Made by project/inventory, read by everyone. */
import type { Span } from './diagnostic.ts';
import type { Layer } from './precedence.ts';
import type { Secret } from './secret.ts';
import type { HostName } from './value.ts';

export interface Host {
  readonly name: HostName;
  /** Every group it is in, ancestors too, without `all`; sorted by depth, then name: the order in which group variables win. */
  readonly groups: readonly string[];
  /** Variables from the inventory and from group_vars and host_vars beside it. */
  readonly layers: readonly Layer[];
  readonly at?: Span;
  /** localhost where no inventory names it: usable by name, member of no group. */
  readonly implicit?: true;
}

export interface Inventory {
  readonly hosts: ReadonlyMap<HostName, Host>;
  /** Members of each group, those of its children included, in the order they are listed there; holds `all` and `ungrouped`. */
  readonly groups: ReadonlyMap<string, readonly HostName[]>;
  /** The inventory files or directories, as given. */
  readonly sources: readonly string[];
  readonly joining?: Joining;
}

/** What a host gets that a task adds or puts into a group. */
export interface Joining {
  /** Variables of a group, and the groups it stands in; of files for groups that no source names, too. */
  readonly groups: ReadonlyMap<string, { readonly layers: readonly Layer[]; readonly parents: readonly string[] }>;
  /** Of files for hosts that no source names. */
  readonly hosts: ReadonlyMap<string, readonly Layer[]>;
}

/** How to reach one host, from its `ansible_*` variables. */
export type Endpoint =
  /** `directory`: where its commands run; left out: where pb itself does. */
  | { readonly via: 'local'; readonly directory?: string }
  | {
      readonly via: 'ssh';
      readonly address: string;
      /** 0: as ~/.ssh/config says, else 22. */
      readonly port: number;
      /** '': as ~/.ssh/config says, else the local user. */
      readonly user: string;
      readonly keyFile?: string;
      readonly password?: Secret;
      /** `[user@]host[:port]` of each jump host, first hop first; empty: ProxyJump of ~/.ssh/config; ['none']: no jump host. */
      readonly jump: readonly string[];
      /** Left out: StrictHostKeyChecking of ~/.ssh/config, else strict. */
      readonly hostKeys?: 'strict' | 'accept-new' | 'off';
      /** Extra known_hosts files, and one key given in the inventory (`ansible_host_key`). */
      readonly knownHosts: readonly string[];
      readonly hostKey?: string;
      /** Left out: ConnectTimeout of ~/.ssh/config, else 10 s. */
      readonly connectTimeoutMs?: number;
    };

export interface Become {
  readonly method: 'sudo';
  readonly user: string;
  readonly password?: Secret;
  /** sudo's path, or its name on the PATH of the login user; by default sudo. */
  readonly exe?: string;
  /** Further options of sudo's: ["-E"]. */
  readonly flags?: readonly string[];
}
