import { managers as show } from '../talk.ts';
import { type Cases, claim, claims, configMap, deployment, deployments, maps, pod, pods, widget, widgetsOf } from './case.ts';

const applied = (data: object): object => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, data });

export const managerCases: Cases = {
  'of what was created': async (t) => {
    await t.post(maps, configMap('a', { k: 'v' }, { labels: { x: '1' }, annotations: { 'a/b': 'c' }, finalizers: ['example.com/f'] }), {
      show,
    });
    await t.merge(`${maps}/a`, { metadata: { finalizers: null } }, { show });
    await t.post(deployments, deployment('d'), { show });
    await t.post(widgetsOf, widget('w', { size: 1, parts: [{ name: 'p', count: 1 }], words: ['x'], tags: ['t'], labels: { a: 'b' } }), {
      show,
    });
    await t.post(claims, claim('c'), { show });
    await t.post(pods, pod('p'), { show });
  },
  'named by the user agent or the request': async (t) => {
    await t.post(maps, configMap('a'), { agent: 'kubectl/v1.30.0 (linux/amd64) kubernetes/abc', show });
    await t.merge(`${maps}/a?fieldManager=pb`, { data: { l: '1' } }, { show });
    await t.merge(`${maps}/a?fieldManager=pb`, { data: { k: '9' } }, { show });
    await t.merge(`${maps}/a?fieldManager=${'x'.repeat(129)}`, {});
  },
  'of what was applied': async (t) => {
    await t.apply(`${maps}/a?fieldManager=one`, applied({ k: '1' }), { show });
    await t.apply(`${maps}/a?fieldManager=two`, applied({ k: '1', l: '2' }), { show });
    await t.apply(`${maps}/a?fieldManager=three&force=true`, applied({ l: '3' }), { show });
    await t.apply(`${maps}/a?fieldManager=one`, applied({}), { show });
    await t.merge(`${maps}/a?fieldManager=one`, { data: { l: '4', m: '5' } }, { show });
  },
  'of an applied deployment': async (t) => {
    const spec = {
      paused: true,
      selector: { matchLabels: { app: 'd' } },
      template: {
        metadata: { labels: { app: 'd' } },
        spec: { containers: [{ name: 'c', image: 'i', ports: [{ containerPort: 80 }], resources: { limits: { cpu: '1' } } }] },
      },
    };
    await t.apply(
      `${deployments}/d?fieldManager=one`,
      { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'd' }, spec },
      { show },
    );
    await t.merge(`${deployments}/d/scale?fieldManager=scaler`, { spec: { replicas: 3 } }, { quiet: true });
    await t.get(`${deployments}/d`, { show });
  },
  'of a custom resource and its status': async (t) => {
    await t.apply(
      `${widgetsOf}/w?fieldManager=one`,
      widget('w', { size: 1, parts: [{ name: 'p', count: 1 }], words: ['x'], tags: ['t'], labels: { a: 'b' }, whole: { a: '1' } }),
      { show },
    );
    await t.merge(`${widgetsOf}/w/status?fieldManager=controller`, { status: { ready: 1 } }, { show });
    await t.apply(
      `${widgetsOf}/w/status?fieldManager=applier&force=true`,
      { apiVersion: 'lab.example.com/v1', kind: 'Widget', metadata: { name: 'w' }, status: { ready: 2 } },
      { show },
    );
  },
  'a client takes fields over by what it writes': async (t) => {
    await t.apply(`${maps}/a?fieldManager=one`, applied({ k: '1', l: '1' }), { quiet: true });
    const object = (await t.get(`${maps}/a`, { quiet: true })).body;
    await t.put(`${maps}/a?fieldManager=editor`, { ...object, data: { k: '2', l: '1' } }, { show });
    await t.apply(`${maps}/a?fieldManager=one`, applied({ l: '1' }), { show });
    await t.merge(
      `${maps}/a`,
      { metadata: { managedFields: [] } },
      { show: (body: { metadata: object }) => 'managedFields' in body.metadata },
    );
    await t.put(
      `${maps}/a?fieldManager=editor`,
      { ...object, metadata: { name: 'a', managedFields: [{}] }, data: { k: '2' } },
      { show: (body: { metadata: object }) => 'managedFields' in body.metadata },
    );
    await t.apply(`${maps}/a?fieldManager=one`, applied({ k: '7' }));
    await t.apply(`${maps}/a?fieldManager=one&force=true`, applied({ k: '7' }), { show });
  },
};
