/** Objects without their contents: PartialObjectMetadata, which garbage collectors and informers of metadata ask for. */
import { unmanaged } from '../talk.ts';
import { type Cases, configMap, maps, widget, widgetsOf } from './case.ts';

const one = 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1';
const many = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1';
const table = 'application/json;as=Table;v=v1;g=meta.k8s.io';
type List = { kind: string; apiVersion: string; items: { metadata: object }[] };
const items = (list: List): unknown => [list.kind, list.apiVersion, list.items.map((item) => unmanaged(item as never))];

export const partialCases: Cases = {
  'of an object': async (t) => {
    await t.post(maps, configMap('a', { k: '1' }, { labels: { l: 'm' } }), { quiet: true });
    await t.get(`${maps}/a`, { accept: one, show: unmanaged });
    await t.post(widgetsOf, widget('w', { size: 1 }), { quiet: true });
    await t.get(`${widgetsOf}/w`, { accept: one, show: unmanaged });
    await t.get(`${maps}/none`, { accept: one });
    await t.merge(`${maps}/a`, { metadata: { labels: { l: 'n' } } }, { accept: one, show: unmanaged });
    await t.post(maps, configMap('b'), { accept: one, show: unmanaged });
  },
  'of lists': async (t) => {
    await t.post(maps, configMap('a', { k: '1' }, { labels: { mine: 'm' } }), { quiet: true });
    await t.get(`${maps}?labelSelector=mine`, { accept: many, show: items });
    await t.post(widgetsOf, widget('w', { size: 1 }), { quiet: true });
    await t.get(widgetsOf, { accept: `${many},application/json`, show: items });
  },
  'of watches': async (t) => {
    await t.post(maps, configMap('a', { k: '1' }, { labels: { mine: 'm' } }), { quiet: true });
    await t.get(`${maps}?watch=1&labelSelector=mine&timeoutSeconds=1`, {
      accept: one,
      show: (text: { type: string; object: { kind: string; apiVersion: string; data?: object } }) => [
        text.type,
        text.object.kind,
        text.object.apiVersion,
        text.object.data,
      ],
    });
    await t.get(`${maps}?watch=1&labelSelector=mine&timeoutSeconds=1`, {
      accept: table,
      show: (text: { type: string; object: { kind: string; columnDefinitions: object[]; rows: object[] } }) => [
        text.type,
        text.object.kind,
        text.object.columnDefinitions.length,
        text.object.rows.length,
      ],
    });
  },
  'forms that nobody serves': async (t) => {
    await t.get(maps, { accept: 'text/html' });
    await t.get(maps, { accept: 'text/html,application/json', show: (body: { kind: string }) => body.kind });
    await t.get(maps, { accept: 'application/json;as=Nonsense;g=meta.k8s.io;v=v1' });
    await t.get(maps, { accept: '*/*', show: (body: { kind: string }) => body.kind });
    await t.get(widgetsOf, { accept: 'application/vnd.kubernetes.protobuf,application/json', show: (body: { kind: string }) => body.kind });
  },
};
