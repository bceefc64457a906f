/** Clusters: one client for each that the run talks to, kept until its end. */
import { setMaxListeners } from 'node:events';
import { type ClusterTarget, clusterTarget } from '../../core/cluster.ts';
import { PbError } from '../../core/diagnostic.ts';
import type { KubeConnection, KubeWriter } from '../../core/module.ts';
import type { Redactor } from '../../core/secret.ts';
import { createApi } from './api.ts';
import { type Env, loadConfig } from './config.ts';
import { createDiscovery } from './discovery.ts';
import { createExec } from './exec.ts';
import { fenced } from './fence.ts';
import { createHttp } from './http.ts';
import { createPatience } from './patience.ts';
import { createReader } from './reader.ts';
import { secretsOf } from './secrets.ts';
import type { Session } from './session.ts';
import { changed } from './watch.ts';
import { createWriter } from './writer.ts';

export interface ClusterOptions {
  readonly env: Env;
  /** Ends everything that looks or waits; steps have a signal of their own. */
  readonly signal: AbortSignal;
  readonly redactor: Redactor;
  /** How long to go on trying while the API server is away; 60 s. */
  readonly patienceMs?: number;
  /** The first pause between tries; 250 ms, doubled up to 5 s. */
  readonly pauseMs?: number;
  /** What the user should know and nobody asked: the API server is away, and back. */
  onNotice?(notice: { readonly severity: 'info' | 'warning'; readonly text: string; readonly hint?: string }): void;
}

export interface Clusters {
  /** The same target gives the same connection. Throws PbError 'kube' where the target is no cluster; talks to none yet. */
  cluster(target: ClusterTarget, signal: AbortSignal): Promise<KubeConnection>;
  kubeWriter(connection: KubeConnection): KubeWriter;
  close(): Promise<void>;
}

export function createClusters(options: ClusterOptions): Clusters {
  const connections = new Map<string, Promise<KubeConnection>>();
  const writers = new WeakMap<KubeConnection, KubeWriter>();
  return {
    cluster(given) {
      const target = clusterTarget(given, options.env);
      const key = JSON.stringify(Object.entries(target).sort(([a], [b]) => (a < b ? -1 : 1)));
      const known = connections.get(key);
      if (known) return known;
      for (const secret of secretsOf(target)) options.redactor.add(secret);
      const made = connect(target, options, writers);
      connections.set(key, made);
      made.catch(() => connections.delete(key));
      return made;
    },
    kubeWriter(connection) {
      const writer = writers.get(connection);
      if (!writer) throw new PbError('bug', 'a writer was asked for a connection that was not made here');
      return writer;
    },
    async close() {
      const all = await Promise.allSettled(connections.values());
      connections.clear();
      await Promise.all(all.map((one) => (one.status === 'fulfilled' ? one.value.close() : undefined)));
    },
  };
}

async function connect(
  target: ClusterTarget,
  options: ClusterOptions,
  writers: WeakMap<KubeConnection, KubeWriter>,
): Promise<KubeConnection> {
  const { redactor } = options;
  const config = await loadConfig(target, options.env);
  const http = createHttp(config, redactor);
  const closed = new AbortController();
  const ended = AbortSignal.any([options.signal, closed.signal]);
  // Every request under way listens to it: many at once are no leak.
  setMaxListeners(0, ended);
  const patience = {
    patienceMs: options.patienceMs ?? 60_000,
    pauseMs: options.pauseMs ?? 250,
    notice: (text: string) => options.onNotice?.({ severity: 'warning', text }),
  };
  const patient = createPatience(http.server, patience);
  const api = createApi(fenced(http), patient, ended);
  const session: Session = { api, discovery: createDiscovery(api), redactor, seen: new Map(), exec: createExec(config, ended) };
  const connection: KubeConnection = {
    reader: createReader(session),
    changed: (queries, timeoutMs, signal) => changed(session, queries, timeoutMs, AbortSignal.any([signal, ended])),
    close: async () => {
      closed.abort(new PbError('interrupted', 'the connection to the cluster was closed'));
      http.close();
    },
  };
  writers.set(connection, createWriter(session, createApi(http, patient, ended)));
  return connection;
}
