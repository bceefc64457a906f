/** Which API server, as whom: chosen as kubectl chooses, then overridden by what the task says. */
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import type { Cluster, KubeConfig, User } from '@kubernetes/client-node';
import { nearest, PbError } from '../../core/diagnostic.ts';
import type { ClusterTarget } from '../../core/engine.ts';

export type Env = { readonly [name: string]: string | undefined };

/** Imported on first use: it costs 0.3 s, and most runs of `pb` (check, doc, vars) never talk to a cluster. */
export const library = () => import('@kubernetes/client-node');

const TOKEN_FILE = '/var/run/secrets/kubernetes.io/serviceaccount/token';
const NOWHERE = 'give kubeconfig: on the task, set KUBECONFIG, or put a kubeconfig at ~/.kube/config (oc login writes it)';

/** Throws PbError 'kube' where no cluster can be chosen. */
export async function loadConfig(target: ClusterTarget, env: Env): Promise<KubeConfig> {
  const { KubeConfig } = await library();
  const chosen = target.host && target.api_key && !target.kubeconfig ? undefined : await fromFiles(target, env);
  const cluster = chosen?.getCurrentCluster();
  const user = chosen?.getCurrentUser();
  if (chosen && !cluster && !target.host) {
    throw new PbError('kube', `context ${chosen.getCurrentContext() || '(none)'} of the kubeconfig names no cluster`, { hint: NOWHERE });
  }
  const config = new KubeConfig();
  config.loadFromClusterAndUser(clusterOf(target, cluster ?? undefined), userOf(target, user ?? undefined));
  return config;
}

function clusterOf(target: ClusterTarget, base: Cluster | undefined): Cluster {
  const address = target.host ?? base?.server ?? '';
  const server = (/^https?:\/\//.test(address) ? address : `https://${address}`).replace(/\/+$/, '');
  const { caData, ...rest } = base ?? { name: 'cluster', skipTLSVerify: false };
  return {
    ...rest,
    server,
    ...(target.ca_cert ? { caFile: expandHome(target.ca_cert) } : caData ? { caData } : {}),
    // Where there is no TLS there is nothing to verify; the library insists on hearing it.
    skipTLSVerify:
      server.startsWith('http:') || (target.validate_certs === undefined ? (base?.skipTLSVerify ?? false) : !target.validate_certs),
  };
}

/** A token given with the task stands for the whole identity: no certificate or plugin of another user may speak beside it. */
const userOf = (target: ClusterTarget, base: User | undefined): User =>
  target.api_key ? { name: 'user', token: target.api_key } : (base ?? { name: 'user' });

async function fromFiles(target: ClusterTarget, env: Env): Promise<KubeConfig> {
  const { KubeConfig } = await library();
  const given = target.kubeconfig ?? env['KUBECONFIG'];
  const files = given ? given.split(delimiter).filter(Boolean).map(expandHome) : [join(env['HOME'] ?? homedir(), '.kube', 'config')];
  const found = files.filter((file) => existsSync(file));
  const merged = new KubeConfig();
  if (found.length > 0) {
    for (const file of found) merge(merged, await parse(file));
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

async function parse(file: string): Promise<KubeConfig> {
  const { KubeConfig } = await library();
  const config = new KubeConfig();
  try {
    config.loadFromString(readFileSync(file, 'utf8') || '{}');
  } catch (error) {
    throw new PbError('kube', `kubeconfig ${file} cannot be read: ${(error as Error).message.split('\n')[0]}`, { cause: error });
  }
  config.makePathsAbsolute(resolve(file, '..'));
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
