import { unmanaged as show } from '../talk.ts';
import { type Cases, claim, claims, configMap, deployment, deployments, maps, widget, widgetsOf } from './case.ts';

type Deployment = { spec: { replicas: number; template: { spec: { containers: object[] } } } };
const containers = (body: Deployment) => body.spec.template.spec.containers;
const applied = (data: object, metadata: object = {}): object => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'a', ...metadata },
  data,
});
const as = (manager: string, path = `${maps}/a`): string => `${path}?fieldManager=${manager}`;
const appliedDeployment = (containers: object[], spec: object = {}): object => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'd' },
  spec: {
    paused: true,
    selector: { matchLabels: { app: 'd' } },
    template: { metadata: { labels: { app: 'd' } }, spec: { containers } },
    ...spec,
  },
});

export const applyCases: Cases = {
  'creates, then changes nothing': async (t) => {
    await t.apply(as('one'), applied({ k: '1' }), { show });
    const before = (await t.get(`${maps}/a`, { quiet: true })).body;
    await t.apply(as('one'), applied({ k: '1' }), {
      show: (body: typeof before) => body.metadata.resourceVersion === before.metadata.resourceVersion,
    });
  },
  'removes what is no longer applied': async (t) => {
    await t.apply(as('one'), applied({ k: '1', l: '2' }, { labels: { x: '1', y: '2' } }), { quiet: true });
    await t.apply(as('one'), applied({ k: '1' }, { labels: { x: '1' } }), { show });
    await t.apply(as('one'), { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } }, { show });
  },
  'a conflict with another applier': async (t) => {
    await t.apply(as('one'), applied({ k: '1' }), { quiet: true });
    await t.apply(as('two'), applied({ k: '2' }));
    await t.apply(`${as('two')}&force=true`, applied({ k: '2' }), { show });
    await t.apply(as('one'), applied({ k: '1' }));
  },
  'conflicts with several': async (t) => {
    await t.apply(as('one'), applied({ k: '1', l: '1' }), { quiet: true });
    await t.apply(as('two'), applied({ m: '1' }), { quiet: true });
    await t.apply(as('three'), applied({ k: '2', l: '2', m: '2' }));
  },
  'a conflict with an update': async (t) => {
    await t.post(`${maps}?fieldManager=kubectl-create`, configMap('a', { k: '1' }), { quiet: true });
    await t.apply(as('one'), applied({ k: '2' }));
    await t.apply(as('one'), applied({ k: '1' }), { show });
  },
  'conflicts in a deployment': async (t) => {
    await t.post(`${deployments}?fieldManager=kubectl-create`, deployment('d', { replicas: 2 }), { quiet: true });
    await t.apply(as('one', `${deployments}/d`), appliedDeployment([{ name: 'c', image: 'registry.example.com/app:2' }], { replicas: 3 }));
    await t.merge(`${deployments}/d/scale?fieldManager=scaler`, { spec: { replicas: 4 } }, { quiet: true });
    await t.apply(as('one', `${deployments}/d`), appliedDeployment([{ name: 'c', image: 'registry.example.com/app:1' }], { replicas: 3 }));
  },
  'what two apply alike belongs to both': async (t) => {
    await t.apply(as('one'), applied({ k: '1', l: '1' }), { quiet: true });
    await t.apply(as('two'), applied({ k: '1' }), { quiet: true });
    await t.apply(as('one'), applied({ l: '1' }), { show });
    await t.apply(as('two'), applied({}), { show });
  },
  'lists with keys are merged': async (t) => {
    const path = `${deployments}/d`;
    const main = {
      name: 'c',
      image: 'registry.example.com/app:1',
      env: [
        { name: 'A', value: '1' },
        { name: 'B', value: '2' },
      ],
      ports: [{ containerPort: 80 }],
    };
    await t.apply(as('one', path), appliedDeployment([main]), { show: containers });
    await t.apply(
      as('two', path),
      appliedDeployment([
        { name: 'c', env: [{ name: 'C', value: '3' }] },
        { name: 'side', image: 'registry.example.com/side:1' },
      ]),
      { show: containers },
    );
    await t.apply(as('one', path), appliedDeployment([{ ...main, env: [{ name: 'B', value: '2' }] }]), { show: containers });
    await t.apply(as('two', path), appliedDeployment([{ name: 'c', env: [{ name: 'C', value: '3' }] }]), { show: containers });
  },
  'the same key twice in a list': async (t) => {
    await t.apply(
      as('one', `${deployments}/d`),
      appliedDeployment([
        {
          name: 'c',
          image: 'i',
          env: [
            { name: 'A', value: '1' },
            { name: 'A', value: '2' },
          ],
        },
      ]),
    );
    await t.apply(as('one', `${widgetsOf}/w`), widget('w', { size: 1, parts: [{ name: 'p' }, { name: 'p' }] }));
  },
  'lists and maps of a custom resource': async (t) => {
    const path = `${widgetsOf}/w`;
    await t.apply(
      as('one', path),
      widget('w', { size: 1, tags: ['a', 'b'], words: ['x'], labels: { l: '1' }, whole: { a: '1' }, parts: [{ name: 'p', count: 1 }] }),
      { show },
    );
    await t.apply(as('two', path), widget('w', { tags: ['c'], labels: { m: '2' }, parts: [{ name: 'q', count: 2 }] }), { show });
    await t.apply(as('two', path), widget('w', { words: ['y'] }));
    await t.apply(as('two', path), widget('w', { whole: { b: '2' } }));
    await t.apply(as('one', path), widget('w', { size: 1, tags: ['b'] }), { show });
    await t.apply(as('two', path), widget('w', {}), { show });
  },
  'a field that the schema does not have': async (t) => {
    await t.apply(as('one'), { ...applied({}), none: 1 });
    await t.apply(as('one', `${deployments}/d`), appliedDeployment([{ name: 'c', imagee: 'x' }]));
    await t.apply(as('one', `${widgetsOf}/w`), widget('w', { size: 1, none: { a: 1 } }));
  },
  'a value of the wrong type': async (t) => {
    await t.apply(as('one'), applied({ k: 1 }));
    await t.apply(as('one', `${deployments}/d`), appliedDeployment([], { replicas: 'three' }));
    await t.apply(as('one', `${widgetsOf}/w`), widget('w', { size: 'big' }));
  },
  'without a manager, with force elsewhere, without a name': async (t) => {
    await t.apply(`${maps}/a`, applied({ k: '1' }));
    await t.merge(`${maps}/a?force=true`, {});
    await t.apply(as('one'), { apiVersion: 'v1', kind: 'ConfigMap', data: { k: '1' } });
    await t.apply(as('one'), applied({ k: '1' }, { name: 'b' }));
    await t.apply(as('one'), { metadata: { name: 'a' } });
    await t.apply(as('one'), applied({}, { managedFields: [{ manager: 'x', operation: 'Apply' }] }));
  },
  'YAML as a person writes it': async (t) => {
    await t.apply(as('one'), 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  k: "1"\n  yes: |\n    two\n    lines\n', {
      show,
    });
    await t.apply(as('one'), 'apiVersion: v1\nkind: ConfigMap\n  metadata: [\n');
  },
  'to a namespace that is not there': async (t) => {
    await t.apply(as('one', '/api/v1/namespaces/none/configmaps/a'), applied({}));
  },
  'a dry run of apply': async (t) => {
    await t.apply(`${as('one')}&dryRun=All`, applied({ k: '1' }), { show });
    await t.get(`${maps}/a`);
    await t.apply(as('one'), applied({ k: '1' }), { quiet: true });
    await t.apply(`${as('two')}&dryRun=All`, applied({ k: '2' }));
    await t.apply(`${as('two')}&dryRun=All&force=true`, applied({ k: '2' }), { show });
    await t.get(`${maps}/a`, { show });
  },
  'status of a custom resource': async (t) => {
    await t.apply(as('one', `${widgetsOf}/w`), { ...widget('w', { size: 1 }), status: { ready: 1 } }, { show });
    await t.apply(
      as('controller', `${widgetsOf}/w/status`),
      {
        apiVersion: 'lab.example.com/v1',
        kind: 'Widget',
        metadata: { name: 'w' },
        status: {
          ready: 1,
          conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: '2020-01-01T00:00:00Z', reason: 'R', message: '' }],
        },
      },
      { show },
    );
    await t.apply(as('controller', `${widgetsOf}/none/status`), {
      apiVersion: 'lab.example.com/v1',
      kind: 'Widget',
      metadata: { name: 'none' },
      status: {},
    });
  },
  'a claim, twice': async (t) => {
    await t.apply(as('one', `${claims}/c`), claim('c', { resources: { requests: { storage: '1024Mi' } } }), { show });
    await t.apply(as('one', `${claims}/c`), claim('c', { resources: { requests: { storage: '1024Mi' } } }), {
      show: (body: { metadata: { resourceVersion: string } }) => body.metadata.resourceVersion !== '',
    });
    await t.apply(as('one', `${claims}/c`), claim('c', { resources: { requests: { storage: '1Gi' } }, storageClassName: 'other' }));
  },
  'with a resourceVersion that is stale': async (t) => {
    const first = (await t.apply(as('one'), applied({ k: '1' }), { quiet: true })).body;
    await t.apply(as('one'), applied({ k: '2' }), { quiet: true });
    await t.apply(as('one'), applied({ k: '3' }, { resourceVersion: first.metadata.resourceVersion }));
  },
};
