import { unmanaged as show } from '../talk.ts';
import { type Cases, claim, configMap, deployment, deployments, maps, pod, pods, widget, widgetsOf } from './case.ts';

export const createCases: Cases = {
  'an object, and reading it': async (t) => {
    await t.post(maps, configMap('a', { k: 'v' }, { labels: { x: '1' }, annotations: { 'example.com/a': 'b' } }), { show });
    await t.get(`${maps}/a`, { show });
  },
  'what is not there': async (t) => {
    await t.get(`${maps}/none`);
    await t.get('/apis/apps/v1/namespaces/{ns}/deployments/none');
    await t.get('/api/v1/nodes/none');
    await t.get(`${widgetsOf}/none`);
  },
  'a resource that is not served': async (t) => {
    await t.get('/api/v1/namespaces/{ns}/gadgets');
    await t.get('/apis/none.example.com/v1/gadgets');
    await t.get('/apis/apps/v9/deployments');
    await t.get('/nothing/here');
  },
  'the same name twice': async (t) => {
    await t.post(maps, configMap('a'), { quiet: true });
    await t.post(maps, configMap('a'));
    await t.post(deployments, deployment('d'), { quiet: true });
    await t.post(deployments, deployment('d'));
    await t.post(widgetsOf, widget('w', { size: 1 }), { quiet: true });
    await t.post(widgetsOf, widget('w', { size: 1 }));
  },
  'a generated name': async (t) => {
    const made = (body: { metadata: { name: string; generateName: string } }) => [
      body.metadata.generateName,
      /^web-[bcdfghjklmnpqrstvwxz2456789]{5}$/.test(body.metadata.name),
    ];
    const map = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { generateName: 'web-' } };
    await t.post(maps, map, { show: made });
    await t.post(maps, map, { show: made });
  },
  'without a name': async (t) => {
    await t.post(maps, { apiVersion: 'v1', kind: 'ConfigMap', metadata: {} });
    await t.post(maps, { apiVersion: 'v1', kind: 'ConfigMap' });
    await t.post(widgetsOf, { apiVersion: 'lab.example.com/v1', kind: 'Widget', spec: { size: 1 } });
  },
  'names that no name may be': async (t) => {
    await t.post(maps, configMap('Not_Valid'));
    await t.post(maps, configMap('a'.repeat(254)));
    await t.post('/api/v1/namespaces', { metadata: { name: 'a.b' } });
    await t.post('/api/v1/namespaces/{ns}/services', { metadata: { name: '1a' }, spec: { ports: [{ port: 80 }] } });
    await t.post(widgetsOf, widget('-w', { size: 1 }));
  },
  'labels and annotations that are none': async (t) => {
    await t.post(maps, configMap('a', {}, { labels: { 'a b': 'x' } }));
    await t.post(maps, configMap('a', {}, { labels: { a: 'not valid!' } }));
    await t.post(maps, configMap('a', {}, { annotations: { 'a b': 'x' } }));
    await t.post(maps, configMap('a', {}, { labels: { a: 1 } }));
  },
  'another namespace in the body than in the path': async (t) => {
    await t.post(maps, configMap('a', {}, { namespace: 'default' }));
  },
  'another kind or version than the path’s': async (t) => {
    await t.post(maps, { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'a' } });
    await t.post(maps, { apiVersion: 'v2', kind: 'ConfigMap', metadata: { name: 'a' } });
    await t.post(maps, { apiVersion: 'apps/v1', kind: 'ConfigMap', metadata: { name: 'a' } });
    await t.post(widgetsOf, { apiVersion: 'lab.example.com/v1', kind: 'Gadget', metadata: { name: 'a' } });
    await t.post(widgetsOf, { apiVersion: 'lab.example.com/v3', kind: 'Widget', metadata: { name: 'a' } });
  },
  'without apiVersion and kind': async (t) => {
    await t.post(maps, { metadata: { name: 'a' } }, { show });
    await t.post(widgetsOf, { metadata: { name: 'a' }, spec: { size: 1 } });
  },
  'a body that cannot be read': async (t) => {
    await t.post(maps, '{');
    await t.post(maps, '[]');
    await t.post(maps, 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: y}', { type: 'application/yaml', show });
    await t.post(maps, configMap('a'), { type: 'text/plain' });
  },
  'a dry run': async (t) => {
    await t.post(`${maps}?dryRun=All`, configMap('a'), { show });
    await t.get(`${maps}/a`);
    await t.post(`${maps}?dryRun=Some`, configMap('a'));
    await t.post(`${deployments}?dryRun=All`, deployment('d'), { show });
    await t.get(`${deployments}/d`);
    await t.post(`${widgetsOf}?dryRun=All`, widget('w', { size: 1 }), { show });
    await t.get(`${widgetsOf}/w`);
  },
  'with a resourceVersion': async (t) => {
    await t.post(maps, configMap('a', {}, { resourceVersion: '7' }));
  },
  'what a server sets itself is not taken from the client': async (t) => {
    await t.post(
      maps,
      configMap(
        'a',
        {},
        {
          uid: '6b1b7a0e-0000-0000-0000-000000000000',
          creationTimestamp: '2020-01-01T00:00:00Z',
          generation: 7,
          deletionTimestamp: '2020-01-01T00:00:00Z',
          selfLink: '/x',
        },
      ),
      { show },
    );
    await t.post(widgetsOf, { ...widget('w', { size: 1 }, { generation: 7 }), status: { ready: 1 } }, { show });
    await t.post(pods, { ...pod('p'), status: { phase: 'Running' } }, { show: (body: { status: unknown }) => body.status });
  },
  'in a namespace that is not there': async (t) => {
    await t.post('/api/v1/namespaces/none/configmaps', configMap('a'));
    await t.post('/apis/apps/v1/namespaces/none/deployments', deployment('d'));
    await t.post('/apis/lab.example.com/v1/namespaces/none/widgets', widget('a', { size: 1 }));
    await t.get('/api/v1/namespaces/none/configmaps');
  },
  'what is allowed on a path only': async (t) => {
    await t.post(`${maps}/a`, configMap('a'));
    await t.put(maps, configMap('a'));
    await t.ask('/api/v1/namespaces/{ns}/configmaps/a', { method: 'PATCH', body: {}, type: 'application/json' });
  },
  'a claim': async (t) => {
    await t.post('/api/v1/namespaces/{ns}/persistentvolumeclaims', claim('c'), { show });
  },
};
