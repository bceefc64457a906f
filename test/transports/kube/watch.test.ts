/** Waiting for a change: no gap between what was read and the watch, and no end when the connection breaks. */
import type { ServerResponse } from 'node:http';
import { afterEach, expect, test } from 'vitest';
import { type Fixture, hangUp, json, type Reply, startFixture, status } from './server.ts';

let fixture: Fixture;
afterEach(() => fixture.close());
const start = async (...replies: Reply[]): Promise<Fixture> => {
  fixture = await startFixture(replies);
  return fixture;
};

const query = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'web', name: 'c' };
const never = new AbortController().signal;
const LONG = 120_000;
const item = (resourceVersion: string) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'c', namespace: 'web', resourceVersion },
});
const list = (resourceVersion: string, ...items: object[]): Reply => json({ metadata: { resourceVersion }, items });
const lines = (response: ServerResponse, ...events: object[]): void => {
  for (const event of events) response.write(`${JSON.stringify(event)}\n`);
};
const events =
  (...all: object[]): Reply =>
  (response) =>
    lines(response, ...all);

test('goes on from where the list ended', async () => {
  const { reader, connection, asked } = await start(list('7', item('5')), events({ type: 'MODIFIED', object: item('8') }));
  await reader.list(query);
  await connection.changed([query], LONG, never);
  expect(asked).toHaveLength(2);
  expect(Object.fromEntries(asked[1]?.query ?? [])).toMatchObject({
    ...{ watch: 'true', resourceVersion: '7', allowWatchBookmarks: 'true', fieldSelector: 'metadata.name=c' },
  });
});

test('an object that changed between its reading and the watch is seen', async () => {
  const { reader, connection, asked } = await start(json(item('5')), list('9', item('8')));
  await reader.get(query);
  await connection.changed([query], LONG, never);
  expect(asked).toHaveLength(2);
});

test('so is one that did not exist yet', async () => {
  const { reader, connection } = await start(status(404, 'NotFound', 'configmaps "c" not found'), list('9', item('8')));
  await reader.get(query);
  await connection.changed([query], LONG, never);
});

test('a bookmark moves the place to go on from; a broken connection is no change', async () => {
  const bookmark = { type: 'BOOKMARK', object: { kind: 'ConfigMap', metadata: { resourceVersion: '40' } } };
  const { reader, connection, asked } = await start(
    list('7'),
    (response) => {
      lines(response, bookmark);
      response.end();
    },
    hangUp,
    status(503, 'ServiceUnavailable', 'shutting down'),
    events({ type: 'ADDED', object: item('41') }),
  );
  await reader.list(query);
  await connection.changed([query], LONG, never);
  expect(asked.slice(1).map((one) => one.query.get('resourceVersion'))).toEqual(['7', '40', '40', '40']);
});

test.each<[string, Reply]>([
  ['in an event', events({ type: 'ERROR', object: { kind: 'Status', code: 410, reason: 'Expired', message: 'too old resource version' } })],
  ['as an answer', status(410, 'Expired', 'too old resource version')],
])('410 %s means to look again', async (_, reply) => {
  const { reader, connection, asked } = await start(list('7'), reply);
  await reader.list(query);
  await connection.changed([query], LONG, never);
  expect(asked).toHaveLength(2);
});

test('a watch that is not allowed is an error', async () => {
  const message = 'configmaps is forbidden: User "u" cannot watch resource "configmaps" in API group "" in the namespace "web"';
  const { reader, connection } = await start(list('7'), status(403, 'Forbidden', message));
  await reader.list(query);
  await expect(connection.changed([query], LONG, never)).rejects.toMatchObject({
    message: 'user u may not watch configmaps in namespace web (403)',
  });
});

test('ends when the time is over, when it is told to, and soon for kinds that cannot be watched', async () => {
  const { reader, connection } = await start(list('7'), (response) => response.writeHead(200).flushHeaders());
  await reader.list(query);
  await connection.changed([query], 300, never);
  const stop = new AbortController();
  const waiting = connection.changed([query], LONG, stop.signal);
  stop.abort(new Error('stopped'));
  await expect(waiting).rejects.toThrow('stopped');
  await connection.changed([{ apiVersion: 'v1', kind: 'Pod', namespace: 'web' }], LONG, never);
});

test('the first of several queries is enough', async () => {
  const other = { ...query, name: 'd' };
  const { connection } = await start((response, asked) => {
    if (asked.query.get('watch') === null) return list('7')(response, asked);
    if (asked.query.get('fieldSelector') === 'metadata.name=d') return lines(response, { type: 'ADDED', object: item('8') });
    response.writeHead(200).flushHeaders();
  });
  await connection.changed([query, other], LONG, never);
});
