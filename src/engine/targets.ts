/** Which cluster, registry or object store a task means: its arguments over its environment; what neither says is left to the controller's own. */
import { type ClusterTarget, clusterTarget } from '../core/cluster.ts';
import type { StoreTarget } from '../core/engine.ts';
import type { RegistryAccess } from '../core/registry.ts';
import type { JsonObject } from '../core/value.ts';

type Environment = { readonly [name: string]: string };

/** KUBECONFIG of the task counts too; that of pb itself is left to the transport. */
export const clusterOf = (args: JsonObject, environment: Environment): ClusterTarget => {
  const kubeconfig = environment['KUBECONFIG'];
  return { ...(kubeconfig ? { kubeconfig } : {}), ...clusterTarget(args, environment) };
};

const STORE_KEYS: { readonly [key in keyof StoreTarget]: readonly string[] } = {
  endpoint_url: ['AWS_ENDPOINT_URL_S3', 'AWS_ENDPOINT_URL'],
  access_key: ['AWS_ACCESS_KEY_ID'],
  secret_key: ['AWS_SECRET_ACCESS_KEY'],
  region: ['AWS_REGION', 'AWS_DEFAULT_REGION'],
  ca_bundle: ['AWS_CA_BUNDLE'],
};

export function storeOf(args: JsonObject, environment: Environment): StoreTarget {
  const found: { [key: string]: unknown } = {};
  for (const [key, variables] of Object.entries(STORE_KEYS)) {
    const value = args[key] ?? variables.map((name) => environment[name]).find((one) => one);
    if (value !== undefined && value !== '') found[key] = value;
  }
  for (const key of ['validate_certs', 'virtual_hosted']) if (args[key] !== undefined) found[key] = args[key];
  return found as StoreTarget;
}

const REGISTRY_KEYS = ['authfile', 'username', 'password', 'ca_file', 'insecure_registries', 'retries'] as const;

export function registryOf(args: JsonObject, environment: Environment): RegistryAccess {
  const given = REGISTRY_KEYS.flatMap((key) => (args[key] === undefined || args[key] === null ? [] : [[key, args[key]] as const]));
  const authfile = environment['REGISTRY_AUTH_FILE'];
  return { ...(authfile ? { authfile } : {}), ...Object.fromEntries(given) };
}
