/** Sizes as people read and write them. */

const UNITS = ['B', 'K', 'M', 'G', 'T', 'P', 'E'];

/** lsblk, findmnt, df -h of util-linux: 1073741824 → "1G", 126.5 GiB → "126.5G". */
export function humanSize(bytes: number): string {
  let unit = 0;
  let value = bytes;
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit++;
  }
  const short = value.toFixed(1).replace(/\.0$/, '');
  return `${short}${UNITS[unit] ?? ''}`;
}

const POWERS: { readonly [suffix: string]: number } = {
  c: 1,
  w: 2,
  b: 512,
  k: 1024,
  K: 1024,
  kB: 1000,
  KB: 1000,
  KiB: 1024,
  M: 1024 ** 2,
  m: 1024 ** 2,
  MB: 1000 ** 2,
  MiB: 1024 ** 2,
  G: 1024 ** 3,
  g: 1024 ** 3,
  GB: 1000 ** 3,
  GiB: 1024 ** 3,
  T: 1024 ** 4,
  TiB: 1024 ** 4,
};

/** "64k", "1M", "2x512"; undefined for what is no size. */
export function sizeFrom(text: string): number | undefined {
  let product = 1;
  for (const factor of text.split('x')) {
    const [, digits, suffix = ''] = /^(\d+)([A-Za-z]*)$/.exec(factor) ?? [];
    const power = suffix === '' ? 1 : POWERS[suffix];
    if (digits === undefined || power === undefined) return undefined;
    product *= Number(digits) * power;
  }
  return product;
}
