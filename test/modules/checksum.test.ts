/** Lists of checksums as sha256sum and its kin write them, and the argument that names one. */
import { expect, test } from 'vitest';
import { sumIn, wantedSum } from '../../src/modules/web/checksum.ts';

const A = 'a'.repeat(64);
const B = 'B'.repeat(64);

test.each([
  ['by name', `${A}  other.tgz\n${B}  f.tgz\n`, B.toLowerCase()],
  ['binary, in a directory', `${A} *dir/f.tgz\n`, A],
  ['with --tag', `SHA256 (f.tgz) = ${B}\n`, B.toLowerCase()],
  ['alone', `${A}\n`, A],
  ['of other files', `${A}  g.tgz\n${B}  h.tgz\n`, undefined],
  ['a page that is no list', '<html>404</html>\n', undefined],
  ['a name that only ends alike', `${A}  xf.tgz\n`, undefined],
])('%s', (_, list, sum) => expect(sumIn(list, 'f.tgz')).toBe(sum));

test.each([
  [`sha256:${A}`, { algorithm: 'sha256', hex: A }],
  ['sha1:https://mirror.lab/SUMS', { algorithm: 'sha1', list: 'https://mirror.lab/SUMS' }],
  [`sha3:${A}`, undefined],
  ['sha256:abc', undefined],
])('%s', (asked, wanted) => expect(wantedSum(asked)).toEqual(wanted));
