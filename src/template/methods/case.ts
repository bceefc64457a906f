/** Methods of text that change or ask about letters. */
import { plugin } from '../eval/plugin.ts';
import { str } from '../value/text.ts';

/** Upper case at the start of each run of letters. */
export const title = (text: string): string =>
  text.replace(/\p{L}+/gu, (word) => word.charAt(0).toUpperCase() + word.slice(1).toLowerCase());
export const capitalize = (text: string): string => {
  const [first = ''] = text;
  return first.toUpperCase() + text.slice(first.length).toLowerCase();
};
const swap = (text: string): string =>
  [...text].map((char) => (char === char.toUpperCase() ? char.toLowerCase() : char.toUpperCase())).join('');

export const isUpper = (text: string): boolean => /\p{L}/u.test(text) && text === text.toUpperCase() && text !== text.toLowerCase();
export const isLower = (text: string): boolean => /\p{L}/u.test(text) && text === text.toLowerCase() && text !== text.toUpperCase();

const asks = (name: string, pattern: RegExp) => plugin(name, '', (_, s) => pattern.test(str(s)));

export const caseMethods = [
  plugin('upper', '', (_, s) => str(s).toUpperCase()),
  plugin('lower', '', (_, s) => str(s).toLowerCase()),
  plugin('casefold', '', (_, s) => str(s).toLowerCase().replaceAll('ß', 'ss')),
  plugin('title', '', (_, s) => title(str(s))),
  plugin('capitalize', '', (_, s) => capitalize(str(s))),
  plugin('swapcase', '', (_, s) => swap(str(s))),
  plugin('isupper', '', (_, s) => isUpper(str(s))),
  plugin('islower', '', (_, s) => isLower(str(s))),
  plugin('istitle', '', (_, s) => str(s) !== '' && /\p{L}/u.test(str(s)) && title(str(s)) === str(s)),
  asks('isalpha', /^\p{L}+$/u),
  asks('isalnum', /^[\p{L}\p{N}]+$/u),
  asks('isdigit', /^[\p{Nd}²³¹⁰⁴-⁹]+$/u),
  asks('isdecimal', /^\p{Nd}+$/u),
  asks('isnumeric', /^\p{N}+$/u),
  asks('isspace', /^\s+$/u),
  asks('isidentifier', /^[\p{L}_][\p{L}\p{N}_]*$/u),
  asks('isascii', /^[\0-\x7f]*$/),
  asks('isprintable', /^[^\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]*$/u),
];
