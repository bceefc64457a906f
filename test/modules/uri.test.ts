/** uri against a real server on loopback, asked by this machine's curl. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Machine, machine } from './really.ts';

let server: Server;
let url: string;
let host: Machine;
let dir: string;
const asked: string[] = [];

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'pb-uri-'));
  host = machine();
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      asked.push(`${request.method} ${request.url} ${request.headers['content-type'] ?? '-'} ${body}`);
      if (request.url === '/json') response.setHeader('Content-Type', 'application/json; charset=utf-8').end('{"a": [1, "ü"]}\n');
      else if (request.url === '/moved') response.writeHead(302, { location: '/json' }).end('moved');
      else if (request.url === '/basic' && request.headers.authorization !== `Basic ${btoa('u:p w')}`) {
        response.writeHead(401, { 'WWW-Authenticate': 'Basic realm="x"' }).end('who?');
      } else if (request.url === '/missing') response.writeHead(404, { 'X-Two-Words': 'yes', 'Set-Cookie': 'k=v; Path=/' }).end('not here');
      else response.setHeader('Content-Type', 'text/plain').end(body || 'text\n\n');
    });
  }).listen(0, '127.0.0.1');
  await new Promise((ready) => server.once('listening', ready));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  await host.close();
  rmSync(dir, { recursive: true });
  await new Promise((closed) => server.close(closed));
});

test('a question is answered alike in check and apply mode', async () => {
  for (const run of [host.check, host.apply]) {
    const { result } = await run('uri', { url: `${url}/json`, return_content: true });
    expect(result).toMatchObject({
      status: 'ok',
      output: {
        status: 200,
        url: `${url}/json`,
        redirected: false,
        json: { a: [1, 'ü'] },
        content: '{"a": [1, "ü"]}\n',
        content_type: 'application/json; charset=utf-8',
      },
    });
  }
});

test('redirects of a question are followed, unless told not to', async () => {
  expect((await host.apply('uri', { url: `${url}/moved` })).result).toMatchObject({
    output: { redirected: true, url: `${url}/json`, json: {} },
  });
  const { result } = await host.apply('uri', { url: `${url}/moved`, follow_redirects: 'none', status_code: [302] });
  expect(result).toMatchObject({
    status: 'ok',
    output: { status: 302, location: `${url}/json`, msg: 'HTTP Error 302: Found', body: 'moved' },
  });
});

test('another status is a failure that tells it, with what came', async () => {
  const { result } = await host.apply('uri', { url: `${url}/missing`, return_content: true });
  expect(result).toMatchObject({
    status: 'failed',
    error: { message: 'Status code was 404 and not [200]: HTTP Error 404: Not Found' },
    output: { status: 404, content: 'not here', x_two_words: 'yes', cookies: { k: 'v' }, cookies_string: 'k=v' },
  });
});

test('nobody there is status -1', async () => {
  const { result } = await host.apply('uri', { url: 'http://127.0.0.1:1/' });
  expect(result).toMatchObject({ status: 'failed', output: { status: -1 } });
});

test('user and password are sent once the server asks for them', async () => {
  const { result } = await host.apply('uri', { url: `${url}/basic`, user: 'u', password: 'p w', return_content: true });
  expect(result).toMatchObject({ status: 'ok', output: { status: 200 } });
});

test('what is sent is not sent in check mode, and counts as ok', async () => {
  const args = { url: `${url}/echo`, method: 'POST', body_format: 'json', body: { n: 1 }, return_content: true };
  asked.length = 0;
  expect((await host.check('uri', args)).result).toMatchObject({ status: 'unknown' });
  expect(asked).toEqual([]);
  expect((await host.apply('uri', args)).result).toMatchObject({
    status: 'ok',
    output: { status: 200, content: '{"n": 1}', changed: false },
  });
  expect(asked).toEqual(['POST /echo application/json {"n": 1}']);
});

test.each([
  ['form-urlencoded', { a: 'x y&', b: ['1', '2'] }, 'application/x-www-form-urlencoded a=x+y%26&b=1&b=2'],
  ['form-urlencoded', [['a', 'ü']], 'application/x-www-form-urlencoded a=%C3%BC'],
  ['raw', 'plain', 'application/x-www-form-urlencoded plain'],
])('a body as %s', async (body_format, body, sent) => {
  asked.length = 0;
  await host.apply('uri', { url: `${url}/echo`, method: 'PUT', body_format, body });
  expect(asked).toEqual([`PUT /echo ${sent}`]);
});

test('a refusal of what was sent is told with the status', async () => {
  const { result } = await host.apply('uri', { url: `${url}/missing`, method: 'DELETE', status_code: [200, 204] });
  expect(result).toMatchObject({ status: 'failed', output: { status: 404, changed: false, x_two_words: 'yes' } });
  expect(result.status === 'failed' && result.error.message).toContain('Status code was 404 and not [200 204]');
});

test('dest: a change only where the file differs', async () => {
  const args = { url: `${url}/file.txt`, dest: `${dir}/`, mode: '0600' };
  expect((await host.check('uri', args)).result.status).toBe('would-change');
  expect((await host.apply('uri', args)).result).toMatchObject({ status: 'changed', output: { status: 200 } });
  expect(readFileSync(join(dir, 'file.txt'), 'utf8')).toBe('text\n\n');
  expect((await host.check('uri', args)).result).toMatchObject({ status: 'ok', output: { path: `${dir}/file.txt`, status: 200 } });
  expect((await host.apply('uri', { ...args, mode: '0644' })).result.status).toBe('changed');
});
