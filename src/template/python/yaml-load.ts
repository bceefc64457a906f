/** YAML text to data as PyYAML's safe loader reads it: YAML 1.1 scalars, merge keys, aliases. The only user of `yaml` in this layer. */
import { type Document, isAlias, isMap, isScalar, isSeq, type ParsedNode, parseAllDocuments, type YAMLMap } from 'yaml';
import { Dict, float, int, isList, type V } from '../value/model.ts';
import { Bytes, DateTime } from '../value/objects.ts';
import { fail } from '../value/undef.ts';
import { BOOL, FLOAT, INT, NULL, TIMESTAMP } from './yaml-types.ts';

/** All documents of the text. `step` pays for each node, so that aliases of aliases cannot fill the memory. */
export function loadYaml(text: string, step: () => void): V[] {
  const documents = parseAllDocuments(text, {
    version: '1.1',
    schema: 'failsafe',
    uniqueKeys: false,
    merge: false,
    logLevel: 'silent',
    strict: true,
  });
  if (!Array.isArray(documents)) return [];
  return documents.map((document) => {
    const [problem] = document.errors;
    if (problem) return fail(problem.message.split('\n')[0] ?? 'not valid YAML');
    return new Loader(document, step).value(document.contents, 0);
  });
}

type Node = ParsedNode | null | undefined;

class Loader {
  readonly #document: Document.Parsed;
  readonly #step: () => void;
  constructor(document: Document.Parsed, step: () => void) {
    this.#document = document;
    this.#step = step;
  }

  value(node: Node, depth: number): V {
    this.#step();
    if (depth > 200) return fail('YAML nested too deeply');
    if (node === null || node === undefined) return null;
    if (isAlias(node)) return this.value(node.resolve(this.#document) as Node, depth + 1);
    if (isSeq(node)) return node.items.map((item) => this.value(item as Node, depth + 1));
    if (isMap(node)) return this.#map(node as YAMLMap.Parsed, depth);
    if (!isScalar(node)) return null;
    const text = typeof node.value === 'string' ? node.value : node.value === null ? '' : String(node.value);
    return tagged(node.tag, text, node.type === 'PLAIN' || node.type === undefined || node.type === null);
  }

  #map(node: YAMLMap.Parsed, depth: number): V {
    const merged: Dict[] = [];
    const own: [V, V][] = [];
    for (const { key, value } of node.items) {
      const name = this.value(key as Node, depth + 1);
      const item = this.value(value as Node, depth + 1);
      if (name === '<<' && isScalar(key) && key.type === 'PLAIN')
        merged.push(...(isList(item) ? item : [item]).filter((each) => each instanceof Dict));
      else if (name instanceof Dict || isList(name)) fail('while constructing a mapping: found unhashable key');
      else own.push([name, item]);
    }
    // Of several merged mappings the first wins; the mapping's own keys win over all.
    return Dict.of([...merged.reverse().flatMap((each) => each.entries()), ...own]);
  }
}

function tagged(tag: string | undefined, text: string, plain: boolean): V {
  const name = tag?.replace(/^tag:yaml\.org,2002:|^!!/, '');
  if (name === undefined || name === '') return plain ? resolvePlain(text) : text;
  if (name === 'str' || name === '!' || name === '!unsafe') return text;
  if (name === 'int' || name === 'float' || name === 'bool' || name === 'null' || name === 'timestamp') return resolvePlain(text);
  if (name === 'binary') return new Bytes(Buffer.from(text, 'base64'));
  return fail(`could not determine a constructor for the tag '${tag}'`);
}

const sexagesimal = (text: string): number => text.split(':').reduce((total, part) => total * 60 + Number(part), 0);

function resolvePlain(text: string): V {
  if (NULL.test(text)) return null;
  if (BOOL.test(text)) return /^(?:y|t|on)/i.test(text);
  if (INT.test(text)) return integer(text.replaceAll('_', ''));
  if (FLOAT.test(text)) return floating(text.replaceAll('_', '').toLowerCase());
  const date = TIMESTAMP.exec(text);
  return date ? timestamp(date) : text;
}

function integer(text: string): V {
  const sign = text.startsWith('-') ? -1 : 1;
  const digits = text.replace(/^[-+]/, '');
  if (digits.includes(':')) return sign * sexagesimal(digits);
  const octal = /^0[0-7]+$/.test(digits) ? `0o${digits.slice(1)}` : digits;
  return int(BigInt(sign) * BigInt(octal));
}

function floating(text: string): V {
  if (text.endsWith('.nan')) return Number.NaN;
  const sign = text.startsWith('-') ? -1 : 1;
  const digits = text.replace(/^[-+]/, '');
  if (digits === '.inf') return sign * Infinity;
  return float(sign * (digits.includes(':') ? sexagesimal(digits) : Number(digits)));
}

function timestamp(match: RegExpExecArray): V {
  const [, y, m, d, year, month, day, hour, minute, second, fraction, zone, sign, zoneHour, zoneMinute] = match;
  if (y !== undefined) return new DateTime(Date.UTC(Number(y), Number(m) - 1, Number(d)) * 1000, undefined, true);
  const base = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second)) * 1000;
  const micros = base + Number((fraction ?? '').slice(0, 6).padEnd(6, '0'));
  if (zone === undefined) return new DateTime(micros);
  const offset = zone === 'Z' ? 0 : (sign === '-' ? -1 : 1) * (Number(zoneHour) * 60 + Number(zoneMinute ?? 0));
  return new DateTime(micros, offset);
}
