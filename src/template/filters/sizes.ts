/** "1.5 GB" and back. */
import { fixed } from '../python/fixed.ts';
import type { V } from '../value/model.ts';
import { fail } from '../value/undef.ts';

const UNITS = ['B', 'K', 'M', 'G', 'T', 'P', 'E', 'Z', 'Y'];

/** In the largest unit that leaves at least one, or in `unit`. */
export function humanReadable(size: number, bits: boolean, unit: string | undefined): string {
  const base = bits ? 'bits' : 'Bytes';
  const letter = unit === undefined ? undefined : unit.charAt(0).toUpperCase();
  let power = UNITS.length - 1;
  while (power > 0 && (letter === undefined ? Math.abs(size) < 1024 ** power : UNITS[power] !== letter)) power -= 1;
  const suffix = power === 0 ? base : `${UNITS[power]}${base.charAt(0)}`;
  return `${fixed(size / 1024 ** power, 2)} ${suffix}`;
}

/** "10 MB" → 10485760; `bits` wants "Mb". */
export function humanToBytes(text: string, unit: string | undefined, bits: boolean): V {
  const match = /^(\d*\.?\d*)\s*([A-Za-z]+)?\s*$/.exec(text);
  const amount = match?.[1] ?? '';
  if (amount === '' || amount === '.') return fail(`human_to_bytes() can't interpret following string: ${text}`);
  const suffix = match?.[2] ?? unit ?? '';
  if (suffix === '') return Number(fixed(Number(amount), 0));
  const letter = suffix.charAt(0).toUpperCase();
  const power = UNITS.indexOf(letter);
  const small = bits ? 'b' : 'B';
  if (power < 0)
    return fail(
      `human_to_bytes() failed to convert ${text} (unit = ${suffix}). The suffix must be one of ${UNITS.slice().reverse().join(', ')}`,
    );
  const long = suffix.toLowerCase() === (bits ? 'bit' : 'byte') || suffix.toLowerCase() === (bits ? 'bits' : 'bytes');
  const fits =
    power === 0
      ? suffix === small || (long && !suffix.endsWith('s'))
      : suffix.length === 1 || suffix === `${letter}${small}` || suffix === `${letter.toLowerCase()}${small}`;
  if (!fits)
    return fail(
      `human_to_bytes() failed to convert ${text}. Value is not a valid string (expect ${power === 0 ? small : `${letter}${small} or ${letter}`})`,
    );
  return Number(fixed(Number(amount) * 1024 ** power, 0));
}
