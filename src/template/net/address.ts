/** Addresses and networks of IPv4 and IPv6. The only user of `ipaddr.js`. */
import ipaddr from 'ipaddr.js';

export interface Address {
  readonly version: 4 | 6;
  readonly value: bigint;
  readonly prefix: number;
  /** Whether a prefix or mask was written. */
  readonly hasPrefix: boolean;
}

export const width = (version: 4 | 6): number => (version === 4 ? 32 : 128);
const fromBytes = (bytes: readonly number[]): bigint => bytes.reduce((all, byte) => all * 256n + BigInt(byte), 0n);

function parseValue(text: string): { version: 4 | 6; value: bigint } | undefined {
  if (/^\d+\.\d+\.\d+\.\d+$/.test(text)) {
    if (/(^|\.)0\d/.test(text) || !ipaddr.IPv4.isValidFourPartDecimal(text)) return undefined;
    return { version: 4, value: fromBytes(ipaddr.IPv4.parse(text).toByteArray()) };
  }
  if (!text.includes(':') || text.includes('%') || !ipaddr.IPv6.isValid(text)) return undefined;
  return { version: 6, value: fromBytes(ipaddr.IPv6.parse(text).toByteArray()) };
}

/** "10.0.0.1", "10.0.0.1/24", "10.0.0.1/255.255.255.0", "2001:db8::/32", a whole number; undefined: none of these. */
export function parseAddress(text: string | number | bigint): Address | undefined {
  if (typeof text !== 'string' || /^\d{1,39}$/.test(text)) return fromNumber(BigInt(text));
  const [first = '', mask, more] = text.trim().split('/');
  const parsed = parseValue(first);
  if (!parsed || more !== undefined) return undefined;
  if (mask === undefined) return { ...parsed, prefix: width(parsed.version), hasPrefix: false };
  const prefix = /^\d+$/.test(mask) ? Number(mask) : maskLength(mask, parsed.version);
  return prefix === undefined || prefix > width(parsed.version) ? undefined : { ...parsed, prefix, hasPrefix: true };
}

function fromNumber(value: bigint): Address | undefined {
  if (value < 0n || value >= 1n << 128n) return undefined;
  const version = value < 1n << 32n ? 4 : 6;
  return { version, value, prefix: width(version), hasPrefix: false };
}

function maskLength(mask: string, version: 4 | 6): number | undefined {
  const parsed = parseValue(mask);
  if (!parsed || parsed.version !== version) return undefined;
  const bits = parsed.value.toString(2).padStart(width(version), '0');
  if (/^1*0*$/.test(bits)) return bits.replace(/0/g, '').length;
  // A host mask such as 0.0.0.255 means the same network.
  return /^0*1*$/.test(bits) ? bits.replace(/1/g, '').length : undefined;
}

export const isNetmask = (text: string): boolean =>
  /^1+0*$/.test(parseValue(text)?.value.toString(2).padStart(32, '0') ?? '') || text === '0.0.0.0';
export const isHostmask = (text: string): boolean =>
  parseValue(text)?.version === 4 && /^0*1*$/.test(parseValue(text)?.value.toString(2).padStart(32, '0') ?? '');

function bytes(value: bigint, version: 4 | 6): number[] {
  const size = width(version) / 8;
  return Array.from({ length: size }, (_, index) => Number((value >> BigInt((size - 1 - index) * 8)) & 255n));
}

export function show(value: bigint, version: 4 | 6): string {
  const parsed = ipaddr.fromByteArray(bytes(value, version));
  // An IPv4 address inside IPv6 keeps its dots.
  if (version === 6 && value >> 32n === 0xffffn) return `::ffff:${show(value & 0xffffffffn, 4)}`;
  return parsed instanceof ipaddr.IPv6 ? parsed.toRFC5952String() : parsed.toString();
}

export function expanded(value: bigint): string {
  return (value.toString(16).padStart(32, '0').match(/.{4}/g) ?? []).join(':');
}

export const size = (a: Address): bigint => 1n << BigInt(width(a.version) - a.prefix);
export const network = (a: Address): bigint => a.value - (a.value % size(a));
export const last = (a: Address): bigint => network(a) + size(a) - 1n;
export const netmask = (a: Address): bigint => (1n << BigInt(width(a.version))) - size(a);

/** What can be given to hosts: all but the first and the last, except in networks of two. */
export function usable(a: Address): { readonly first: bigint; readonly last: bigint } {
  return size(a) <= 2n ? { first: network(a), last: last(a) } : { first: network(a) + 1n, last: last(a) - 1n };
}

export const within = (inner: Address, outer: Address): boolean =>
  inner.version === outer.version && network(inner) >= network(outer) && last(inner) <= last(outer);
export const holds = (outer: Address, inner: Address): boolean =>
  inner.version === outer.version && inner.value >= network(outer) && inner.value <= last(outer);

/** What the address is reserved for: "unicast", "private", "loopback", "multicast", "linkLocal" … */
export function range(a: Address): string {
  const parsed = ipaddr.fromByteArray(bytes(a.value, a.version));
  return parsed.range();
}

export const isPrivate = (a: Address): boolean =>
  ['private', 'uniqueLocal', 'linkLocal', 'loopback', 'carrierGradeNat', 'reserved', 'unspecified', 'benchmarking'].includes(range(a));
