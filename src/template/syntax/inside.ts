/** Tokens between the delimiters of a tag: names, numbers, strings, operators. */

import { unescaped } from '../../core/python-string.ts';
import { matchAt } from './lexer.ts';
import { SyntaxFault, type Token, type TokenKind } from './tokens.ts';

const SPACE = /\s+/y;
const FLOAT = /(?<!\.)(?:\d+_)*\d+(?:(?:\.(?:\d+_)*\d+)?e[+-]?(?:\d+_)*\d+|\.(?:\d+_)*\d+)/iy;
const INT = /0b(?:_?[01])+|0o(?:_?[0-7])+|0x(?:_?[\da-f])+|[1-9](?:_?\d)*|0(?:_?0)*/iy;
const NAME = /[\p{L}\p{Nl}_][\p{L}\p{Nl}\p{Mn}\p{Mc}\p{Nd}\p{Pc}]*/uy;
const STRING = /'([^'\\]*(?:\\.[^'\\]*)*)'|"([^"\\]*(?:\\.[^"\\]*)*)"/sy;
const OPERATOR = /\/\/|\*\*|==|!=|>=|<=|[-+/*%~[\](){}><=.:|,;]/y;

const CLOSING: { readonly [open: string]: string } = { '(': ')', '[': ']', '{': '}' };

interface Inside {
  readonly tokens: Token[];
  /** Ends the tag; undefined: the text's end does. */
  readonly close: RegExp | undefined;
  readonly escapes: boolean;
  readonly endKind: TokenKind;
}

/** Reads tokens from `at` up to the closing delimiter and returns the offset behind it. */
export function readInside(text: string, from: number, { tokens, close, escapes, endKind }: Inside): number {
  const open: string[] = [];
  let at = from;
  // A sign directly after the opening delimiter belongs to it and was read there.
  for (;;) {
    const space = matchAt(SPACE, text, at);
    if (space) at += space[0].length;
    // Inside brackets "}}" may close two dictionaries.
    const end = close && open.length === 0 ? matchAt(close, text, at) : null;
    if (end) {
      tokens.push({ kind: endKind, text: end[0].trim(), pos: at });
      return at + end[0].length;
    }
    if (at >= text.length) {
      tokens.push({ kind: 'eof', text: '', pos: text.length });
      return at;
    }
    const token = next(text, at, escapes);
    if (token.kind === 'op') balance(open, token);
    tokens.push(token);
    at = token.end;
  }
}

function balance(open: string[], token: Token): void {
  const closing = CLOSING[token.text];
  if (closing !== undefined) open.push(closing);
  else if (token.text === ')' || token.text === ']' || token.text === '}') {
    const expected = open.pop();
    if (expected === undefined) throw new SyntaxFault(`unexpected '${token.text}'`, token.pos);
    if (expected !== token.text) throw new SyntaxFault(`unexpected '${token.text}', expected '${expected}'`, token.pos);
  }
}

function next(text: string, at: number, escapes: boolean): Token & { readonly end: number } {
  const token = (kind: TokenKind, value: string, length: number) => ({ kind, text: value, pos: at, end: at + length });
  const float = matchAt(FLOAT, text, at);
  if (float) return token('float', float[0].replaceAll('_', ''), float[0].length);
  const int = matchAt(INT, text, at);
  if (int) return token('int', int[0].replaceAll('_', ''), int[0].length);
  const name = matchAt(NAME, text, at);
  if (name) return token('name', name[0], name[0].length);
  const string = matchAt(STRING, text, at);
  if (string) {
    const raw = string[1] ?? string[2] ?? '';
    return token('string', escapes && raw.includes('\\') ? unescaped(raw, illegal(at)) : raw, string[0].length);
  }
  const operator = matchAt(OPERATOR, text, at);
  if (operator) return token('op', operator[0], operator[0].length);
  const char = String.fromCodePoint(text.codePointAt(at) ?? 32);
  const hint =
    char === '"' || char === "'"
      ? 'the string is not closed'
      : char === '&'
        ? 'write "and"'
        : char === '!'
          ? 'write "not"'
          : char === '$'
            ? 'variables have no $ in front'
            : undefined;
  throw new SyntaxFault(`unexpected char '${char}'`, at, hint);
}

const illegal = (at: number) => (sequence: string) => new SyntaxFault(`illegal Unicode character ${sequence}`, at);
