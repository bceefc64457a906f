/** Quantities in the form that the API stores: `1024Mi` becomes `1Gi`, `0.5` becomes `500m`. After apimachinery's resource.Quantity. */

const binary = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];
const decimal: { readonly [suffix: string]: number } = { n: -9, u: -6, m: -3, '': 0, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 };
const form = /^([+-]?)(\d+(?:\.\d*)?|\.\d+)(?:([KMGTPE]i)|([numkMGTPE])|[eE]([-+]?\d+))?$/;

export const quantityPattern = '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$';

interface Parsed {
  /** In units of 10^-9. */
  readonly nano: bigint;
  readonly suffix: 'binary' | 'decimal' | 'exponent';
}

export function parseQuantity(text: string): Parsed | undefined {
  const match = form.exec(text);
  if (!match) return undefined;
  const [, sign, digits = '', bi, si, exponent] = match;
  const [whole = '', fraction = ''] = digits.split('.');
  let nano = BigInt(whole || '0') * 10n ** 9n + BigInt(fraction.slice(0, 9).padEnd(9, '0'));
  if (bi) {
    // The fraction counts in units of the suffix, so that 1.5Gi is exact.
    nano = (BigInt((whole || '0') + fraction) * 10n ** 9n * 1024n ** BigInt(binary.indexOf(bi))) / 10n ** BigInt(fraction.length);
  } else {
    const power = exponent === undefined ? (decimal[si ?? ''] ?? 0) : Number(exponent);
    const all = BigInt((whole || '0') + fraction);
    const shift = 9 + power - fraction.length;
    nano = shift >= 0 ? all * 10n ** BigInt(shift) : (all + 10n ** BigInt(-shift) - 1n) / 10n ** BigInt(-shift);
  }
  return { nano: sign === '-' ? -nano : nano, suffix: bi ? 'binary' : exponent === undefined ? 'decimal' : 'exponent' };
}

/** The canonical text, or undefined when it is no quantity. */
export function canonicalQuantity(value: string | number): string | undefined {
  const parsed = parseQuantity(String(value));
  if (!parsed) return undefined;
  const { nano } = parsed;
  if (nano === 0n) return '0';
  const one = 10n ** 9n;
  // A binary quantity that is no whole number is written in decimal.
  if (parsed.suffix === 'binary' && nano % one === 0n) {
    let [left, step] = [nano / one, 0];
    while (left % 1024n === 0n && step < binary.length - 1) [left, step] = [left / 1024n, step + 1];
    return `${left}${binary[step]}`;
  }
  let [left, power] = [nano, -9];
  while (left % 1000n === 0n && power < 18) [left, power] = [left / 1000n, power + 3];
  if (parsed.suffix === 'exponent') return power === 0 ? `${left}` : `${left}e${power}`;
  return `${left}${Object.keys(decimal).find((suffix) => decimal[suffix] === power) ?? ''}`;
}

/** Negative, zero or positive. */
export const compareQuantities = (a: string, b: string): number => {
  const difference = (parseQuantity(a)?.nano ?? 0n) - (parseQuantity(b)?.nano ?? 0n);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
};
