/** What wait_for sees of real ports, URLs, files and commands, over the local transport. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttp, type Server as HttpServer } from 'node:http';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { HostConnection } from '../../src/core/module.ts';
import type { HostName, JsonObject } from '../../src/core/value.ts';
import { waitFor } from '../../src/modules/wait_for.ts';
import { createTransports, type Transports } from '../../src/transports/index.ts';
import { argsOf } from './args.ts';
import { type Called, call, noFiles } from './call.ts';

const end = new AbortController();
let transports: Transports;
let connection: HostConnection;
let dir: string;
let tcp: Server;
let http: HttpServer;
const portOf = (server: Server | HttpServer): number => (server.address() as AddressInfo).port;
const listening = (server: Server | HttpServer): Promise<void> => new Promise((done) => server.listen(0, '127.0.0.1', done));

beforeAll(async () => {
  transports = createTransports({ home: '/nonexistent', env: process.env, signal: end.signal });
  connection = await transports.connect('n1' as HostName, { via: 'local' }, undefined, end.signal);
  dir = mkdtempSync(join(tmpdir(), 'pb-wait-'));
  writeFileSync(join(dir, 'log'), 'starting\nready in 12 s\n');
  tcp = createServer((socket) => socket.on('error', () => undefined).end('SSH-2.0-OpenSSH_9\r\n'));
  http = createHttp((request, response) => response.writeHead(request.url === '/ok' ? 200 : 503).end('healthy: yes'));
  await Promise.all([listening(tcp), listening(http)]);
});
afterAll(async () => {
  tcp.close();
  http.close();
  await transports.close();
  rmSync(dir, { recursive: true });
});

const check = (given: JsonObject): Promise<Called> =>
  call(waitFor, argsOf(waitFor, given), { line: { to: 'host', connection, target: 'n1' }, mode: { is: 'check' }, files: noFiles });
const ok = async (given: JsonObject): Promise<void> => expect((await check(given)).result.status).toBe('ok');
const later = async (given: JsonObject): Promise<void> => expect((await check(given)).result.status).toBe('unknown');

test('a port', async () => {
  await ok({ port: portOf(tcp) });
  await ok({ port: portOf(tcp), search_regex: '^SSH-2' });
  await later({ port: portOf(tcp), search_regex: 'nothing like it' });
  await later({ port: portOf(tcp), state: 'stopped' });
});

test('a port that nobody serves', async () => {
  const gone = createServer();
  await listening(gone);
  const port = portOf(gone);
  await new Promise((done) => gone.close(done));
  await later({ port });
  await ok({ port, state: 'stopped' });
  await ok({ port, state: 'drained' });
});

test('a URL', async () => {
  const url = `http://127.0.0.1:${portOf(http)}`;
  await ok({ url: `${url}/ok`, search_regex: 'healthy: (\\w+)' });
  await later({ url: `${url}/other` });
  await ok({ url: `${url}/other`, status: [503] });
  await later({ url: 'http://127.0.0.1:1/' });
});

test('a path', async () => {
  await later({ path: join(dir, 'none') });
  await ok({ path: join(dir, 'none'), state: 'absent' });
  const { result } = await check({ path: join(dir, 'log'), search_regex: '^ready in (?P<seconds>\\d+)' });
  expect(result).toMatchObject({ status: 'ok', output: { match_groups: ['12'], match_groupdict: { seconds: '12' } } });
});

test('a command', async () => {
  await ok({ command: ['test', '-d', dir] });
  await later({ command: `grep -q 'never' ${dir}/log` });
});

test('a timeout names what was seen last', async () => {
  let clock = 0;
  const { result } = await call(waitFor, argsOf(waitFor, { path: join(dir, 'none'), msg: 'the file never came' }), {
    line: { to: 'host', connection, target: 'n1' },
    mode: {
      is: 'apply',
      hostWriter: (on) => transports.hostWriter(on),
      kubeWriter: () => Promise.reject(new Error('no cluster')) as never,
      registryWriter: () => Promise.reject(new Error('no registry')) as never,
      storeWriter: () => Promise.reject(new Error('no store')) as never,
    },
    files: noFiles,
    now: () => (clock += 15_000),
  });
  expect(result).toMatchObject({
    status: 'failed',
    error: { code: 'timeout', message: `gave up after 80 s: the file never came; last seen: ${dir}/none does not exist` },
  });
});
