/** Values that are not plain data: functions, ranges, byte strings, dates, namespaces, cyclers and joiners. */
import { Dict, Obj, type V } from './model.ts';
import { fail } from './undef.ts';

export interface Args {
  readonly positional: readonly V[];
  readonly named: ReadonlyMap<string, V>;
}

/** Something that can be called from an expression. */
export class Fn extends Obj {
  readonly type: string;
  readonly name: string;
  readonly call: (args: Args) => V;
  readonly attributes: { readonly [name: string]: V } | undefined;
  constructor(name: string, call: (args: Args) => V, more: { type?: string; attributes?: { readonly [name: string]: V } } = {}) {
    super();
    this.name = name;
    this.call = call;
    this.type = more.type ?? 'function';
    this.attributes = more.attributes;
  }
  override attr(name: string): V | undefined {
    return this.attributes !== undefined && Object.hasOwn(this.attributes, name) ? this.attributes[name] : undefined;
  }
}

export class Range extends Obj {
  readonly type = 'range';
  readonly start: number;
  readonly step: number;
  readonly length: number;
  constructor(start: number, stop: number, step: number) {
    super();
    if (step === 0) fail('range() arg 3 must not be zero');
    this.start = start;
    this.step = step;
    this.length = Math.max(0, Math.ceil((stop - start) / step));
  }
  at(index: number): number | undefined {
    const i = index < 0 ? index + this.length : index;
    return i >= 0 && i < this.length ? this.start + i * this.step : undefined;
  }
  has(value: number): boolean {
    const index = (value - this.start) / this.step;
    return Number.isInteger(index) && index >= 0 && index < this.length;
  }
  override attr(name: string): V | undefined {
    if (name === '__str__')
      return `range(${this.start}, ${this.start + this.length * this.step}${this.step === 1 ? '' : `, ${this.step}`})`;
    return undefined;
  }
}

export class Bytes extends Obj {
  readonly type = 'bytes';
  readonly data: Buffer;
  constructor(data: Buffer) {
    super();
    this.data = data;
  }
  override attr(name: string): V | undefined {
    if (name === '__str__') return `b'${this.data.toString('latin1').replace(/[^ -~]|\\|'/g, byteEscape)}'`;
    if (name === 'decode')
      return new Fn('decode', ({ positional, named }) => decode(this.data, String(positional[0] ?? named.get('encoding') ?? 'utf-8')));
    if (name === 'hex') return new Fn('hex', () => this.data.toString('hex'));
    return undefined;
  }
}

const byteEscape = (char: string): string =>
  char === '\\' || char === "'" ? `\\${char}` : `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`;

const ENCODINGS: { readonly [name: string]: BufferEncoding } = {
  utf8: 'utf8',
  ascii: 'latin1',
  usascii: 'latin1',
  latin1: 'latin1',
  iso88591: 'latin1',
  utf16le: 'utf16le',
  utf16: 'utf16le',
};

function encodingOf(name: string): BufferEncoding {
  const plain = name.toLowerCase().replace(/[-_ ]/g, '');
  return (Object.hasOwn(ENCODINGS, plain) ? ENCODINGS[plain] : undefined) ?? fail(`unknown encoding: ${name}`);
}
export const encode = (text: string, encoding = 'utf-8'): Buffer => Buffer.from(text, encodingOf(encoding));
export const decode = (data: Buffer, encoding = 'utf-8'): string => data.toString(encodingOf(encoding));

/** `namespace(...)`: the one object a template may assign attributes of. */
export class Namespace extends Obj {
  readonly type = 'Namespace';
  readonly items = new Dict();
  override attr(name: string): V | undefined {
    return this.items.get(name);
  }
}

export class Cycler extends Obj {
  readonly type = 'Cycler';
  readonly #items: readonly V[];
  #position = 0;
  constructor(items: readonly V[]) {
    super();
    if (items.length === 0) fail('at least one item has to be provided');
    this.#items = items;
  }
  override attr(name: string): V | undefined {
    if (name === 'current') return this.#items[this.#position];
    if (name === 'next')
      return new Fn('next', () => {
        const item = this.#items[this.#position] ?? null;
        this.#position = (this.#position + 1) % this.#items.length;
        return item;
      });
    if (name === 'reset')
      return new Fn('reset', () => {
        this.#position = 0;
        return null;
      });
    return undefined;
  }
}

export { DateTime, TimeDelta } from './date.ts';

/** What an inline `if` without `else` gives: no text, false, but not a value a variable may hold. */
export class Nothing extends Obj {
  readonly type = 'Undefined';
  override attr(name: string): V | undefined {
    return name === '__str__' ? '' : undefined;
  }
}
export const NOTHING = new Nothing();
