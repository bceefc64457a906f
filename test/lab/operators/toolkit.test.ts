import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CONFIG_MAP, type ConfigMap } from '../../../src/lab/kube/operators/kinds.ts';
import { Cache } from '../../../src/lab/kube/operators/toolkit/cache.ts';
import { type Client, openClient } from '../../../src/lab/kube/operators/toolkit/client.ts';
import { SimClock } from '../../../src/lab/kube/operators/toolkit/clock.ts';
import { withCondition } from '../../../src/lab/kube/operators/toolkit/conditions.ts';
import { Controller } from '../../../src/lab/kube/operators/toolkit/controller.ts';
import { recordEvents } from '../../../src/lab/kube/operators/toolkit/events.ts';
import { fingerprint, suffix } from '../../../src/lab/kube/operators/toolkit/hash.ts';
import { covers, same } from '../../../src/lab/kube/operators/toolkit/objects.ts';
import { bytesOf } from '../../../src/lab/kube/operators/toolkit/quantity.ts';

describe('small parts', () => {
  it('moves lastTransitionTime with the status only', () => {
    const first = withCondition(undefined, { type: 'Ready', status: 'True', message: 'a' }, 't1');
    const second = withCondition(first, { type: 'Ready', status: 'True', message: 'b' }, 't2');
    expect(second).toEqual([{ type: 'Ready', status: 'True', message: 'b', lastTransitionTime: 't1' }]);
    expect(withCondition(second, { type: 'Ready', status: 'False' }, 't3')[0]?.lastTransitionTime).toBe('t3');
  });
  it.each([
    ['100Gi', 100 * 2 ** 30],
    ['100G', 1e11],
    ['1.5Ki', 1536],
    ['12', 12],
  ])('reads %s', (text, bytes) => expect(bytesOf(text)).toBe(bytes));
  it('refuses other quantities', () => expect(() => bytesOf('100 Gi')).toThrow(RangeError));
  it('names hundreds of pods apart', () => {
    const names = Array.from({ length: 600 }, (_, index) => suffix(`uid/${index}`));
    expect(new Set(names).size).toBe(600);
    expect(names[0]).toMatch(/^[bcdfghjklmnpqrstvwxz2456789]{5}$/);
  });
  it('takes the same fingerprint of what a server gives back in its own order', () => {
    expect(fingerprint({ s3: { bucket: 'b', region: 'r' }, managementState: 'Unmanaged' })).toBe(
      fingerprint({ managementState: 'Unmanaged', s3: { region: 'r', bucket: 'b' } }),
    );
    expect(fingerprint({ a: [1, 2] })).not.toBe(fingerprint({ a: [2, 1] }));
    expect(fingerprint({ a: 1 })).not.toBe(fingerprint({ b: 1 }));
  });
  it('compares what is said, not how it is stored', () => {
    expect(same({ a: undefined, b: [1] }, { b: [1] })).toBe(true);
    expect(same({ b: [1] }, { b: { 0: 1 } })).toBe(false);
    expect(covers({ a: 1, defaulted: true }, { a: 1 })).toBe(true);
    expect(covers({ list: [1, 2] }, { list: [1] })).toBe(false);
  });
});

describe('simulated time', () => {
  it('runs ahead of real time', () => {
    let real = 0;
    const clock = new SimClock(600, () => real);
    expect(clock.left('wait', 60_000)).toBe(60_000);
    real = 40;
    expect(clock.left('wait', 60_000)).toBe(36_000);
    real = 100;
    expect(clock.left('wait', 60_000)).toBe(0);
    clock.forget('wa');
    expect(clock.left('wait', 60_000)).toBe(60_000);
    expect([clock.due('tick', 600), clock.due('tick', 600)]).toEqual([true, false]);
    real = 101;
    expect(clock.due('tick', 600)).toBe(true);
  });
  it('has bounds', () => expect(() => new SimClock(601)).toThrow(RangeError));
});

