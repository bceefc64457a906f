/** Unix password hashes: SHA-crypt as specified by Ulrich Drepper (public domain, 2008), and the older MD5 form of FreeBSD. */
import { createHash } from 'node:crypto';
import { hashSync } from 'bcryptjs';

const ALPHABET = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** crypt's base 64: the lowest six bits first. */
function encode(bytes: readonly number[], length: number): string {
  let value = bytes.reduce((all, byte) => all * 256 + byte, 0);
  let text = '';
  for (let i = 0; i < length; i++) {
    text += ALPHABET.charAt(value % 64);
    value = Math.floor(value / 64);
  }
  return text;
}

const digest = (name: string, ...parts: readonly Uint8Array[]): Buffer => {
  const hash = createHash(name);
  for (const part of parts) hash.update(part);
  return hash.digest();
};

/** `piece` again and again up to `length` bytes. */
const stretched = (piece: Buffer, length: number): Buffer =>
  length === 0 ? Buffer.alloc(0) : Buffer.concat(Array.from({ length: Math.ceil(length / piece.length) }, () => piece)).subarray(0, length);

interface Variant {
  readonly hash: 'sha256' | 'sha512';
  readonly size: number;
  readonly order: readonly (readonly number[])[];
}

/** Which bytes of the result form each group of four characters: the specification's table. */
function order(size: 32 | 64): number[][] {
  const third = size === 64 ? 21 : 10;
  const rows: number[][] = [];
  let [a, b, c] = [0, third, third * 2];
  for (let i = 0; i < third; i++) {
    rows.push([a, b, c]);
    [a, b, c] = size === 64 ? [b + 1, c + 1, a + 1] : [c + 1, a + 1, b + 1];
  }
  return rows;
}

const SHA256: Variant = { hash: 'sha256', size: 32, order: order(32) };
const SHA512: Variant = { hash: 'sha512', size: 64, order: order(64) };

/** "$6$rounds=N$salt$hash"; 5000 rounds are not written down. */
export function shaCrypt(kind: 'sha256' | 'sha512', password: string, salt: string, rounds: number): string {
  const { hash, size, order: groups } = kind === 'sha512' ? SHA512 : SHA256;
  const key = Buffer.from(password);
  const saltBytes = Buffer.from(salt);
  const b = digest(hash, key, saltBytes, key);
  const parts: Buffer[] = [key, saltBytes, stretched(b, key.length)];
  for (let bits = key.length; bits > 0; bits >>= 1) parts.push(bits & 1 ? b : key);
  let a = digest(hash, ...parts);
  const p = stretched(digest(hash, ...Array.from({ length: key.length }, () => key)), key.length);
  const s = stretched(digest(hash, ...Array.from({ length: 16 + (a[0] ?? 0) }, () => saltBytes)), saltBytes.length);
  for (let i = 0; i < rounds; i++) {
    const round: Buffer[] = [i & 1 ? p : a];
    if (i % 3) round.push(s);
    if (i % 7) round.push(p);
    round.push(i & 1 ? a : p);
    a = digest(hash, ...round);
  }
  const text = groups
    .map((group) =>
      encode(
        group.map((index) => a[index] ?? 0),
        4,
      ),
    )
    .join('');
  const tail = size === 64 ? encode([a[63] ?? 0], 2) : encode([a[31] ?? 0, a[30] ?? 0], 3);
  return `${kind === 'sha512' ? '$6$' : '$5$'}${rounds === 5000 ? '' : `rounds=${rounds}$`}${salt}$${text}${tail}`;
}

/** "$1$salt$hash" */
export function md5Crypt(password: string, salt: string): string {
  const key = Buffer.from(password);
  const saltBytes = Buffer.from(salt.slice(0, 8));
  const b = digest('md5', key, saltBytes, key);
  const parts: Buffer[] = [key, Buffer.from('$1$'), saltBytes, stretched(b, key.length)];
  for (let bits = key.length; bits > 0; bits >>= 1) parts.push(bits & 1 ? Buffer.of(0) : key.subarray(0, 1));
  let a = digest('md5', ...parts);
  for (let i = 0; i < 1000; i++) {
    const round: Buffer[] = [i & 1 ? key : a];
    if (i % 3) round.push(saltBytes);
    if (i % 7) round.push(key);
    round.push(i & 1 ? a : key);
    a = digest('md5', ...round);
  }
  const at = (index: number): number => a[index] ?? 0;
  const groups = [0, 1, 2, 3, 4].map((i) => encode([at(i), at(i + 6), at(i === 4 ? 5 : i + 12)], 4));
  return `$1$${saltBytes.toString()}$${groups.join('')}${encode([at(11)], 2)}`;
}

/** "$2b$12$…": 22 characters of salt, 2^rounds rounds. */
export const bcrypt = (password: string, salt: string, rounds: number): string =>
  hashSync(password, `$2b$${String(rounds).padStart(2, '0')}$${salt}`);

/** A salt of `length` characters. */
export const saltFrom = (random: () => number, length: number): string =>
  Array.from({ length }, () => ALPHABET.charAt(Math.floor(random() * ALPHABET.length))).join('');
