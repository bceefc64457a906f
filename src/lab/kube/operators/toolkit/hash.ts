/** FNV-1a, 32 bit, over UTF-8. */
export function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}

const letters = 'bcdfghjklmnpqrstvwxz2456789';

/** A suffix as Kubernetes appends to generated names: five of its letters, here the same for the same text. */
export function suffix(text: string, length = 5): string {
  let out = '';
  for (let i = 0; out.length < length; i++) out += letters[fnv1a(`${text}/${i}`) % letters.length];
  return out;
}
