/** Which cluster a task means, and which objects: arguments that every Kubernetes module has, named as in kubernetes.core. */
import { listOf, optional, Type, text } from '../define.ts';

/** The engine chooses the connection by these; modules only declare them. */
export const clusterArgs = {
  kubeconfig: optional(text('Path of a kubeconfig; else K8S_AUTH_KUBECONFIG, KUBECONFIG, ~/.kube/config or the pod’s own account')),
  context: optional(text('Context of the kubeconfig; else its current one')),
  host: optional(text('URL of the API server, instead of the one in the kubeconfig')),
  api_key: optional(text('Bearer token, instead of the identity in the kubeconfig')),
  ca_cert: optional(text('Path of a CA certificate to trust, instead of the one in the kubeconfig')),
  // Without a default: left out, the kubeconfig decides (insecure-skip-tls-verify).
  validate_certs: optional(Type.Boolean({ description: 'Whether the API server’s certificate is verified' })),
};

export const clusterArgAliases = { verify_ssl: 'validate_certs', ssl_ca_cert: 'ca_cert' };

export const apiVersionArg = text('apiVersion of the kind: v1, apps/v1, config.openshift.io/v1', { default: 'v1' });

export const apiVersionAliases = { api: 'api_version', version: 'api_version' };

export const selectorArgs = {
  label_selectors: optional(listOf(text('A selector: app=web, tier in (a, b), !legacy'), 'Labels the objects must have')),
  field_selectors: optional(listOf(text('A selector: status.phase=Running'), 'Fields the objects must have')),
};

/** Lists in playbooks, one text in the API. */
export const joined = (selectors: readonly string[] | undefined): string | undefined =>
  selectors?.length ? selectors.join(',') : undefined;
