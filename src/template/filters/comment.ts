/** `comment`: text inside the comment signs of a language. */
import type { Dict } from '../value/model.ts';
import { str } from '../value/text.ts';
import { fail } from '../value/undef.ts';

interface Style {
  readonly decoration: string;
  readonly beginning?: string;
  readonly end?: string;
  readonly prefix?: string;
  readonly postfix?: string;
}

const STYLES: { readonly [name: string]: Style } = {
  plain: { decoration: '# ' },
  erlang: { decoration: '% ' },
  c: { decoration: '// ' },
  cblock: { beginning: '/*', decoration: ' * ', end: ' */' },
  xml: { beginning: '<!--', decoration: ' - ', end: '-->' },
};

const KNOWN = ['newline', 'beginning', 'prefix', 'prefix_count', 'decoration', 'postfix', 'postfix_count', 'end'];

export function comment(text: string, name: string, options: Dict): string {
  const style = Object.hasOwn(STYLES, name) ? STYLES[name] : undefined;
  if (style === undefined) return fail(`Invalid style '${name}': choose ${Object.keys(STYLES).join(', ')}`);
  for (const key of options.keys()) if (!KNOWN.includes(str(key))) return fail(`comment has no option '${str(key)}'`);
  const option = (key: string, fallback: string): string => {
    const given = options.get(key);
    return given === undefined ? fallback : str(given);
  };
  const count = (key: string): number => Math.min(1000, Math.max(0, Number(option(key, '1'))));
  const newline = option('newline', '\n');
  const decoration = option('decoration', style.decoration);
  const plain = decoration.trimEnd();
  const prefix = option('prefix', style.prefix ?? plain);
  const beginning = option('beginning', style.beginning ?? '');
  const end = option('end', style.end ?? '');
  const body = `${decoration}${text.replaceAll(newline, newline + decoration)}`.replaceAll(decoration + newline, plain + newline);
  return [
    beginning && beginning + newline,
    (prefix && prefix !== newline ? prefix + newline : prefix).repeat(count('prefix_count')),
    body,
    // unlike the others a postfix is given its line even if there is nothing in it
    (newline + option('postfix', style.postfix ?? plain)).repeat(count('postfix_count')),
    end && newline + end,
  ].join('');
}
