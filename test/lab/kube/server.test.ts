/** What the contract cannot ask of a real server: faults, outages, containers that answer, forgotten history. */
import { readFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { Agent, get, request } from 'node:https';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { Fault } from '../../../src/lab/kube/server/http/fault.ts';
import { readProtobuf } from '../../../src/lab/kube/server/http/protobuf.ts';
import { type ApiOptions, type LabApi, startApi } from '../../../src/lab/kube/server/start.ts';
import { type Ask, Talk } from '../../kube-contract/talk.ts';

const started: LabApi[] = [];
afterEach(async () => {
  await Promise.all(started.splice(0).map((api) => api.stop()));
});
async function start(options: ApiOptions = {}): Promise<{ api: LabApi; talk: Talk }> {
  const api = await startApi(options);
  started.push(api);
  return { api, talk: new Talk({ url: api.url, ca: api.caPem, tokens: api.tokens }, 'default') };
}

const maps = '/api/v1/namespaces/default/configmaps';
const map = (name: string, labels: object = {}) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, labels }, data: { k: 'v' } });
const crds = join(import.meta.dirname, '../../real/parts/kube/crds/own');

it('answers with a fault in place of the object, and is well again', async () => {
  const faults: Fault[] = [{ status: 429, retryAfter: 7 }, { status: 500, message: 'etcdserver: request timed out' }, { drop: true }];
  const { talk } = await start({ intercept: ({ action }) => (action === 'list configmaps' ? faults.shift() : undefined) });
  expect(await talk.get(maps)).toMatchObject({ status: 429, body: { reason: 'TooManyRequests', details: { retryAfterSeconds: 7 } } });
  expect(await talk.get(maps)).toMatchObject({ status: 500, body: { message: 'etcdserver: request timed out' } });
  await expect(talk.get(maps)).rejects.toThrow(/hang up|ECONNRESET/);
  expect(await talk.get(maps)).toMatchObject({ status: 200 });
});

it('sees who asks for what', async () => {
  const seen: string[] = [];
  const { talk } = await start({
    intercept: ({ action, user, path }) => {
      seen.push(`${user} ${action || path}`);
      return undefined;
    },
  });
  const ask: Ask[] = [{}, { token: talk.nobody }];
  for (const one of ask) await talk.get(`${maps}?watch=0`, one);
  await talk.merge('/apis/apps/v1/namespaces/default/deployments/d/scale', {});
  await talk.get('/version');
  expect(seen).toEqual(['admin list configmaps', 'nobody list configmaps', 'admin patch deployments/scale', 'admin /version']);
});

it('is away and comes back at the same address, with all that it held', async () => {
  const { api, talk } = await start();
  await talk.post(maps, map('a'));
  const watch = await talk.watch(`${maps}?watch=1&labelSelector=none`);
  await api.interrupt();
  await expect(talk.get(maps)).rejects.toThrow(/ECONNREFUSED/);
  await api.resume();
  expect((await talk.get(`${maps}/a`)).status).toBe(200);
  // The watch was cut: it ends without a further event.
  await watch.more(1);
  expect(talk.entries.at(-1)?.answer).toEqual([]);
});

it('has forgotten what was before a compaction', async () => {
  const { api, talk } = await start();
  for (const name of ['a', 'b', 'c']) await talk.post(maps, map(name, { mine: 'y' }));
  const page = await talk.get(`${maps}?limit=1`);
  await talk.post(maps, map('d'));
  api.store.compact();
  const next = `${maps}?limit=1&continue=${encodeURIComponent(page.body.metadata.continue)}`;
  expect(await talk.get(next)).toMatchObject({ status: 410, body: { reason: 'Expired', code: 410 } });
  const { resourceVersion } = page.body.metadata;
  expect(await talk.get(`${maps}?resourceVersion=${resourceVersion}&resourceVersionMatch=Exact`)).toMatchObject({ status: 410 });
  const watch = await talk.get(`${maps}?watch=1&resourceVersion=${resourceVersion}`);
  expect(watch).toMatchObject({ status: 200, body: { type: 'ERROR', object: { code: 410, reason: 'Expired' } } });
});

