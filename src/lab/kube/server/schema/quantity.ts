/** Quantities in the form that the API stores: `1024Mi` becomes `1Gi`, `0.5` becomes `500m`. After apimachinery's resource.Quantity. */

const binary = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];
const decimal: { readonly [suffix: string]: number } = { n: -9, u: -6, m: -3, '': 0, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 };
const form = /^([+-]?)(\d*)(?:\.(\d*))?([eEinumkKMGTP]*[-+]?\d*)$/;
const one = 10n ** 9n;
const milli = 10n ** 6n;
/** Binary quantities end here: an int64. */
const most = (2n ** 63n - 1n) * one;

/** Not a quantity; the message is the decoder's. */
export class QuantityError extends Error {}

interface Parsed {
  /** In units of 10^-9. */
  readonly nano: bigint;
  readonly format: 'binary' | 'decimal' | 'exponent';
  /** Whether the text stays as it is written. */
  readonly kept: boolean;
}

function parse(text: string): Parsed {
  const match = text === '' ? undefined : form.exec(text);
  if (!match) throw new QuantityError("quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'");
  const [, sign, whole = '', fraction = '', suffix = ''] = match;
  const digits = whole + fraction;
  const value = BigInt(digits || '0');
  const step = binary.indexOf(suffix);
  const signed = (nano: bigint): bigint => (sign === '-' ? -nano : nano);
  if (step > 0) {
    const nano = divideUp(value * one * 1024n ** BigInt(step), 10n ** BigInt(fraction.length));
    // A fraction of a byte is no binary quantity.
    return {
      nano: signed(nano > most ? most : nano),
      format: nano < one ? 'decimal' : 'binary',
      kept: fraction === '' && value % 8n !== 0n,
    };
  }
  const power = decimal[suffix] ?? (/^[eE][-+]?\d+$/.test(suffix) ? Number(suffix.slice(1)) : undefined);
  if (power === undefined) throw new QuantityError("unable to parse quantity's suffix");
  const scale = power - fraction.length;
  const shift = 9 + scale;
  const nano = shift >= 0 ? value * 10n ** BigInt(shift) : divideUp(value, 10n ** BigInt(-shift));
  const kept = shift >= 0 && scale % 3 === 0 && !digits.endsWith('000') && digits !== '' && !digits.startsWith('0');
  return { nano: signed(nano), format: suffix in decimal ? 'decimal' : 'exponent', kept };
}

const divideUp = (value: bigint, by: bigint): bigint => (value + by - 1n) / by;

/** The canonical text; with `coarse`, as in lists of resources, nothing is finer than a thousandth. Throws QuantityError. */
export function canonicalQuantity(given: string | number, coarse = false): string {
  const text = String(given).trim();
  const { nano: exact, format, kept } = parse(text);
  const isFine = coarse && exact % milli !== 0n;
  if (exact === 0n) return '0';
  if (kept && !isFine) return text;
  const nano = isFine ? divideUp(exact, milli) * milli : exact;
  return written(nano, format);
}

function written(nano: bigint, format: Parsed['format']): string {
  const size = nano < 0n ? -nano : nano;
  if (format === 'binary' && size % one === 0n && size >= 1024n * one) {
    let [left, step] = [nano / one, 0];
    while (left % 1024n === 0n && step < binary.length - 1) [left, step] = [left / 1024n, step + 1];
    return `${left}${binary[step]}`;
  }
  let [left, power] = [nano, -9];
  while (left % 1000n === 0n && power < 18) [left, power] = [left / 1000n, power + 3];
  if (format === 'exponent') return power === 0 ? `${left}` : `${left}e${power}`;
  return `${left}${Object.keys(decimal).find((suffix) => decimal[suffix] === power) ?? ''}`;
}

/** The sum, in the form of the first that is not nothing. */
export function addQuantities(a: string, b: string): string {
  const [one, two] = [parse(a), parse(b)];
  const sum = one.nano + two.nano;
  return sum === 0n ? '0' : written(sum, one.nano === 0n ? two.format : one.format);
}

/** Negative, zero or positive. */
export const compareQuantities = (a: string, b: string): number => {
  const difference = parse(a).nano - parse(b).nano;
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
};

/** Its value as a number, as exact as a number can be. */
export const quantityNumber = (text: string): number => Number(parse(text).nano) / Number(one);
