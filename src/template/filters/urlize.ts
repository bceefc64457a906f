/** Jinja2's urlize (jinja2/utils.py): links and mail addresses in plain text become HTML. */
import { escapeHtml } from './html.ts';

export interface Urlize {
  /** Characters of a link that are shown; undefined: all. */
  readonly limit?: number | undefined;
  readonly rel: readonly string[];
  readonly target?: string | undefined;
  /** Further schemes, colon included: "ftp:". */
  readonly schemes: readonly string[];
}

const NAMED = String.raw`(?:https?://|www\.)(?:(?:[\w%-]+\.)+)?(?:[a-z]{2,63}|xn--[\w%]{2,59})`;
const BARE = String.raw`(?:[\w%-]{2,63}\.)+(?:com|net|int|edu|gov|org|info|mil)`;
const ADDRESS = String.raw`https?://(?:\d{1,3}(?:\.\d{1,3}){3}|\[(?:[\da-f]{0,4}:){2}(?:[\da-f]{0,4}:?){1,6}\])`;
const LINK = new RegExp(String.raw`^(?:${NAMED}|${BARE}|${ADDRESS})(?::\d{1,5})?(?:[/?#]\S*)?$`, 'i');
const MAIL = /^\S+@\w[\w.-]*\.\w+$/;

export const urlize = (text: string, how: Urlize): string =>
  escapeHtml(text)
    .split(/(\s+)/)
    .map((word) => linked(word, how))
    .join('');

function linked(word: string, { limit, rel, target, schemes }: Urlize): string {
  const { head, middle, tail } = apart(word);
  const more = `${rel.length > 0 ? ` rel="${escapeHtml([...new Set(rel)].sort().join(' '))}"` : ''}${target ? ` target="${escapeHtml(target)}"` : ''}`;
  const shown = limit !== undefined && middle.length > limit ? `${middle.slice(0, limit)}...` : middle;
  const link = (href: string, of: string, attributes: string): string => `${head}<a href="${href}"${attributes}>${of}</a>${tail}`;
  if (LINK.test(middle)) return link(/^https?:\/\//.test(middle) ? middle : `https://${middle}`, shown, more);
  if (middle.startsWith('mailto:') && MAIL.test(middle.slice(7))) return link(middle, middle.slice(7), '');
  if (!middle.startsWith('www.') && !middle.includes(':') && MAIL.test(middle)) return link(`mailto:${middle}`, middle, '');
  return schemes.some((scheme) => middle !== scheme && middle.startsWith(scheme)) ? link(middle, middle, more) : word;
}

/** Brackets around a link and the full stop behind it are none of it; brackets that it opens are. */
function apart(word: string): { head: string; middle: string; tail: string } {
  const head = /^(?:[(<]|&lt;)+/.exec(word)?.[0] ?? '';
  let middle = word.slice(head.length);
  let tail = /[)>.,\n]$|&gt;$/.test(middle) ? (/(?:[)>.,\n]|&gt;)+$/.exec(middle)?.[0] ?? '') : '';
  middle = middle.slice(0, middle.length - tail.length);
  const count = (text: string, part: string): number => text.split(part).length - 1;
  for (const [open, close] of [
    ['(', ')'],
    ['<', '>'],
    ['&lt;', '&gt;'],
  ] as const) {
    const opened = count(middle, open);
    if (opened <= count(middle, close)) continue;
    for (let left = Math.min(opened, count(tail, close)); left > 0; left--) {
      const end = tail.indexOf(close) + close.length;
      middle += tail.slice(0, end);
      tail = tail.slice(end);
    }
  }
  return { head, middle, tail };
}
