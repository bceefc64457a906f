/** Digests, passwords, base64 and identifiers. */
import { createHash, getHashes, randomInt } from 'node:crypto';
import { plugin } from '../eval/plugin.ts';
import { bcrypt, md5Crypt, saltFrom, shaCrypt } from '../python/crypt.ts';
import type { V } from '../value/model.ts';
import { decode, encode } from '../value/objects.ts';
import { fail } from '../value/undef.ts';
import { soft, text, whole } from './args.ts';

const HASHES: { readonly [name: string]: string } = {
  md5: 'md5',
  sha1: 'sha1',
  sha224: 'sha224',
  sha256: 'sha256',
  sha384: 'sha384',
  sha512: 'sha512',
  sha3_224: 'sha3-224',
  sha3_256: 'sha3-256',
  sha3_384: 'sha3-384',
  sha3_512: 'sha3-512',
  blake2b: 'blake2b512',
  blake2s: 'blake2s256',
  ripemd160: 'ripemd160',
};

function hash(value: V, kind: string): string {
  const name = Object.hasOwn(HASHES, kind) ? HASHES[kind] : undefined;
  if (name === undefined || !getHashes().some((known) => known.toLowerCase() === name)) return fail(`unsupported hash type ${kind}`);
  return createHash(name).update(soft(value)).digest('hex');
}

const ROUNDS = { sha256: 535_000, sha512: 656_000 };
const MOST_ROUNDS = 2_000_000;

function passwordHash(value: V, kind: string, { salt, size, rounds }: { salt: V; size: V; rounds: V }): string {
  const given = salt === null ? undefined : text(salt);
  if (given !== undefined && !/^[./0-9A-Za-z]*$/.test(given)) return fail(`invalid characters in salt: use letters, digits, "." and "/"`);
  const draw = (): number => randomInt(2 ** 32) / 2 ** 32;
  const drawn = (most: number): string => {
    const length = size === null ? most : whole(size);
    return length < 1 || length > most ? fail(`salt_size must be from 1 to ${most}`) : saltFrom(draw, length);
  };
  const password = text(value);
  if (password.length > 1000) return fail('a password of more than 1000 characters is not offered');
  switch (kind) {
    case 'md5':
    case 'md5_crypt':
      return md5Crypt(password, given ?? drawn(8));
    case 'sha256':
    case 'sha512':
    case 'sha256_crypt':
    case 'sha512_crypt': {
      const name = kind.startsWith('sha256') ? 'sha256' : 'sha512';
      const count = rounds === null ? ROUNDS[name] : whole(rounds);
      if (count < 1000 || count > MOST_ROUNDS) return fail(`rounds must be from 1000 to ${MOST_ROUNDS}`);
      if (given !== undefined && given.length > 16) return fail('a salt of more than 16 characters is too long');
      return shaCrypt(name, password, given ?? drawn(16), count);
    }
    case 'bcrypt':
    case 'blowfish': {
      const cost = rounds === null ? 12 : whole(rounds);
      if (cost < 4 || cost > 14) return fail('rounds of bcrypt must be from 4 to 14');
      if (given !== undefined && given.length !== 22) return fail('the salt of bcrypt must be 22 characters long');
      return bcrypt(password, given ?? saltFrom(draw, 22), cost);
    }
    default:
      return fail(`${kind} is not in the list of supported algorithms: md5, blowfish, sha256, sha512`);
  }
}

/** Namespace of Ansible's identifiers. */
const ANSIBLE = '361E6D51-FAEC-444A-9079-341386DA8E2E';

/** UUID of version 5. */
function uuid5(name: string, namespace: string): string {
  const space = namespace.replace(/^\{|^urn:uuid:|[{}-]/g, '');
  if (!/^[\da-f]{32}$/i.test(space)) return fail(`Invalid value '${namespace}' for 'namespace'`);
  const bytes = createHash('sha1').update(Buffer.from(space, 'hex')).update(name).digest().subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x50;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

const CRC = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});
function crc32(value: string): string {
  const all = [...Buffer.from(value)].reduce((sum, byte) => (sum >>> 8) ^ (CRC[(sum ^ byte) & 0xff] ?? 0), 0xffffffff);
  return ((all ^ 0xffffffff) >>> 0).toString(16);
}

export const hashFilters = [
  plugin('hash', "value, hashtype='sha1'", (_, value, kind) => hash(value, text(kind))),
  plugin('md5', 'value', (_, value) => hash(value, 'md5')),
  plugin('sha1 checksum', 'value', (_, value) => hash(value, 'sha1')),
  plugin('crc32', 'value', (_, value) => crc32(text(value))),
  plugin(
    'password_hash',
    "value, hashtype='sha512', salt=None, salt_size=None, rounds=None, ident=None",
    (_, value, kind, salt, size, rounds) => passwordHash(value, text(kind), { salt, size, rounds }),
  ),
  plugin('to_uuid', `value, namespace='${ANSIBLE}'`, (_, value, namespace) => uuid5(soft(value), text(namespace))),
  plugin('b64encode', "value, encoding='utf-8', urlsafe=False", (_, value, encoding, urlsafe) =>
    urlsafe === true
      ? encode(soft(value), text(encoding)).toString('base64').replaceAll('+', '-').replaceAll('/', '_')
      : encode(soft(value), text(encoding)).toString('base64'),
  ),
  plugin('b64decode', "value, encoding='utf-8', urlsafe=False", (_, value, encoding) => {
    const plain = soft(value).replace(/\s/g, '');
    if (!/^[\w+/-]*={0,2}$/.test(plain)) return fail('Invalid base64-encoded string');
    return decode(Buffer.from(plain, 'base64'), text(encoding));
  }),
];