describe('a client', () => {
  const abort = { controller: new AbortController() };
  let answer: (request: IncomingMessage, response: ServerResponse, body: string) => void;
  let asked: string[];
  let client: Client;
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    asked.push(`${request.method} ${request.url?.replace(/\?.*resourceVersion=/, '?from=')}`);
    answer(request, response, body);
  });
  const map = (name: string, resourceVersion: string, data = {}): ConfigMap => ({
    metadata: { name, namespace: 'ns', resourceVersion },
    data,
  });
  const send = (response: ServerResponse, status: number, body: unknown) => response.writeHead(status).end(JSON.stringify(body));
  const refuse = (response: ServerResponse, code: number, reason: string) =>
    send(response, code, { kind: 'Status', reason, message: reason, code });

  beforeEach(async () => {
    asked = [];
    abort.controller = new AbortController();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    client = await openClient({ server: `http://127.0.0.1:${port}`, token: 't' }, abort.controller.signal);
  });
  afterEach(async () => {
    abort.controller.abort();
    client.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  it('reads again and writes again after a conflict', async () => {
    let conflicts = 1;
    answer = (request, response, body) => {
      expect(request.headers.authorization).toBe('Bearer t');
      if (request.method === 'GET') return send(response, 200, map('a', String(3 - conflicts), { n: '0' }));
      return conflicts-- > 0 ? refuse(response, 409, 'Conflict') : send(response, 200, JSON.parse(body));
    };
    const written = await client.edit(CONFIG_MAP, { name: 'a', namespace: 'ns' }, (live) => {
      live.data = { n: '1' };
    });
    expect(written).toMatchObject({ metadata: { resourceVersion: '3' }, data: { n: '1' } });
    expect(asked.map((line) => line.split(' ')[0])).toEqual(['GET', 'PUT', 'GET', 'PUT']);
  });

  it('writes nothing when nothing changes', async () => {
    answer = (_, response) => send(response, 200, map('a', '1'));
    await client.edit(CONFIG_MAP, { name: 'a', namespace: 'ns' }, () => {});
    expect(asked).toEqual(['GET /api/v1/namespaces/ns/configmaps/a']);
  });

  it('asks nothing of the server while what is known needs no change, and reads once it is outdated', async () => {
    answer = (request, response, body) => {
      if (request.method === 'GET') return send(response, 200, map('a', '2', { theirs: '1' }));
      const { metadata } = JSON.parse(body) as ConfigMap;
      return metadata.resourceVersion === '1' ? refuse(response, 409, 'Conflict') : send(response, 200, JSON.parse(body));
    };
    const known = map('a', '1', { ours: '0' });
    const edit = (ours: string) => client.edit(CONFIG_MAP, known.metadata, (live) => void (live.data = { ...live.data, ours }), known);
    await edit('0');
    expect(asked).toEqual([]);
    expect((await edit('1'))?.data).toEqual({ theirs: '1', ours: '1' });
    expect(asked.map((line) => line.split(' ')[0])).toEqual(['PUT', 'GET', 'PUT']);
    expect(known.data).toEqual({ ours: '0' });
  });

  it('counts an event that comes again', async () => {
    const bodies: { count: number; involvedObject?: unknown }[] = [];
    answer = (_, response, body) => {
      bodies.push(JSON.parse(body));
      send(response, 201, {});
    };
    const about = { ...map('a', '1'), apiVersion: 'v1', kind: 'ConfigMap' };
    const draft = { type: 'Normal', reason: 'R', message: 'm', from: 'test' } as const;
    await client.event(about, draft);
    await client.event(about, draft);
    await client.event(about, { ...draft, message: 'other' });
    expect(bodies.map((body) => body.count)).toEqual([1, 2, 1]);
    expect(asked.map((line) => line.split(' ')[0])).toEqual(['POST', 'PATCH', 'POST']);
  });

  it('follows a kind, and lists it anew when its history is gone', async () => {
    const lists = [
      [map('a', '1'), map('b', '2')],
      [map('b', '2'), map('c', '9')],
    ];
    let watches = 0;
    answer = (request, response) => {
      if (!request.url?.includes('watch=1')) {
        return send(response, 200, { items: lists.shift() ?? [], metadata: { resourceVersion: '5' } });
      }
      if (watches++ === 0) {
        response.writeHead(200).write(`${JSON.stringify({ type: 'MODIFIED', object: map('a', '6', { n: '1' }) })}\n`);
        return response.end();
      }
      if (watches === 2)
        return response.writeHead(200).end(`${JSON.stringify({ type: 'ERROR', object: { code: 410, reason: 'Expired' } })}\n`);
      return response.writeHead(200).flushHeaders();
    };
    const cache = new Cache(CONFIG_MAP);
    const heard: string[] = [];
    cache.listen((object) => heard.push(`${object.metadata.name}@${object.metadata.resourceVersion}`));
    const run = cache.run(client, abort.controller.signal);
    await expect.poll(() => cache.get('c', 'ns')).toBeDefined();
    expect(cache.all('ns').map((one) => one.metadata.name)).toEqual(['b', 'c']);
    expect(heard).toEqual(['a@1', 'b@2', 'a@6', 'c@9', 'a@6']);
    await expect.poll(() => watches).toBe(3);
    expect(asked.filter((line) => line.includes('from='))).toEqual([
      'GET /api/v1/configmaps?from=5',
      'GET /api/v1/configmaps?from=6',
      'GET /api/v1/configmaps?from=5',
    ]);
    abort.controller.abort();
    await run;
  });
});

