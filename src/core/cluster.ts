/** Which cluster, as whom and by which way: arguments as the kubernetes.core modules have them, over the environment's K8S_AUTH_*. */
import { isObject, type JsonObject } from './value.ts';
import { booleanOf } from './yes-no.ts';

/** Empty: as kubectl would choose. */
export interface ClusterTarget {
  /** Path of a kubeconfig, or what stands in one. */
  readonly kubeconfig?: string | JsonObject;
  readonly context?: string;
  readonly host?: string;
  readonly api_key?: string;
  /** HTTP basic authentication; a password alone says nothing. */
  readonly username?: string;
  readonly password?: string;
  /** Paths of PEM files on the controller. */
  readonly client_cert?: string;
  readonly client_key?: string;
  readonly ca_cert?: string;
  readonly validate_certs?: boolean;
  /** URL of an HTTP or SOCKS proxy. */
  readonly proxy?: string;
  /** Hosts, domains, addresses and networks that are reached without the proxy: "localhost,.lab.example,10.0.0.0/8". */
  readonly no_proxy?: string;
  readonly proxy_headers?: ProxyHeaders;
  readonly impersonate_user?: string;
  readonly impersonate_groups?: readonly string[];
}

/** Sent to the proxy alone; the first two are "user:password". */
export interface ProxyHeaders {
  readonly proxy_basic_auth?: string;
  readonly basic_auth?: string;
  readonly user_agent?: string;
}

type Environment = { readonly [name: string]: string | undefined };

const TEXTS = {
  kubeconfig: 'KUBECONFIG',
  context: 'CONTEXT',
  host: 'HOST',
  api_key: 'API_KEY',
  username: 'USERNAME',
  client_cert: 'CERT_FILE',
  client_key: 'KEY_FILE',
  ca_cert: 'SSL_CA_CERT',
  proxy: 'PROXY',
  no_proxy: 'NO_PROXY',
  impersonate_user: 'IMPERSONATE_USER',
};
const HEADERS = ['proxy_basic_auth', 'basic_auth', 'user_agent'];

/** What `given` says, completed by the environment; nothing is said by null and by empty text. */
export function clusterTarget(given: JsonObject | ClusterTarget, environment: Environment): ClusterTarget {
  const values = given as JsonObject;
  const variable = (name: string): string | undefined => environment[`K8S_AUTH_${name}`];
  const headers = isObject(values['proxy_headers']) ? (values['proxy_headers'] as JsonObject) : {};
  const found = {
    ...said(TEXTS, (key, name) => values[key] || variable(name)),
    // Of one that has no user here it is some other password: htpasswd has one too.
    password: (values['username'] ? values['password'] : undefined) ?? variable('PASSWORD'),
    validate_certs: values['validate_certs'] ?? truth(variable('VERIFY_SSL')),
    proxy_headers: said(
      Object.fromEntries(HEADERS.map((key) => [key, key.toUpperCase()])),
      (key, name) => headers[key] || variable(`PROXY_HEADERS_${name}`),
    ),
    impersonate_groups: values['impersonate_groups'] ?? variable('IMPERSONATE_GROUPS')?.split(',').filter(Boolean),
  };
  return said(found, (_, value) => (isObject(value) && Object.keys(value).length === 0 ? undefined : value)) as ClusterTarget;
}

function said<T>(from: { readonly [key: string]: T }, value: (key: string, of: T) => unknown): { readonly [key: string]: unknown } {
  const entries = Object.entries(from).map(([key, of]) => [key, value(key, of)] as const);
  return Object.fromEntries(entries.filter(([, one]) => one !== undefined && one !== null && one !== ''));
}

const truth = (word: string | undefined): boolean | undefined =>
  word === undefined || word === '' ? undefined : (booleanOf(word) ?? true);
