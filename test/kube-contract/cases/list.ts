import type { Talk } from '../talk.ts';
import { items, names } from '../talk.ts';
import { type Cases, configMap, maps, pod, pods, widget, widgetsOf } from './case.ts';

const four = async (t: Talk): Promise<void> => {
  await t.post(maps, configMap('a', { k: '1' }, { labels: { app: 'web', tier: 'front', mine: 'y' } }), { quiet: true });
  await t.post(maps, configMap('b', { k: '2' }, { labels: { app: 'web', tier: 'back', mine: 'y' } }), { quiet: true });
  await t.post(maps, configMap('c', { k: '3' }, { labels: { app: 'db', mine: 'y' } }), { quiet: true });
  await t.post(maps, configMap('d', { k: '4' }, { labels: { mine: 'y' } }), { quiet: true });
};
const select = (selector: string): string => `${maps}?labelSelector=${encodeURIComponent(selector)}`;

export const listCases: Cases = {
  'all of a namespace': async (t) => {
    await four(t);
    await t.get(select('mine'), { show: items });
    await t.get(widgetsOf, { show: items });
  },
  'by labels': async (t) => {
    await four(t);
    const selectors = [
      'app=web',
      'app==web,tier=back',
      'app!=web,mine',
      'app in (web, db)',
      'app notin (web),mine',
      'tier',
      '!tier,mine',
      'app in (web),tier notin (back)',
      'mine=y,app in (db)',
      '',
      'none=x',
    ];
    for (const selector of selectors) await t.get(select(selector === '' ? 'mine,' : selector), { show: names });
  },
  'by selectors that are none': async (t) => {
    for (const selector of ['a b', 'app in web', '=x', 'app=a b', 'app in (', '!!a', 'app>x'])
      await t.get(select(selector), { show: names });
  },
  'by fields': async (t) => {
    await four(t);
    await t.get(`${maps}?fieldSelector=metadata.name=b`, { show: names });
    await t.get(`${maps}?labelSelector=mine&fieldSelector=metadata.name!=b`, { show: names });
    await t.get(`/api/v1/configmaps?fieldSelector=metadata.namespace={ns},metadata.name=a`, { show: names });
    await t.get(`${maps}?fieldSelector=data.k=1`);
    await t.get(`${maps}?fieldSelector=metadata.name`);
    await t.get(`${widgetsOf}?fieldSelector=spec.size=1`);
    await t.post(widgetsOf, widget('w', { size: 1 }), { quiet: true });
    await t.get(`${widgetsOf}?fieldSelector=metadata.name=w`, { show: names });
  },
  'pods by node, phase and restart policy': async (t) => {
    await t.post(pods, pod('p', { nodeName: 'no-such-node-{ns}' }), { quiet: true });
    await t.post(pods, pod('q', { restartPolicy: 'Never' }), { quiet: true });
    await t.get(`${pods}?fieldSelector=spec.nodeName=no-such-node-{ns}`, { show: names });
    await t.get(`${pods}?fieldSelector=spec.nodeName=`, { show: names });
    await t.get(`${pods}?fieldSelector=status.phase=Pending,spec.restartPolicy=Never`, { show: names });
    await t.get(`${pods}?fieldSelector=spec.hostname=x`);
    await t.delete(`${pods}/p`, { gracePeriodSeconds: 0 }, { quiet: true });
  },
  'events by what they are about': async (t) => {
    const event = (name: string, about: string) => ({
      metadata: { name, namespace: '{ns}' },
      involvedObject: { kind: 'Pod', namespace: '{ns}', name: about, uid: 'u-1' },
      reason: 'Because',
      message: 'm',
      type: 'Warning',
      source: { component: 'contract' },
    });
    const events = '/api/v1/namespaces/{ns}/events';
    await t.post(events, event('e1', 'p'), { show: items1 });
    await t.post(events, event('e2', 'q'), { quiet: true });
    await t.get(`${events}?fieldSelector=involvedObject.name=p,involvedObject.kind=Pod`, { show: names });
    await t.get(`${events}?fieldSelector=involvedObject.uid=u-1,reason=Because,type=Warning,source=contract`, { show: names });
    await t.get(`/apis/events.k8s.io/v1/namespaces/{ns}/events?fieldSelector=regarding.name=q`, { show: names });
    await t.get(`/apis/events.k8s.io/v1/namespaces/{ns}/events/e1`, { show: items1 });
    await t.post(events, { ...event('e3', 'p'), involvedObject: { kind: 'Pod', namespace: 'other', name: 'p' } });
  },
  'secrets by type, namespaces by phase': async (t) => {
    const secrets = '/api/v1/namespaces/{ns}/secrets';
    await t.post(secrets, { metadata: { name: 's' }, type: 'example.com/x' }, { quiet: true });
    await t.get(`${secrets}?fieldSelector=type=example.com/x`, { show: names });
    await t.get(`/api/v1/namespaces?fieldSelector=status.phase=Active,metadata.name={ns}`, { show: names });
  },
  'page by page': async (t) => {
    await four(t);
    const page = (list: { metadata: { continue?: string; remainingItemCount?: number }; items: { metadata: { name: string } }[] }) => [
      names(list),
      list.metadata.continue ? 'more' : 'end',
      list.metadata.remainingItemCount ?? 'unsaid',
    ];
    const first = (await t.get(`${maps}?limit=2`, { show: page })).body;
    await t.ask(`${maps}?limit=2&continue=${encodeURIComponent(first.metadata.continue)}`, { quiet: true });
    const next = await t.get(`${maps}?limit=2&continue=${encodeURIComponent(first.metadata.continue)}`, { quiet: true });
    const third = await t.get(`${maps}?limit=2&continue=${encodeURIComponent(next.body.metadata.continue)}`, { quiet: true });
    t.note('pages', [page(next.body), page(third.body)]);
    await t.get(`${maps}?limit=2&labelSelector=mine`, { show: page });
    await t.get(`${maps}?continue=rubbish`);
    await t.get(`${maps}?limit=-1`, { show: () => 'listed' });
    await t.get(`${maps}?limit=x`, { show: () => 'listed' });
  },
  'a page stays as it was': async (t) => {
    await four(t);
    const first = (await t.get(`${maps}?limit=2&labelSelector=mine`, { quiet: true })).body;
    await t.post(maps, configMap('bb', {}, { labels: { mine: 'y' } }), { quiet: true });
    await t.delete(`${maps}/d`, undefined, { quiet: true });
    const second = (
      await t.get(`${maps}?limit=5&labelSelector=mine&continue=${encodeURIComponent(first.metadata.continue)}`, { quiet: true })
    ).body;
    t.note('pages', [names(first), names(second), first.metadata.resourceVersion === second.metadata.resourceVersion]);
  },
  'at a resourceVersion': async (t) => {
    await four(t);
    const { resourceVersion } = (await t.get(maps, { quiet: true })).body.metadata;
    await t.delete(`${maps}/a`, undefined, { quiet: true });
    const exact = await t.get(`${maps}?labelSelector=mine&resourceVersion=${resourceVersion}&resourceVersionMatch=Exact`, { quiet: true });
    t.note('exact', names(exact.body));
    await t.get(`${maps}?labelSelector=mine&resourceVersion=0`, { show: () => 'listed' });
    await t.get(`${maps}?resourceVersion=abc`);
    await t.get(`${maps}?resourceVersionMatch=Exact`);
    await t.get(`${maps}/b?resourceVersion=999999999`);
  },
  'in all namespaces': async (t) => {
    await t.post(widgetsOf, widget('w', { size: 1 }, { labels: { of: '{ns}' } }), { quiet: true });
    await t.get('/apis/lab.example.com/v1/widgets?labelSelector=of={ns}', { show: items });
    await t.post('/apis/lab.example.com/v1/widgets', widget('w', { size: 1 }));
  },
};

const items1 = (object: { metadata: { managedFields?: unknown } }): unknown => {
  const { managedFields: _, ...metadata } = object.metadata;
  return { ...object, metadata };
};
