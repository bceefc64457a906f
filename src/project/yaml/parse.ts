/** YAML text → located nodes, one per document, read as PyYAML does. The only file that imports the `yaml` package. */
import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, type Pair, parseAllDocuments, type Node as YNode } from 'yaml';
import type { Span } from '../../core/diagnostic.ts';
import type { Problems } from '../problems.ts';
import { type Entry, type MapNode, typeName, type YamlNode } from './node.ts';
import { plainScalar, taggedScalar } from './scalar.ts';

/** More values than this after following every alias: a "billion laughs" file, not data. */
const MOST_NODES = 2_000_000;
/** The parser recurses; deeper nesting would exhaust its stack. */
const DEEPEST = 200;

export interface Text {
  readonly file: string;
  readonly text: string;
}

/** Every document of a file; faulty parts are left out after being reported. */
export function parseYaml(source: Text, problems: Problems): readonly YamlNode[] {
  const tooDeep = deepAt(source.text);
  if (tooDeep !== undefined) {
    problems.error('yaml-too-deep', `nested more than ${DEEPEST} levels deep`, { at: spanAt(source, tooDeep, 1) });
    return [];
  }
  const { documents, lines } = documentsOf(source.text);
  const build = builder(source, problems, lines);
  return documents.flatMap((document) => {
    // what stands behind the first mistake is read out of step, and called a mistake token by token
    for (const error of document.errors.slice(0, 1)) {
      if (/call stack/i.test(error.message)) {
        // blocks nested by indentation are only counted by the parser, in stack frames
        problems.error('yaml-too-deep', 'nested deeper than can be read', { at: build.span(error.pos[0], error.pos[1]) });
        break;
      }
      const hint = hints[error.code as keyof typeof hints];
      problems.error('yaml-syntax', sentence(error.message), {
        at: build.span(error.pos[0], error.pos[1]),
        hint: hint ?? templateHint(source, lines, error.pos[0]),
      });
    }
    const node = document.errors.length > 0 || document.contents === null ? undefined : build.document(document.contents as YNode);
    return node ? [node] : [];
  });
}

/** Characters that may be read anew for lines of quoted text that begin with tabs. */
const MOST_REREAD = 20_000_000;

/** A tab before a further line of quoted text is a blank to PyYAML; to the parser it is a missing quote. */
function documentsOf(given: string): { readonly documents: readonly Document.Parsed[]; readonly lines: LineCounter } {
  let text = given;
  for (let reread = 0; ; reread += text.length) {
    const lines = new LineCounter();
    const parsed = parseAllDocuments(text, {
      version: '1.1',
      schema: 'failsafe',
      uniqueKeys: false,
      logLevel: 'silent',
      prettyErrors: false,
      lineCounter: lines,
    });
    // an empty stream is an object with `empty: true`
    const documents = Array.isArray(parsed) ? parsed : [];
    const error = documents.flatMap((document) => document.errors)[0];
    const blank = error?.code === 'MISSING_CHAR' ? text.indexOf('\n', error.pos[0]) + 1 : 0;
    const [indent = ''] = /^ *\t[ \t]*/.exec(blank === 0 ? '' : text.slice(blank, blank + 1000)) ?? [];
    if (indent === '' || reread > MOST_REREAD) return { documents, lines };
    text = text.slice(0, blank) + ' '.repeat(indent.length) + text.slice(blank + indent.length);
  }
}

const kindOf = (node: YamlNode): Pick<Entry, 'keyValue'> =>
  node.kind !== 'scalar' || typeof node.value === 'string' || node.value instanceof Date ? {} : { keyValue: node.value };

const sentence = (message: string): string => message.charAt(0).toLowerCase() + message.slice(1);

const hints = {
  TAB_AS_INDENT: 'indent with spaces',
  BLOCK_AS_IMPLICIT_KEY: 'quote the value if the colon belongs to it',
} as const;

