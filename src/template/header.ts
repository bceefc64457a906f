/** The first line of a template file may change the syntax: "#jinja2: lstrip_blocks: True, variable_start_string: '[%'". */
import { FILE_SYNTAX, type Syntax, SyntaxFault } from './syntax/tokens.ts';

const START = /^#jinja2:([^\n]*)(?:\n|$)/;
const SETTING = /\s*(\w+)\s*:\s*(?:'([^']*)'|"([^"]*)"|(\w+))\s*(?:,|$)/y;

/** The same settings, given from outside: the arguments of the module `template` and of the lookup. */
export type Settings = { readonly [name: string]: string | boolean };

/** The syntax, and how many characters the header takes; the header wins over what is `given`. Throws SyntaxFault. */
export function readHeader(text: string, given: Settings = {}): { readonly syntax: Syntax; readonly length: number } {
  const header = START.exec(text);
  const settings = new Map(Object.entries(given).map(([name, value]) => [name, String(value)]));
  if (!header && settings.size === 0) return { syntax: FILE_SYNTAX, length: 0 };
  const line = header?.[1] ?? '';
  SETTING.lastIndex = 0;
  while (SETTING.lastIndex < line.trimEnd().length) {
    const match = SETTING.exec(line.trimEnd());
    if (!match)
      throw new SyntaxFault('the #jinja2: header cannot be read', 8, 'write it as: #jinja2: trim_blocks: False, lstrip_blocks: True');
    settings.set(match[1] ?? '', match[2] ?? match[3] ?? match[4] ?? '');
  }
  const text_ = (name: string, fallback: string): string => settings.get(name) || fallback;
  const flag = (name: string, fallback: boolean): boolean => (settings.has(name) ? settings.get(name)?.toLowerCase() === 'true' : fallback);
  const { variable, block, comment } = FILE_SYNTAX;
  const known = new Set(KNOWN);
  for (const name of settings.keys())
    if (!known.has(name)) throw new SyntaxFault(`the #jinja2: header has no setting '${name}'`, 8, `settings are: ${KNOWN.join(', ')}`);
  return {
    length: header?.[0].length ?? 0,
    syntax: {
      ...FILE_SYNTAX,
      variable: [text_('variable_start_string', variable[0]), text_('variable_end_string', variable[1])],
      block: [text_('block_start_string', block[0]), text_('block_end_string', block[1])],
      comment: [text_('comment_start_string', comment[0]), text_('comment_end_string', comment[1])],
      trimBlocks: flag('trim_blocks', true),
      lstripBlocks: flag('lstrip_blocks', false),
    },
  };
}

const KNOWN = [
  'trim_blocks',
  'lstrip_blocks',
  'variable_start_string',
  'variable_end_string',
  'block_start_string',
  'block_end_string',
  'comment_start_string',
  'comment_end_string',
  'newline_sequence',
  'keep_trailing_newline',
];
