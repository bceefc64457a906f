/** Registries, layouts and archives: one set of connections for each way to reach them, kept until the run's end. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PbError } from '../../core/diagnostic.ts';
import type { RegistryConnection, RegistryWriter } from '../../core/module.ts';
import type { CopyOutcome, ImageRef, RegistryAccess } from '../../core/registry.ts';
import type { Redactor } from '../../core/secret.ts';
import { archiveStore } from './archive.ts';
import { Auth } from './auth.ts';
import { type AuthFile, type Credentials, credentialsFor, fromHome, loadAuthFile } from './authfile.ts';
import { createHttp, type Http } from './http.ts';
import { layoutStore } from './layout.ts';
import { createPatience } from './patience.ts';
import { createReader } from './reader.ts';
import { remoteStore } from './remote.ts';
import { createSession, type Session } from './session.ts';
import type { Sink } from './store.ts';
import { createWriter } from './writer.ts';

export interface RegistryOptions {
  readonly env: NodeJS.ProcessEnv;
  /** Ends everything that looks; steps have a signal of their own. */
  readonly signal: AbortSignal;
  readonly redactor: Redactor;
  /** The first pause between tries, doubled; 500 ms. */
  readonly pauseMs?: number;
}

/** In a lab: every registry is this server, asked under the registry's own name, and paths of the controller begin at this folder. */
export interface Stage {
  readonly url: string;
  readonly root: string;
}

export interface Registries {
  /** For one task: it remembers how the task's copies ended. Talks to nobody yet. */
  registry(access: RegistryAccess, stage?: Stage): RegistryConnection;
  registryWriter(connection: RegistryConnection): RegistryWriter;
  close(): Promise<void>;
}

export function createRegistries(options: RegistryOptions): Registries {
  const shared = new Map<string, { readonly http: Http; readonly sessions: (mayWrite: boolean) => Session }>();
  const writers = new WeakMap<RegistryConnection, RegistryWriter>();
  return {
    registry(access, stage) {
      const key = JSON.stringify([Object.entries(access).sort(([a], [b]) => (a < b ? -1 : 1)), stage]);
      const reach = shared.get(key) ?? reachOf(access, stage, options);
      shared.set(key, reach);
      const outcomes = new Map<string, CopyOutcome>();
      const place = (path: string): string => (stage ? join(stage.root, path) : path);
      const stores = { layout: layoutStore(place), archive: archiveStore(place) };
      const storeOf = (session: Session) => {
        const remote = remoteStore(session);
        return (image: ImageRef): Sink => (image.in === 'registry' ? remote : stores[image.in]);
      };
      const reading = reach.sessions(false);
      const connection: RegistryConnection = {
        reader: createReader({ storeOf: storeOf(reading), outcomes, signal: options.signal, place }),
      };
      const writing = reach.sessions(true);
      writers.set(connection, createWriter({ session: writing, storeOf: storeOf(writing), outcomes, place }));
      return connection;
    },
    registryWriter(connection) {
      const writer = writers.get(connection);
      if (!writer) throw new PbError('bug', 'a writer was asked for a connection that was not made here');
      return writer;
    },
    async close() {
      for (const { http } of shared.values()) http.close();
      shared.clear();
    },
  };
}

/** What tasks share that reach registries in the same way: connections, tokens, the authfile. */
function reachOf(access: RegistryAccess, stage: Stage | undefined, { env, signal, redactor, pauseMs = 500 }: RegistryOptions) {
  const { authfile, ca_file, username, password, insecure_registries = [], retries = 5 } = access;
  const ca = async (): Promise<string | undefined> => (ca_file === undefined ? undefined : readCa(fromHome(ca_file)));
  const http = createHttp({ ca, insecure: new Set(insecure_registries), ...(stage ? { via: stage.url } : {}) });
  const auth = new Auth(http, redactor);
  let file: Promise<AuthFile> | undefined;
  const credentials = async (host: string, repository: string): Promise<Credentials | undefined> => {
    if (password !== undefined) return { username: username ?? 'pb', password };
    file ??= stage ? Promise.resolve(new Map()) : loadAuthFile(authfile, env, redactor);
    return credentialsFor(await file, host, repository);
  };
  const patiently = createPatience({ retries, pauseMs });
  return { http, sessions: (mayWrite: boolean) => createSession({ http, auth, credentials, patiently, signal, mayWrite }) };
}

async function readCa(path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch((error: Error) => {
    throw new PbError('args', `ca_file ${path} cannot be read: ${error.message}`);
  });
  if (!text.includes('-----BEGIN CERTIFICATE-----')) throw new PbError('args', `ca_file ${path} holds no certificate in PEM form`);
  return text;
}
