import type { Cases } from './case.ts';
import { configMap, maps } from './case.ts';

const review = (resourceAttributes: object): object => ({
  apiVersion: 'authorization.k8s.io/v1',
  kind: 'SelfSubjectAccessReview',
  spec: { resourceAttributes },
});
const reviews = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';

/** The token of the user without roles is the server's; a case names it as `nobody` through the talk's own server. */
export const accessCases: Cases = {
  'no credentials at all': async (t) => {
    await t.get(maps, { token: null });
    await t.get('/api', { token: null });
  },
  'what somebody else may do': async (t) => {
    const asked = (spec: object) => ({ apiVersion: 'authorization.k8s.io/v1', kind: 'SubjectAccessReview', spec });
    const resourceAttributes = { verb: 'get', resource: 'pods', namespace: '{ns}' };
    const others = '/apis/authorization.k8s.io/v1/subjectaccessreviews';
    const show = ({ status }: { status: { allowed: boolean } }) => status.allowed;
    await t.post(others, asked({ user: 'joe', resourceAttributes }), { show });
    await t.post(others, asked({ user: 'joe', groups: ['system:masters'], resourceAttributes }), { show });
    await t.post(others, asked({ user: 'joe', groups: ['system:authenticated'], nonResourceAttributes: { verb: 'get', path: '/api' } }), {
      show,
    });
    await t.post(others, asked({ resourceAttributes }), { show: (body: { code: number }) => body.code, always: true });
  },
  'a token nobody gave out': async (t) => {
    await t.get(maps, { token: 'wrong' });
    await t.post(maps, configMap('a'), { token: 'wrong' });
  },
  'a user without roles reads in a namespace': async (t) => {
    await t.get(maps, { token: t.nobody });
    await t.get(`${maps}/a`, { token: t.nobody });
    await t.get(`${maps}?watch=1`, { token: t.nobody });
  },
  'a user without roles reads in the cluster': async (t) => {
    await t.get('/api/v1/nodes', { token: t.nobody });
    await t.get('/api/v1/nodes/n1', { token: t.nobody });
    await t.get('/api/v1/pods', { token: t.nobody });
    await t.get('/apis/apps/v1/deployments', { token: t.nobody });
  },
  'a user without roles writes': async (t) => {
    await t.post(maps, configMap('a'), { token: t.nobody });
    await t.put(`${maps}/a`, configMap('a'), { token: t.nobody });
    await t.merge(`${maps}/a`, {}, { token: t.nobody });
    await t.delete(`${maps}/a`, undefined, { token: t.nobody });
    await t.delete(maps, undefined, { token: t.nobody });
    await t.post('/api/v1/namespaces', { metadata: { name: 'x' } }, { token: t.nobody });
  },
  'a user without roles asks for subresources': async (t) => {
    await t.get('/api/v1/namespaces/{ns}/pods/p/log', { token: t.nobody });
    await t.post('/api/v1/namespaces/{ns}/pods/p/exec?command=ls', undefined, { token: t.nobody });
    await t.merge('/apis/apps/v1/namespaces/{ns}/deployments/d/scale', {}, { token: t.nobody });
    await t.get('/apis/lab.example.com/v1/namespaces/{ns}/widgets/w/status', { token: t.nobody });
  },
  'a user without roles asks for what is not served': async (t) => {
    await t.get('/apis/none.example.com/v1/namespaces/{ns}/things', { token: t.nobody });
    await t.get('/metrics', { token: t.nobody });
  },
  'a user without roles may discover': async (t) => {
    for (const path of ['/api', '/apis', '/api/v1', '/version', '/healthz', '/openapi/v3']) {
      await t.get(path, { token: t.nobody, show: () => 'seen' });
    }
  },
  'what the admin may do': async (t) => {
    await t.post(reviews, review({ verb: 'create', resource: 'pods', subresource: 'exec', namespace: '{ns}' }));
    await t.post(reviews, { ...review({}), spec: { nonResourceAttributes: { verb: 'get', path: '/metrics' } } });
  },
  'what a user without roles may do': async (t) => {
    await t.post(reviews, review({ verb: 'delete', resource: 'nodes' }), { token: t.nobody });
    await t.post(reviews, review({ verb: 'list', resource: 'pods', namespace: '{ns}' }), { token: t.nobody });
    await t.post(
      reviews,
      { ...review({}), spec: { nonResourceAttributes: { verb: 'get', path: '/version' } } },
      { token: t.nobody, show: (body: { status: { allowed: boolean } }) => body.status.allowed },
    );
    await t.post(reviews, { ...review({}), spec: { nonResourceAttributes: { verb: 'get', path: '/metrics' } } }, { token: t.nobody });
  },
  'a review that asks for nothing': async (t) => {
    await t.post(reviews, { ...review({}), spec: {} });
  },
  'a role given to a user': async (t) => {
    const rbac = '/apis/rbac.authorization.k8s.io/v1/namespaces/{ns}';
    const user = (
      await t.post(
        '/apis/authentication.k8s.io/v1/selfsubjectreviews',
        { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' },
        { token: t.nobody, quiet: true },
      )
    ).body.status.userInfo.username;
    await t.post(
      `${rbac}/roles`,
      { metadata: { name: 'reader' }, rules: [{ apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'list'] }] },
      { show: () => 'made' },
    );
    await t.post(
      `${rbac}/rolebindings`,
      {
        metadata: { name: 'reader' },
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'reader' },
        subjects: [{ kind: 'User', name: user }],
      },
      { show: () => 'made' },
    );
    await t.until(maps, ({ status }) => status === 200, { token: t.nobody, show: () => 'seen' });
    await t.get(`${maps}/none`, { token: t.nobody });
    await t.delete(`${maps}/none`, undefined, { token: t.nobody });
  },
};
