/** Shell text to syntax tree, by just-bash's parser, loaded when the first lab host runs its first command. */
import type { CommandNode, ScriptNode, SimpleCommandNode, StatementNode, WordNode } from 'just-bash';

export type { CommandNode, ScriptNode, SimpleCommandNode, StatementNode, WordNode };
export type WordPart = WordNode['parts'][number];
export type Redirection = SimpleCommandNode['redirections'][number];
export type Pipeline = StatementNode['pipelines'][number];
export type Compound = Exclude<CommandNode, SimpleCommandNode | { type: 'FunctionDef' }>;
export type ParameterPart = Extract<WordPart, { type: 'ParameterExpansion' }>;
export type ArithmeticNode = Extract<WordPart, { type: 'ArithmeticExpansion' }>['expression'];
export type Arithmetic = ArithmeticNode['expression'];

type Parse = (text: string) => ScriptNode;
let parser: Promise<Parse> | undefined;

const load = (): Promise<Parse> => {
  parser ??= import('just-bash').then(({ parse }) => parse as Parse);
  return parser;
};

/** Hosts of one fleet are asked the same things: trees are shared, as nobody changes them. */
const KEPT = 400;
const known = new Map<string, ScriptNode>();

export class SyntaxTrouble extends Error {
  /** More text may complete it. */
  readonly incomplete: boolean;
  constructor(message: string, incomplete: boolean) {
    super(message);
    this.name = 'SyntaxTrouble';
    this.incomplete = incomplete;
  }
}

/** Throws SyntaxTrouble. */
export async function parseScript(text: string): Promise<ScriptNode> {
  const kept = known.get(text);
  if (kept) return kept;
  const tree = parsed(await load(), text);
  if (known.size >= KEPT) known.delete(known.keys().next().value ?? '');
  known.set(text, tree);
  return tree;
}

function parsed(parse: Parse, text: string): ScriptNode {
  let tree: ScriptNode;
  try {
    tree = parse(text);
  } catch (error) {
    const { message } = error as Error;
    throw new SyntaxTrouble(message.replace(/^Parse error at [\d:]+: |^line \d+: /, ''), unfinished(message, text));
  }
  if (/(?:&&|\|\|?|\\)\s*$/.test(text.trimEnd()) || (text.includes('<<') && JSON.stringify(tree).includes('"terminated":false'))) {
    throw new SyntaxTrouble('syntax error: unexpected end of file', true);
  }
  const wrong = tree.statements.find(({ deferredError }) => deferredError)?.deferredError;
  if (wrong) throw new SyntaxTrouble(wrong.message, false);
  return tree;
}

/** The parser says what it missed at the end of the text; a word that closes a block may also be one that never came. */
function unfinished(message: string, text: string): boolean {
  if (/EOF|matching|end of file/i.test(message)) return true;
  const closer = /unexpected token `(fi|done|esac|\}|\))'/.exec(message)?.[1];
  return closer !== undefined && !new RegExp(`(?:^|[\\s;])${closer.replace(/[})]/, '\\$&')}(?:$|[\\s;&|)])`).test(text);
}

/** A word's text as a tree: what stands between double quotes. */
export async function parseQuoted(text: string): Promise<WordNode | undefined> {
  const tree = await parseScript(`: "${text.replaceAll('"', '\\"')}"`);
  const command = tree.statements[0]?.pipelines[0]?.commands[0];
  return command?.type === 'SimpleCommand' ? command.args[0] : undefined;
}

/** The expression inside $(( )). */
export async function parseArithmetic(text: string): Promise<Arithmetic | undefined> {
  const tree = await parseScript(`: $((${text}))`);
  const command = tree.statements[0]?.pipelines[0]?.commands[0];
  const part = command?.type === 'SimpleCommand' ? command.args[0]?.parts[0] : undefined;
  return part?.type === 'ArithmeticExpansion' ? part.expression.expression : undefined;
}
