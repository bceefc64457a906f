/** Text inside a host is bytes, one character each: nothing is decoded on its way, so everything comes out as it went in. */

/** Bytes as text of one character each. */
export const textOf = (bytes: Uint8Array): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
export const bytesOf = (text: string): Uint8Array => Buffer.from(text, 'latin1');
/** From and to text as people write it. */
export const fromUtf8 = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');
export const toUtf8 = (text: string): string => Buffer.from(text, 'latin1').toString('utf8');

export const NOTHING: Uint8Array = new Uint8Array(0);

export function joined(parts: readonly Uint8Array[]): Uint8Array {
  const [only] = parts;
  return parts.length === 1 && only ? only : Buffer.concat(parts);
}
