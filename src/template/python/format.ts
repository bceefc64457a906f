/** Python's two ways of formatting text: the % operator and str.format(). */
import { Dict, Float, isFloat, isInt, Tuple, toNumber, typeName, type V } from '../value/model.ts';
import { floatText, MAX_TEXT, repr, str } from '../value/text.ts';
import { Fault, fail } from '../value/undef.ts';
import { fixed } from './fixed.ts';

const width = (text: string | undefined): number => {
  const value = Number(text ?? 0);
  if (value > MAX_TEXT) throw new Fault('limit', `a width of ${value} characters is more than a template may make`);
  return value;
};

/** None is present too. */
const present = (value: V | undefined, otherwise: string): V => (value === undefined ? fail(otherwise) : value);

/** `format % values`. */
export function percent(format: string, values: V): string {
  const list: readonly V[] = values instanceof Tuple ? values : [values];
  let next = 0;
  const take = (): V => {
    const value = list[next++];
    return value === undefined ? fail('not enough arguments for format string') : value;
  };
  let named = false;
  const text = format.replace(
    /%(?:\(([^)]*)\))?([-+ 0#]*)(\*|\d+)?(?:\.(\*|\d+))?[hlL]?(.|$)/gs,
    (whole, key: string | undefined, flags: string, wide: string | undefined, precise: string | undefined, kind: string) => {
      if (kind === '%' && whole === '%%') return '%';
      if (key !== undefined) named = true;
      const size = wide === '*' ? Number(take()) : width(wide);
      const precision = precise === undefined ? undefined : precise === '*' ? Number(take()) : width(precise);
      const value =
        key === undefined
          ? take()
          : values instanceof Dict
            ? present(values.get(key), `KeyError: '${key}'`)
            : fail('format requires a mapping');
      return padded(converted(value, kind, flags, precision), flags, size, kind);
    },
  );
  if (!named && next < list.length && !(values instanceof Dict)) fail('not all arguments converted during string formatting');
  return text;
}

function converted(value: V, kind: string, flags: string, precision: number | undefined): string {
  const sign = (text: string): string =>
    text.startsWith('-') ? text : flags.includes('+') ? `+${text}` : flags.includes(' ') ? ` ${text}` : text;
  switch (kind) {
    case 's':
      return str(value).slice(0, precision);
    case 'r':
    case 'a':
      return repr(value).slice(0, precision);
    case 'c':
      return typeof value === 'number' ? String.fromCodePoint(value) : str(value);
    case 'd':
    case 'i':
    case 'u': {
      const number = toNumber(value) ?? fail(`%${kind} format: a real number is required, not ${typeName(value)}`);
      return sign(digits(typeof value === 'bigint' ? String(value) : String(Math.trunc(number)), precision));
    }
    case 'x':
    case 'X':
    case 'o': {
      if (!isInt(value) && typeof value !== 'boolean') return fail(`%${kind} format: an integer is required, not ${typeName(value)}`);
      const text = (typeof value === 'bigint' ? value : Number(value)).toString(kind === 'o' ? 8 : 16);
      const prefix = flags.includes('#') ? `0${kind}` : '';
      return sign(text.replace(/^-?/, (minus) => minus + prefix)).replace(/.+/, (all) => (kind === 'X' ? all.toUpperCase() : all));
    }
    case 'f':
    case 'F':
    case 'e':
    case 'E':
    case 'g':
    case 'G': {
      const number = toNumber(value) ?? fail(`must be real number, not ${typeName(value)}`);
      return sign(floatFormat(number, kind, precision ?? 6, flags.includes('#')));
    }
    default:
      return fail(kind === '' ? 'incomplete format' : `unsupported format character '${kind}'`);
  }
}

const digits = (text: string, precision: number | undefined): string => text.replace(/\d+/, (plain) => plain.padStart(precision ?? 0, '0'));

function padded(text: string, flags: string, size: number, kind: string): string {
  if (text.length >= size) return text;
  if (flags.includes('-')) return text.padEnd(size);
  if (flags.includes('0') && !'srca'.includes(kind)) return text.replace(/^([+ -]?)/, (sign) => sign + '0'.repeat(size - text.length));
  return text.padStart(size);
}

/** A float in one of C's forms f, e, g (upper case: the same in capitals). */
function floatFormat(value: number, kind: string, precision: number, alternate = false): string {
  if (!Number.isFinite(value)) return kind === kind.toUpperCase() ? floatText(value).toUpperCase() : floatText(value);
  const places = Math.min(precision, 100);
  const exponent = (text: string): string => text.replace(/e([+-])(\d)$/, 'e$10$2');
  let text: string;
  const lower = kind.toLowerCase();
  if (lower === 'f') text = Math.abs(value) < 1e21 ? fixed(value, places) : `${BigInt(value)}${places > 0 ? `.${'0'.repeat(places)}` : ''}`;
  else if (lower === 'e') text = exponent(value.toExponential(places));
  else {
    const significant = Math.max(1, places);
    const power = value === 0 ? 0 : Number(value.toExponential(significant - 1).split('e')[1]);
    const small = power >= -4 && power < significant;
    text = small ? fixed(value, Math.min(100, Math.max(0, significant - 1 - power))) : exponent(value.toExponential(significant - 1));
    if (!alternate) text = text.replace(/(\.\d*?)0+(e|$)/, '$1$2').replace(/\.(e|$)/, '$1');
  }
  return kind === lower ? text : text.toUpperCase();
}

const SPEC = /^(?:(.)?([<>=^]))?([+\- ]?)(#?)(0?)(\d*)([,_]?)(?:\.(\d+))?([bcdeEfFgGnosxX%]?)$/su;

/** One value by a format specification such as ">10", "05.1f" or ",". */
function formatSpec(value: V, spec: string): string {
  if (spec === '') return str(value);
  if (typeof value !== 'string' && toNumber(value) === undefined)
    return fail(`unsupported format string passed to ${typeName(value)}.__format__`);
  const match = SPEC.exec(spec);
  if (!match) return fail(`Invalid format specifier '${spec}' for object of type '${typeName(value)}'`);
  const [, fill, align, sign = '', alternate, zero, wide, group, precise, kind = ''] = match;
  const number = toNumber(value);
  const numeric = number !== undefined && kind !== 's';
  const precision = precise === undefined ? undefined : width(precise);
  let text = numeric
    ? numberSpec(value, number, { kind, precision, alternate: alternate === '#', group: group ?? '' })
    : str(value).slice(0, precision);
  if (number !== undefined && kind === 's') return fail(`Unknown format code 's' for object of type '${typeName(value)}'`);
  if (!numeric && kind !== '' && kind !== 's') return fail(`Unknown format code '${kind}' for object of type '${typeName(value)}'`);
  if (numeric && !text.startsWith('-') && sign !== '' && sign !== '-') text = sign + text;
  const size = width(wide);
  const missing = size - Array.from(text).length;
  if (missing <= 0) return text;
  const pad = (fill ?? (zero ? '0' : ' ')).repeat(missing);
  const how = align ?? (numeric ? (zero ? '=' : '>') : '<');
  if (how === '<') return text + pad;
  if (how === '>') return pad + text;
  if (how === '=') return text.replace(/^[+ -]?/, (mark) => mark + pad);
  const left = (fill ?? ' ').repeat(Math.floor(missing / 2));
  return left + text + (fill ?? ' ').repeat(missing - Math.floor(missing / 2));
}

function numberSpec(
  value: V,
  number: number,
  how: { kind: string; precision: number | undefined; alternate: boolean; group: string },
): string {
  const { kind, precision, alternate } = how;
  const grouped = (text: string): string =>
    how.group === '' ? text : text.replace(/\d+/, (whole) => whole.replace(/\B(?=(\d{3})+$)/g, how.group));
  if (kind === '%') return `${grouped(fixed(number * 100, precision ?? 6))}%`;
  if ('eEfFgG'.includes(kind) && kind !== '') return grouped(floatFormat(number, kind, precision ?? 6, alternate));
  if (value instanceof Float || isFloat(value)) {
    if (kind !== '' && kind !== 'n') return fail(`Unknown format code '${kind}' for object of type 'float'`);
    const text = precision === undefined ? floatText(number) : floatFormat(number, 'g', precision);
    return grouped(/^-?\d+$/.test(text) ? `${text}.0` : text);
  }
  const whole = typeof value === 'bigint' ? value : number;
  const base = { b: 2, o: 8, x: 16, X: 16 }[kind];
  if (kind === 'c') return String.fromCodePoint(number);
  if (base === undefined) return grouped(String(whole));
  const text = whole.toString(base).replace(/^-?/, (minus) => (alternate ? `${minus}0${kind}` : minus));
  return kind === 'X' ? text.toUpperCase() : text;
}

/** `text.format(...)`. Fields reach into items and public attributes only, through `reach`. */
export function format(
  text: string,
  positional: readonly V[],
  named: { get(name: string): V | undefined },
  reach: (value: V, key: string | number, attribute: boolean) => V,
): string {
  let next = 0;
  let numbered = false;
  const field = (name: string): V => {
    const [, first = '', rest = ''] = /^([^.[]*)(.*)$/s.exec(name) ?? [];
    if (/^\d+$/.test(first)) numbered = true;
    if (numbered && (first === '' || next > 0)) return fail('cannot mix automatic field numbering and manual field specification');
    const found = first === '' ? positional[next++] : /^\d+$/.test(first) ? positional[Number(first)] : named.get(first);
    let value = present(found, /^\d*$/.test(first) ? 'Replacement index out of range for positional args tuple' : `KeyError: '${first}'`);
    for (const [, attribute, item] of rest.matchAll(/\.([^.[]+)|\[([^\]]+)\]/g)) {
      if (attribute !== undefined) value = reach(value, attribute, true);
      else if (item !== undefined) value = reach(value, /^\d+$/.test(item) ? Number(item) : item, false);
    }
    return value;
  };
  const expand = (part: string, depth: number): string =>
    part.replace(/\{\{|\}\}|\{((?:[^{}]|\{[^{}]*\})*)\}|[{}]/g, (whole, inner: string | undefined) => {
      if (whole === '{{' || whole === '}}') return whole.charAt(0);
      if (inner === undefined || depth > 2) return fail(`Single '${whole.charAt(0)}' encountered in format string`);
      const [, name = '', conversion, spec = ''] = /^([^!:]*)(?:!([rsa]))?(?::(.*))?$/s.exec(inner) ?? fail('bad format field');
      const value = field(name);
      const shown = conversion === undefined ? value : conversion === 's' ? str(value) : repr(value);
      return formatSpec(shown, expand(spec, depth + 1));
    });
  return expand(text, 0);
}
