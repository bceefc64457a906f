/** What can go wrong between here and the API server, sorted by what it means and what to do. */
import { PbError } from '../../core/diagnostic.ts';
import type { KubeStatus } from '../../core/kube.ts';
import { isObject, type Json } from '../../core/value.ts';

/** A request that got no answer. `reached: false` where the server surely never saw it. */
export class NoAnswer extends Error {
  readonly reason: string;
  readonly reached: boolean;
  constructor(reason: string, reached: boolean, cause: unknown) {
    super(reason, { cause });
    this.name = 'NoAnswer';
    this.reason = reason;
    this.reached = reached;
  }
}

/** Errors in which nothing was sent: the connection never came to be. */
const NOT_SENT: { readonly [code: string]: string } = {
  ECONNREFUSED: 'connection refused',
  EHOSTUNREACH: 'no route to it',
  ENETUNREACH: 'network unreachable',
  EAI_AGAIN: 'name resolution does not answer',
  ERR_SOCKET_CONNECTION_TIMEOUT: 'connection timed out',
};
const SENT: { readonly [code: string]: string } = {
  ECONNRESET: 'connection reset',
  ECONNABORTED: 'connection aborted',
  EPIPE: 'connection closed',
  ETIMEDOUT: 'no answer in time',
  ERR_STREAM_PREMATURE_CLOSE: 'connection closed in mid-answer',
};
const UNTRUSTED = /CERT|SELF_SIGNED|UNABLE_TO_(?:VERIFY|GET_ISSUER)|ALTNAME/;

/** A socket's error as NoAnswer where trying again may help, else as the PbError to show. */
export function ofSocket(error: unknown, server: string, connected: boolean): NoAnswer | PbError {
  const code = codeOf(error);
  const message = error instanceof Error ? error.message : String(error);
  if (NOT_SENT[code]) return new NoAnswer(NOT_SENT[code], false, error);
  if (SENT[code]) return new NoAnswer(SENT[code], connected, error);
  if (code === 'ENOTFOUND') {
    return new PbError('unreachable', `the API server's name is not known: ${new URL(server).hostname}`, {
      hint: 'check server: in the kubeconfig (or host:) and the resolver of this machine',
      cause: error,
    });
  }
  const proxied = /^Bad response: (\d+)$/.exec(message)?.[1];
  if (proxied) {
    const hint =
      proxied === '407' ? 'give proxy_headers: {proxy_basic_auth: user:password}, or user and password in the URL of the proxy' : undefined;
    const text = `the proxy does not let pb through to ${server}: it answers ${proxied}`;
    return new PbError('kube', text, { ...(hint ? { hint } : {}), cause: error });
  }
  if (UNTRUSTED.test(code)) {
    return new PbError('kube', `the certificate of ${server} is not trusted: ${message}`, {
      hint: 'give the CA as ca_cert: or certificate-authority-data in the kubeconfig; for a server on another name, set tls-server-name there',
      cause: error,
    });
  }
  if (code === 'EPROTO' || code.startsWith('ERR_SSL')) {
    return new PbError('kube', `${server} does not speak TLS as expected: ${message}`, { cause: error });
  }
  return new PbError('unreachable', `${server}: ${message}`, { cause: error, retryable: true });
}

/** An address with several IPs fails with an AggregateError that carries the code of its parts. */
const codeOf = (error: unknown): string => {
  const { code, errors } = error as { code?: unknown; errors?: readonly { code?: unknown }[] };
  return String(code ?? errors?.[0]?.code ?? '');
};

/** The Status in an error's body; a server in front of the API answers in plain text or HTML. */
export function statusOf(code: number, body: Json | undefined, text: string): KubeStatus {
  if (isObject(body) && body['kind'] === 'Status') {
    const { reason, message, details } = body as { reason?: string; message?: string; details?: Json };
    return { code, reason: reason ?? '', message: message ?? '', ...(details === undefined ? {} : { details }) };
  }
  return { code, reason: '', message: text.trim().split('\n')[0]?.slice(0, 300) ?? '' };
}

/** `User "u" cannot list resource "pods" in API group "" in the namespace "n"`: how the authoriser says no. */
const RBAC =
  /User "([^"]*)" cannot (\S+) resource "([^"]*)"(?: in API group "([^"]*)")?(?: in the namespace "([^"]*)"| at the cluster scope)?/;

export const isForbidden = ({ code, message }: KubeStatus): boolean => code === 403 && RBAC.test(message);

/** The error for an answer that no module decides about. `what` is what was being done: "list PersistentVolume *". */
export function refusal(status: KubeStatus, what: string): PbError {
  const details = { status: status.code, reason: status.reason, what };
  if (status.code === 401) {
    return new PbError('kube', `the API server does not accept these credentials (401): ${what}`, {
      hint: 'log in again (oc login) or check api_key, context and kubeconfig; tokens expire',
      details,
    });
  }
  const [matched, user, verb, resource, group, namespace] = RBAC.exec(status.message) ?? [];
  if (status.code === 403 && matched) {
    const full = group ? `${resource}.${group}` : resource;
    const where = namespace ? ` in namespace ${namespace}` : '';
    return new PbError('kube', `user ${user} may not ${verb} ${full}${where} (403)`, {
      hint: `grant a role that allows it; see: oc auth can-i ${verb} ${full}${namespace ? ` -n ${namespace}` : ''}`,
      details: { ...details, user, verb, resource: full, namespace },
    });
  }
  const reason = status.reason ? ` ${status.reason}` : '';
  return new PbError('kube', `${what}: ${status.message || 'the API server refuses'} (${status.code}${reason})`, {
    details,
    retryable: transient(status.code, status.message),
  });
}

/** What a plain 500 says when the trouble is the server's own: its store changes leader, a webhook's pod is being replaced. */
const PASSING = /etcdserver|failed calling webhook|connection refused|connection reset|timed? ?out|deadline exceeded|rpc error|EOF/i;

/**
 * Answers after which the same request may go through: overload, or a server behind the load balancer that is restarting. A manifest with
 * a field the schema does not have is answered with 500 too, and stays wrong.
 */
export const transient = (code: number, said: string): boolean =>
  [429, 502, 503, 504].includes(code) || (code === 500 && PASSING.test(said));

/**
 * Transient answers that say in full that nothing was done: 429 turns a request away before it is handled. A 5xx may come from a proxy
 * whose server had already begun.
 */
export const untouched = (code: number): boolean => code === 429;
