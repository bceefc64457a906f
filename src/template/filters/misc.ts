/** Ansible's other filters: sizes, comments, URLs, shell quoting, logarithms, dates. */
import { plugin } from '../eval/plugin.ts';
import { strftime, strptime } from '../python/strftime.ts';
import { Dict, float, type V } from '../value/model.ts';
import { DateTime } from '../value/objects.ts';
import { fail } from '../value/undef.ts';
import { dict, flag, number, soft, text } from './args.ts';
import { parseFloatText } from './basics.ts';
import { comment } from './comment.ts';
import { humanReadable, humanToBytes } from './sizes.ts';

/** A word of a POSIX shell. */
const shellQuote = (value: string): string =>
  value === '' ? "''" : /^[\w@%+=:,./-]+$/.test(value) ? value : `'${value.replaceAll("'", `'"'"'`)}'`;

const URL = /^(?:([a-z][a-z\d+.-]*):)?(?:\/\/([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/is;

function urlSplit(value: string, part: string): V {
  const [, scheme = '', netloc = '', path = '', query = '', fragment = ''] = URL.exec(value.trim()) ?? [];
  const at = netloc.lastIndexOf('@');
  const [user, ...secret] = at < 0 ? [] : netloc.slice(0, at).split(':');
  const [, bracketed, plain, port] = /^(?:\[([^\]]*)\]|([^:]*))(?::(\d*))?$/.exec(netloc.slice(at + 1)) ?? [];
  const host = (bracketed ?? plain ?? '').toLowerCase();
  const made = Dict.of([
    ['fragment', fragment],
    ['hostname', host === '' ? null : host],
    ['netloc', netloc],
    ['password', secret.length > 0 ? secret.join(':') : null],
    ['path', path],
    ['port', port === undefined || port === '' ? null : Number(port)],
    ['query', query],
    ['scheme', scheme.toLowerCase()],
    ['username', user ?? null],
  ]);
  if (part === '') return made;
  return made.has(part) ? (made.get(part) ?? null) : fail(`urlsplit: unknown URL component: ${part}`);
}

function urlDecode(value: string): string {
  return value.replaceAll('+', ' ').replace(/(?:%[\da-f]{2})+/gi, (run) => Buffer.from(run.replaceAll('%', ''), 'hex').toString('utf8'));
}

function log(value: number, base: V): V {
  if (value <= 0) return fail('math domain error');
  if (base === null) return float(Math.log(value));
  const by = number(base);
  if (by === 10) return float(Math.log10(value));
  return float(by === 2 ? Math.log2(value) : Math.log(value) / Math.log(by));
}

function root(value: number, base: number): V {
  if (base === 0) return fail('0.0 cannot be raised to a negative power');
  if (value < 0) return fail('math domain error');
  if (base === 2) return float(Math.sqrt(value));
  const made = value ** (1 / base);
  const whole = Math.round(made);
  // Python's pow is exact where the root is a whole number in these ranges.
  return float(Math.abs(whole ** base - value) < 1e-9 * Math.abs(value) && Math.abs(made - whole) < 1e-12 * Math.abs(whole) ? whole : made);
}

function formatTime(f: { ev: { services: { now(): number } } }, format: string, second: V, utc: boolean): string {
  const epoch = second === null ? f.ev.services.now() / 1000 : typeof second === 'string' ? parseFloatText(second) : number(second);
  if (epoch === undefined) return fail(`Invalid value for epoch value (${soft(second)})`);
  const date = DateTime.fromEpoch(Math.floor(epoch * 1000), utc);
  if (Number.isNaN(date.micros)) return fail(`Invalid value for epoch value (${soft(second)})`);
  return strftime(format, date);
}

export const miscFilters = [
  plugin('quote', 'value', (_, value) => shellQuote(value === null ? '' : soft(value))),
  plugin('urlsplit', "value, query=''", (_, value, part) => urlSplit(text(value), text(part))),
  plugin('urldecode', 'value', (_, value) => urlDecode(text(value))),
  plugin('log', 'value, base=None', (_, value, base) => log(number(value), base)),
  plugin('pow', 'value, y', (_, value, by) => {
    const made = number(value) ** number(by);
    return Number.isNaN(made) ? fail('math domain error') : float(made);
  }),
  plugin('root', 'value, base=2', (_, value, base) => root(number(value), number(base))),
  plugin('human_readable', 'value, isbits=False, unit=None', (_, value, bits, unit) =>
    humanReadable(number(value), flag(bits), unit === null ? undefined : text(unit)),
  ),
  plugin('human_to_bytes', 'value, default_unit=None, isbits=False', (_, value, unit, bits) =>
    humanToBytes(soft(value), unit === null ? undefined : text(unit), flag(bits)),
  ),
  plugin('comment', "value, style='plain', **options", (_, value, style, options) => comment(text(value), text(style), dict(options))),
  plugin('strftime', 'value, second=None, utc=False', (f, format, second, utc) => formatTime(f, text(format), second, flag(utc))),
  plugin('to_datetime', "value, format='%Y-%m-%d %H:%M:%S'", (_, value, format) => strptime(text(value), text(format))),
];
