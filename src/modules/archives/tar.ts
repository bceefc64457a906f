/** The contents of a tar archive: ustar with the long names of GNU and pax. Pure. */
import { createHash } from 'node:crypto';
import { type Entry, octal, plain } from './entry.ts';

const BLOCK = 512;
const KINDS: { readonly [flag: string]: Entry['kind'] } = {
  '0': 'file',
  '\0': 'file',
  '7': 'file',
  '1': 'file',
  '2': 'link',
  '5': 'directory',
};

/** Undefined where the bytes are no tar archive. Hard links count as the file they lead to. */
export function tarEntries(bytes: Buffer): readonly Entry[] | undefined {
  const entries: Entry[] = [];
  let long: { path?: string; link?: string; size?: number; mtime?: number } = {};
  for (let at = 0; at + BLOCK <= bytes.length; ) {
    const header = bytes.subarray(at, at + BLOCK);
    if (header.every((byte) => byte === 0)) return entries;
    if (!checked(header)) return undefined;
    const flag = String.fromCharCode(header[156] ?? 0);
    const size = long.size ?? numberAt(header, 124, 12);
    const content = bytes.subarray(at + BLOCK, at + BLOCK + size);
    if (content.length < size) return undefined;
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
    if (flag === 'L' || flag === 'K') long = { ...long, [flag === 'L' ? 'path' : 'link']: textAt(content, 0, size) };
    else if (flag === 'x') long = { ...long, ...paxOf(content) };
    else if (flag !== 'g') {
      entries.push(entryOf(header, flag, { content, long, known: entries }));
      long = {};
    }
  }
  return entries.length > 0 ? entries : undefined;
}

interface Around {
  readonly content: Buffer;
  readonly long: { readonly path?: string; readonly link?: string; readonly mtime?: number };
  readonly known: readonly Entry[];
}

function entryOf(header: Buffer, flag: string, { content, long, known }: Around): Entry {
  const prefix = textAt(header, 257, 5) === 'ustar' && header[263] === 0x30 ? textAt(header, 345, 155) : '';
  const name = textAt(header, 0, 100);
  const path = plain(long.path ?? (prefix === '' ? name : `${prefix}/${name}`));
  const link = long.link ?? textAt(header, 157, 100);
  const same = flag === '1' ? known.find((one) => one.path === plain(link)) : undefined;
  const kind = KINDS[flag] ?? 'other';
  return {
    path,
    kind,
    mode: octal(numberAt(header, 100, 8)),
    size: same?.size ?? content.length,
    mtime: long.mtime ?? numberAt(header, 136, 12),
    ...(kind === 'file' ? { sha256: same?.sha256 ?? createHash('sha256').update(content).digest('hex') } : {}),
    ...(kind === 'link' ? { link } : {}),
  };
}

const textAt = (bytes: Buffer, from: number, length: number): string => {
  const field = bytes.subarray(from, from + length);
  const end = field.indexOf(0);
  return field.subarray(0, end < 0 ? length : end).toString();
};

/** Octal text; base 256 where the first bit is set, as GNU writes large sizes. */
function numberAt(header: Buffer, from: number, length: number): number {
  const field = header.subarray(from, from + length);
  if (((field[0] ?? 0) & 0x80) === 0) return Number.parseInt(textAt(header, from, length).trim() || '0', 8);
  return [...field.subarray(1)].reduce((sum, byte) => sum * 256 + byte, 0);
}

function checked(header: Buffer): boolean {
  const sum = header.reduce((all, byte, at) => all + (at >= 148 && at < 156 ? 0x20 : byte), 0);
  return sum === numberAt(header, 148, 8);
}

/** "30 mtime=1700000000.123\n" */
function paxOf(content: Buffer): { path?: string; link?: string; size?: number; mtime?: number } {
  const found: { path?: string; link?: string; size?: number; mtime?: number } = {};
  for (let at = 0; at < content.length; ) {
    const space = content.indexOf(0x20, at);
    const length = Number(content.subarray(at, space).toString());
    if (space < 0 || !Number.isInteger(length) || length <= 0) return found;
    const [, key, value = ''] = /^([^=]+)=([\s\S]*)\n$/.exec(content.subarray(space + 1, at + length).toString()) ?? [];
    if (key === 'path') found.path = value;
    else if (key === 'linkpath') found.link = value;
    else if (key === 'size') found.size = Number(value);
    else if (key === 'mtime') found.mtime = Math.floor(Number(value));
    at += length;
  }
  return found;
}
