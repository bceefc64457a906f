/** A request as the handlers see it. */
import type { User } from '../auth/users.ts';
import type { Resource } from '../kinds/resource.ts';

export interface Target {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly namespace: string;
  readonly name: string;
  readonly subresource: string;
}

export interface Call {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
  readonly user: User;
  /** get, list, watch, create, …; for other paths the method in lower case. */
  readonly verb: string;
  readonly target: Target | undefined;
  /** Sent as Warning headers. */
  readonly warnings: string[];
  /** Comes when the client has gone. */
  readonly signal: AbortSignal;
}

export interface ResourceCall extends Call {
  readonly target: Target;
  readonly resource: Resource;
}

export type Answer =
  | { readonly status: number; readonly json: unknown; readonly headers?: Record<string, string> }
  | { readonly status: number; readonly text: string | Uint8Array; readonly type?: string }
  /** Sent as it comes, until it ends or the client goes. */
  | { readonly status: number; readonly stream: AsyncIterable<string>; readonly type: string };

/** `/api/v1/namespaces/x/pods/p/log` and the like; undefined for paths that are not a resource's. */
export function parseTarget(path: string): Target | undefined {
  const parts = path
    .split('/')
    .filter((one) => one !== '')
    .map(decodeURIComponent);
  const [root, ...rest] = parts;
  if (root !== 'api' && root !== 'apis') return undefined;
  const group = root === 'api' ? '' : rest.shift();
  const version = rest.shift();
  if (group === undefined || version === undefined || rest.length === 0) return undefined;
  // An old way to ask for a watch; `get` of such a path is one.
  if (rest[0] === 'watch' && rest.length > 1) rest.shift();
  if (rest[0] === 'namespaces' && rest.length > 2 && !(rest.length === 3 && ['status', 'finalize'].includes(rest[2] ?? ''))) {
    const [, namespace = '', plural = '', name = '', ...sub] = rest;
    return { group, version, plural, namespace, name, subresource: sub.join('/') };
  }
  const [plural = '', name = '', ...sub] = rest;
  return { group, version, plural, namespace: '', name, subresource: sub.join('/') };
}

export function verbOf(method: string, target: Target | undefined, query: URLSearchParams): string {
  if (!target) return method.toLowerCase();
  if (method === 'GET' || method === 'HEAD') {
    if (target.name) return 'get';
    return isTrue(query.get('watch')) ? 'watch' : 'list';
  }
  if (method === 'DELETE') return target.name ? 'delete' : 'deletecollection';
  return { POST: 'create', PUT: 'update', PATCH: 'patch' }[method] ?? method.toLowerCase();
}

export const isTrue = (value: string | null): boolean => value === '1' || value === 'true';
export const header = (call: Pick<Call, 'headers'>, name: string): string => {
  const value = call.headers[name];
  return (Array.isArray(value) ? value[0] : value) ?? '';
};

/** Whether a path asks for a watch in the old way: `/api/v1/watch/namespaces/x/pods`. */
export const isWatchPath = (path: string): boolean => /^\/(?:api|apis\/[^/]+)\/[^/]+\/watch\/./.test(path);
