/** Hardware addresses in their many spellings. */
import type { V } from '../value/model.ts';
import { fail } from '../value/undef.ts';

/** Twelve hexadecimal digits, or undefined. */
export function macDigits(value: string): string | undefined {
  const text = value.trim().toLowerCase();
  const pairs = /^[\da-f]{1,2}([:-])(?:[\da-f]{1,2}\1){4}[\da-f]{1,2}$/.test(text);
  if (pairs)
    return text
      .split(/[:-]/)
      .map((part) => part.padStart(2, '0'))
      .join('');
  if (/^(?:[\da-f]{4}\.){2}[\da-f]{4}$|^(?:[\da-f]{4}[:-]){2}[\da-f]{4}$|^[\da-f]{6}[:-][\da-f]{6}$|^[\da-f]{12}$/.test(text))
    return text.replace(/[.:-]/g, '');
  return undefined;
}

const grouped = (digits: string, size: number, by: string): string => (digits.match(new RegExp(`.{${size}}`, 'g')) ?? []).join(by);

export function formatMac(value: string, form: string): V {
  const digits = macDigits(value);
  if (digits === undefined) return form === '' ? null : form === 'bool' ? false : fail(`hwaddr: not a hardware address: ${value}`);
  switch (form) {
    case '':
      return value;
    case 'bool':
      return true;
    case 'int':
      return Number.parseInt(digits, 16);
    case 'bare':
      return digits.toUpperCase();
    case 'cisco':
      return grouped(digits, 4, '.');
    case 'linux':
      return grouped(digits, 2, ':');
    case 'unix':
      return (digits.match(/../g) ?? []).map((pair) => pair.replace(/^0(?=.)/, '')).join(':');
    case 'win':
    case 'eui48':
      return grouped(digits, 2, '-').toUpperCase();
    case 'pgsql':
    case 'postgresql':
    case 'psql':
      return grouped(digits, 6, ':');
    default:
      return fail(`unknown filter type: ${form}`);
  }
}

/** The lower half of an IPv6 address made from a hardware address (EUI-64). */
export function slaac(mac: string): bigint {
  const digits = macDigits(mac) ?? fail(`not a hardware address: ${mac}`);
  return BigInt(`0x${digits.slice(0, 6)}fffe${digits.slice(6)}`) ^ (2n << 56n);
}
