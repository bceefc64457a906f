/** Which API server, as whom: chosen as kubectl chooses, then overridden by what the task says. */
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import type { Cluster, KubeConfig, User } from '@kubernetes/client-node';
import type { ClusterTarget } from '../../core/cluster.ts';
import { nearest, PbError } from '../../core/diagnostic.ts';
import { isObject } from '../../core/value.ts';
import { proxyFor, proxyHeaders } from './proxy.ts';

export type Env = { readonly [name: string]: string | undefined };

/** Imported on first use: it costs 0.3 s, and most runs of `pb` (check, doc, vars) never talk to a cluster. */
export const library = () => import('@kubernetes/client-node');

const TOKEN_FILE = '/var/run/secrets/kubernetes.io/serviceaccount/token';
const NOWHERE = 'give kubeconfig: on the task, set KUBECONFIG, or put a kubeconfig at ~/.kube/config (oc login writes it)';

/** Throws PbError 'kube' where no cluster can be chosen. */
export async function loadConfig(target: ClusterTarget, env: Env): Promise<KubeConfig> {
  const { KubeConfig } = await library();
  const identity = identityOf(target);
  const chosen = target.host && identity && !target.kubeconfig ? undefined : await fromFiles(target, env);
  const cluster = chosen?.getCurrentCluster();
  const user = chosen?.getCurrentUser();
  if (chosen && !cluster && !target.host) {
    throw new PbError('kube', `context ${chosen.getCurrentContext() || '(none)'} of the kubeconfig names no cluster`, { hint: NOWHERE });
  }
  const config = new KubeConfig();
  config.loadFromClusterAndUser(clusterOf(target, cluster ?? undefined), identity ?? user ?? { name: 'user' });
  return withHeaders(config, target);
}

