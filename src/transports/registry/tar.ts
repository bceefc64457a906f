/** As much of tar as an image archive needs: plain files with short names (ustar), and where each lies. */
import type { FileHandle } from 'node:fs/promises';
import { PbError } from '../../core/diagnostic.ts';

export const BLOCK = 512;
export const trailer = Buffer.alloc(2 * BLOCK);

/** `at`: where its content begins in the file. */
export interface TarEntry {
  readonly at: number;
  readonly size: number;
}

export function headerOf(name: string, size: number): Buffer {
  const header = Buffer.alloc(BLOCK);
  const octal = (value: number, digits: number): string => `${value.toString(8).padStart(digits, '0')}\0`;
  const fields: readonly (readonly [number, string])[] = [
    ...([
      [0, name],
      [100, octal(0o644, 7)],
      [108, octal(0, 7)],
      [116, octal(0, 7)],
    ] as const),
    ...([
      [136, octal(0, 11)],
      [148, ' '.repeat(8)],
      [156, '0'],
      [257, 'ustar\0'],
      [263, '00'],
    ] as const),
  ];
  for (const [at, field] of fields) header.write(field, at, 'latin1');
  // Beyond 8 GiB the number is binary, as GNU and Go have it.
  if (size < 8 ** 11) header.write(octal(size, 11), 124, 'latin1');
  else {
    header[124] = 0x80;
    header.writeBigUInt64BE(BigInt(size), 128);
  }
  header.write(`${sumOf(header).toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return header;
}

/** Of the header with blanks in the sum's own place. */
const sumOf = (header: Buffer): number => header.reduce((sum, byte, at) => sum + (at >= 148 && at < 156 ? 0x20 : byte), 0);

/** Every file that is whole, by name (the last of a name counts), and the end of the last whole one. Throws PbError where it is no tar file. */
export async function wholeEntries(
  file: FileHandle,
  path: string,
): Promise<{ readonly entries: Map<string, TarEntry>; readonly end: number }> {
  const entries = new Map<string, TarEntry>();
  const { size: length } = await file.stat();
  const header = Buffer.alloc(BLOCK);
  let end = 0;
  while (end + BLOCK <= length) {
    await file.read(header, 0, BLOCK, end);
    if (header.every((byte) => byte === 0)) break;
    if (Number.parseInt(textAt(header, 148, 8), 8) !== sumOf(header)) {
      if (end === 0)
        throw new PbError('failed', `${path} is no tar archive`, { hint: 'a compressed one has to be unpacked first (gunzip)' });
      break;
    }
    const size = ((header[124] ?? 0) & 0x80) === 0 ? Number.parseInt(textAt(header, 124, 12), 8) || 0 : Number(header.readBigUInt64BE(128));
    const next = end + BLOCK + Math.ceil(size / BLOCK) * BLOCK;
    if (next > length) break;
    const flag = header[156];
    if (flag === 0x30 || flag === 0) entries.set(nameOf(header), { at: end + BLOCK, size });
    end = next;
  }
  return { entries, end };
}

const textAt = (header: Buffer, at: number, length: number): string =>
  header
    .toString('latin1', at, at + length)
    .replace(/\0.*$/s, '')
    .trim();

const nameOf = (header: Buffer): string => {
  const prefix = textAt(header, 345, 155);
  return `${prefix === '' ? '' : `${prefix}/`}${textAt(header, 0, 100)}`.replace(/^\.\//, '');
};
