/** The engine's ports, made of the real things. */
import { setMaxListeners } from 'node:events';
import type { Clock, Ports } from '../core/engine.ts';
import type { RunEvent } from '../core/event.ts';
import type { Redactor } from '../core/secret.ts';
import { checkArgs, loadInclude } from '../plan/index.ts';
import { matchHosts, readVars, type VaultPassword } from '../project/index.ts';
import { createTransports, type Transports } from '../transports/index.ts';
import { type Clusters, createClusters } from '../transports/kube/index.ts';
import { createRegistries, type Registries } from '../transports/registry/index.ts';
import { createStores, type Stores } from '../transports/s3/index.ts';
import { filesFor } from './files.ts';
import type { Interrupt } from './interrupt.ts';
import type { Language } from './language.ts';

export interface PortParts {
  readonly language: Language;
  readonly redactor: Redactor;
  readonly interrupt: Interrupt;
  readonly home: string;
  readonly clock: Clock;
  readonly emit: (event: RunEvent) => void;
  /** Passwords for vaulted files of variables that tasks name. */
  readonly vault?: readonly VaultPassword[];
  /** Variables that say which cluster is meant, where tasks do not; those of pb's own environment where left out. */
  readonly clusterEnv?: { readonly [name: string]: string };
  /** --step. */
  readonly confirm?: NonNullable<Ports['confirm']>;
  /** meta: refresh_inventory. */
  readonly refresh?: NonNullable<Ports['refresh']>;
}

export interface MadePorts {
  readonly ports: Ports;
  readonly transports: Transports;
  readonly clusters: Clusters;
  readonly registries: Registries;
  readonly stores: Stores;
  close(): Promise<void>;
}

export async function portsFor(parts: PortParts): Promise<MadePorts> {
  const { language, redactor, interrupt, clock } = parts;
  const ended = new AbortController();
  const signal = AbortSignal.any([ended.signal, interrupt.kill]);
  // Every connection and step under way listens.
  setMaxListeners(0, signal, interrupt.stop, interrupt.kill);
  const onNotice = (notice: { severity: 'info' | 'warning'; text: string; hint?: string }): void =>
    parts.emit({ type: 'notice', at: clock.now(), ...notice, text: redactor.text(notice.text) });
  const transports = createTransports({ home: parts.home, env: process.env, signal, onNotice });
  const clusters = createClusters({ env: parts.clusterEnv ?? process.env, signal, redactor, onNotice });
  const registries = createRegistries({ env: process.env, signal, redactor });
  const stores = createStores({ env: process.env, signal, redactor, script: (on) => transports.script(on) });
  const loading = { engine: language.engine, vault: parts.vault ?? [], onSecret: (value: string) => redactor.add(value) };
  const vars = (path: string) => readVars(path, loading);
  const ports: Ports = {
    connect: (host, endpoint, become, abort) => transports.connect(host, endpoint, become, abort),
    cluster: (target, abort) => clusters.cluster(target, abort),
    registry: (access) => registries.registry(access),
    store: (target, from) => stores.store(target, from),
    reset: (host) => transports.reset(host),
    checkArgs,
    include: loadInclude,
    match: (patterns, inventory) => matchHosts(inventory, patterns).hosts,
    files: (scope, role, taskFile) => ({
      ...filesFor({ playbookDir: String(scope.get('playbook_dir')), role, taskFile }, scope, language),
      vars,
    }),
    ...(parts.confirm ? { confirm: parts.confirm } : {}),
    ...(parts.refresh ? { refresh: parts.refresh } : {}),
    clock,
    stop: interrupt.stop,
    kill: interrupt.kill,
    redactor,
    emit: parts.emit,
  };
  return {
    ports,
    transports,
    clusters,
    registries,
    stores,
    async close() {
      ended.abort();
      await Promise.all([transports.close(), clusters.close(), registries.close()]);
    },
  };
}
