/** Python literals, as `ast.literal_eval` reads them: how values in INI inventories get their types. */

import { unescaped } from '../core/python-string.ts';

export type Literal = null | boolean | number | string | readonly Literal[] | { readonly [key: string]: Literal };

/** Undefined where Python would raise: the text then stays a string. */
export function pythonLiteral(text: string): Literal | undefined {
  const reader = { text: text.trim(), position: 0 };
  try {
    const value = expression(reader);
    space(reader);
    return reader.position === reader.text.length ? value : undefined;
  } catch (error) {
    if (error instanceof NotALiteral) return undefined;
    throw error;
  }
}

class NotALiteral extends Error {}

interface Reader {
  readonly text: string;
  position: number;
}

const NAMES: { readonly [name: string]: Literal } = { True: true, False: false, None: null };
const NUMBER =
  /^(?:0[xX](?:_?[0-9a-fA-F])+|0[oO](?:_?[0-7])+|0[bB](?:_?[01])+|(?:(?:\d(?:_?\d)*)?\.\d(?:_?\d)*|\d(?:_?\d)*\.?)(?:[eE][-+]?\d+)?)/;
const LEADING_ZERO = /^0[0_]*[1-9]\d*$/;

function expression(reader: Reader): Literal {
  space(reader);
  const char = reader.text[reader.position] ?? '';
  if (char === '[') return list(reader, ']');
  if (char === '(') return tuple(reader);
  if (char === '{') return braces(reader);
  if (/^[rRuU]?["']/.test(reader.text.slice(reader.position))) return strings(reader);
  if (char === '-' || char === '+') {
    reader.position++;
    const value = expression(reader);
    if (typeof value !== 'number') throw new NotALiteral();
    return char === '-' ? -value : value;
  }
  const name = /^[A-Za-z_]\w*/.exec(reader.text.slice(reader.position))?.[0];
  if (name !== undefined) {
    if (!Object.hasOwn(NAMES, name)) throw new NotALiteral();
    reader.position += name.length;
    return NAMES[name] ?? null;
  }
  return number(reader);
}

function number(reader: Reader): number {
  const match = NUMBER.exec(reader.text.slice(reader.position))?.[0];
  // Python has no 0644: in an inventory it stays the string "0644"
  if (match === undefined || LEADING_ZERO.test(match)) throw new NotALiteral();
  reader.position += match.length;
  if (/\w/.test(reader.text[reader.position] ?? '')) throw new NotALiteral();
  return Number(match.replaceAll('_', ''));
}

function list(reader: Reader, close: string): Literal[] {
  reader.position++;
  const items: Literal[] = [];
  while (!taken(reader, close)) {
    items.push(expression(reader));
    if (!taken(reader, ',') && !peek(reader, close)) throw new NotALiteral();
  }
  return items;
}

function tuple(reader: Reader): Literal {
  const start = reader.position;
  const items = list(reader, ')');
  const comma = /,\s*\)$/.test(reader.text.slice(start, reader.position));
  return items.length === 1 && !comma ? (items[0] ?? null) : items;
}

/** A dict, or a set, which becomes a list. */
function braces(reader: Reader): Literal {
  reader.position++;
  const entries: [string, Literal][] = [];
  const items: Literal[] = [];
  while (!taken(reader, '}')) {
    const key = expression(reader);
    if (taken(reader, ':')) entries.push([typeof key === 'string' ? key : JSON.stringify(key), expression(reader)]);
    else items.push(key);
    if (!taken(reader, ',') && !peek(reader, '}')) throw new NotALiteral();
  }
  if (entries.length > 0 && items.length > 0) throw new NotALiteral();
  return items.length > 0 ? items : Object.fromEntries(entries);
}

/** One or more adjacent strings. */
function strings(reader: Reader): string {
  let text = '';
  for (;;) {
    const match = /^([rRuU]?)("""|'''|"|')/.exec(reader.text.slice(reader.position));
    if (!match) return text;
    const quote = match[2] ?? '"';
    const raw = match[1]?.toLowerCase() === 'r';
    reader.position += match[0].length;
    const start = reader.position;
    while (!reader.text.startsWith(quote, reader.position)) {
      if (reader.position >= reader.text.length) throw new NotALiteral();
      reader.position += reader.text[reader.position] === '\\' ? 2 : 1;
    }
    const inside = reader.text.slice(start, reader.position);
    text += raw ? inside : unescaped(inside, () => new NotALiteral());
    reader.position += quote.length;
    space(reader);
  }
}

/** White space and a trailing comment. */
const space = (reader: Reader): void => {
  const gap = /^(?:\s|#.*)*/.exec(reader.text.slice(reader.position))?.[0] ?? '';
  reader.position += gap.length;
};
const peek = (reader: Reader, char: string): boolean => {
  space(reader);
  return reader.text[reader.position] === char;
};
const taken = (reader: Reader, char: string): boolean => {
  const found = peek(reader, char);
  if (found) reader.position++;
  return found;
};
