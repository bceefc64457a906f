/** Data as YAML in the layout of PyYAML: lists are not indented below a key, long text is folded at 80 columns. */
import { OMIT } from '../../core/resolve.ts';
import { Unknown } from '../../core/value.ts';
import { compareText } from '../value/compare.ts';
import { Dict, Float, isFloat, isList, typeName, type V } from '../value/model.ts';
import { Bytes, DateTime } from '../value/objects.ts';
import { floatText, MAX_TEXT, str } from '../value/text.ts';
import { Fault, fail, Undef, UnknownSignal } from '../value/undef.ts';
import { analyse, styleOf, writeBlock, writeDouble, writeFolded } from './yaml-scalar.ts';

export interface DumpOptions {
  readonly indent: number;
  readonly width: number;
  readonly sortKeys: boolean;
  readonly unicode: boolean;
  /** true: all inline, false: none, undefined: lists and dictionaries that hold only scalars. */
  readonly flow: boolean | undefined;
  /** Style of all scalars: ' " | or >. */
  readonly style: string | undefined;
  readonly explicitStart: boolean;
  readonly explicitEnd: boolean;
}

const MAX_DEPTH = 150;
/** A longer key is written with "?". */
const LONGEST_KEY = 128;

export function dump(value: V, options: DumpOptions): string {
  return new Dumper(options).run(value);
}

const scalar = (value: V): boolean => !isList(value) && !(value instanceof Dict);
const kept = (value: readonly V[]): V[] => value.filter((item) => item !== OMIT);

class Dumper {
  readonly #options: DumpOptions;
  readonly width: number;
  #pieces: string[] = [];
  #size = 0;
  column = 0;
  #indent: number | undefined;
  #flow = 0;
  #depth = 0;
  /** Only indicators so far on this line: what follows may stay on it. */
  #indention = true;

  constructor(options: DumpOptions) {
    this.#options = options;
    this.width = options.width;
  }

