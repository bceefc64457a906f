/** Text as a YAML scalar: which style it may take, and how it is folded. */
import { readsAsText } from './yaml-types.ts';

interface Allowed {
  readonly multiline: boolean;
  readonly flowPlain: boolean;
  readonly blockPlain: boolean;
  readonly single: boolean;
  readonly block: boolean;
}

/** Printable in YAML without an escape; what lies beyond the basic plane is escaped. */
const printable = (char: string, unicode: boolean): boolean =>
  char === '\n' || (char >= ' ' && char <= '~') || (unicode && /^[\u00a0-\ud7ff\ue000-\ufefe\uff00-\ufffd]$/.test(char));

export function analyse(text: string, unicode: boolean): Allowed {
  if (text === '') return { multiline: false, flowPlain: false, blockPlain: true, single: true, block: false };
  let [flow, block, special] = [false, false, false];
  if (/^(?:---|\.\.\.)/.test(text)) [flow, block] = [true, true];
  const all = Array.from(text);
  all.forEach((char, i) => {
    const spaceAfter = i + 1 >= all.length || /[\s\0]/.test(all[i + 1] ?? '');
    const spaceBefore = i === 0 || /[\s\0]/.test(all[i - 1] ?? '');
    if (i === 0 && '#,[]{}&*!|>\'"%@`'.includes(char)) [flow, block] = [true, true];
    else if (i === 0 && '?:'.includes(char)) [flow, block] = [true, block || spaceAfter];
    else if (i === 0 && char === '-' && spaceAfter) [flow, block] = [true, true];
    else if (i > 0 && ',?[]{}'.includes(char)) flow = true;
    else if (i > 0 && char === ':') [flow, block] = [true, block || spaceAfter];
    else if (i > 0 && char === '#' && spaceBefore) [flow, block] = [true, true];
    if (!printable(char, unicode)) special = true;
  });
  const multiline = text.includes('\n');
  const edges = /^[ \n]|[ \n]$/.test(text);
  const breakSpace = text.includes('\n ');
  const spaceBreak = text.includes(' \n');
  const plain = !edges && !breakSpace && !spaceBreak && !special && !multiline;
  return {
    multiline,
    flowPlain: plain && !flow,
    blockPlain: plain && !block,
    single: !breakSpace && !spaceBreak && !special,
    block: !spaceBreak && !special && !/ $/.test(text),
  };
}

export type Style = 'plain' | 'single' | 'double' | 'literal' | 'folded';

export interface Context {
  readonly flow: boolean;
  readonly key: boolean;
  readonly unicode: boolean;
  readonly wanted: string | undefined;
}

export function styleOf(text: string, { flow, key, unicode, wanted }: Context): Style {
  const may = analyse(text, unicode);
  if (wanted === undefined && readsAsText(text) && !(key && may.multiline) && (flow ? may.flowPlain : may.blockPlain)) return 'plain';
  if ((wanted === '|' || wanted === '>') && !flow && !key && may.block) return wanted === '|' ? 'literal' : 'folded';
  if (wanted !== '"' && wanted !== '|' && wanted !== '>' && may.single && !(key && may.multiline)) return 'single';
  return 'double';
}

/** Where the text goes: keeps the column. */
interface Sink {
  readonly column: number;
  readonly width: number;
  write(text: string): void;
  /** A new line, indented for the continuation of a scalar. */
  indent(): void;
}

/** Plain and single-quoted text: broken at single spaces beyond the width. */
export function writeFolded(sink: Sink, text: string, quote: string, split: boolean): void {
  sink.write(quote);
  const pieces = text.match(/ +|\n+|[^ \n]+/g) ?? [];
  pieces.forEach((piece, i) => {
    const edge = i === 0 || i === pieces.length - 1;
    if (piece === ' ' && split && sink.column > sink.width && !edge) sink.indent();
    else if (piece.startsWith('\n')) {
      sink.write('\n'.repeat(piece.length));
      sink.indent();
    } else sink.write(quote === "'" ? piece.replaceAll("'", "''") : piece);
  });
  sink.write(quote);
}

const ESCAPES: { readonly [char: string]: string } = {
  '\0': '0',
  '\x07': 'a',
  '\x08': 'b',
  '\t': 't',
  '\n': 'n',
  '\x0b': 'v',
  '\x0c': 'f',
  '\r': 'r',
  '\x1b': 'e',
  '"': '"',
  '\\': '\\',
  '\x85': 'N',
  '\xa0': '_',
  '\u2028': 'L',
  '\u2029': 'P',
};

function escaped(char: string, unicode: boolean): string {
  if (char !== '"' && char !== '\\' && char !== '\n' && printable(char, unicode)) return char;
  const short = ESCAPES[char];
  if (short !== undefined) return `\\${short}`;
  const code = char.codePointAt(0) ?? 0;
  const hex = (size: number): string => code.toString(16).toUpperCase().padStart(size, '0');
  return code < 0x100 ? `\\x${hex(2)}` : code < 0x10000 ? `\\u${hex(4)}` : `\\U${hex(8)}`;
}

/** Double-quoted text: broken at spaces beyond the width; a space that would start a line is escaped. */
export function writeDouble(sink: Sink, text: string, unicode: boolean, split: boolean): void {
  sink.write('"');
  const all = Array.from(text);
  all.forEach((char, i) => {
    if (char === ' ' && split && sink.column > sink.width && i > 0 && i < all.length - 1) {
      sink.indent();
      if (all[i + 1] === ' ') sink.write('\\');
    } else sink.write(escaped(char, unicode));
  });
  sink.write('"');
}

/** `|` and `>` with their indicators. */
export function writeBlock(sink: Sink, text: string, sign: '|' | '>', step: number): void {
  const indent = /^[ \n]/.test(text) ? String(step) : '';
  const chomp = !text.endsWith('\n') ? '-' : text === '\n' || text.endsWith('\n\n') ? '+' : '';
  sink.write(sign + indent + chomp);
  const body = text.endsWith('\n') ? text.slice(0, -1) : text;
  for (const line of body.split('\n')) {
    if (line === '') sink.write('\n');
    else {
      sink.indent();
      sink.write(line);
    }
  }
}
