/** vars_prompt: what to ask before a play; asking is given in. */
import type { Span } from '../../core/diagnostic.ts';
import type { Layer } from '../../core/precedence.ts';
import type { Value } from '../../core/value.ts';
import type { Context } from '../context.ts';
import { type Entry, entry, isNull, itemsOf, typeName } from '../yaml/node.ts';
import { checkKeys, VARS_PROMPT } from './keywords.ts';
import { flag, plainText } from './typed.ts';

export interface Prompt {
  readonly name: string;
  readonly text: string;
  readonly default?: string;
  /** Not shown while typing. */
  readonly private: boolean;
  /** Ask twice. */
  readonly confirm: boolean;
  readonly at: Span;
}

/** The answer; undefined where nobody can be asked. */
export type Ask = (prompt: Prompt) => Promise<string | undefined>;

export async function readPrompts(
  context: Context,
  item: Entry | undefined,
  about: { ask: Ask; given: Layer },
): Promise<Layer | undefined> {
  const vars: { [name: string]: Value } = {};
  const at: { [name: string]: Span } = {};
  for (const prompt of itemsOf(item?.value).flatMap((node) => promptOf(context, node) ?? [])) {
    // as in Ansible: -e name=… answers in advance
    if (Object.hasOwn(about.given.vars, prompt.name)) continue;
    const answer = (await about.ask(prompt)) ?? prompt.default;
    if (answer === undefined) {
      context.problems.error('vars-prompt', `nobody can be asked for ${prompt.name}`, {
        at: prompt.at,
        hint: `give it with -e ${prompt.name}=…`,
      });
      continue;
    }
    if (prompt.private) context.onSecret(answer);
    vars[prompt.name] = answer;
    at[prompt.name] = prompt.at;
  }
  return Object.keys(vars).length > 0 ? { precedence: 'vars_prompt', vars, at, origin: 'vars_prompt' } : undefined;
}

function promptOf(context: Context, node: ReturnType<typeof itemsOf>[number]): Prompt | undefined {
  if (node.kind !== 'map') {
    context.problems.error('wrong-type', `an entry of vars_prompt must be a mapping, not ${typeName(node)}`, { at: node.at });
    return undefined;
  }
  checkKeys(context.problems, node, { keys: VARS_PROMPT, where: 'vars_prompt' });
  const text = (key: string): string | undefined => {
    const found = entry(node, key);
    return found && !isNull(found.value) ? plainText(context, found) : undefined;
  };
  const on = (key: string, fallback: boolean): boolean => {
    const found = entry(node, key);
    return found ? flag(context, found) === true : fallback;
  };
  const name = text('name');
  if (name === undefined) {
    context.problems.error('vars-prompt', 'this prompt names no variable', { at: node.at, hint: 'add name:' });
    return undefined;
  }
  const fallback = text('default');
  return {
    name,
    text: text('prompt') ?? name,
    ...(fallback === undefined ? {} : { default: fallback }),
    private: on('private', true),
    confirm: on('confirm', false),
    at: node.at,
  };
}
