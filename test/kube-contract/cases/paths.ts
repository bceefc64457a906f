/** Paths that are no resource's, and fields that kinds can be chosen by. */
import type { Cases } from './case.ts';

export const pathCases: Cases = {
  health: async (t) => {
    for (const path of ['/healthz/ping', '/livez/ping', '/readyz/etcd', '/livez/nonsense', '/healthz?verbose=nonsense'])
      await t.get(path, { show: (body: string) => body.split('\n')[0], always: true });
    for (const path of ['/healthz?verbose', '/livez?verbose', '/readyz?verbose']) {
      await t.get(path, { show: (body: string) => [body.split('\n')[0], body.split('\n').filter(Boolean).at(-1)] });
    }
    await t.get('/readyz?verbose&exclude=etcd', { show: (body: string) => body.split('\n').filter((line) => line.includes('etcd ')) });
    await t.get('/readyz', { token: null });
    await t.get('/version', { token: null, show: (body: object) => Object.keys(body).includes('gitVersion') });
    await t.get('/version/', { token: t.nobody, show: (body: object) => Object.keys(body).includes('gitVersion') });
  },
  'that everybody, somebody or nobody may ask for': async (t) => {
    for (const token of [null, t.nobody]) {
      for (const path of ['/', '/api', '/apis', '/openapi/v2', '/openapi/v3', '/metrics', '/healthz/etcd', '/none']) {
        await t.get(path, { token, show: () => 'an answer' });
      }
    }
    await t.get('/', {
      show: (body: { paths: string[] }) =>
        ['/api', '/apis', '/healthz', '/openapi/v3', '/version'].filter((one) => body.paths.includes(one)),
    });
    await t.get('/none');
    await t.ask('/api', { method: 'POST', body: {} });
  },
  'as another user': async (t) => {
    await t.get('/api/v1/namespaces/{ns}/pods', { as: { user: 'nobody' } });
    await t.get('/api/v1/namespaces/{ns}/pods', { as: { user: 'someone', group: 'system:masters' }, show: () => 'allowed' });
    await t.get('/api/v1/namespaces/{ns}/pods', { as: { group: 'system:masters' } });
    await t.get('/api/v1/namespaces/{ns}/pods', { as: { user: 'admin' }, token: t.nobody });
    await t.get('/api/v1/namespaces/{ns}/pods', { as: { user: 'system:serviceaccount:{ns}:default' } });
    const self = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' };
    await t.post('/apis/authentication.k8s.io/v1/selfsubjectreviews', self, {
      as: { user: 'someone', group: 'some' },
      show: (body: { status: { userInfo: { username: string; groups: string[] } } }) => [
        body.status.userInfo.username,
        body.status.userInfo.groups,
      ],
    });
  },
  'fields that kinds can be chosen by': async (t) => {
    const kinds = [
      ...['/api/v1/persistentvolumes', '/api/v1/nodes', '/api/v1/namespaces/{ns}/services', '/api/v1/namespaces/{ns}/secrets'],
      ...['/api/v1/namespaces/{ns}/persistentvolumeclaims', '/api/v1/namespaces/{ns}/resourcequotas', '/api/v1/namespaces/{ns}/endpoints'],
      ...['/apis/apps/v1/namespaces/{ns}/deployments', '/apis/apps/v1/namespaces/{ns}/replicasets', '/apis/batch/v1/namespaces/{ns}/jobs'],
      ...['/apis/policy/v1/namespaces/{ns}/poddisruptionbudgets', '/apis/coordination.k8s.io/v1/namespaces/{ns}/leases'],
      ...[
        '/apis/storage.k8s.io/v1/storageclasses',
        '/apis/lab.example.com/v1/namespaces/{ns}/widgets',
        '/apis/rules.example.com/v1/gadgets',
      ],
      ...['/apis/apiextensions.k8s.io/v1/customresourcedefinitions', '/apis/rbac.authorization.k8s.io/v1/clusterroles'],
    ];
    for (const path of kinds) {
      for (const field of ['metadata.name=none', 'metadata.namespace=none', 'name=none', 'status.phase=none']) {
        await t.get(`${path}?fieldSelector=${field}`, { show: (body: { items: unknown[] }) => body.items.length });
      }
    }
  },
};
