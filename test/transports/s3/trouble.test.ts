/** What the way to a store makes of servers that are none, or are not spoken to as they expect: cause and remedy. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import { PbError } from '../../../src/core/diagnostic.ts';
import { storesOfController } from './stores.ts';

/** A server on loopback that says this to everybody. */
async function port(says: string): Promise<number> {
  const server = createServer((_, response) => response.writeHead(400, { server: 'nginx/1.27', 'content-type': 'text/html' }).end(says));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return (server.address() as { port: number }).port;
}

const stores = storesOfController();

const ask = async (endpoint_url: string): Promise<PbError> => {
  const { reader } = await stores.store({ endpoint_url, access_key: 'a', secret_key: 'b' }, undefined);
  try {
    return reader.refusal(await reader.ask({ api: 's3', method: 'GET', bucket: 'images' }), 'look') as PbError;
  } catch (error) {
    return error as PbError;
  }
};

test.each([
  ['nginx', '<html><body><center>The plain HTTP request was sent to HTTPS port</center></body></html>'],
  ['Apache', "<html><p>Reason: You're speaking plain HTTP to an SSL-enabled server port.</p></html>"],
])('%s on a TLS port that is asked without TLS', async (_, page) => {
  const at = `127.0.0.1:${await port(page)}`;
  const { message, hint } = await ask(`http://${at}`);
  expect({ message, hint }).toEqual({
    message: `look: ${at} speaks TLS, and was asked without it (400)`,
    hint: `set endpoint_url to https://${at}`,
  });
});

test('a page of something in between is not taken for the store', async () => {
  const { message, hint } = await ask(`http://127.0.0.1:${await port('<html>Bad Request</html>')}`);
  expect(message).toBe('look: this answer is not the store\'s but of "nginx/1.27" (400)');
  expect(hint).toContain('no_proxy');
});

test('https where there is no TLS', async () => {
  const error = await ask(`https://127.0.0.1:${await port('')}`);
  expect(error).toBeInstanceOf(PbError);
  expect(error.message).toMatch(/^https:\/\/127\.0\.0\.1:\d+: it does not speak TLS as expected: .*wrong version number/);
  expect(error.hint).toBe('check whether the port takes https, or http only');
});
