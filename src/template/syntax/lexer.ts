/** Text to tokens. What a character means depends on whether it stands in data, in a tag, in a comment or in a raw block. */
import { readInside } from './inside.ts';
import { type Syntax, SyntaxFault, type Token } from './tokens.ts';

const literal = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');

interface Patterns {
  readonly open: RegExp;
  readonly raw: RegExp;
  readonly endRaw: RegExp;
  readonly commentEnd: RegExp;
  readonly variableEnd: RegExp;
  readonly blockEnd: RegExp;
}

const cache = new WeakMap<Syntax, Patterns>();

function patternsOf(syntax: Syntax): Patterns {
  const known = cache.get(syntax);
  if (known) return known;
  const [bb, be] = syntax.block.map(literal) as [string, string];
  const [, ve] = syntax.variable.map(literal) as [string, string];
  const [, ce] = syntax.comment.map(literal) as [string, string];
  const newline = syntax.trimBlocks ? '\\n?' : '';
  const begins = [syntax.variable[0], syntax.block[0], syntax.comment[0]].sort((a, b) => b.length - a.length);
  const made: Patterns = {
    open: new RegExp(`(${begins.map(literal).join('|')})([-+]?)`, 'g'),
    raw: new RegExp(`${bb}[-+]?\\s*raw\\s*(?:-${be}\\s*|${be})`, 'y'),
    endRaw: new RegExp(`${bb}([-+]?)\\s*endraw\\s*(?:\\+${be}|-${be}\\s*|${be}${newline})`, 'g'),
    commentEnd: new RegExp(`\\+${ce}|-${ce}\\s*|${ce}${newline}`, 'g'),
    variableEnd: new RegExp(`-${ve}\\s*|${ve}`, 'y'),
    blockEnd: new RegExp(`\\+${be}|-${be}\\s*|${be}${newline}`, 'y'),
  };
  cache.set(syntax, made);
  return made;
}

/** Matches at exactly `at` (sticky) or from there on (global). */
export function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

/** Tokens of a whole template; line ends are "\n" already. Throws SyntaxFault. */
export function lex(text: string, syntax: Syntax): Token[] {
  const patterns = patternsOf(syntax);
  const tokens: Token[] = [];
  let at = 0;
  let lineStart = true;

  const data = (from: number, to: number, sign: string | undefined, block: boolean): void => {
    let piece = text.slice(from, to);
    if (sign === '-') piece = piece.trimEnd();
    else if (block && sign !== '+' && syntax.lstripBlocks) {
      const line = piece.lastIndexOf('\n') + 1;
      if ((line > 0 || lineStart) && piece.slice(line).trim() === '') piece = piece.slice(0, line);
    }
    if (piece !== '') tokens.push({ kind: 'data', text: piece, pos: from });
  };

  for (;;) {
    const open = matchAt(patterns.open, text, at);
    if (!open) {
      data(at, text.length, undefined, false);
      break;
    }
    const begin = open[1] ?? '';
    const isBlock = begin === syntax.block[0];
    data(at, open.index, open[2], begin !== syntax.variable[0]);
    const after = open.index + open[0].length;
    let end: number;
    if (begin === syntax.comment[0]) {
      const close = matchAt(patterns.commentEnd, text, after);
      if (!close) throw new SyntaxFault('Missing end of comment tag', open.index, `close the comment with ${syntax.comment[1]}`);
      end = close.index + close[0].length;
    } else if (isBlock && matchAt(patterns.raw, text, open.index)) {
      const start = patterns.raw.lastIndex;
      const close = matchAt(patterns.endRaw, text, start);
      if (!close)
        throw new SyntaxFault('Missing end of raw directive', open.index, `close it with ${syntax.block[0]} endraw ${syntax.block[1]}`);
      end = close.index + close[0].length;
      lineStart = text[start - 1] === '\n';
      data(start, close.index, close[1], true);
    } else {
      const kind = isBlock ? 'block' : 'variable';
      tokens.push({ kind: `${kind}_begin`, text: begin, pos: open.index });
      const close = isBlock ? patterns.blockEnd : patterns.variableEnd;
      end = readInside(text, after, { tokens, close, escapes: isBlock || syntax.escapes, endKind: `${kind}_end` });
    }
    lineStart = text[end - 1] === '\n';
    at = end;
  }
  tokens.push({ kind: 'eof', text: '', pos: text.length });
  return tokens;
}

/** Tokens of a bare expression. */
export function lexExpression(text: string): Token[] {
  const tokens: Token[] = [];
  readInside(text, 0, { tokens, close: undefined, escapes: true, endKind: 'eof' });
  return tokens;
}
