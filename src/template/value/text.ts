/** Values as text: Python's str() and repr(). */
import { OMIT } from '../../core/resolve.ts';
import { Unknown } from '../../core/value.ts';
import { Dict, Float, Group, isFloat, Obj, Tuple, type V } from './model.ts';
import { Fault, fail, Undef, UnknownSignal } from './undef.ts';

const MAX_DEPTH = 200;
/** Characters; the longest text a template may make. */
export const MAX_TEXT = 20_000_000;

export function str(value: V): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' && Number.isInteger(value)) return String(value);
  return repr(value);
}

/** What `{{ }}` writes beside other text: tuples have become lists there, those of groupby excepted; functions have no text at all. */
export function shown(value: V): string {
  if (typeof value === 'string') return value === OMIT ? '' : value;
  if (typeof value === 'number' && Number.isInteger(value)) return String(value);
  return repr(value, 0, true);
}

export function repr(value: V, depth = 0, output = false): string {
  if (value === null) return 'None';
  if (value === true) return 'True';
  if (value === false) return 'False';
  if (typeof value === 'string') return quoted(value);
  if (typeof value === 'bigint') return String(value);
  if (isFloat(value)) return floatText(value instanceof Float ? value.value : value);
  if (typeof value === 'number') return String(value);
  if (value instanceof Undef) throw value.fault();
  if (value instanceof Unknown) throw new UnknownSignal(value);
  if (depth > MAX_DEPTH) throw new Fault('limit', 'the value is nested too deeply to print');
  if (Array.isArray(value)) {
    const inner = limited(value, (item) => (item === OMIT ? undefined : repr(item, depth + 1, output)));
    if (value instanceof Tuple && (!output || value instanceof Group))
      return inner.length === 1 ? `(${inner[0]},)` : `(${inner.join(', ')})`;
    return `[${inner.join(', ')}]`;
  }
  if (value instanceof Dict) {
    const inner = limited(value.entries(), ([key, item]) =>
      item === OMIT ? undefined : `${repr(key, depth + 1, output)}: ${repr(item, depth + 1, output)}`,
    );
    return `{${inner.join(', ')}}`;
  }
  return value instanceof Obj ? objectText(value, output) : fail('a value that cannot be printed');
}

/** Objects that have a text form (dates, ranges) give it through the attribute "__str__", which expressions cannot reach. */
function objectText(value: Obj, output: boolean): string {
  const text = value.attr('__str__');
  if (output && (typeof text !== 'string' || value.type === 'range'))
    return fail(`Type '${value.type}' is unsupported for variable storage.`);
  return typeof text === 'string' ? text : `<${value.type}>`;
}

/** Joins piecewise so that a value repeated inside itself thousands of times cannot fill the memory. */
function limited<T>(items: readonly T[], text: (item: T) => string | undefined): string[] {
  const made: string[] = [];
  let length = 0;
  for (const item of items) {
    const piece = text(item);
    if (piece === undefined) continue;
    length += piece.length + 2;
    if (length > MAX_TEXT) throw new Fault('limit', `the text of a value is longer than ${MAX_TEXT} characters`);
    made.push(piece);
  }
  return made;
}

/** Shortest text that reads back as the same float, in Python's spelling: 2.0, 1e+20, 1e-07. */
export function floatText(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  if (Object.is(value, -0)) return '-0.0';
  const [mantissa = '0', power = '0'] = value.toExponential().split('e');
  const exponent = Number(power);
  if (value === 0 || (exponent >= -4 && exponent < 16)) {
    const plain = exponent < -6 || exponent > 20 ? value.toFixed(20) : String(value);
    return plain.includes('.') ? plain : `${plain}.0`;
  }
  return `${mantissa}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
}

const SPECIAL = /[\\\n\r\t\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}\p{Zs}]/gu;

export function quoted(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const body = text.replace(SPECIAL, (char) => (char === ' ' ? ' ' : escaped(char)));
  return quote + (quote === "'" ? body.replaceAll("'", "\\'") : body) + quote;
}

function escaped(char: string): string {
  const short = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' }[char];
  if (short !== undefined) return short;
  const code = char.codePointAt(0) ?? 0;
  if (code < 0x100) return `\\x${code.toString(16).padStart(2, '0')}`;
  return code < 0x10000 ? `\\u${code.toString(16).padStart(4, '0')}` : `\\U${code.toString(16).padStart(8, '0')}`;
}

/** Characters as Python counts them: code points. */
export const wide = (text: string): boolean => /[\ud800-\udfff]/.test(text);
export const chars = (text: string): string[] => (wide(text) ? Array.from(text) : text.split(''));
export const textLength = (text: string): number => (wide(text) ? Array.from(text).length : text.length);
