import { createHash } from 'node:crypto';

/** FNV-1a, 32 bit, over UTF-8. */
export function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}

/** Eight hexadecimal digits for what a plain value holds, in whatever order its keys come: a server gives them back in its own. */
export const fingerprint = (value: unknown): string =>
  fnv1a(JSON.stringify(value, (_, one) => (isObject(one) ? Object.fromEntries(Object.entries(one).sort(byKey)) : one)))
    .toString(16)
    .padStart(8, '0');

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null && !Array.isArray(value);
const byKey = ([a]: [string, unknown], [b]: [string, unknown]): number => (a < b ? -1 : 1);

const letters = 'bcdfghjklmnpqrstvwxz2456789';

/** A suffix as Kubernetes appends to generated names: five of its letters, here the same for the same text. */
export const suffix = (text: string, length = 5): string =>
  [...createHash('sha256').update(text).digest().subarray(0, length)].map((byte) => letters[byte % letters.length]).join('');