/** `name: {{ x }}/y` is a broken flow mapping to YAML; say what was meant. */
function templateHint(source: Text, lines: LineCounter, offset: number): string | undefined {
  const start = lines.lineStarts[lines.linePos(offset).line - 1] ?? 0;
  const line = source.text.slice(start).split('\n', 1)[0] ?? '';
  return /[:-]\s+\{\{/.test(line) ? 'a value that begins with {{ must be quoted: "{{ … }}"' : undefined;
}

function spanAt(source: Text, from: number, length: number): Span {
  const before = source.text.slice(0, from).split('\n');
  return { file: source.file, line: before.length, column: (before.at(-1)?.length ?? 0) + 1, length };
}

/** The offset at which flow brackets or leading dashes nest too deep. */
function deepAt(text: string): number | undefined {
  const dashes = new RegExp(`^[ ]*(?:[-?][ ]+){${DEEPEST}}`, 'm').exec(text);
  if (dashes) return dashes.index;
  let depth = 0;
  for (let index = 0; index < text.length; index++) {
    const char = text[index];
    if (char === '[' || char === '{') depth++;
    else if (char === ']' || char === '}') depth = Math.max(0, depth - 1);
    if (depth > DEEPEST) return index;
  }
  return undefined;
}

interface Built {
  readonly node: YamlNode;
  /** Values inside, aliases followed. */
  readonly size: number;
}

function builder(source: Text, problems: Problems, lines: LineCounter) {
  const anchors = new Map<string, Built | 'open'>();
  let bombed = false;

  const span = (from: number, to: number): Span => {
    const { line, col } = lines.linePos(from);
    const end = source.text.indexOf('\n', from);
    const stop = Math.min(to, end === -1 ? source.text.length : end);
    return { file: source.file, line: Math.max(1, line), column: Math.max(1, col), length: Math.max(1, stop - from) };
  };
  const at = (node: YNode): Span => span(node.range?.[0] ?? 0, node.range?.[1] ?? 0);
  const nothing = (place: Span): Built => ({
    node: { kind: 'scalar', value: null, text: '', at: place, textAt: place },
    size: 1,
  });

  function build(node: YNode | null, fallback: Span): Built {
    if (node === null) return nothing(fallback);
    if (isAlias(node)) {
      const found = anchors.get(node.source);
      if (found === 'open') problems.error('yaml-recursive-alias', `*${node.source} stands inside its own anchor`, { at: at(node) });
      if (found === undefined) problems.error('yaml-unknown-alias', `no anchor &${node.source} before this alias`, { at: at(node) });
      return typeof found === 'object' ? found : nothing(at(node));
    }
    const anchor = 'anchor' in node ? node.anchor : undefined;
    if (anchor) anchors.set(anchor, 'open');
    const built = content(node);
    if (anchor) anchors.set(anchor, built);
    if (built.size > MOST_NODES && !bombed) {
      bombed = true;
      problems.error('yaml-alias-bomb', `aliases blow this up to more than ${MOST_NODES} values`, { at: at(node) });
    }
    return built;
  }

  function content(node: YNode): Built {
    const place = at(node);
    const unsafe = node.tag === '!unsafe' ? ({ unsafe: true } as const) : {};
    if (isScalar(node)) return { node: scalar(node, place), size: 1 };
    const tag = node.tag?.replace('tag:yaml.org,2002:', '!!');
    if (tag && !['!unsafe', '!!map', '!!seq', '!!set', '!!omap'].includes(tag)) unknownTag(tag, place);
    if (isSeq(node)) {
      const items = node.items.map((item) => build(item as YNode | null, place));
      return { node: { kind: 'seq', items: items.map((item) => item.node), ...unsafe, at: place }, size: sum(items) };
    }
    if (isMap(node)) return mapping(node.items as Pair<YNode, YNode | null>[], place, unsafe);
    return nothing(place);
  }

  function mapping(pairs: readonly Pair<YNode, YNode | null>[], place: Span, unsafe: { unsafe?: true }): Built {
    const own = new Map<string, Entry>();
    const merged: MapNode[] = [];
    let size = 1;
    for (const pair of pairs) {
      const keyAt = pair.key ? at(pair.key) : place;
      const plain = isScalar(pair.key) && pair.key.type === 'PLAIN';
      if (!isScalar(pair.key) && !isAlias(pair.key)) {
        complexKey(pair.key, keyAt);
        continue;
      }
      const built = build(pair.value, keyAt);
      size += built.size;
      const keyNode = build(pair.key, keyAt).node;
      const key = keyNode.kind === 'scalar' ? keyNode.text : '';
      const first = own.get(key);
      if (plain && key === '<<') merged.push(...mergeSources(built.node, keyAt));
      else {
        // As in Ansible the last one counts.
        if (first)
          problems.warning('duplicate-key', `${JSON.stringify(key)} is given twice in this mapping: this one counts`, {
            at: keyAt,
            hint: `the other is at line ${first.keyAt.line}; keep one of them`,
          });
        own.set(key, { key, keyAt, ...kindOf(keyNode), value: built.node });
      }
    }
    for (const item of merged.flatMap((map) => map.entries)) if (!own.has(item.key)) own.set(item.key, item);
    return { node: { kind: 'map', entries: [...own.values()], ...unsafe, at: place }, size };
  }

  function complexKey(key: YNode | null, place: Span): void {
    if (isMap(key))
      problems.error('yaml-unquoted-template', 'a value beginning with {{ is read as a mapping', {
        at: place,
        hint: 'quote it: "{{ … }}"',
      });
    else problems.error('yaml-key', 'a key must be a plain word, number or string', { at: place });
  }

  function mergeSources(node: YamlNode, place: Span): MapNode[] {
    const maps = node.kind === 'seq' ? node.items : [node];
    return maps.flatMap((map) => {
      if (map.kind === 'map') return [map];
      problems.error('yaml-merge', `<< merges mappings, not ${typeName(map)}`, { at: place });
      return [];
    });
  }

  function unknownTag(tag: string, place: Span): void {
    problems.error('unknown-tag', `unknown tag ${tag}`, {
      at: place,
      hint: 'known tags: !vault, !unsafe and those of YAML 1.1 (!!str, !!int …)',
    });
  }

  function scalar(
    node: { value: unknown; type?: string | undefined; tag?: string | undefined; range?: readonly number[] | null | undefined },
    place: Span,
  ): YamlNode {
    const text = String(node.value ?? '');
    const textAt = textPlace(node.type, node.range?.[0] ?? 0, place);
    const block = node.type?.startsWith('BLOCK_') ? ({ block: true } as const) : {};
    const base = { kind: 'scalar', text, at: place, textAt, ...block } as const;
    const tag = node.tag;
    if (tag === '!vault' || tag === '!vault-encrypted') return { ...base, value: text, tag: 'vault' };
    if (tag === '!unsafe') return { ...base, value: text, tag: 'unsafe' };
    if (tag === undefined || tag === '!')
      return { ...base, value: node.type === 'PLAIN' && tag === undefined ? number(plainScalar(text), text, place) : text };
    const value = taggedScalar(tag.replace('tag:yaml.org,2002:', ''), text);
    if (value === undefined) unknownTag(`${tag.replace('tag:yaml.org,2002:', '!!')} for ${JSON.stringify(text)}`, place);
    return { ...base, value: value ?? text };
  }

  function number<T>(value: T, text: string, place: Span): T {
    if (typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value))
      problems.warning('number-too-large', `${text} is larger than numbers are exact (2^53)`, { at: place, hint: `quote it: "${text}"` });
    return value;
  }

  /** Template errors count from the first character of the text, not from the quote or the `|`. */
  function textPlace(type: string | undefined, start: number, place: Span): Span {
    if (type === 'QUOTE_DOUBLE' || type === 'QUOTE_SINGLE')
      return { ...place, column: place.column + 1, length: Math.max(1, (place.length ?? 2) - 2) };
    if (type !== 'BLOCK_LITERAL' && type !== 'BLOCK_FOLDED') return place;
    let offset = source.text.indexOf('\n', start) + 1;
    while (/\s/.test(source.text[offset] ?? '')) offset++;
    return offset > 0 && offset < source.text.length ? span(offset, source.text.length) : place;
  }

  return {
    span,
    document: (node: YNode): YamlNode | undefined => {
      const { node: built } = build(node, span(0, 0));
      return bombed ? undefined : built;
    },
  };
}

const sum = (items: readonly Built[]): number => items.reduce((total, item) => total + item.size, 1);
