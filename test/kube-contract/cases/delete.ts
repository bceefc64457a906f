import { items, unmanaged as show } from '../talk.ts';
import { type Cases, configMap, deployment, deployments, maps, pod, pods, widget, widgetsOf } from './case.ts';

type Meta = { metadata: { deletionTimestamp?: string; finalizers?: string[] } };
const terminating = (body: Meta) => ({ finalizers: body.metadata.finalizers, leaving: body.metadata.deletionTimestamp !== undefined });
const ownedBy = (owner: { apiVersion: string; kind: string; metadata: { name: string; uid: string } }, extra: object = {}): object => ({
  ownerReferences: [{ apiVersion: owner.apiVersion, kind: owner.kind, name: owner.metadata.name, uid: owner.metadata.uid, ...extra }],
});

export const deleteCases: Cases = {
  'an object': async (t) => {
    await t.post(maps, configMap('a'), { quiet: true });
    await t.delete(`${maps}/a`);
    await t.delete(`${maps}/a`);
    await t.get(`${maps}/a`);
    await t.post(widgetsOf, widget('w', { size: 1 }), { quiet: true });
    await t.delete(`${widgetsOf}/w`);
  },
  'with preconditions': async (t) => {
    await t.post(maps, configMap('a'), { quiet: true });
    await t.delete(`${maps}/a`, {
      apiVersion: 'v1',
      kind: 'DeleteOptions',
      preconditions: { uid: '6b1b7a0e-0000-0000-0000-000000000000' },
    });
    await t.delete(`${maps}/a`, { preconditions: { resourceVersion: '1' } }, { show: () => 'deleted' });
    const { uid } = (await t.get(`${maps}/a`, { quiet: true })).body.metadata;
    await t.delete(`${maps}/a`, { preconditions: { uid } });
  },
  'a dry run': async (t) => {
    await t.post(maps, configMap('a'), { quiet: true });
    await t.delete(`${maps}/a?dryRun=All`);
    await t.get(`${maps}/a`, { show });
  },
  'an object with finalizers waits': async (t) => {
    await t.post(maps, configMap('a', {}, { finalizers: ['example.com/f', 'example.com/g'] }), { quiet: true });
    await t.delete(`${maps}/a`, undefined, { show });
    await t.delete(`${maps}/a`, undefined, { show });
    await t.merge(`${maps}/a`, { metadata: { finalizers: ['example.com/h'] } });
    await t.merge(`${maps}/a`, { metadata: { finalizers: ['example.com/f'] } }, { show });
    await t.post(maps, configMap('a'));
    await t.merge(`${maps}/a`, { metadata: { finalizers: null } }, { show });
    await t.get(`${maps}/a`);
  },
  'a custom resource with finalizers counts a generation': async (t) => {
    await t.post(widgetsOf, widget('w', { size: 1 }, { finalizers: ['example.com/f'] }), { quiet: true });
    await t.delete(`${widgetsOf}/w`, undefined, { show });
    await t.merge(`${widgetsOf}/w`, { metadata: { finalizers: [] } }, { show });
    await t.get(`${widgetsOf}/w`);
  },
  'what it owns goes in the background': async (t) => {
    const owner = (await t.post(maps, configMap('owner'), { quiet: true })).body;
    await t.post(maps, configMap('owned', {}, ownedBy(owner)), { quiet: true });
    await t.post(pods, pod('owned', {}, ownedBy(owner)), { quiet: true });
    await t.delete(`${maps}/owner`, { propagationPolicy: 'Background' });
    await t.until(`${maps}/owned`, ({ status }) => status === 404);
    await t.until(`${pods}/owned`, ({ status }) => status === 404);
  },
  'what it owns goes first': async (t) => {
    const owner = (await t.post(maps, configMap('owner'), { quiet: true })).body;
    await t.post(maps, configMap('owned', {}, { ...ownedBy(owner, { blockOwnerDeletion: true }), finalizers: ['example.com/f'] }), {
      quiet: true,
    });
    await t.delete(`${maps}/owner`, { propagationPolicy: 'Foreground' }, { show: terminating });
    await t.until(`${maps}/owned`, ({ body }) => body.metadata.deletionTimestamp, { show: terminating });
    await t.get(`${maps}/owner`, { show: terminating });
    await t.merge(`${maps}/owned`, { metadata: { finalizers: null } }, { quiet: true });
    await t.until(`${maps}/owner`, ({ status }) => status === 404);
  },
  'what it owns stays': async (t) => {
    const owner = (await t.post(maps, configMap('owner'), { quiet: true })).body;
    await t.post(maps, configMap('owned', {}, ownedBy(owner)), { quiet: true });
    await t.delete(`${maps}/owner`, { propagationPolicy: 'Orphan' }, { show: terminating });
    await t.until(`${maps}/owner`, ({ status }) => status === 404);
    await t.until(`${maps}/owned`, ({ body }) => !body.metadata.ownerReferences, { show });
  },
  'an owner that is not there': async (t) => {
    await t.post(
      maps,
      configMap(
        'owned',
        {},
        ownedBy({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x', uid: '6b1b7a0e-0000-0000-0000-000000000000' } }),
      ),
      { quiet: true },
    );
    await t.until(`${maps}/owned`, ({ status }) => status === 404);
  },
  'two owners, one of them gone': async (t) => {
    const [one, two] = [
      (await t.post(maps, configMap('one'), { quiet: true })).body,
      (await t.post(maps, configMap('two'), { quiet: true })).body,
    ];
    const references = [one, two].map((owner) => ({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      name: owner.metadata.name,
      uid: owner.metadata.uid,
    }));
    await t.post(maps, configMap('owned', {}, { ownerReferences: references }), { quiet: true });
    await t.delete(`${maps}/one`, undefined, { quiet: true });
    await t.until(`${maps}/owned`, ({ body }) => body.metadata.ownerReferences.length === 1, { show });
    await t.delete(`${maps}/two`, undefined, { quiet: true });
    await t.until(`${maps}/owned`, ({ status }) => status === 404);
  },
  'owner references that are none': async (t) => {
    await t.post(maps, configMap('a', {}, { ownerReferences: [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'x' }] }));
    await t.post(maps, configMap('a', {}, { ownerReferences: [{ kind: 'ConfigMap', name: '', uid: 'u' }] }));
  },
  'a collection': async (t) => {
    for (const name of ['a', 'b']) await t.post(maps, configMap(name, {}, { labels: { of: 'mine' } }), { quiet: true });
    await t.post(maps, configMap('c'), { quiet: true });
    await t.delete(`${maps}?labelSelector=of=mine`, undefined, {
      show: (list: { kind: string; items: { metadata: { name: string } }[] }) => [list.kind, ...list.items.map((one) => one.metadata.name)],
    });
    await t.get(`${maps}?labelSelector=of=mine`, { show: items });
    await t.get(`${maps}/c`, { show });
    await t.post(widgetsOf, widget('w', { size: 1 }), { quiet: true });
    await t.delete(widgetsOf, undefined, { show: (list: { kind: string; items: unknown[] }) => [list.kind, list.items.length] });
    await t.get(widgetsOf, { show: items });
  },
  'a policy nobody knows': async (t) => {
    await t.post(maps, configMap('a'), { quiet: true });
    await t.delete(`${maps}/a`, { propagationPolicy: 'Sideways' });
    await t.delete(`${maps}/a`, { gracePeriodSeconds: -1 }, { show: () => 'deleted' });
  },
  'a pod that no node has goes at once': async (t) => {
    await t.post(pods, pod('p'), { quiet: true });
    await t.delete(`${pods}/p`, undefined, { show: (body: Meta) => typeof body });
    await t.get(`${pods}/p`);
  },
  'a pod on a node is given its grace period': async (t) => {
    await t.post(pods, pod('p', { nodeName: 'no-such-node', terminationGracePeriodSeconds: 7 }), { quiet: true });
    await t.delete(`${pods}/p`, undefined, {
      show: (body: { metadata: { deletionGracePeriodSeconds: number } } & Meta) => [
        body.metadata.deletionGracePeriodSeconds,
        body.metadata.deletionTimestamp !== undefined,
      ],
    });
    await t.delete(`${pods}/p`, { gracePeriodSeconds: 0 }, { quiet: true });
    await t.get(`${pods}/p`);
  },
  'a deployment': async (t) => {
    await t.post(deployments, deployment('d'), { quiet: true });
    await t.delete(`${deployments}/d`);
  },
};
