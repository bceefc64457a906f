/** Text split into words: as a shell does (INI inventories), and as Ansible splits `k=v` arguments. */

/**
 * `a "b c" d=e\ f # rest` → ["a", "b c", "d=e f"], as Python's shlex with comments; undefined where a quote is left open.
 */
export function shellWords(text: string): readonly string[] | undefined {
  const words: string[] = [];
  let word: string | undefined;
  let quote = '';
  for (let index = 0; index < text.length; index++) {
    const char = text[index] ?? '';
    if (quote) {
      if (char === quote) quote = '';
      else if (char === '\\' && quote === '"' && /["\\]/.test(text[index + 1] ?? '')) word = (word ?? '') + (text[++index] ?? '');
      else word = (word ?? '') + char;
    } else if (char === '"' || char === "'") {
      quote = char;
      word ??= '';
    } else if (char === '\\') word = (word ?? '') + (text[++index] ?? '');
    else if (char === '#') break;
    else if (/\s/.test(char)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? '') + char;
  }
  if (quote) return undefined;
  return word === undefined ? words : [...words, word];
}

export interface ArgWord {
  readonly text: string;
  /** Offset in the whole text. */
  readonly offset: number;
}

/**
 * Splits at white space outside quotes and outside `{{ }}`, `{% %}`, `{# #}`; quotes are kept, a backslash that stands alone only joins lines.
 * Undefined where one is left open.
 */
export function argWords(text: string): readonly ArgWord[] | undefined {
  const words: ArgWord[] = [];
  let start = -1;
  let quote = '';
  const open: string[] = [];
  for (let index = 0; index < text.length; index++) {
    const char = text[index] ?? '';
    const pair = text.slice(index, index + 2);
    if (start === -1 && /^(?:\s|\\\s|\\$)/.test(pair)) continue;
    if (start === -1) start = index;
    if (!quote && (pair === '{{' || pair === '{%' || pair === '{#')) {
      open.push(pair);
      index++;
    } else if (!quote && open.length > 0 && pair === CLOSE[open.at(-1) ?? '']) {
      open.pop();
      index++;
    } else if (char === '\\') index++;
    else if (quote) quote = char === quote ? '' : quote;
    else if (char === '"' || char === "'") quote = open.length > 0 ? '' : char;
    else if (open.length === 0 && /\s/.test(char)) {
      words.push({ text: text.slice(start, index), offset: start });
      start = -1;
    }
  }
  if (quote || open.length > 0) return undefined;
  return start === -1 ? words : [...words, { text: text.slice(start), offset: start }];
}

const CLOSE: { readonly [open: string]: string } = { '{{': '}}', '{%': '%}', '{#': '#}' };

/**
 * `name=value` with Python's escapes (`\n`, `\x41`) decoded and the quotes round the value taken off; the name may hold templates. Undefined
 * for any other word.
 */
export function keyValue(word: string): { readonly key: string; readonly value: string } | undefined {
  const match = /^((?:[A-Za-z_]|\{\{.*?\}\})(?:[\w.-]|\{\{.*?\}\})*)=([\s\S]*)$/.exec(decoded(word));
  if (!match) return undefined;
  const value = match[2] ?? '';
  const quoted = /^(["'])([\s\S]*)\1$/.exec(value);
  return { key: match[1] ?? '', value: quoted?.[2] ?? value };
}

const LETTERS: { readonly [letter: string]: string } = { a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };

const decoded = (text: string): string =>
  text.replace(/\\(?:U([\da-fA-F]{8})|u([\da-fA-F]{4})|x([\da-fA-F]{2})|([\\'"abfnrtv]))/g, (whole, long, short, byte, letter) => {
    if (letter !== undefined) return LETTERS[letter] ?? letter;
    const code = Number.parseInt(long ?? short ?? byte, 16);
    return code > 0x10ffff ? whole : String.fromCodePoint(code);
  });