function clusterOf(target: ClusterTarget, base: Cluster | undefined): Cluster {
  const address = target.host ?? base?.server ?? '';
  const server = (/^https?:\/\//.test(address) ? address : `https://${address}`).replace(/\/+$/, '');
  const { caData, proxyUrl: configured, ...rest } = base ?? { name: 'cluster', skipTLSVerify: false };
  const proxyUrl = proxyFor(server, target, configured);
  return {
    ...rest,
    server,
    ...(target.ca_cert ? { caFile: pem(target, 'ca_cert') } : caData ? { caData } : {}),
    ...(proxyUrl ? { proxyUrl } : {}),
    // Where there is no TLS there is nothing to verify; the library insists on hearing it.
    skipTLSVerify:
      server.startsWith('http:') || (target.validate_certs === undefined ? (base?.skipTLSVerify ?? false) : !target.validate_certs),
  };
}

/** What the task gives stands for the whole identity: no certificate or plugin of the kubeconfig's user may speak beside it. */
function identityOf(target: ClusterTarget): User | undefined {
  const { api_key: token, username, password, client_cert: cert, client_key: key } = target;
  if (!token && !username && !cert) {
    if (key)
      throw new PbError('kube', 'client_key is given without client_cert', { hint: 'give the certificate of this key as client_cert:' });
    return undefined;
  }
  return {
    name: username ?? 'user',
    ...(token ? { token } : username ? { username, password: password ?? '' } : {}),
    ...(cert ? { certFile: pem(target, 'client_cert'), keyFile: pem(target, key ? 'client_key' : 'client_cert') } : {}),
  };
}

function pem(target: ClusterTarget, argument: 'ca_cert' | 'client_cert' | 'client_key'): string {
  const path = expandHome(target[argument] ?? '');
  if (!existsSync(path)) throw new PbError('kube', `${argument}: there is no file ${path}`, { hint: 'it has to be on the controller' });
  return path;
}

/** Every request, those of exec too, takes its options from the config: headers are added there. */
function withHeaders(config: KubeConfig, target: ClusterTarget): KubeConfig {
  const { impersonate_user: user, impersonate_groups: groups = [] } = target;
  if (groups.length > 0 && !user) {
    throw new PbError('kube', 'impersonate_groups is given without impersonate_user', {
      hint: 'the API server acts for groups of a user only',
    });
  }
  const acting = { ...(user ? { 'Impersonate-User': user } : {}), ...(groups.length > 0 ? { 'Impersonate-Group': [...groups] } : {}) };
  const headers = proxyHeaders(target);
  const apply = config.applyToHTTPSOptions.bind(config);
  config.applyToHTTPSOptions = async (options) => {
    await apply(options);
    options.headers = { ...options.headers, ...acting };
    // As the library's agents for proxies name it.
    if (Object.keys(headers).length > 0) Object.assign(options.agent ?? {}, { proxyRequestOptions: { headers } });
  };
  return config;
}

async function fromFiles(target: ClusterTarget, env: Env): Promise<KubeConfig> {
  const { KubeConfig } = await library();
  if (isObject(target.kubeconfig)) {
    const written = parse(JSON.stringify(target.kubeconfig), 'kubeconfig:', new KubeConfig());
    choose(written, target.context, ['kubeconfig:']);
    return written;
  }
  const given = target.kubeconfig ?? env['KUBECONFIG'];
  const files = given ? given.split(delimiter).filter(Boolean).map(expandHome) : [join(env['HOME'] ?? homedir(), '.kube', 'config')];
  const found = files.filter((file) => existsSync(file));
  const merged = new KubeConfig();
  if (found.length > 0) {
    for (const file of found) {
      const config = parse(readFileSync(file, 'utf8'), file, new KubeConfig());
      config.makePathsAbsolute(resolve(file, '..'));
      merge(merged, config);
    }
    choose(merged, target.context, found);
    return merged;
  }
  if (given) throw new PbError('kube', `there is no kubeconfig at ${files.join(', ')}`, { hint: NOWHERE });
  if (!env['KUBERNETES_SERVICE_HOST'] || !existsSync(TOKEN_FILE)) {
    if (target.host) return merged;
    throw new PbError('kube', `no cluster is configured: there is no kubeconfig at ${files.join(', ')}`, { hint: NOWHERE });
  }
  merged.loadFromCluster();
  return merged;
}

/** Fills `config`; `from` names the text in messages. */
function parse(text: string, from: string, config: KubeConfig): KubeConfig {
  try {
    config.loadFromString(text || '{}');
  } catch (error) {
    throw new PbError('kube', `kubeconfig ${from} cannot be read: ${(error as Error).message.split('\n')[0]}`, { cause: error });
  }
  return config;
}

/** As kubectl merges: the first file to name something wins. */
function merge(into: KubeConfig, from: KubeConfig): void {
  for (const cluster of from.clusters) if (!into.clusters.some(({ name }) => name === cluster.name)) into.addCluster(cluster);
  for (const user of from.users) if (!into.users.some(({ name }) => name === user.name)) into.addUser(user);
  for (const context of from.contexts) if (!into.contexts.some(({ name }) => name === context.name)) into.addContext(context);
  if (!into.currentContext && from.currentContext) into.setCurrentContext(from.currentContext);
}

function choose(config: KubeConfig, context: string | undefined, files: readonly string[]): void {
  const names = config.contexts.map(({ name }) => name);
  const wanted = context ?? config.currentContext;
  if (!wanted) {
    // A kubeconfig with one context needs no current one.
    const [only, ...others] = names;
    if (only !== undefined && others.length === 0) config.setCurrentContext(only);
    return;
  }
  if (!names.includes(wanted)) {
    const close = nearest(wanted, names);
    throw new PbError('kube', `there is no context ${wanted} in ${files.join(', ')}`, {
      hint: close ? `did you mean ${close}?` : `contexts there: ${names.join(', ') || 'none'}`,
    });
  }
  config.setCurrentContext(wanted);
}

const expandHome = (path: string): string => (path.startsWith('~/') ? join(homedir(), path.slice(2)) : path);
