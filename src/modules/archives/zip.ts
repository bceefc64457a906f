/** The contents of a zip archive, from its central directory. Pure. */
import { createHash } from 'node:crypto';
import { inflateRawSync } from 'node:zlib';
import { type Entry, octal, plain } from './entry.ts';

const END = 0x06054b50;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;
const UNIX = 3;

/** Undefined where the bytes are no zip archive, or one of a kind that is not read here (zip64, encrypted, other compressions). */
export function zipEntries(bytes: Buffer): readonly Entry[] | undefined {
  let end = bytes.length - 22;
  while (end >= 0 && bytes.readUInt32LE(end) !== END) end--;
  if (end < 0) return undefined;
  const count = bytes.readUInt16LE(end + 10);
  const entries: Entry[] = [];
  let at = bytes.readUInt32LE(end + 16);
  for (let index = 0; index < count; index++) {
    if (at + 46 > bytes.length || bytes.readUInt32LE(at) !== CENTRAL) return undefined;
    const [name, extra, comment] = [bytes.readUInt16LE(at + 28), bytes.readUInt16LE(at + 30), bytes.readUInt16LE(at + 32)];
    const entry = entryAt(bytes, at, bytes.subarray(at + 46, at + 46 + name).toString());
    if (entry === undefined) return undefined;
    entries.push(entry);
    at += 46 + name + extra + comment;
  }
  return entries;
}

function entryAt(bytes: Buffer, at: number, name: string): Entry | undefined {
  const content = contentAt(bytes, at);
  if (content === undefined) return undefined;
  // The upper half of the attributes is st_mode, where a Unix made the archive.
  const bits = bytes[at + 5] === UNIX ? bytes.readUInt32LE(at + 38) >>> 16 : 0;
  const kind = name.endsWith('/') ? 'directory' : bits >> 12 === 0o12 ? 'link' : 'file';
  const mtime = dosTime(bytes.readUInt16LE(at + 14), bytes.readUInt16LE(at + 12));
  const path = plain(name);
  const mode = bits === 0 ? '' : octal(bits);
  if (kind === 'directory') return { path, kind, mode, size: 0, mtime };
  if (kind === 'link') return { path, kind, mode, size: content.length, mtime, link: content.toString() };
  return { path, kind, mode, size: content.length, mtime, sha256: createHash('sha256').update(content).digest('hex') };
}

function contentAt(bytes: Buffer, at: number): Buffer | undefined {
  const [flags, method, packed] = [bytes.readUInt16LE(at + 8), bytes.readUInt16LE(at + 10), bytes.readUInt32LE(at + 20)];
  const local = bytes.readUInt32LE(at + 42);
  if ((flags & 1) !== 0 || packed === 0xffffffff || local + 30 > bytes.length || bytes.readUInt32LE(local) !== LOCAL) return undefined;
  const from = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
  const data = bytes.subarray(from, from + packed);
  if (method === 0) return data;
  try {
    return method === 8 ? inflateRawSync(data) : undefined;
  } catch {
    return undefined;
  }
}

/** Two-second steps of local time; taken as UTC, so that it says the same everywhere. */
const dosTime = (date: number, time: number): number =>
  Date.UTC(1980 + (date >> 9), ((date >> 5) & 15) - 1, date & 31, time >> 11, (time >> 5) & 63, (time & 31) * 2) / 1000;
