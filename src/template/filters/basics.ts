/** Defaults, conversions and questions about the kind of a value. */

import { Unknown } from '../../core/value.ts';
import { getAttr } from '../eval/access.ts';
import { plugin } from '../eval/plugin.ts';
import { fixed } from '../python/fixed.ts';
import { truth } from '../value/compare.ts';
import { Dict, Float, float, int, isFloat, isList, Obj, toNumber, tuple, typeName, type V } from '../value/model.ts';
import { NOTHING, Range } from '../value/objects.ts';
import { quoted, str, textLength } from '../value/text.ts';
import { fail, Undef } from '../value/undef.ts';
import { items, named, number, rest, soft, text, whole } from './args.ts';
import { formatPercent } from './format.ts';

function defaultTo(value: V, fallback: V, falsy: V): V {
  if (value instanceof Unknown) return value;
  if (value instanceof Undef || value === NOTHING) return fallback;
  return truth(falsy) && !truth(value) ? fallback : value;
}

/** Python's int() with Jinja's patience: what cannot be read gives the default. */
function toInt(value: V, fallback: V, base: V): V {
  if (typeof value === 'string') return textToInt(value, fallback, whole(base));
  if (typeof value === 'bigint') return value;
  const plain = toNumber(value);
  if (plain === undefined || !Number.isFinite(plain)) return fallback;
  const cut = Math.trunc(plain);
  return Number.isSafeInteger(cut) ? cut + 0 : int(BigInt(cut));
}

const PREFIX: { readonly [base: number]: RegExp } = { 2: /^0b/i, 8: /^0o/i, 16: /^0x/i };

/** Base 0: the prefix tells. */
const prefixBase = (text: string): number => (/^[+-]?0x/i.test(text) ? 16 : /^[+-]?0o/i.test(text) ? 8 : /^[+-]?0b/i.test(text) ? 2 : 10);

function textToInt(value: string, fallback: V, given: number): V {
  const base = given === 0 ? prefixBase(value.trim()) : given;
  const [, sign, digits = ''] = /^([+-]?)(.*)$/s.exec(value.trim().replace(/(?<=\w)_(?=\w)/g, '')) ?? [];
  const bare = PREFIX[base] ? digits.replace(PREFIX[base], '') : digits;
  if (bare.length > 5000) return fallback;
  if (base === 10 && /^\d+$/.test(bare)) return int(BigInt(`${sign === '-' ? '-' : ''}${bare}`));
  if (base !== 10 && /^[\da-z]+$/i.test(bare)) {
    let made = 0n;
    for (const char of bare) {
      const digit = Number.parseInt(char, 36);
      if (digit >= base) return fallback;
      made = made * BigInt(base) + BigInt(digit);
    }
    return int(sign === '-' ? -made : made);
  }
  const plain = parseFloatText(value);
  return plain === undefined || !Number.isFinite(plain) ? fallback : toInt(float(plain), fallback, 10);
}

export function parseFloatText(value: string): number | undefined {
  const plain = value.trim().replace(/(?<=\d)_(?=\d)/g, '');
  if (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(plain)) return Number(plain);
  const special = /^([+-]?)(inf|infinity|nan)$/i.exec(plain);
  if (!special) return undefined;
  return special[2]?.toLowerCase() === 'nan' ? Number.NaN : special[1] === '-' ? -Infinity : Infinity;
}

function toFloat(value: V, fallback: V): V {
  if (typeof value === 'string') {
    const made = parseFloatText(value);
    return made === undefined ? fallback : float(made);
  }
  const plain = toNumber(value);
  return plain === undefined ? fallback : float(plain);
}

const TRUE = new Set(['yes', 'on', '1', 'true']);

/** Ansible's reading of words as truth. */
export function toBool(value: V): boolean {
  if (typeof value === 'boolean') return value;
  if (typeof value === 'string') return TRUE.has(value.toLowerCase());
  return value !== null && toNumber(value) === 1;
}

export function length(value: V): number {
  if (typeof value === 'string') return textLength(value);
  if (isList(value)) return value.length;
  if (value instanceof Dict) return value.size;
  if (value instanceof Range) return value.length;
  return fail(`object of type '${typeName(value)}' has no len()`);
}

/** Python's rounding: half to even, decided on the exact decimal expansion. */
export function round(value: number, digits: number, method: string): number {
  if (method !== 'common' && method !== 'ceil' && method !== 'floor') return fail('method must be common, ceil or floor');
  const factor = 10 ** Math.min(Math.max(digits, -300), 300);
  if (method === 'ceil') return Math.ceil(value * factor) / factor;
  if (method === 'floor') return Math.floor(value * factor) / factor;
  if (!Number.isFinite(value) || digits > 15) return value;
  if (digits <= 0) {
    const scaled = value * factor;
    const low = Math.floor(scaled);
    const gap = scaled - low;
    const made = gap < 0.5 || (gap === 0.5 && low % 2 === 0) ? low : low + 1;
    return made / factor;
  }
  return Number(fixed(value, digits));
}

const ternary = (value: V, yes: V, no: V, none: V): V => {
  if (value === null && none !== null) return none;
  return truth(value) ? yes : no;
};

export const basics = [
  plugin('default d', "value, default_value='', boolean=False", (_, value, fallback, falsy) => defaultTo(value, fallback, falsy), {
    lax: true,
  }),
  plugin(
    'mandatory',
    'value, msg=None',
    (_, value, message) => {
      if (!(value instanceof Undef)) return value;
      return fail(message === null ? `Mandatory variable not defined: ${value.message}` : soft(message));
    },
    { lax: true },
  ),
  plugin('bool', 'value', (_, value) => toBool(value)),
  plugin('int', 'value, default=0, base=10', (_, value, fallback, base) => toInt(value, fallback, base)),
  plugin('float', 'value, default=0', (_, value, fallback) => toFloat(value, fallback === 0 ? new Float(0) : fallback)),
  plugin('string safe', 'value', (_, value) => str(value)),
  plugin('list', 'value', (f, value) => [...items(f, value)]),
  plugin('length count', 'value', (_, value) => length(value)),
  plugin('abs', 'value', (_, value) => {
    if (typeof value === 'bigint') return value < 0n ? -value : value;
    return isFloat(value) ? float(Math.abs(number(value))) : Math.abs(number(value));
  }),
  plugin('round', "value, precision=0, method='common'", (_, value, digits, method) =>
    float(round(number(value), whole(digits), text(method))),
  ),
  plugin('ternary', 'value, true_val, false_val, none_val=None', (_, value, yes, no, none) => ternary(value, yes, no, none), { lax: true }),
  plugin('type_debug', 'value', (_, value) => (value instanceof Undef ? 'UndefinedMarker' : typeName(value)), { lax: true }),
  plugin('pprint', 'value', (_, value) => (typeof value === 'string' ? quoted(value) : str(value))),
  plugin('attr', 'value, name', (f, value, name) => getAttr(f, value, text(name), { path: `… | attr('${text(name)}')`, pos: 0 })),
  plugin('format', 'value, *args, **kwargs', (_, value, args, kwargs) => formatPercent(soft(value), rest(args), named(kwargs))),
  plugin('items', 'value', (_, value) => {
    if (value instanceof Dict) return value.entries().map(tuple);
    return value instanceof Obj ? [] : fail('Can only get item pairs from a mapping.');
  }),
];
