/** The parser's place in the tokens. */
import { describe, SyntaxFault, type Token, type TokenKind } from './tokens.ts';

/** What names of filters and tests exist; the answer for one that does not is the nearest that does. */
export interface Names {
  filter(name: string): true | string | undefined;
  test(name: string): true | string | undefined;
}

/** How deep expressions and blocks may nest. */
const MAX_DEPTH = 250;

export class Cursor {
  readonly #tokens: readonly Token[];
  readonly names: Names;
  /** Names of the blocks so far: each may be defined once. */
  readonly blocks = new Set<string>();
  #index = 0;
  #depth = 0;
  /** Tags that would end the innermost open block, for messages. */
  readonly open: { readonly tag: string; readonly ends: readonly string[]; readonly pos: number }[] = [];

  constructor(tokens: readonly Token[], names: Names) {
    this.#tokens = tokens;
    this.names = names;
  }

  get now(): Token {
    return this.#tokens[this.#index] ?? END;
  }
  peek(): Token {
    return this.#tokens[this.#index + 1] ?? END;
  }
  next(): Token {
    const token = this.now;
    this.#index += 1;
    return token;
  }
  is(kind: TokenKind, text?: string): boolean {
    const token = this.now;
    return token.kind === kind && (text === undefined || token.text === text);
  }
  /** Takes the token if it is this operator. */
  op(text: string): boolean {
    if (!this.is('op', text)) return false;
    this.#index += 1;
    return true;
  }
  /** Takes the token if it is this word. */
  word(text: string): boolean {
    if (!this.is('name', text)) return false;
    this.#index += 1;
    return true;
  }
  expectOp(text: string, hint?: string): Token {
    return this.is('op', text) ? this.next() : this.fail(`expected token '${text}', got ${describe(this.now)}`, hint);
  }
  expect(kind: TokenKind, called: string = kind): Token {
    return this.is(kind) ? this.next() : this.fail(`expected ${called}, got ${describe(this.now)}`);
  }
  fail(message: string, hint?: string, pos = this.now.pos): never {
    throw new SyntaxFault(message, pos, hint);
  }
  /** Counts nesting, so that hostile text ends in an error rather than in an exhausted stack. */
  nested<T>(parse: () => T): T {
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH) this.fail(`the template is nested more than ${MAX_DEPTH} levels deep`);
    const made = parse();
    this.#depth -= 1;
    return made;
  }
}

const END: Token = { kind: 'eof', text: '', pos: 0 };
