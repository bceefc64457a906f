/** Trouble between pb and the API server: what is tried again, what never is, and what is said. */
import { afterEach, describe, expect, test } from 'vitest';
import type { KubeObject } from '../../../src/core/kube.ts';
import { type Fixture, hangUp, json, type Reply, startFixture, status } from './server.ts';

let fixture: Fixture;
afterEach(() => fixture.close());
const start = async (replies: readonly Reply[], options?: { patienceMs?: number }): Promise<Fixture> => {
  fixture = await startFixture(replies, options);
  return fixture;
};

const ref = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'web', name: 'c' };
const object: KubeObject = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c', namespace: 'web', resourceVersion: '5' } };
const never = new AbortController().signal;

describe('reading', () => {
  test.each<[string, Reply]>([
    ['a broken connection', hangUp],
    ['503', status(503, 'ServiceUnavailable', 'shutting down')],
    ['a gateway before the server', json('<html>502 Bad Gateway</html>', 502)],
    ['a store without a leader', status(500, '', 'etcdserver: leader changed')],
    ['429 with Retry-After', status(429, 'TooManyRequests', 'storage is (re)initializing', { 'retry-after': '0' })],
  ])('is tried again after %s', async (_, trouble) => {
    const { reader, asked } = await start([trouble, trouble, json(object)]);
    expect(await reader.get(ref)).toEqual(object);
    expect(asked).toHaveLength(3);
  });

  test('gives up when patience is over, and says what is wrong', async () => {
    const { reader } = await start([hangUp], { patienceMs: 50 });
    await expect(reader.get(ref)).rejects.toMatchObject({
      code: 'unreachable',
      retryable: true,
      message: expect.stringContaining('does not answer'),
    });
  });

  test('ends at once when the run ends', async () => {
    const { reader, end, asked } = await start([hangUp]);
    const reading = reader.get(ref);
    await expect.poll(() => asked.length).toBeGreaterThan(0);
    end.abort(new Error('the run is over'));
    await expect(reading).rejects.toThrow();
  });

  test.each([
    [401, 'Unauthorized', 'Unauthorized', /does not accept these credentials \(401\)/],
    [
      403,
      'Forbidden',
      'configmaps "c" is forbidden: User "u" cannot get resource "configmaps" in API group "" in the namespace "web"',
      /^user u may not get configmaps in namespace web \(403\)$/,
    ],
    [500, '', 'failed to create typed patch object: .spec.x: field not declared in schema', /field not declared in schema \(500\)/],
  ])('a %i is told, not repeated', async (code, reason, message, expected) => {
    const { reader, asked } = await start([status(code, reason, message)]);
    await expect(reader.get(ref)).rejects.toMatchObject({ code: 'kube', message: expect.stringMatching(expected) });
    // 401 once more, with fresh credentials.
    expect(asked).toHaveLength(code === 401 ? 2 : 1);
  });

  test('a kind that went away is asked for again; a missing object is not', async () => {
    const { reader } = await start([status(404, 'NotFound', 'configmaps "c" not found')]);
    expect(await reader.get(ref)).toBeUndefined();
    expect(await reader.served('v1', 'Konfig')).toBeUndefined();
    expect(await reader.served('none.example.com/v1', 'None')).toBeUndefined();
    expect(await reader.list({ apiVersion: 'none.example.com/v1', kind: 'None' })).toEqual([]);
    expect(await reader.served('v1', 'Pod')).toEqual({ plural: 'pods', namespaced: true });
  });

  test('a list whose pages expire starts over', async () => {
    const item = (name: string) => ({ metadata: { name } });
    const { reader, asked } = await start([
      json({ metadata: { continue: 'next', resourceVersion: '1' }, items: [item('a')] }),
      status(410, 'Expired', 'The provided continue parameter is too old'),
      json({ metadata: { continue: 'next', resourceVersion: '2' }, items: [item('a')] }),
      json({ metadata: { resourceVersion: '2' }, items: [item('b')] }),
    ]);
    const found = await reader.list({ apiVersion: 'v1', kind: 'ConfigMap', labelSelector: 'a=b' });
    expect(found.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual(['ConfigMap a', 'ConfigMap b']);
    expect(asked.map(({ query }) => query.get('continue'))).toEqual([null, 'next', null, 'next']);
  });

  test('who it is goes with every request and is hidden', async () => {
    const { reader, asked, redactor } = await start([json(object)]);
    await reader.get(ref);
    expect(asked[0]?.headers.authorization).toBe('Bearer a-bearer-token');
    expect(redactor.text('x a-bearer-token')).toBe('x ***');
  });

  test('what a Secret holds is hidden, but not what is public by its kind', async () => {
    const data = {
      token: Buffer.from('a-token-of-an-account').toString('base64'),
      namespace: Buffer.from('openshift-dns').toString('base64'),
    };
    const secret = {
      apiVersion: 'v1',
      kind: 'Secret',
      type: 'kubernetes.io/service-account-token',
      metadata: { name: 's', namespace: 'web' },
      data,
    };
    const { reader, redactor } = await start([json(secret)]);
    await reader.get({ ...ref, kind: 'Secret', name: 's' });
    expect(redactor.text(`a-token-of-an-account ${data.token} openshift-dns`)).toBe('*** *** openshift-dns');
  });
});

describe('the fence', () => {
  test('readers only ask: their writes are dry runs, strict and by pb', async () => {
    const { reader, asked } = await start([json(object)]);
    await reader.dryRunApply(object, true);
    await reader.dryRunPatch({ do: 'kube.patch', ref, type: 'json', patch: [], resourceVersion: '5' });
    expect(
      asked.map(({ method, path, query, headers }) => [
        method,
        path,
        query.get('dryRun'),
        query.get('fieldValidation'),
        query.get('fieldManager'),
        headers['content-type'],
      ]),
    ).toEqual([
      ['PATCH', '/api/v1/namespaces/web/configmaps/c', 'All', 'Strict', 'pb', 'application/apply-patch+yaml'],
      ['PATCH', '/api/v1/namespaces/web/configmaps/c', 'All', 'Strict', 'pb', 'application/json-patch+json'],
    ]);
    expect(JSON.parse(asked[1]?.body ?? '')).toEqual([{ op: 'test', path: '/metadata/resourceVersion', value: '5' }]);
  });
});

describe('writing', () => {
  test('an apply is sent again whatever happened to the first', async () => {
    const { writer, asked } = await start([hangUp, status(503, 'ServiceUnavailable', ''), json(object)]);
    expect(await writer.run({ do: 'kube.apply', manifest: object, force: false }, never)).toMatchObject({
      code: 0,
      stdout: 'ConfigMap web/c applied (resourceVersion 5)\n',
    });
    expect(asked).toHaveLength(3);
    expect(asked.every(({ query }) => query.get('dryRun') === null && query.get('fieldManager') === 'pb')).toBe(true);
  });

  test('a JSON patch that may have been carried out is not', async () => {
    const { writer, asked } = await start([hangUp, json(object)]);
    const patch = { do: 'kube.patch', ref, type: 'json', patch: [{ op: 'add', path: '/data/a', value: '1' }] } as const;
    await expect(writer.run(patch, never)).rejects.toMatchObject({
      code: 'unreachable',
      hint: expect.stringContaining('may have been carried out'),
    });
    expect(asked).toHaveLength(1);
  });

  test('one that was turned away surely was not, and is', async () => {
    const { writer, asked } = await start([status(429, 'TooManyRequests', 'later', { 'retry-after': '0' }), json(object)]);
    await writer.run({ do: 'kube.patch', ref, type: 'json', patch: [{ op: 'add', path: '/data/a', value: '1' }] }, never);
    expect(asked).toHaveLength(2);
  });

  test('a lost race is run again, a conflict of managers or versions is not', async () => {
    const race = status(409, 'Conflict', 'the object has been modified; please apply your changes to the latest version');
    const { writer, asked } = await start([race, race, json(object), race]);
    await writer.run({ do: 'kube.patch', ref, type: 'merge', patch: {} }, never);
    expect(asked).toHaveLength(3);
    const bound = writer.run({ do: 'kube.patch', ref, type: 'merge', patch: {}, resourceVersion: '4' }, never);
    await expect(bound).rejects.toMatchObject({ code: 'conflict' });
    expect(asked).toHaveLength(4);
    expect(JSON.parse(asked[3]?.body ?? '')).toEqual({ metadata: { resourceVersion: '4' } });
  });

  test('a delete names the very object, and one that is gone is well', async () => {
    const { writer, asked } = await start([status(404, 'NotFound', 'configmaps "c" not found')]);
    expect(await writer.run({ do: 'kube.delete', ref, uid: 'u1', propagation: 'Foreground' }, never)).toMatchObject({
      stdout: 'ConfigMap web/c was gone\n',
    });
    expect(JSON.parse(asked[0]?.body ?? '')).toMatchObject({ preconditions: { uid: 'u1' }, propagationPolicy: 'Foreground' });
  });
});
