/** od: bytes as octal, hexadecimal, decimal or characters. */
import type { OpenFile } from '../kernel/open.ts';
import { getopt, type Live } from './program.ts';
import { sizeFrom } from './size.ts';
import { eachFile, tell } from './streams.ts';

const NAMED: { readonly [byte: number]: string } = { 0: '\\0', 7: '\\a', 8: '\\b', 9: '\\t', 10: '\\n', 11: '\\v', 12: '\\f', 13: '\\r' };
const RADIX: { readonly [letter: string]: number } = { x: 16, o: 8, u: 10, d: 10 };
/** Characters that a value of so many bytes may need. */
const WIDTH: { readonly [form: string]: number } = {
  x1: 2,
  x2: 4,
  x4: 8,
  o1: 3,
  o2: 6,
  o4: 11,
  u1: 3,
  u2: 5,
  u4: 10,
  d1: 4,
  d2: 6,
  d4: 11,
  c: 3,
};

function value(bytes: Uint8Array, form: string): string {
  if (form === 'c') {
    const [byte = 0] = bytes;
    return NAMED[byte] ?? (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : byte.toString(8).padStart(3, '0'));
  }
  const buffer = Buffer.alloc(4);
  buffer.set(bytes);
  const size = Number(form.slice(1));
  const number = form.startsWith('d') ? buffer.subarray(0, size).readIntLE(0, size) : buffer.readUIntLE(0, size);
  const digits = number.toString(RADIX[form[0] ?? 'o']);
  return form.startsWith('x') || form.startsWith('o') ? digits.padStart(WIDTH[form] ?? 0, '0') : digits;
}

const ALIASES: { readonly [letter: string]: string } = { c: 'c', x: 'x2', b: 'o1', d: 'u2', o: 'o2' };

export const od: Live = {
  names: ['od'],
  async live(machine, process) {
    const form = {
      short: 'A:t:N:j:w:vcxbdo',
      long: { 'address-radix': 'A:', format: 't:', 'read-bytes': 'N:', 'skip-bytes': 'j:', width: 'w:', 'output-duplicates': 'v' },
    };
    const { flags, values, rest } = getopt(process.argv.slice(1), form);
    const alias = Object.keys(ALIASES).find((letter) => flags.has(letter));
    const named = values.get('t') ?? (alias === undefined ? 'o2' : (ALIASES[alias] ?? 'o2'));
    const type = named in WIDTH ? named : `${named[0]}4`;
    const size = type === 'c' ? 1 : Number(type.slice(1));
    const radix = values.get('A') ?? 'o';
    const address = (at: number): string =>
      radix === 'n' ? '' : at.toString(radix === 'x' ? 16 : radix === 'd' ? 10 : 8).padStart(radix === 'x' ? 6 : 7, '0');
    const parts: Uint8Array[] = [];
    const read = async (file: OpenFile): Promise<void> => void parts.push(await process.until(file.readAll()));
    const code = await eachFile(machine, process, rest, { act: read, complain: (path, error) => `od: ${path}: ${error.message}\n` });
    const skip = sizeFrom(values.get('j') ?? '0') ?? 0;
    const all = Buffer.concat(parts).subarray(skip, values.has('N') ? skip + (sizeFrom(values.get('N') ?? '0') ?? 0) : undefined);
    const width = Number(values.get('w') ?? 16);
    let before: string | undefined;
    let starred = false;
    for (let at = 0; at < all.length; at += width) {
      const row = all.subarray(at, at + width);
      const cells: string[] = [];
      for (let from = 0; from < row.length; from += size)
        cells.push(` ${value(row.subarray(from, from + size), type).padStart(WIDTH[type] ?? 3)}`);
      const text = cells.join('');
      const same = text === before && row.length === width && !flags.has('v');
      if (!same) await tell(process, `${address(skip + at)}${text}\n`);
      else if (!starred) await tell(process, '*\n');
      starred = same;
      before = text;
    }
    if (radix !== 'n') await tell(process, `${address(skip + all.length)}\n`);
    return code;
  },
};