it('tells every watcher of every change, in order', async () => {
  const { talk } = await start();
  const count = 200;
  const name = (event: { type: string; object: { metadata: { name: string } } }): string => `${event.type} ${event.object.metadata.name}`;
  const watchers = await Promise.all(Array.from({ length: 8 }, () => talk.watch(`${maps}?watch=1&labelSelector=mine`, name)));
  for (let number = 0; number < count; number++) await talk.post(maps, map(`m${number}`, { mine: 'y' }), { quiet: true });
  await talk.delete(`${maps}?labelSelector=mine`, undefined, { quiet: true });
  const names = Array.from({ length: count }, (_, number) => `m${number}`);
  const wanted = [...names.map((one) => `ADDED ${one}`), ...[...names].sort().map((one) => `DELETED ${one}`)];
  for (const watcher of watchers) {
    await watcher.more(2 * count);
    expect(talk.entries.at(-1)?.answer).toEqual(wanted);
    watcher.stop();
  }
});

it('serves the kinds of the manifests it was given, and starts with their objects', async () => {
  const volume = { apiVersion: 'local.storage.openshift.io/v1', kind: 'LocalVolume', metadata: { name: 'disks', namespace: 'default' } };
  const spec = { storageClassDevices: [{ storageClassName: 'local', devicePaths: ['/dev/disk/by-id/wwn-0x5000c500a1b2c3d4'] }] };
  const manifests = [
    readFileSync(join(crds, 'localvolumes.yaml'), 'utf8'),
    JSON.stringify({ ...volume, spec, status: { readyReplicas: 3 } }),
  ];
  const { talk } = await start({ manifests });
  const path = '/apis/local.storage.openshift.io/v1/namespaces/default/localvolumes';
  expect((await talk.get(`${path}/disks`)).body).toMatchObject({ spec, status: { readyReplicas: 3 }, metadata: { generation: 1 } });
  const wrong = { ...volume, metadata: { name: 'wrong' }, spec: { storageClassDevices: [{ devicePaths: [] }] } };
  expect((await talk.post(path, wrong)).body.message).toContain('spec.storageClassDevices[0].storageClassName: Required value');
});

it('names the kind of an object that it cannot begin with', async () => {
  await expect(startApi({ manifests: ['apiVersion: x.example.com/v1\nkind: Thing\nmetadata: {name: a}'] })).rejects.toThrow(
    'x.example.com/v1 Thing "a": no such kind is served',
  );
});

it('knows the admin by certificate, and nobody by a certificate of another authority', async () => {
  const { api } = await start();
  const other = await startApi();
  started.push(other);
  const list = (cert: { cert: string; key: string }): Promise<number | undefined> =>
    new Promise((resolve, reject) => {
      const call = request(`${api.url}/api/v1/nodes`, { ca: api.caPem, ...cert, agent: false }, (response) =>
        resolve(response.resume().statusCode),
      );
      call.on('error', reject).end();
    });
  expect(await list(api.adminCert)).toBe(200);
  expect(await list(other.adminCert)).toBe(403);
});

const pod = (name: string) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name },
  spec: { nodeName: 'n', containers: [{ name: 'c', image: 'i' }] },
});
const pods = '/api/v1/namespaces/default/pods';

/** Runs a command over a WebSocket: what came on each channel, joined. */
function exec(api: LabApi, query: string, { protocol, stdin }: { protocol: string; stdin?: string[] }): Promise<Record<number, string>> {
  const url = `${api.url.replace('https', 'wss')}${pods}/p/exec?${query}`;
  const socket = new WebSocket(url, [protocol], { ca: api.caPem, headers: { authorization: `Bearer ${api.tokens.admin}` } });
  const channels: Record<number, string> = {};
  return new Promise((resolve, reject) => {
    socket.on('open', () => {
      for (const piece of stdin ?? []) socket.send(Buffer.concat([Buffer.from([0]), Buffer.from(piece)]));
      if (stdin) socket.send(Buffer.from([255, 0]));
    });
    socket.on('message', (data: Buffer) => {
      const [channel = -1] = data;
      channels[channel] = (channels[channel] ?? '') + data.subarray(1).toString('utf8');
    });
    socket.on('unexpected-response', (_, response) => reject(new Error(`answered ${response.statusCode}`)));
    socket.on('error', reject);
    socket.on('close', () => resolve(channels));
  });
}