  run(value: V): string {
    if (this.#options.explicitStart) this.write('---');
    if (this.#options.explicitStart && scalar(value)) this.write(' ');
    this.#node(value, { key: false, mapping: false, start: true });
    if (this.#options.explicitEnd) this.write('\n...');
    return `${this.#pieces.join('')}\n`;
  }

  write(text: string): void {
    this.#size += text.length;
    if (this.#size > MAX_TEXT) throw new Fault('limit', `the YAML is longer than ${MAX_TEXT} characters`);
    this.#pieces.push(text);
    const line = text.lastIndexOf('\n');
    this.column = line < 0 ? this.column + text.length : text.length - line - 1;
    this.#indention = false;
  }

  /** To the indentation of the innermost collection, on a new line unless only indicators stand here. */
  indent(): void {
    const to = this.#indent ?? 0;
    if (!this.#indention || this.column > to) this.write('\n');
    if (this.column < to) this.write(' '.repeat(to - this.column));
    this.#indention = true;
  }

  #deeper(flow: boolean, indentless: boolean, run: () => void): void {
    const before = this.#indent;
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH) throw new Fault('limit', 'the value is nested too deeply, or contains itself');
    if (before === undefined) this.#indent = flow ? this.#options.indent : 0;
    else if (!indentless) this.#indent = before + this.#options.indent;
    run();
    this.#indent = before;
    this.#depth -= 1;
  }

  #node(value: V, at: { readonly key: boolean; readonly mapping: boolean; readonly start?: boolean }): void {
    if (value instanceof Undef) throw value.fault();
    if (value instanceof Unknown) throw new UnknownSignal(value);
    if (isList(value)) this.#list(kept(value), at.mapping, at.start ?? false);
    else if (value instanceof Dict) this.#dict(this.#entries(value), at.start ?? false);
    else this.#deeper(true, false, () => this.#scalar(value, at.key));
  }

  #entries(value: Dict): [V, V][] {
    const entries = value.entries().filter(([, item]) => item !== OMIT);
    return this.#options.sortKeys ? sortEntries(entries) : entries;
  }

  #inline(items: readonly V[]): boolean {
    if (this.#flow > 0 || items.length === 0) return true;
    return this.#options.flow ?? (this.#options.style === undefined && items.every(scalar));
  }

  #list(items: readonly V[], mapping: boolean, start: boolean): void {
    if (this.#inline(items)) {
      if (start && this.#options.explicitStart) this.write(' ');
      this.#between('[', ']', items, (item) => this.#node(item, { key: false, mapping: false }));
      return;
    }
    this.#deeper(false, mapping && !this.#indention, () => {
      for (const item of items) {
        this.indent();
        this.write('-');
        this.#item(item, false);
      }
    });
  }

  #dict(entries: readonly (readonly [V, V])[], start: boolean): void {
    if (this.#inline(entries.map(([, item]) => item))) {
      if (start && this.#options.explicitStart) this.write(' ');
      this.#between('{', '}', entries, ([key, item]) => {
        if (this.#simple(key)) this.#node(key, { key: true, mapping: true });
        else {
          this.write('? ');
          this.#node(key, { key: false, mapping: true });
          this.write(' ');
        }
        this.write(': ');
        this.#node(item, { key: false, mapping: true });
      });
      return;
    }
    this.#deeper(false, false, () => {
      for (const [key, item] of entries) {
        this.indent();
        if (this.#simple(key)) this.#node(key, { key: true, mapping: true });
        else {
          this.write('?');
          this.#item(key, true);
          this.indent();
        }
        this.write(':');
        this.#item(item, true);
      }
    });
  }

  /** What follows an indicator: on the same line where it can. */
  #item(value: V, mapping: boolean): void {
    const inner = isList(value) ? kept(value) : value instanceof Dict ? value.values() : undefined;
    const sameLine = inner === undefined || this.#inline(inner);
    this.#indention = !sameLine && !mapping;
    if (sameLine) this.write(' ');
    this.#node(value, { key: false, mapping });
  }

  #between<T>(open: string, close: string, items: readonly T[], each: (item: T) => void): void {
    this.write(open);
    this.#flow += 1;
    this.#deeper(true, false, () => {
      items.forEach((item, i) => {
        if (i > 0) this.write(',');
        if (this.column > this.width) this.indent();
        else if (i > 0) this.write(' ');
        each(item);
      });
    });
    this.#flow -= 1;
    this.write(close);
  }

  #simple(key: V): boolean {
    if (!scalar(key)) return false;
    const text = typeof key === 'string' ? key : plainText(key);
    return text.length < LONGEST_KEY && !(typeof key === 'string' && analyse(key, this.#options.unicode).multiline);
  }

  #scalar(value: V, key: boolean): void {
    if (value instanceof DateTime) return this.write(`! '${value.iso(' ')}'`);
    const { unicode, style: wanted, indent } = this.#options;
    if (typeof value !== 'string') {
      if (wanted === undefined) return this.write(plainText(value));
      // the tag says that it is no text, whatever its quotes say
      this.write('! ');
      return this.#scalar(plainText(value), key);
    }
    const style = styleOf(value, { flow: this.#flow > 0, key, unicode, wanted });
    if (style === 'plain') writeFolded(this, value, '', !key);
    else if (style === 'single') writeFolded(this, value, "'", !key);
    else if (style === 'double') writeDouble(this, value, unicode, !key);
    else writeBlock(this, value, style === 'literal' ? '|' : '>', indent);
  }
}

function plainText(value: V): string {
  if (value === null) return 'null';
  if (typeof value === 'boolean') return String(value);
  if (isFloat(value)) return floatYaml(value instanceof Float ? value.value : value);
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  if (value instanceof Bytes) return `!!binary "${value.data.toString('base64')}"`;
  return fail(`cannot represent an object of type '${typeName(value)}' in YAML`);
}

/** YAML 1.1 wants a point in a number with an exponent. */
function floatYaml(value: number): string {
  if (Number.isNaN(value)) return '.nan';
  if (!Number.isFinite(value)) return value > 0 ? '.inf' : '-.inf';
  const text = floatText(value);
  return text.includes('e') && !text.includes('.') ? text.replace('e', '.0e') : text;
}

/** By key; mixed kinds, which Python cannot order, stay as they are. */
function sortEntries(entries: [V, V][]): [V, V][] {
  const texts = entries.every(([key]) => typeof key === 'string');
  const numbers = entries.every(([key]) => typeof key === 'number' || typeof key === 'boolean');
  if (texts) return entries.sort(([a], [b]) => compareText(str(a), str(b)));
  return numbers ? entries.sort(([a], [b]) => Number(a) - Number(b)) : entries;
}
