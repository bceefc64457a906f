/** Which cluster a task means, and which objects: arguments that every Kubernetes module has, named as in kubernetes.core. */
import type { ProxyHeaders } from '../../core/cluster.ts';
import type { JsonObject } from '../../core/value.ts';
import { json, listOf, optional, Type, text } from '../define.ts';

const word = { type: 'string' };

/** The engine chooses the connection by these; modules only declare them. Each may come from the environment: K8S_AUTH_HOST, K8S_AUTH_API_KEY … */
export const clusterArgs = {
  kubeconfig: optional(
    json<string | JsonObject>(
      'A kubeconfig: its path, or its content; else K8S_AUTH_KUBECONFIG, KUBECONFIG, ~/.kube/config or the pod’s account',
      {
        type: ['string', 'object'],
      },
    ),
  ),
  context: optional(text('Context of the kubeconfig; else its current one')),
  host: optional(text('URL of the API server, instead of the one in the kubeconfig')),
  api_key: optional(text('Bearer token, instead of the identity in the kubeconfig')),
  username: optional(text('User of HTTP basic authentication, likewise; OpenShift has none: give it api_key')),
  password: optional(text('Password of username')),
  client_cert: optional(text('Path of a client certificate, instead of the identity in the kubeconfig')),
  client_key: optional(text('Path of its key; else it is in the file of the certificate')),
  ca_cert: optional(text('Path of a CA certificate to trust, instead of the one in the kubeconfig')),
  // Without a default: left out, the kubeconfig decides (insecure-skip-tls-verify).
  validate_certs: optional(Type.Boolean({ description: 'Whether the API server’s certificate is verified' })),
  proxy: optional(text('URL of an HTTP or SOCKS proxy to the API server, instead of the one in the kubeconfig')),
  no_proxy: optional(text('Hosts, domains, addresses and networks reached without the proxy, with commas between them')),
  proxy_headers: optional(
    json<ProxyHeaders>('Headers for the proxy: {proxy_basic_auth: user:password, basic_auth: user:password, user_agent}', {
      type: 'object',
      properties: { proxy_basic_auth: word, basic_auth: word, user_agent: word },
      additionalProperties: false,
    }),
  ),
  persist_config: optional(
    Type.Boolean({ description: 'Accepted: pb writes no kubeconfig; credential plugins keep their tokens themselves' }),
  ),
  impersonate_user: optional(text('User to act as, with the rights that this one has')),
  impersonate_groups: optional(listOf(text('A group'), 'Groups to act with; needs impersonate_user')),
};

export const clusterArgAliases = {
  verify_ssl: 'validate_certs',
  ssl_ca_cert: 'ca_cert',
  cert_file: 'client_cert',
  key_file: 'client_key',
};

export const apiVersionArg = text('apiVersion of the kind: v1, apps/v1, config.openshift.io/v1', { default: 'v1' });

export const apiVersionAliases = { api: 'api_version', version: 'api_version' };

export const selectorArgs = {
  label_selectors: optional(listOf(text('A selector: app=web, tier in (a, b), !legacy'), 'Labels the objects must have')),
  field_selectors: optional(listOf(text('A selector: status.phase=Running'), 'Fields the objects must have')),
};

/** Lists in playbooks, one text in the API. */
export const joined = (selectors: readonly string[] | undefined): string | undefined =>
  selectors?.length ? selectors.join(',') : undefined;
