/**
 * The lab's API server. It answers as kube-apiserver 1.36 does (test/kube-contract holds both to the same answers), except for what it leaves
 * out: the cost limits of CEL rules, quotas with scopes and of what grows later, webhooks, aggregated APIs, OpenAPI v2, signing of certificates, and of
 * pods port-forward, proxy, resize and ephemeral containers. Of the controllers it has garbage collection, namespaces with their accounts, disruption budgets, quotas, and custom resource definitions; volumes, workloads and what nodes do are the
 * operators' (lab/kube/operators).
 */
import { countQuotas } from './admission/quotas.ts';
import type { Api } from './api.ts';
import { Authorizer } from './auth/authorizer.ts';
import { type Credentials, createAuthority } from './auth/certificates.ts';
import { kubeconfigText } from './auth/kubeconfig.ts';
import { admin, controllerName, nobody, type User, Users } from './auth/users.ts';
import type { ExecHandler, LogHandler } from './exec/handlers.ts';
import { countBudgets } from './gc/budgets.ts';
import { serveDefinitions } from './gc/definitions.ts';
import { tendNamespaces } from './gc/namespaces.ts';
import { collectGarbage } from './gc/owners.ts';
import type { Intercept } from './http/fault.ts';
import { HttpServer } from './http/server.ts';
import type { Obj } from './json.ts';
import { Registry } from './kinds/registry.ts';
import { parseManifests } from './manifests.ts';
import { seed } from './seed.ts';
import { Store } from './store/store.ts';
import { systemObjects } from './system-objects.ts';

export interface ApiOptions {
  /** Manifests to begin with, as YAML texts: custom resource definitions first of all. */
  readonly manifests?: readonly string[];
  readonly exec?: ExecHandler;
  readonly logs?: LogHandler;
  readonly intercept?: Intercept;
  readonly now?: () => Date;
}

export type UserName = 'admin' | 'nobody';

export interface LabApi {
  /** https://127.0.0.1:PORT */
  readonly url: string;
  readonly caPem: string;
  readonly tokens: Readonly<Record<UserName, string>>;
  /** The admin's client certificate. */
  readonly adminCert: Credentials;
  readonly store: Store;
  /** The text of a kubeconfig file: the admin by certificate, others by token. */
  kubeconfig(user?: UserName): string;
  /** Creates objects as the admin does, without asking for more than the kind's own rules; those that are there stay. */
  load(objects: readonly Obj[]): void;
  /** A token for one more user, with these groups. */
  tokenFor(name: string, groups?: readonly string[]): string;
  /** Refuses connections from now on, and cuts those there are; what is stored stays. */
  interrupt(): Promise<void>;
  /** Answers again, at the same address. */
  resume(): Promise<void>;
  /** interrupt and resume: every connection is cut once. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

export async function startApi(options: ApiOptions = {}): Promise<LabApi> {
  const now = options.now ?? (() => new Date());
  const authority = createAuthority(now());
  const store = new Store();
  const users = new Users();
  let addresses = 1;
  const api: Api = {
    ...{ store, registry: new Registry(), authorizer: new Authorizer(store), now, caPem: authority.cert },
    ...{ exec: options.exec, logs: options.logs },
    nextClusterIP: () => {
      addresses++;
      return `10.96.${Math.floor(addresses / 250)}.${addresses % 250}`;
    },
    tokenFor: (namespace, account) => users.accountToken(namespace, account, now()),
  };
  const stops = [serveDefinitions(api), collectGarbage(api), tendNamespaces(api), countBudgets(api), countQuotas(api)];
  const load = (objects: readonly Obj[]): void => seed(api, objects, controllerName);
  load(systemObjects());
  for (const manifest of options.manifests ?? []) load(parseManifests(manifest));

  const server = new HttpServer({ api, users, caPem: authority.cert, certificate: authority.server(), intercept: options.intercept });
  await server.listen();
  const url = `https://127.0.0.1:${server.port}`;
  const adminCert = authority.client({ commonName: admin.name, organization: 'system:masters' });
  const tokens = { admin: users.token(admin), nobody: users.token(nobody) };
  return {
    ...{ url, caPem: authority.cert, tokens, adminCert, store, load },
    kubeconfig: (user = 'admin') =>
      kubeconfigText({ url, caPem: authority.cert, name: user, credential: user === 'admin' ? adminCert : { token: tokens[user] } }),
    tokenFor: (name, groups = []) => users.token({ name, groups: [...groups, 'system:authenticated'] } satisfies User),
    interrupt: () => server.close(),
    resume: () => server.listen(),
    restart: async () => {
      await server.close();
      await server.listen();
    },
    stop: async () => {
      for (const stop of stops) stop();
      await server.close();
    },
  };
}
