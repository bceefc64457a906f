/** Watches as informers use them: bookmarks, lists that come as events. */
import type { Cases } from './case.ts';
import { configMap, maps, widget, widgetsOf } from './case.ts';

type Event = {
  type: string;
  object: { kind: string; apiVersion: string; metadata: { name?: string; annotations?: object; resourceVersion: string } };
};
const events = (text: unknown): Event[] =>
  typeof text === 'string'
    ? text
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as Event)
    : [text as Event];
/** A real server sends bookmarks now and then as well, when it likes: those say nothing. */
const brief = (text: unknown): unknown =>
  events(text)
    .filter(({ type, object }) => type !== 'BOOKMARK' || object.metadata.annotations !== undefined)
    .map(({ type, object }) => [type, object.kind, object.apiVersion, object.metadata.name ?? object.metadata.annotations ?? '']);

export const bookmarkCases: Cases = {
  'before a watch ends': async (t) => {
    await t.post(maps, configMap('a', {}, { labels: { mine: 'y' } }), { quiet: true });
    await t.get(`${maps}?watch=1&labelSelector=mine&allowWatchBookmarks=true&timeoutSeconds=4`, { show: brief });
    await t.get(`${maps}?watch=1&labelSelector=mine&timeoutSeconds=4`, { show: brief });
  },
  'a list that comes as events': async (t) => {
    await t.post(widgetsOf, widget('w', { size: 1 }), { quiet: true });
    const path = `${widgetsOf}?watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&timeoutSeconds=1`;
    await t.get(`${path}&allowWatchBookmarks=true`, { show: (text: unknown) => brief(text) });
    await t.get(path, { show: brief });
    await t.get(`${path}&allowWatchBookmarks=true&resourceVersion=0`, { show: brief });
    await t.get(
      `${widgetsOf}?watch=1&sendInitialEvents=false&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true&timeoutSeconds=1`,
      { show: () => 'ended' },
    );
    await t.get(`${widgetsOf}?watch=1&sendInitialEvents=false&resourceVersionMatch=Exact&timeoutSeconds=1`);
    await t.get(`${widgetsOf}?sendInitialEvents=true&resourceVersionMatch=NotOlderThan`);
    await t.get(`${widgetsOf}?watch=1&resourceVersionMatch=NotOlderThan&resourceVersion=1&timeoutSeconds=1`);
    await t.get(`${widgetsOf}?watch=1&sendInitialEvents=nonsense&resourceVersionMatch=NotOlderThan&timeoutSeconds=1`);
  },
  'one object, with a name': async (t) => {
    await t.post(maps, configMap('a'), { quiet: true });
    await t.get(`${maps}/a?watch=1&timeoutSeconds=1`, { show: (body: { kind: string; type: string }) => [body.kind, body.type] });
    await t.get('/api/v1/watch/namespaces/{ns}/configmaps/a?timeoutSeconds=1', { show: brief });
    await t.get('/api/v1/watch/namespaces/{ns}/configmaps?timeoutSeconds=1&labelSelector=none', { show: () => 'ended' });
  },
};
