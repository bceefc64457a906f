/** Host patterns in inventories: `worker[01:03].lab`, `db-[a:c]`, `n[0:20:5]`, `host:2222`. */

export type Expanded = { readonly names: readonly string[]; readonly port?: number } | { readonly why: string };

/** More hosts than this from one line is a typing error. */
const MOST = 100_000;

export function expandHosts(pattern: string): Expanded {
  const { name, port } = splitPort(pattern);
  const names = expand(name);
  return 'why' in names ? names : { names: names.list, ...(port === undefined ? {} : { port }) };
}

function splitPort(pattern: string): { name: string; port?: number } {
  const bracketed = /^\[([0-9a-fA-F:.]*:[0-9a-fA-F:.]*:[0-9a-fA-F:.]*)\](?::(\d+))?$/.exec(pattern);
  if (bracketed) return { name: bracketed[1] ?? '', ...(bracketed[2] ? { port: Number(bracketed[2]) } : {}) };
  const match = /^(.*):(\d+)$/.exec(pattern);
  // a bare IPv6 address has more colons, a range has its own in brackets
  if (!match || (match[1] ?? '').replace(/\[[^\]]*\]/g, '').includes(':') || unclosed(match[1] ?? '')) return { name: pattern };
  return { name: match[1] ?? '', port: Number(match[2]) };
}

const unclosed = (text: string): boolean => text.lastIndexOf('[') > text.lastIndexOf(']');

function expand(name: string): { list: readonly string[] } | { why: string } {
  const match = /^(.*?)\[([^\]]*:[^\]]*)\](.*)$/s.exec(name);
  if (!match) return { list: [name] };
  const [, head = '', body = '', tail = ''] = match;
  const range = rangeOf(body);
  if ('why' in range) return range;
  const rest = expand(tail);
  if ('why' in rest) return rest;
  if (range.list.length * rest.list.length > MOST) return { why: `${name} stands for more than ${MOST} hosts` };
  return { list: range.list.flatMap((middle) => rest.list.map((end) => head + middle + end)) };
}

function rangeOf(body: string): { list: readonly string[] } | { why: string } {
  const [from = '', to = '', stepText = '1', ...more] = body.split(':');
  const step = Number(stepText);
  if (more.length > 0 || !Number.isInteger(step) || step < 1)
    return { why: `[${body}] is not a range: write [first:last] or [first:last:step]` };
  if (to === '') return { why: `[${body}] has no end` };
  if (/^[A-Za-z]$/.test(from) && /^[A-Za-z]$/.test(to)) return letters(body, { from, to, step });
  if (!/^\d*$/.test(from) || !/^\d+$/.test(to)) return { why: `[${body}] must run from number to number or from letter to letter` };
  const first = Number(from || '0');
  const last = Number(to);
  if (first > last) return { why: `[${body}] ends before it begins` };
  if ((last - first) / step > MOST) return { why: `[${body}] stands for more than ${MOST} hosts` };
  const width = /^0\d/.test(from) ? from.length : 0;
  if (width > 0 && to.length !== width) return { why: `[${body}]: both ends must have the same number of digits` };
  const list: string[] = [];
  for (let value = first; value <= last; value += step) list.push(String(value).padStart(width, '0'));
  return { list };
}

function letters(body: string, range: { from: string; to: string; step: number }): { list: readonly string[] } | { why: string } {
  const alphabet = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';
  const first = alphabet.indexOf(range.from);
  const last = alphabet.indexOf(range.to);
  if (first > last) return { why: `[${body}] ends before it begins` };
  return { list: [...alphabet.slice(first, last + 1)].filter((_, index) => index % range.step === 0) };
}
