import type { Talk } from '../talk.ts';
import { type Cases, configMap, maps, widget, widgetsOf } from './case.ts';

const from = async (t: Talk, path: string): Promise<string> => (await t.get(path, { quiet: true })).body.metadata.resourceVersion as string;
const short = (event: { type: string; object: { metadata?: { name?: string; labels?: object }; data?: object } }): unknown => [
  event.type,
  event.object.metadata?.name,
  event.object.data,
];

export const watchCases: Cases = {
  'changes as they come': async (t) => {
    const watch = await t.watch(
      `${maps}?watch=1&labelSelector=mine&resourceVersion=${await from(t, maps)}`.replace(/resourceVersion=\d+/, (one) => one),
      short,
    );
    await t.post(maps, configMap('a', { k: '1' }, { labels: { mine: 'y' } }), { quiet: true });
    await t.merge(`${maps}/a`, { data: { k: '2' } }, { quiet: true });
    await t.delete(`${maps}/a`, undefined, { quiet: true });
    await watch.more(3);
    watch.stop();
  },
  'what is there already comes first': async (t) => {
    await t.post(maps, configMap('a', { k: '1' }, { labels: { mine: 'y' } }), { quiet: true });
    await t.post(maps, configMap('b', { k: '1' }, { labels: { mine: 'y' } }), { quiet: true });
    const watch = await t.watch(`${maps}?watch=true&labelSelector=mine`, short);
    await watch.more(2);
    await t.delete(`${maps}/b`, undefined, { quiet: true });
    await watch.more(3);
    watch.stop();
  },
  'from a version in the past': async (t) => {
    const version = await from(t, maps);
    await t.post(maps, configMap('a', { k: '1' }), { quiet: true });
    await t.merge(`${maps}/a`, { data: { k: '2' } }, { quiet: true });
    await t.delete(`${maps}/a`, undefined, { quiet: true });
    const watch = await t.watch(`${maps}?watch=1&fieldSelector=metadata.name=a&resourceVersion=${version}`, short);
    await watch.more(3);
    watch.stop();
  },
  'what enters and leaves a selection': async (t) => {
    await t.post(maps, configMap('a', { k: '1' }, { labels: { on: 'no' } }), { quiet: true });
    const watch = await t.watch(`${maps}?watch=1&labelSelector=on=yes&resourceVersion=${await from(t, maps)}`, short);
    await t.merge(`${maps}/a`, { metadata: { labels: { on: 'yes' } } }, { quiet: true });
    await t.merge(`${maps}/a`, { data: { k: '2' } }, { quiet: true });
    await t.merge(`${maps}/a`, { metadata: { labels: { on: 'no' } } }, { quiet: true });
    await t.merge(`${maps}/a`, { data: { k: '3' } }, { quiet: true });
    await t.merge(`${maps}/a`, { metadata: { labels: { on: 'yes' } } }, { quiet: true });
    await t.delete(`${maps}/a`, undefined, { quiet: true });
    await watch.more(5);
    watch.stop();
  },
  'one object by name': async (t) => {
    await t.post(widgetsOf, widget('w', { size: 1 }), { quiet: true });
    const watch = await t.watch(
      `${widgetsOf}?watch=1&fieldSelector=metadata.name=w&resourceVersion=${await from(t, widgetsOf)}`,
      (event: { type: string; object: { spec: object } }) => [event.type, event.object.spec],
    );
    await t.post(widgetsOf, widget('x', { size: 1 }), { quiet: true });
    await t.merge(`${widgetsOf}/w`, { spec: { size: 2 } }, { quiet: true });
    await t.delete(`${widgetsOf}/w`, undefined, { quiet: true });
    await watch.more(2);
    watch.stop();
  },
  'an object that waits for its finalizer': async (t) => {
    const watch = await t.watch(
      `${maps}?watch=1&labelSelector=mine&resourceVersion=${await from(t, maps)}`,
      (event: { type: string; object: { metadata: { deletionTimestamp?: string } } }) => [
        event.type,
        event.object.metadata.deletionTimestamp !== undefined,
      ],
    );
    await t.post(maps, configMap('a', {}, { labels: { mine: 'y' }, finalizers: ['example.com/f'] }), { quiet: true });
    await t.delete(`${maps}/a`, undefined, { quiet: true });
    await t.merge(`${maps}/a`, { metadata: { finalizers: null } }, { quiet: true });
    await watch.more(3);
    watch.stop();
  },
  'with a list to begin with': async (t) => {
    await t.post(maps, configMap('a', { k: '1' }, { labels: { mine: 'y' } }), { quiet: true });
    const watch = await t.watch(
      `${maps}?watch=1&labelSelector=mine&sendInitialEvents=true&allowWatchBookmarks=true&resourceVersionMatch=NotOlderThan`,
      short,
    );
    await watch.more(1);
    watch.stop();
    await t.get(`${maps}?watch=1&sendInitialEvents=true`);
    await t.get(
      `${maps}?watch=1&timeoutSeconds=1&labelSelector=mine&allowWatchBookmarks=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan`,
      {
        show: (text: string) =>
          text
            .split('\n')
            .filter(Boolean)
            .map((line) => JSON.parse(line))
            .map((event) => [event.type, event.object.metadata.annotations])
            .filter(([type, annotations]) => type !== 'BOOKMARK' || annotations),
      },
    );
  },
  'that ends by itself': async (t) => {
    await t.get(`${maps}?watch=1&timeoutSeconds=1&resourceVersion=${await from(t, maps)}`.replace(/(resourceVersion=)\d+/, '$1'), {
      show: () => 'ended',
    });
  },
  'of versions that are none': async (t) => {
    await t.get(`${maps}?watch=1&resourceVersion=abc`);
    await t.get(`${maps}?watch=1&labelSelector=a b`.replace(' ', '%20'));
    await t.get(`${maps}?watch=1&fieldSelector=spec.x=1`);
  },
  'from before all that is remembered': async (t) => {
    await t.get(`${maps}?watch=1&resourceVersion=1`, { show: (body: unknown) => body });
  },
};