describe('a source of many events', () => {
  const about = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', namespace: 'ns' } };
  const start = () => {
    const time = { ms: 0 };
    const sent: string[] = [];
    const take = (body: unknown): void => void sent.push((body as { message: string }).message);
    const sink = {
      create: async (_: string, body: unknown) => take(body),
      patch: async (_: string, __: string, body: unknown) => take(body),
    };
    const record = recordEvents(sink, () => time.ms);
    return {
      time,
      sent,
      tell: (message: string, host = 'w1') => record(about, { type: 'Warning', reason: 'R', message, from: 'test', host }),
    };
  };

  it('is heard so many times, and later once more', async () => {
    const { time, sent, tell } = start();
    for (let i = 0; i < 40; i++) await tell('again');
    expect(sent).toHaveLength(25);
    await tell('another source', 'w2');
    time.ms = 300_000;
    await tell('again');
    await tell('again');
    expect(sent.slice(25)).toEqual(['another source', 'again']);
  });

  it('tells different things apart until there are too many', async () => {
    const { time, sent, tell } = start();
    for (let i = 1; i <= 11; i++) await tell(`disk ${i}`);
    expect(sent.slice(8)).toEqual(['disk 9', '(combined from similar events): disk 10', '(combined from similar events): disk 11']);
    await tell('disk 2');
    time.ms = 600_001;
    await tell('disk 12');
    expect(sent.slice(11)).toEqual(['disk 2', 'disk 12']);
  });
});

describe('a controller', () => {
  const start = (reconcile: ConstructorParameters<typeof Controller>[1]) => {
    const abort = new AbortController();
    const log: string[] = [];
    const controller = new Controller('test', reconcile, { clock: new SimClock(600), log: (line) => log.push(line), signal: abort.signal });
    return { abort, log, controller };
  };
  it('tries again after errors, telling the same one once', async () => {
    let runs = 0;
    const { controller, log, abort } = start(async () => {
      if (++runs < 4) throw new Error('not yet');
      return undefined;
    });
    controller.add('a');
    await expect.poll(() => runs).toBe(4);
    await controller.idle;
    expect(log).toEqual(['test a: not yet']);
    abort.abort();
  });
  it('does one key at a time, and what came meanwhile once more', async () => {
    const runs: string[] = [];
    let inside = 0;
    const { controller, abort } = start(async (key) => {
      expect(++inside).toBe(1);
      runs.push(key);
      if (runs.length === 1) for (const other of ['a', 'b', 'b']) controller.add(other);
      await Promise.resolve();
      inside--;
      return undefined;
    });
    controller.add('a');
    controller.add('a');
    await expect.poll(() => runs).toEqual(['a', 'a', 'b']);
    abort.abort();
  });
  it('lets everything else have its turn before each object', async () => {
    const order: string[] = [];
    const { controller, abort } = start(async (key) => {
      order.push(key);
      setImmediate(() => order.push('others'));
      return undefined;
    });
    for (const key of ['a', 'b']) controller.add(key);
    await expect.poll(() => order).toEqual(['a', 'others', 'b', 'others']);
    abort.abort();
  });
  it('looks again when asked to', async () => {
    let runs = 0;
    const { controller, abort } = start(async () => (++runs < 3 ? { again: 600 } : undefined));
    controller.add('a');
    await expect.poll(() => runs).toBe(3);
    abort.abort();
  });
});
