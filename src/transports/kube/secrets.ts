/** What is hidden: what is inside a Secret, from the moment it is seen, and what pb itself logs in with. */
import type { ClusterTarget } from '../../core/cluster.ts';
import type { Redactor } from '../../core/secret.ts';
import { isObject, type Json } from '../../core/value.ts';

/** Entries that are public by their nature: hiding a namespace's name would blank out half of every line. */
const PUBLIC: { readonly [type: string]: ReadonlySet<string> } = {
  'kubernetes.io/service-account-token': new Set(['namespace', 'ca.crt', 'service-ca.crt']),
  'kubernetes.io/tls': new Set(['tls.crt', 'ca.crt']),
};

/** Takes any object, list or patch; only `v1 Secret`s, or what `isSecret` vouches for, are looked into. */
export function learn(redactor: Redactor, value: Json, isSecret = false): void {
  if (!isObject(value)) return;
  const object = value as { [key: string]: Json };
  if (!isSecret && !(object['kind'] === 'Secret' && object['apiVersion'] === 'v1')) return;
  const open = PUBLIC[String(object['type'] ?? '')];
  for (const [key, text] of entries(object['stringData'])) if (!open?.has(key)) redactor.add(text);
  for (const [key, encoded] of entries(object['data'])) {
    if (open?.has(key)) continue;
    redactor.add(encoded);
    redactor.add(Buffer.from(encoded, 'base64').toString('utf8'));
  }
}

/** The values of a JSON patch on a Secret. */
export function learnOperations(redactor: Redactor, operations: readonly Json[]): void {
  for (const operation of operations) {
    if (!isObject(operation) || operation['value'] === undefined) continue;
    const [, top, key] = String(operation['path']).split('/');
    const value = operation['value'] as Json;
    if (top !== 'data' && top !== 'stringData') continue;
    learn(redactor, { [top]: key === undefined ? value : { [key]: value } }, true);
  }
}

const entries = (data: Json | undefined): [string, string][] =>
  isObject(data) ? (Object.entries(data).filter(([, value]) => typeof value === 'string') as [string, string][]) : [];

/** Tokens, keys and passwords that say who pb is to the cluster and its proxy. */
export function secretsOf({ api_key, password, proxy, proxy_headers: headers, kubeconfig }: ClusterTarget): readonly string[] {
  const pairs = [headers?.proxy_basic_auth, headers?.basic_auth].map((pair) => pair?.replace(/^[^:]*:/, ''));
  const inUrl = /\/\/[^/@]*:([^/@]*)@/.exec(proxy ?? '')?.[1];
  const users = isObject(kubeconfig) && Array.isArray(kubeconfig['users']) ? (kubeconfig['users'] as readonly Json[]) : [];
  const own = users.flatMap((one) => {
    const user = isObject(one) && isObject(one['user']) ? (one['user'] as { readonly [key: string]: Json }) : {};
    return [user['token'], user['password'], user['client-key-data']];
  });
  const all = [api_key, password, ...pairs, inUrl && decodeURIComponent(inUrl), ...own];
  return all.filter((secret): secret is string => typeof secret === 'string' && secret !== '');
}
