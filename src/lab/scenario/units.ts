/** "100GiB" and "30s" as numbers. */

const SIZES: { readonly [unit: string]: number } = {
  B: 1,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
};
const SPANS: { readonly [unit: string]: number } = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** In whole sectors. */
export function bytesOf(size: string): number {
  const [, number, unit = ''] = /^([\d.]+)\s*(\w+)$/.exec(size) ?? [];
  const factor = SIZES[unit];
  if (number === undefined || factor === undefined) throw new RangeError(`${JSON.stringify(size)} is no size`);
  return Math.floor((Number(number) * factor) / 512) * 512;
}

export function msOf(span: string): number {
  const [, number, unit = ''] = /^([\d.]+)(\w+)$/.exec(span) ?? [];
  const factor = SPANS[unit];
  if (number === undefined || factor === undefined) throw new RangeError(`${JSON.stringify(span)} is no span of time`);
  return Number(number) * factor;
}