it('runs commands in containers: streams, exit codes, failures', async () => {
  const { api, talk } = await start({
    async exec({ command, stdin, stdout, stderr, container }) {
      if (command[0] === 'broken') throw new Error('no such container runtime');
      let read = '';
      for await (const chunk of stdin) read += chunk.toString('utf8');
      stdout(`${container} ${command.join(' ')} ${read}`);
      stderr('warned');
      return command[0] === 'false' ? 3 : 0;
    },
  });
  await talk.until('/api/v1/namespaces/default/serviceaccounts/default', ({ status }) => status === 200);
  await talk.post(pods, pod('p'));
  const both = 'stdout=true&stderr=true';
  expect(await exec(api, `command=df&command=-P&${both}`, { protocol: 'v4.channel.k8s.io' })).toEqual({
    1: 'c df -P ',
    2: 'warned',
    3: '{"metadata":{},"status":"Success"}',
  });
  const read = await exec(api, `command=cat&stdin=true&stdout=true`, { protocol: 'v5.channel.k8s.io', stdin: ['one ', 'two'] });
  expect(read).toEqual({ 1: 'c cat one two', 3: '{"metadata":{},"status":"Success"}' });
  const failed = JSON.parse((await exec(api, `command=false&${both}`, { protocol: 'v4.channel.k8s.io' }))[3] ?? '');
  expect(failed).toMatchObject({ reason: 'NonZeroExitCode', details: { causes: [{ reason: 'ExitCode', message: '3' }] } });
  const broken = JSON.parse((await exec(api, `command=broken&${both}`, { protocol: 'v4.channel.k8s.io' }))[3] ?? '');
  expect(broken).toMatchObject({ status: 'Failure', message: expect.stringContaining('no such container runtime') });
  await expect(exec(api, `command=ls&container=x&${both}`, { protocol: 'v4.channel.k8s.io' })).rejects.toThrow('answered 400');
});

it('gives logs, and of them what the client wants', async () => {
  const said = (text: string, at: string) => ({ text: `${text}\n`, at: new Date(at) });
  const { talk } = await start({
    logs: ({ pod: of, container }) => ({
      lines: [
        said(`${of}/${container}`, '2026-01-01T00:00:00.5Z'),
        said('two', '2026-01-01T00:00:02Z'),
        said('three', '2026-01-01T00:00:03Z'),
      ],
      async *more() {
        yield said('four', '2026-01-01T00:00:04Z');
      },
    }),
  });
  await talk.until('/api/v1/namespaces/default/serviceaccounts/default', ({ status }) => status === 200);
  await talk.post(pods, pod('p'));
  const log = async (query: string): Promise<unknown> => (await talk.get(`${pods}/p/log?${query}`)).body;
  expect(await log('')).toBe('p/c\ntwo\nthree\n');
  expect(await log('tailLines=2')).toBe('two\nthree\n');
  expect(await log('tailLines=0&follow=true')).toBe('four\n');
  expect(await log('tailLines=1&follow=true&timestamps=true')).toBe(
    '2026-01-01T00:00:03.000000000Z three\n2026-01-01T00:00:04.000000000Z four\n',
  );
  expect(await log('sinceTime=2026-01-01T00:00:02Z')).toBe('two\nthree\n');
  expect(await log('sinceSeconds=5')).toBe('');
  expect(await log('limitBytes=5')).toBe('p/c\nt');
  expect(await talk.get(`${pods}/p/log?previous=true`)).toMatchObject({
    status: 400,
    body: { message: 'previous terminated container "c" in pod "p" not found' },
  });
});

it('reads a request as kubectl 1.36 writes it', () => {
  const sent =
    '6b3873000a280a1861757468656e7469636174696f6e2e6b38732e696f2f7631120c546f6b656e52657175657374121a0a100a0012001a0022002a0032003800420012001a040a0012001a002200';
  expect(readProtobuf(Buffer.from(sent, 'hex'))).toMatchObject({
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenRequest',
    metadata: {},
    spec: {},
  });
  expect(() => readProtobuf(Buffer.from(sent.slice(0, -20), 'hex'))).toThrow('proto: the message ends within a field');
});

it('never ends an idle connection by itself: a client may be about to use it', async () => {
  const { api } = await start();
  const { hostname, port } = new URL(api.url);
  const agent = new Agent({ keepAlive: true, maxSockets: 1, ca: api.caPem });
  const answered = await new Promise<IncomingMessage>((resolve, reject) =>
    get({ hostname, port, agent, path: '/healthz' }, resolve).on('error', reject),
  );
  answered.resume();
  // Node's server says how long it would wait.
  expect(answered.headers['keep-alive']).toBeUndefined();
  agent.destroy();
});
