/** Tokens, and the settings that decide how text is cut into them. */

export type TokenKind =
  | 'data'
  | 'variable_begin'
  | 'variable_end'
  | 'block_begin'
  | 'block_end'
  | 'name'
  | 'string'
  | 'int'
  | 'float'
  | 'op'
  | 'eof';

export interface Token {
  readonly kind: TokenKind;
  /** Text of the token; of a string its content. */
  readonly text: string;
  readonly pos: number;
}

export interface Syntax {
  readonly variable: readonly [string, string];
  readonly block: readonly [string, string];
  readonly comment: readonly [string, string];
  readonly trimBlocks: boolean;
  readonly lstripBlocks: boolean;
  /** Whether backslashes in string literals inside `{{ }}` are escapes; inside `{% %}` they always are. */
  readonly escapes: boolean;
}

export const YAML_SYNTAX: Syntax = {
  variable: ['{{', '}}'],
  block: ['{%', '%}'],
  comment: ['{#', '#}'],
  trimBlocks: true,
  lstripBlocks: false,
  escapes: false,
};
export const FILE_SYNTAX: Syntax = { ...YAML_SYNTAX, escapes: true };

/** A mistake in the text of a template, at an offset. */
export class SyntaxFault extends Error {
  readonly pos: number;
  readonly hint: string | undefined;
  constructor(message: string, pos: number, hint?: string) {
    super(message);
    this.pos = pos;
    this.hint = hint;
  }
}

/** How a token is called in a message. */
export function describe(token: Token): string {
  if (token.kind === 'eof') return 'end of template';
  if (token.kind === 'variable_end') return 'end of print statement';
  if (token.kind === 'block_end') return 'end of statement block';
  if (token.kind === 'string') return `string ${JSON.stringify(token.text)}`;
  return `'${token.text}'`;
}
