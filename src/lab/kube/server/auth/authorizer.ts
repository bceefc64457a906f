/** Role-based access: what the roles that are bound to a user allow. Masters may do everything. */
import { type Dict, dict, dicts, type Obj, text, texts } from '../json.ts';
import { keyFor, type Store } from '../store/store.ts';
import type { User } from './users.ts';

export interface Attributes {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly subresource: string;
  readonly namespace: string;
  readonly name: string;
}

const rbac = 'rbac.authorization.k8s.io';
const publicPaths = ['/healthz', '/livez', '/readyz', '/version', '/version/'];
const discoveryPaths = [
  ...publicPaths,
  '/api',
  '/api/*',
  '/apis',
  '/apis/*',
  '/openapi',
  '/openapi/*',
  '/.well-known/openid-configuration',
];
/** What everybody who is known may ask about themselves. */
const basicRules: readonly Dict[] = [
  { verbs: ['create'], apiGroups: ['authorization.k8s.io'], resources: ['selfsubjectaccessreviews', 'selfsubjectrulesreviews'] },
  { verbs: ['create'], apiGroups: ['authentication.k8s.io'], resources: ['selfsubjectreviews'] },
];

const isMaster = (user: User): boolean => user.groups.includes('system:masters');
const isKnown = (user: User): boolean => user.groups.includes('system:authenticated');

export class Authorizer {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  allows(user: User, wanted: Attributes): boolean {
    return isMaster(user) || this.rules(user, wanted.namespace).some((rule) => covers(rule, wanted));
  }

  allowsPath(user: User, verb: string, path: string): boolean {
    if (isMaster(user)) return true;
    const paths = isKnown(user) ? discoveryPaths : publicPaths;
    const open = verb === 'get' && paths.some((one) => pathFits(one, path));
    return (
      open ||
      this.rules(user, '').some((rule) => fits(rule['verbs'], verb) && texts(rule['nonResourceURLs']).some((one) => pathFits(one, path)))
    );
  }

  /** The rules that hold for a user in a namespace, cluster-wide ones included. */
  rules(user: User, namespace: string): readonly Dict[] {
    const rules: Dict[] = isKnown(user) ? [...basicRules] : [];
    if (isMaster(user)) rules.push({ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }, { verbs: ['*'], nonResourceURLs: ['*'] });
    const bindings = [
      ...this.#store.list(`${rbac}/clusterrolebindings`),
      ...(namespace ? this.#store.list(`${rbac}/rolebindings`, namespace) : []),
    ];
    for (const binding of bindings) if (binds(binding, user)) rules.push(...this.#roleRules(binding));
    return rules;
  }

  #roleRules(binding: Obj): Dict[] {
    const role = dict(binding['roleRef']);
    const isLocal = role['kind'] === 'Role';
    const bucket = `${rbac}/${isLocal ? 'roles' : 'clusterroles'}`;
    const found = this.#store.get(bucket, keyFor(isLocal ? binding.metadata.namespace : undefined, text(role['name'])));
    return dicts(found?.['rules']);
  }
}

function binds(binding: Obj, user: User): boolean {
  return dicts(binding['subjects']).some((subject) => {
    const name = text(subject['name']);
    if (subject['kind'] === 'User') return name === user.name;
    if (subject['kind'] === 'Group') return user.groups.includes(name);
    return user.name === `system:serviceaccount:${text(subject['namespace']) || binding.metadata.namespace}:${name}`;
  });
}

const fits = (values: unknown, wanted: string): boolean => texts(values).some((one) => one === '*' || one === wanted);
const pathFits = (pattern: string, path: string): boolean =>
  pattern.endsWith('*') ? path.startsWith(pattern.slice(0, -1)) : path === pattern;

function covers(rule: Dict, { verb, group, resource, subresource, name }: Attributes): boolean {
  const full = subresource ? `${resource}/${subresource}` : resource;
  const named = texts(rule['resourceNames']);
  return (
    fits(rule['verbs'], verb) &&
    fits(rule['apiGroups'], group) &&
    texts(rule['resources']).some((one) => one === '*' || one === full || (subresource !== '' && one === `*/${subresource}`)) &&
    (named.length === 0 || named.includes(name))
  );
}

/** Why a request is refused: `User "x" cannot list resource "pods" in API group "" in the namespace "y"`. */
export function refusal(user: User, wanted: Attributes): string {
  const full = wanted.subresource ? `${wanted.resource}/${wanted.subresource}` : wanted.resource;
  const where = wanted.namespace ? `in the namespace "${wanted.namespace}"` : 'at the cluster scope';
  return `User "${user.name}" cannot ${wanted.verb} resource "${full}" in API group "${wanted.group}" ${where}`;
}
