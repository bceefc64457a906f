/** JSON as Python writes and reads it. */

import { OMIT } from '../../core/resolve.ts';
import { Unknown } from '../../core/value.ts';
import type { Frame } from '../eval/frame.ts';
import { keyText } from '../eval/leave.ts';
import { plugin } from '../eval/plugin.ts';
import { compareText } from '../value/compare.ts';
import { Dict, Float, float, int, isFloat, isList, typeName, type V } from '../value/model.ts';
import { Bytes, DateTime } from '../value/objects.ts';
import { floatText, MAX_TEXT } from '../value/text.ts';
import { Fault, fail, Undef, UnknownSignal } from '../value/undef.ts';
import { flag, named, rest, text, whole } from './args.ts';

interface Style {
  readonly indent: string | undefined;
  readonly sort: boolean;
  readonly ascii: boolean;
  readonly item: string;
  readonly key: string;
}

const MAX_DEPTH = 200;

export function toJson(value: V, style: Style): string {
  let size = 0;
  const quote = (plain: string): string => {
    const made = JSON.stringify(plain);
    return style.ascii ? made.replace(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`) : made;
  };
  const write = (each: V, depth: number): string => {
    if (each === null) return 'null';
    if (typeof each === 'string') return count(quote(each));
    if (typeof each === 'boolean') return String(each);
    if (isFloat(each)) return jsonFloat(each instanceof Float ? each.value : each);
    if (typeof each === 'number' || typeof each === 'bigint') return String(each);
    if (each instanceof Undef) throw each.fault();
    if (each instanceof Unknown) throw new UnknownSignal(each);
    if (depth > MAX_DEPTH) throw new Fault('limit', 'the value is nested too deeply, or contains itself');
    if (isList(each))
      return wrap(
        '[]',
        each.filter((item) => item !== OMIT).map((item) => write(item, depth + 1)),
        depth,
      );
    if (each instanceof Dict) return object(each, depth);
    if (each instanceof DateTime) return quote(each.iso());
    if (each instanceof Bytes) return quote(each.data.toString('utf8'));
    return fail(`Object of type ${typeName(each)} is not JSON serializable`);
  };
  const count = (plain: string): string => {
    size += plain.length;
    if (size > MAX_TEXT) throw new Fault('limit', `the JSON is longer than ${MAX_TEXT} characters`);
    return plain;
  };
  const object = (each: Dict, depth: number): string => {
    const entries = each
      .entries()
      .filter(([, item]) => item !== OMIT)
      .map(([key, item]) => [keyText(key), item] as const);
    if (style.sort) entries.sort(([a], [b]) => compareText(a, b));
    return wrap(
      '{}',
      entries.map(([key, item]) => `${quote(key)}${style.key}${write(item, depth + 1)}`),
      depth,
    );
  };
  const wrap = (brackets: string, parts: readonly string[], depth: number): string => {
    const [open = '', close = ''] = brackets;
    if (parts.length === 0) return open + close;
    count(brackets + style.item.repeat(Math.min(parts.length, 1)));
    if (style.indent === undefined) return open + parts.join(style.item) + close;
    const pad = `\n${style.indent.repeat(depth + 1)}`;
    return `${open}${pad}${parts.join(style.item.trimEnd() + pad)}\n${style.indent.repeat(depth)}${close}`;
  };
  return write(value, 0);
}

const jsonFloat = (value: number): string => floatText(value).replace('nan', 'NaN').replace('inf', 'Infinity');

function styleOf(options: ReadonlyMap<string, V>, indent: V, sort: boolean): Style {
  const wide = options.get('indent') ?? indent;
  const separators = options.get('separators');
  const [item, key] = isList(separators) ? separators.map(text) : [];
  for (const name of options.keys()) if (!KNOWN.has(name)) fail(`to_json() got an unexpected keyword argument '${name}'`);
  return {
    indent: wide === null ? undefined : typeof wide === 'string' ? wide : ' '.repeat(Math.min(100, Math.max(0, whole(wide)))),
    sort: flag(options.get('sort_keys') ?? sort),
    ascii: flag(options.get('ensure_ascii') ?? true),
    item: item ?? (wide === null ? ', ' : ','),
    key: key ?? ': ',
  };
}

const KNOWN = new Set([
  'indent',
  'separators',
  'sort_keys',
  'ensure_ascii',
  'vault_to_text',
  'preprocess_unsafe',
  'allow_nan',
  'check_circular',
  'skipkeys',
]);

/** Whole numbers keep all their digits and floats stay floats. */
function fromJson(f: Frame, source: string): V {
  f.ev.step(source.length >> 4);
  return new Reader(source).read();
}

class Reader {
  readonly #text: string;
  #at = 0;
  #depth = 0;
  constructor(source: string) {
    this.#text = source;
  }
  read(): V {
    this.#space();
    const value = this.#value();
    this.#space();
    return this.#at === this.#text.length ? value : this.#fail('Extra data');
  }
  #fail(why: string, at = this.#at): never {
    const before = this.#text.slice(0, at).split('\n');
    return fail(`${why}: line ${before.length} column ${(before.at(-1)?.length ?? 0) + 1} (char ${at})`);
  }
  #space(): void {
    while (' \n\r\t'.includes(this.#text.charAt(this.#at)) && this.#at < this.#text.length) this.#at += 1;
  }
  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    if (found !== undefined) this.#at += found.length;
    return found;
  }
  #value(): V {
    const char = this.#text.charAt(this.#at);
    if (char === '"') return this.#string();
    if (char === '{' || char === '[') {
      this.#depth += 1;
      if (this.#depth > 500) this.#fail('nested too deeply');
      const made = char === '{' ? this.#object() : this.#list();
      this.#depth -= 1;
      return made;
    }
    const number = this.#match(/-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y);
    if (number !== undefined)
      return /[.eE]/.test(number)
        ? float(Number(number))
        : number.length > 5000
          ? this.#fail('the number is too long')
          : int(BigInt(number));
    const word = this.#match(/true|false|null|NaN|-?Infinity/y);
    if (word === undefined) return this.#fail('Expecting value');
    return word === 'true' ? true : word === 'false' ? false : word === 'null' ? null : Number(word);
  }
  #string(): string {
    const start = this.#at;
    const raw =
      this.#match(/"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"/y) ?? this.#fail('Unterminated string starting at', start);
    return JSON.parse(raw) as string;
  }
  #object(): V {
    this.#at += 1;
    const made = new Dict();
    this.#space();
    while (this.#text.charAt(this.#at) !== '}') {
      if (made.size > 0) this.#comma();
      if (this.#text.charAt(this.#at) !== '"') this.#fail('Expecting property name enclosed in double quotes');
      const key = this.#string();
      this.#space();
      if (this.#text.charAt(this.#at) !== ':') this.#fail("Expecting ':' delimiter");
      this.#at += 1;
      this.#space();
      made.set(key, this.#value());
      this.#space();
    }
    this.#at += 1;
    return made;
  }
  #list(): V {
    this.#at += 1;
    const made: V[] = [];
    this.#space();
    while (this.#text.charAt(this.#at) !== ']') {
      if (made.length > 0) this.#comma();
      made.push(this.#value());
      this.#space();
    }
    this.#at += 1;
    return made;
  }
  #comma(): void {
    if (this.#text.charAt(this.#at) !== ',') this.#fail("Expecting ',' delimiter");
    this.#at += 1;
    this.#space();
  }
}

const HTML: { readonly [char: string]: string } = { '<': '\\u003c', '>': '\\u003e', '&': '\\u0026', "'": '\\u0027' };

export const jsonFilters = [
  plugin('to_json', 'value, *args, **options', (_, value, args, options) => {
    if (rest(args).length > 0) return fail('to_json() takes keyword arguments only');
    return toJson(value, styleOf(named(options), null, false));
  }),
  plugin('to_nice_json', 'value, indent=4, sort_keys=True, **options', (_, value, indent, sort, options) =>
    toJson(value, styleOf(named(options), indent, flag(sort))),
  ),
  plugin('tojson', 'value, indent=None', (_, value, indent) => {
    const plain = toJson(value, styleOf(new Map(), indent, true));
    return plain.replace(/[<>&']/g, (char) => HTML[char] ?? char);
  }),
  plugin('from_json', 'value, **options', (f, value) => fromJson(f, text(value))),
];
