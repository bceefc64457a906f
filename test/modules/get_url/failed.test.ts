import { expect, test } from 'vitest';
import { getUrl } from '../../../src/modules/get_url.ts';
import { argsOf } from '../args.ts';

const given = argsOf(getUrl, { url: 'https://mirror.lab/oc.tar.gz', dest: '/opt/oc.tar.gz' });
const said = (stderr: string) => getUrl.result?.(given as never, [{ code: 22, stdout: '', stderr }], undefined as never);
const about = { url: given['url'], dest: given['dest'], changed: false };

test.each([
  ['curl: (22) The requested URL returned error: 404\n', { ...about, msg: 'Request failed', status_code: 404 }],
  ['ERROR 503: Service Unavailable.\n', { ...about, msg: 'Request failed', status_code: 503 }],
  ["curl: (7) Failed to connect to mirror.lab port 443 after 0 ms: Couldn't connect to server\n", about],
  [
    'what was fetched has the checksum aa, expected bb\n',
    { ...about, msg: 'The checksum for /opt/oc.tar.gz did not match bb; it was aa.' },
  ],
])('what a result says where fetching fails: %j', (stderr, result) => {
  expect(said(stderr)).toEqual(result);
});
