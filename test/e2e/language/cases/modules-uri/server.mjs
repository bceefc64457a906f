// The peer of the case: says what it was asked. Ends when told to, or after ten minutes.

import { renameSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';

const sum = 'd8e8fca2dc0f896fd7cb4cb0031ba249'; // md5 of "test\n"
const server = createServer((request, response) => {
  let body = '';
  request.on('data', (chunk) => {
    body += chunk;
  });
  request.on('end', () => {
    const { pathname } = new URL(request.url, 'http://x');
    const auth = `Basic ${Buffer.from('u:p').toString('base64')}`;
    const say = (status, headers, text) => response.writeHead(status, headers).end(text);
    if (pathname === '/quit') {
      say(200, {}, 'bye');
      server.close();
      server.closeAllConnections?.();
      setTimeout(() => process.exit(), 100);
    } else if (pathname === '/echo') {
      const { method, headers } = request;
      const type = headers['content-type']?.replace(/boundary=.*/, 'boundary');
      const text = body.replace(/--[-=\w]{10,}/g, '--B').replaceAll('\r\n', '\n');
      say(
        200,
        { 'Content-Type': 'application/json' },
        JSON.stringify({ method, type, x: headers['x-mine'], agent: headers['user-agent'], body: text }),
      );
    } else if (pathname === '/code')
      say(Number(new URL(request.url, 'http://x').searchParams.get('n')), { 'Content-Type': 'text/plain' }, 'as told\n');
    else if (pathname === '/move') say(302, { Location: '/text' }, 'elsewhere');
    else if (pathname === '/move307') say(307, { Location: '/echo' }, 'elsewhere');
    else if (pathname === '/basic') headers401(request, say, auth);
    else if (pathname === '/badjson') say(200, { 'Content-Type': 'application/json' }, '{"a":');
    else if (pathname === '/vnd') say(200, { 'Content-Type': 'application/vnd.api+json; charset=utf-8' }, '[1, 2]');
    else if (pathname === '/cookie') say(200, { 'Set-Cookie': ['a=1; Path=/', 'b=2'], 'X-Some-Thing': 'v' }, 'c');
    else if (pathname === '/text') say(200, { 'Content-Type': 'text/plain', 'Last-Modified': 'Wed, 01 Jan 2020 00:00:00 GMT' }, 'test\n');
    else if (pathname === '/sums') say(200, { 'Content-Type': 'text/plain' }, `${sum}  text\nffff  other\n`);
    else if (pathname === '/slow') {
    } else say(404, { 'Content-Type': 'text/plain' }, 'not here\n');
  });
});
const headers401 = (request, say, auth) =>
  request.headers.authorization === auth ? say(200, {}, 'in') : say(401, { 'WWW-Authenticate': 'Basic realm="x"' }, 'who');
server.listen(0, '127.0.0.1', () => {
  writeFileSync('port.new', String(server.address().port));
  renameSync('port.new', 'port');
});
setTimeout(() => process.exit(), 600_000);
