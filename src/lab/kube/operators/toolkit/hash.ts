import { createHash } from 'node:crypto';

/** FNV-1a, 32 bit, over UTF-8. */
export function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}

const letters = 'bcdfghjklmnpqrstvwxz2456789';

/** A suffix as Kubernetes appends to generated names: five of its letters, here the same for the same text. */
export const suffix = (text: string, length = 5): string =>
  [...createHash('sha256').update(text).digest().subarray(0, length)].map((byte) => letters[byte % letters.length]).join('');
