import { unmanaged as show } from '../talk.ts';
import { type Cases, configMap, deployment, deployments, maps, widget, widgetsOf } from './case.ts';

type Deployment = { spec: { template: { spec: { containers: object[] } }; strategy: object } };
const containers = (body: Deployment) => body.spec.template.spec.containers;
const template = (spec: object): object => ({ spec: { template: { spec } } });

export const patchCases: Cases = {
  'a merge patch': async (t) => {
    await t.post(maps, configMap('a', { k: '1', l: '2' }, { labels: { x: 'y' } }), { quiet: true });
    await t.merge(`${maps}/a`, { data: { k: null, m: '3' }, metadata: { labels: { z: '1' } } }, { show });
    await t.merge(`${maps}/a`, { data: null, metadata: { labels: null } }, { show });
  },
  'a merge patch of what is not there': async (t) => {
    await t.merge(`${maps}/none`, { data: {} });
    await t.merge(`${widgetsOf}/none`, { spec: {} });
  },
  'a merge patch that cannot be read': async (t) => {
    await t.post(maps, configMap('a'), { quiet: true });
    await t.merge(`${maps}/a`, '{');
    await t.merge(`${maps}/a`, '[]');
    await t.merge(`${maps}/a`, { data: 'x' });
    await t.merge(`${maps}/a`, { kind: 'Secret' });
  },
  'a merge patch of a custom resource': async (t) => {
    await t.post(widgetsOf, widget('w', { size: 1, labels: { a: '1' }, parts: [{ name: 'p', count: 1 }] }), { quiet: true });
    await t.merge(`${widgetsOf}/w`, { spec: { labels: { a: null, b: '2' }, parts: [{ name: 'q', count: 2 }] } }, { show });
    await t.merge(`${widgetsOf}/w`, { spec: { size: 'big' } });
    await t.merge(`${widgetsOf}/w`, { spec: null });
  },
  'a JSON patch': async (t) => {
    await t.post(maps, configMap('a', { k: '1' }), { quiet: true });
    await t.json(
      `${maps}/a`,
      [
        { op: 'test', path: '/data/k', value: '1' },
        { op: 'add', path: '/data/l', value: '2' },
        { op: 'remove', path: '/data/k' },
        { op: 'copy', from: '/data/l', path: '/data/m' },
        { op: 'replace', path: '/data/l', value: '3' },
        { op: 'move', from: '/data/m', path: '/data/n' },
      ],
      { show },
    );
    await t.json(`${maps}/a`, [{ op: 'add', path: '/metadata/labels', value: { 'a/b': 'c' } }], { show });
    await t.json(`${maps}/a`, [{ op: 'replace', path: '/metadata/labels/a~1b', value: 'd' }], { show });
  },
  'a JSON patch that fails': async (t) => {
    await t.post(maps, configMap('a', { k: '1' }), { quiet: true });
    await t.json(`${maps}/a`, [{ op: 'test', path: '/data/k', value: '2' }]);
    await t.json(`${maps}/a`, [{ op: 'remove', path: '/data/none' }]);
    await t.json(`${maps}/a`, [{ op: 'replace', path: '/data/none', value: 'x' }]);
    await t.json(`${maps}/a`, [{ op: 'add', path: '/none/a', value: 'x' }]);
    await t.json(`${maps}/a`, [{ op: 'jump', path: '/data/k' }]);
    await t.json(`${maps}/a`, { op: 'add' });
  },
  'a JSON patch of a list': async (t) => {
    await t.post(widgetsOf, widget('w', { size: 1, parts: [{ name: 'p', count: 1 }] }), { quiet: true });
    await t.json(
      `${widgetsOf}/w`,
      [
        { op: 'add', path: '/spec/parts/-', value: { name: 'q', count: 2 } },
        { op: 'add', path: '/spec/parts/0', value: { name: 'o', count: 0 } },
      ],
      { show },
    );
    await t.json(`${widgetsOf}/w`, [{ op: 'remove', path: '/spec/parts/1' }], { show });
    await t.json(`${widgetsOf}/w`, [{ op: 'remove', path: '/spec/parts/7' }]);
  },
  'a strategic patch merges containers and variables by name': async (t) => {
    await t.post(deployments, deployment('d'), { quiet: true });
    await t.strategic(
      `${deployments}/d`,
      template({
        containers: [
          { name: 'c', env: [{ name: 'B', value: '2' }] },
          { name: 'side', image: 'registry.example.com/side:1' },
        ],
      }),
      { show: containers },
    );
    await t.strategic(`${deployments}/d`, template({ containers: [{ name: 'c', env: [{ name: 'A', $patch: 'delete' }] }] }), {
      show: containers,
    });
    await t.strategic(`${deployments}/d`, template({ containers: [{ name: 'side', $patch: 'delete' }] }), { show: containers });
    await t.strategic(`${deployments}/d`, template({ containers: [{ name: 'c', ports: [{ containerPort: 443 }] }] }), { show: containers });
  },
  'a strategic patch replaces, keeps order and keys': async (t) => {
    await t.post(deployments, deployment('d'), { quiet: true });
    await t.strategic(
      `${deployments}/d`,
      template({ containers: [{ name: 'new', image: 'registry.example.com/new:1' }, { $patch: 'replace' }] }),
      { show: containers },
    );
    await t.strategic(
      `${deployments}/d`,
      { spec: { strategy: { $retainKeys: ['type'], type: 'Recreate' } } },
      { show: (body: Deployment) => body.spec.strategy },
    );
    await t.strategic(`${deployments}/d`, template({ tolerations: [{ key: 'a', operator: 'Exists' }] }), { quiet: true });
    await t.strategic(`${deployments}/d`, template({ tolerations: [{ key: 'b', operator: 'Exists' }] }), {
      show: (body: { spec: { template: { spec: { tolerations: object } } } }) => body.spec.template.spec.tolerations,
    });
  },
  'a strategic patch with directives for lists of values': async (t) => {
    await t.post(maps, configMap('a', { k: 'v' }, { finalizers: ['example.com/a', 'example.com/b'] }), { quiet: true });
    await t.strategic(`${maps}/a`, { metadata: { finalizers: ['example.com/c'] } }, { show });
    await t.strategic(
      `${maps}/a`,
      { metadata: { '$deleteFromPrimitiveList/finalizers': ['example.com/a', 'example.com/b', 'example.com/c'] } },
      { show },
    );
    await t.strategic(`${maps}/a`, { data: { $patch: 'replace', z: '1' } }, { show });
  },
  'a custom resource has no strategic patch': async (t) => {
    await t.post(widgetsOf, widget('w', { size: 1 }), { quiet: true });
    await t.strategic(`${widgetsOf}/w`, { spec: { size: 2 } });
  },
  'a patch with a resourceVersion': async (t) => {
    const first = (await t.post(maps, configMap('a', { k: '1' }), { quiet: true })).body;
    await t.merge(`${maps}/a`, { data: { k: '2' } }, { quiet: true });
    await t.merge(`${maps}/a`, { metadata: { resourceVersion: first.metadata.resourceVersion }, data: { k: '3' } });
  },
  'a dry run of a patch': async (t) => {
    await t.post(maps, configMap('a', { k: '1' }), { quiet: true });
    await t.merge(`${maps}/a?dryRun=All`, { data: { k: '2' } }, { show });
    await t.json(`${maps}/a?dryRun=All`, [{ op: 'remove', path: '/data/k' }], { show });
    await t.strategic(`${maps}/a?dryRun=All`, { data: { m: '2' } }, { show });
    await t.get(`${maps}/a`, { show });
  },
};
