/** printf and echo, as the shell and /usr/bin have them. */
import { numberOf } from '../shell/arithmetic.ts';

const SIMPLE: { readonly [letter: string]: string } = {
  a: '\x07',
  b: '\b',
  e: '\x1b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  "'": "'",
  '"': '"',
};

/** Backslash sequences; `stop` where \c ends all output. */
function withoutBackslashes(text: string, more: { readonly zero: boolean }): { readonly text: string; readonly stop: boolean } {
  let out = '';
  for (let at = 0; at < text.length; at++) {
    if (text[at] !== '\\') {
      out += text[at];
      continue;
    }
    const rest = text.slice(at + 1);
    const octal = (more.zero ? /^0?[0-7]{1,3}/ : /^[0-7]{1,3}/).exec(rest)?.[0];
    const hex = /^x([0-9a-fA-F]{1,2})/.exec(rest);
    if (rest[0] === 'c') return { text: out, stop: true };
    if (octal !== undefined) {
      out += String.fromCharCode(Number.parseInt(octal, 8) & 255);
      at += octal.length;
    } else if (hex) {
      out += String.fromCharCode(Number.parseInt(hex[1] ?? '0', 16));
      at += hex[0].length;
    } else {
      const simple = SIMPLE[rest[0] ?? ''];
      out += simple ?? `\\${rest[0] ?? ''}`;
      at++;
    }
  }
  return { text: out, stop: false };
}

const DIRECTIVE = /%([-+ #0]*)(\*|\d*)(?:\.(\*|\d*))?([a-zA-Z%])/g;

/** No format at all, or a word that is no number. The shell's builtin and the program have words of their own for it. */
export type PrintfTrouble = { readonly usage: true } | { readonly number: string };

interface Formatted {
  readonly text: string;
  readonly trouble?: PrintfTrouble;
}

export function printfText(args: readonly string[]): Formatted {
  const [format, ...given] = args[0] === '--' ? args.slice(1) : args;
  if (format === undefined) return { text: '', trouble: { usage: true } };
  const queue = [...given];
  let out = '';
  let trouble: PrintfTrouble | undefined;
  for (let first = true; first || queue.length > 0; first = false) {
    const before = queue.length;
    const pieces = cut(format);
    for (const piece of pieces) {
      if (typeof piece === 'string') {
        const { text, stop } = withoutBackslashes(piece, { zero: false });
        out += text;
        if (stop) return { text: out, ...(trouble ? { trouble } : {}) };
        continue;
      }
      if (piece.conversion === '%') {
        out += '%';
        continue;
      }
      const width = piece.width === '*' ? Number(queue.shift() ?? 0) : Number(piece.width || 0);
      const precision =
        piece.precision === '*' ? Number(queue.shift() ?? 0) : piece.precision === undefined ? undefined : Number(piece.precision || 0);
      const done = convert({ ...piece, width, precision }, queue.shift());
      trouble ??= done.trouble;
      out += done.text;
      if (done.stop) return { text: out, ...(trouble ? { trouble } : {}) };
    }
    if (queue.length === before) break;
  }
  return { text: out, ...(trouble ? { trouble } : {}) };
}

interface Directive {
  readonly flags: string;
  readonly width: string;
  readonly precision: string | undefined;
  readonly conversion: string;
}

function cut(format: string): readonly (string | Directive)[] {
  const pieces: (string | Directive)[] = [];
  let at = 0;
  for (const match of format.matchAll(DIRECTIVE)) {
    if (match.index > at) pieces.push(format.slice(at, match.index));
    pieces.push({ flags: match[1] ?? '', width: match[2] ?? '', precision: match[3], conversion: match[4] ?? '' });
    at = match.index + match[0].length;
  }
  if (at < format.length) pieces.push(format.slice(at));
  return pieces;
}

type Sized = Omit<Directive, 'width' | 'precision'> & { readonly width: number; readonly precision: number | undefined };

function convert(to: Sized, word: string | undefined): Formatted & { readonly stop?: boolean } {
  const pad = (text: string, zero = false): string => {
    if (to.flags.includes('-')) return text.padEnd(to.width);
    return zero && to.flags.includes('0') ? text.padStart(to.width, '0') : text.padStart(to.width);
  };
  const limited = (text: string): string => (to.precision === undefined ? text : text.slice(0, to.precision));
  switch (to.conversion) {
    case 's':
      return { text: pad(limited(word ?? '')) };
    case 'b': {
      const { text, stop } = withoutBackslashes(word ?? '', { zero: true });
      return { text: pad(limited(text)), stop };
    }
    case 'c':
      return { text: pad((word ?? '').slice(0, 1)) };
    case 'q':
      return { text: pad(/^[\w@%+=:,./-]+$/.test(word ?? '') ? (word ?? '') : `'${(word ?? '').replaceAll("'", `'\\''`)}'`) };
    case 'd':
    case 'i':
    case 'u':
    case 'o':
    case 'x':
    case 'X':
      return whole(to, word ?? '', pad);
    default: {
      const value = Number(word ?? 0);
      const digits = to.precision ?? 6;
      const text =
        to.conversion.toLowerCase() === 'e'
          ? value.toExponential(digits)
          : to.conversion.toLowerCase() === 'g'
            ? String(value)
            : value.toFixed(digits);
      return { text: pad(text, true), ...(Number.isNaN(value) ? { trouble: { number: word ?? '' } } : {}) };
    }
  }
}

function whole(to: Sized, word: string, pad: (text: string, zero?: boolean) => string): Formatted {
  const character = /^['"]([\s\S])/.exec(word)?.[1];
  const number = character === undefined ? numberOf(word) : BigInt(character.charCodeAt(0));
  const value = number ?? numberOf(/^\s*[-+]?\d+/.exec(word)?.[0] ?? '0') ?? 0n;
  const base = to.conversion === 'o' ? 8 : to.conversion.toLowerCase() === 'x' ? 16 : 10;
  const size = base !== 10 && value < 0n ? BigInt.asUintN(64, value) : value;
  let digits = (size < 0n ? -size : size).toString(base);
  if (to.conversion === 'X') digits = digits.toUpperCase();
  if (to.precision !== undefined) digits = digits.padStart(to.precision, '0');
  const sign = size < 0n ? '-' : to.flags.includes('+') ? '+' : '';
  const prefix = to.flags.includes('#') && base === 16 ? '0x' : to.flags.includes('#') && base === 8 ? '0' : '';
  const room = to.flags.includes('0') && !to.flags.includes('-') ? digits.padStart(to.width - sign.length - prefix.length, '0') : digits;
  return { text: pad(`${sign}${prefix}${room}`), ...(number === undefined ? { trouble: { number: word } } : {}) };
}

/** As bash's: backslashes are plain unless -e. */
export function echoText(args: readonly string[]): string {
  let words = args;
  let newline = true;
  let escapes = false;
  while (/^-[neE]+$/.test(words[0] ?? '')) {
    const [word = ''] = words;
    if (word.includes('n')) newline = false;
    if (word.includes('e')) escapes = true;
    if (word.includes('E')) escapes = false;
    words = words.slice(1);
  }
  const text = words.join(' ');
  if (!escapes) return `${text}${newline ? '\n' : ''}`;
  const { text: plain, stop } = withoutBackslashes(text, { zero: true });
  return `${plain}${newline && !stop ? '\n' : ''}`;
}
