/** Shell patterns: `*`, `?`, `[…]`; a backslash makes the next character plain. */

const SPECIAL = /[\\^$.*+?()[\]{}|/-]/;
const CLASSES: { readonly [name: string]: string } = {
  alnum: 'A-Za-z0-9',
  alpha: 'A-Za-z',
  blank: ' \\t',
  cntrl: '\\x00-\\x1f\\x7f',
  digit: '0-9',
  graph: '\\x21-\\x7e',
  lower: 'a-z',
  print: '\\x20-\\x7e',
  punct: '!-\\/:-@\\[-`{-~',
  space: '\\s',
  upper: 'A-Z',
  xdigit: '0-9A-Fa-f',
};

export const escapePattern = (text: string): string => text.replace(/[\\*?[\]!-]/g, '\\$&');
export const isPattern = (text: string): boolean => /[*?[]/.test(text) && /(^|[^\\])(\\\\)*[*?[]/.test(text);

/** The source of a regular expression for the pattern, without anchors. */
export function patternSource(pattern: string, more: { readonly lazy?: boolean; readonly path?: boolean } = {}): string {
  const any = `${more.path ? '[^/]' : '[\\s\\S]'}*${more.lazy ? '?' : ''}`;
  let source = '';
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern[at] ?? '';
    if (character === '\\') source += plain(pattern[++at] ?? '\\');
    else if (character === '*') source += any;
    else if (character === '?') source += more.path ? '[^/]' : '[\\s\\S]';
    else if (character === '[') {
      const set = bracket(pattern, at);
      source += set ? set.source : '\\[';
      at = set ? set.end : at;
    } else source += plain(character);
  }
  return source;
}

const plain = (character: string): string => (SPECIAL.test(character) ? `\\${character}` : character);

/** `[a-z]`, `[!x]`, `[[:print:]]`; undefined where the bracket is never closed. */
function bracket(pattern: string, start: number): { readonly source: string; readonly end: number } | undefined {
  let at = start + 1;
  let source = '[';
  if (pattern[at] === '!' || pattern[at] === '^') {
    source += '^';
    at++;
  }
  for (let first = true; at < pattern.length; first = false, at++) {
    const character = pattern[at] ?? '';
    if (character === ']' && !first) return { source: `${source}]`, end: at };
    const named = /^\[:([a-z]+):\]/.exec(pattern.slice(at))?.[1];
    if (named !== undefined) {
      source += CLASSES[named] ?? '';
      at += named.length + 3;
    } else if (character === '\\') source += `\\${pattern[++at] ?? ''}`;
    else source += /[\\\]^[]/.test(character) ? `\\${character}` : character;
  }
  return undefined;
}

const whole = new Map<string, RegExp>();

/** Whether the whole text fits the pattern. */
export function matches(text: string, pattern: string): boolean {
  let form = whole.get(pattern);
  if (!form) {
    form = new RegExp(`^(?:${patternSource(pattern)})$`);
    if (whole.size > 500) whole.clear();
    whole.set(pattern, form);
  }
  return form.test(text);
}

/** `${x#p}`, `${x##p}`, `${x%p}`, `${x%%p}`. */
export function removed(text: string, pattern: string, how: { readonly side: 'prefix' | 'suffix'; readonly greedy: boolean }): string {
  const lengths = Array.from({ length: text.length + 1 }, (_, index) => index);
  if (how.greedy) lengths.reverse();
  for (const length of lengths) {
    const part = how.side === 'prefix' ? text.slice(0, length) : text.slice(text.length - length);
    if (matches(part, pattern)) return how.side === 'prefix' ? text.slice(length) : text.slice(0, text.length - length);
  }
  return text;
}
