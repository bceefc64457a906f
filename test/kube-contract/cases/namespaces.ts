import { unmanaged as show } from '../talk.ts';
import { type Cases, configMap, maps } from './case.ts';

const spaces = '/api/v1/namespaces';
const space = (name: string, metadata: object = {}): object => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, ...metadata } });
type Namespace = { status: { phase: string; conditions?: { type: string; status: string; reason: string }[] } };

export const namespaceCases: Cases = {
  'a namespace': async (t) => {
    await t.post(spaces, space('{ns}-n', { labels: { a: 'b' } }), { show });
    await t.get(`${spaces}/{ns}-n`, { show });
    await t.delete(`${spaces}/{ns}-n`, undefined, { show });
    await t.until(`${spaces}/{ns}-n`, ({ status }) => status === 404);
  },
  'what a namespace begins with': async (t) => {
    await t.until('/api/v1/namespaces/{ns}/serviceaccounts/default', ({ status }) => status === 200, { show });
    await t.until(`${maps}/kube-root-ca.crt`, ({ status }) => status === 200, {
      show: (body: { data: object; metadata: { annotations: object } }) => [Object.keys(body.data), body.metadata.annotations],
    });
    await t.delete('/api/v1/namespaces/{ns}/serviceaccounts/default', undefined, { quiet: true });
    await t.until('/api/v1/namespaces/{ns}/serviceaccounts/default', ({ status }) => status === 200, { show });
  },
  'deleting a namespace takes all there is in it': async (t) => {
    await t.post(spaces, space('{ns}-n'), { quiet: true });
    const inside = '/api/v1/namespaces/{ns}-n/configmaps';
    await t.post(inside, configMap('a', {}, { finalizers: ['example.com/f'] }), { quiet: true });
    await t.post(inside, configMap('b'), { quiet: true });
    await t.delete(`${spaces}/{ns}-n`, undefined, { quiet: true });
    await t.until(`${inside}/b`, ({ status }) => status === 404);
    await t.get(`${inside}/a`, {
      show: (body: { metadata: { deletionTimestamp?: string } }) => body.metadata.deletionTimestamp !== undefined,
    });
    await t.post(inside, configMap('c'));
    await t.until(
      `${spaces}/{ns}-n`,
      ({ body }) => body.status.conditions?.some((one: { type: string }) => one.type === 'NamespaceFinalizersRemaining'),
      {
        show: (body: Namespace) => [body.status.phase, body.status.conditions?.map((one) => [one.type, one.status, one.reason])],
      },
    );
    await t.merge(`${inside}/a`, { metadata: { finalizers: null } }, { quiet: true });
    await t.until(`${spaces}/{ns}-n`, ({ status }) => status === 404);
  },
  'namespaces that may not go': async (t) => {
    await t.delete(`${spaces}/default`);
    await t.delete(`${spaces}/kube-system`);
    await t.delete(`${spaces}/none`);
  },
  'a namespace through apply': async (t) => {
    await t.apply(`${spaces}/{ns}-n?fieldManager=one`, space('{ns}-n', { labels: { a: 'b' } }), { show });
    await t.apply(`${spaces}/{ns}-n?fieldManager=one`, space('{ns}-n'), { show });
    await t.delete(`${spaces}/{ns}-n`, undefined, { quiet: true });
  },
  'a namespace’s own label comes back': async (t) => {
    await t.merge(`${spaces}/{ns}`, { metadata: { labels: { 'kubernetes.io/metadata.name': null } } }, { show });
    await t.merge(`${spaces}/{ns}`, { metadata: { labels: { 'kubernetes.io/metadata.name': 'x' } } }, { show });
  },
  'a collection of namespaces cannot be deleted': async (t) => {
    await t.delete(spaces);
  },
};
