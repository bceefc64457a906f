/** What every cluster has from the beginning. */
import type { Obj } from './json.ts';

export function systemObjects(): Obj[] {
  const rbac = 'rbac.authorization.k8s.io';
  const all = { apiGroups: ['*'], resources: ['*'], verbs: ['*'] };
  const everybody = ['system:authenticated', 'system:unauthenticated'];
  const masters = { kind: 'Group', apiGroup: rbac, name: 'system:masters' };
  return [
    ...['default', 'kube-system', 'kube-public', 'kube-node-lease'].map((name) => ({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name },
    })),
    {
      apiVersion: `${rbac}/v1`,
      kind: 'ClusterRole',
      metadata: { name: 'cluster-admin' },
      rules: [all, { nonResourceURLs: ['*'], verbs: ['*'] }],
    },
    {
      apiVersion: `${rbac}/v1`,
      kind: 'ClusterRoleBinding',
      metadata: { name: 'cluster-admin' },
      roleRef: { apiGroup: rbac, kind: 'ClusterRole', name: 'cluster-admin' },
      subjects: [masters],
    },
    ...discovery(
      'system:discovery',
      ['/api', '/api/*', '/apis', '/apis/*', '/healthz', '/livez', '/openapi', '/openapi/*', '/readyz', '/version', '/version/'],
      ['system:authenticated'],
    ),
    ...discovery('system:public-info-viewer', ['/healthz', '/livez', '/readyz', '/version', '/version/'], everybody),
    ...[
      [
        'system-cluster-critical',
        2_000_000_000,
        'Used for system critical pods that must run in the cluster, but can be moved to another node if necessary.',
      ],
      ['system-node-critical', 2_000_001_000, 'Used for system critical pods that must not be moved from their current node.'],
    ].map(([name, value, description]) => ({
      apiVersion: 'scheduling.k8s.io/v1',
      kind: 'PriorityClass',
      metadata: { name: String(name) },
      value,
      description,
    })),
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'kubernetes', namespace: 'default' },
      spec: { clusterIP: '10.96.0.1', ports: [{ name: 'https', port: 443, targetPort: 6443 }] },
    },
  ];
}

/** A role for paths, and its binding to groups. */
function discovery(name: string, nonResourceURLs: readonly string[], groups: readonly string[]): Obj[] {
  const apiVersion = 'rbac.authorization.k8s.io/v1';
  const apiGroup = 'rbac.authorization.k8s.io';
  return [
    { apiVersion, kind: 'ClusterRole', metadata: { name }, rules: [{ verbs: ['get'], nonResourceURLs }] },
    {
      ...{ apiVersion, kind: 'ClusterRoleBinding', metadata: { name } },
      roleRef: { apiGroup, kind: 'ClusterRole', name },
      subjects: groups.map((group) => ({ kind: 'Group', apiGroup, name: group })),
    },
  ];
}
