/** vars_prompt: what to ask before a play; asking is given in. `unsafe` changes nothing: an answer is never a template. */
import type { Span } from '../../core/diagnostic.ts';
import type { Layer } from '../../core/precedence.ts';
import type { Value } from '../../core/value.ts';
import type { Context } from '../context.ts';
import { type Entry, entry, isNull, itemsOf, typeName } from '../yaml/node.ts';
import { checkKeys, VARS_PROMPT } from './keywords.ts';
import { flag, integer, plainText } from './typed.ts';

export interface Prompt {
  readonly name: string;
  readonly text: string;
  readonly default?: string;
  /** Not shown while typing. */
  readonly private: boolean;
  readonly at: Span;
}

/** The answer; undefined where nobody can be asked. */
export type Ask = (prompt: Prompt) => Promise<string | undefined>;

interface Wanted extends Prompt {
  /** Ask twice. */
  readonly confirm: boolean;
  /** Keep only a hash of the answer, made by this scheme of passlib's names. */
  readonly encrypt?: string;
  readonly salt?: string;
  readonly saltSize?: number;
}

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
    const answer = await answered(prompt, about.ask);
    if (answer === undefined) {
      context.problems.error('vars-prompt', `nobody can be asked for ${prompt.name}`, {
        at: prompt.at,
        hint: `give it with -e ${prompt.name}=…`,
      });
      continue;
    }
    if (prompt.private) context.onSecret(answer);
    const kept = hashed(context, prompt, answer);
    if (prompt.private && kept !== answer) context.onSecret(kept);
    vars[prompt.name] = kept;
    at[prompt.name] = prompt.at;
  }
  return Object.keys(vars).length > 0 ? { precedence: 'vars_prompt', vars, at, origin: 'vars_prompt' } : undefined;
}

/** An empty answer is the default; two that must agree are asked for until they do. */
async function answered(prompt: Wanted, ask: Ask): Promise<string | undefined> {
  for (let again = ''; ; again = 'the two answers differ, once more: ') {
    const first = await ask({ ...prompt, text: `${again}${prompt.text}` });
    const second = first === undefined || !prompt.confirm ? first : await ask({ ...prompt, text: `confirm ${prompt.text}` });
    if (first === second) return first || (prompt.default ?? first);
    if (second === undefined) return undefined;
  }
}

/** As the filter password_hash makes it; passlib calls sha512 sha512_crypt. */
function hashed(context: Context, prompt: Wanted, answer: string): string {
  if (prompt.encrypt === undefined) return answer;
  const vars = new Map<string, Value>([
    ['answer', answer],
    ['scheme', prompt.encrypt.replace(/_crypt$/, '')],
    ['salt', prompt.salt ?? null],
    ['size', prompt.saltSize ?? null],
  ]);
  try {
    const hash = context.engine.expression('answer | password_hash(scheme, salt=salt, salt_size=size)', prompt.at);
    return String(hash.value({ get: (name) => vars.get(name), names: () => vars.keys() }));
  } catch (error) {
    context.problems.caught(error, 'vars-prompt', prompt.at);
    return '';
  }
}

function promptOf(context: Context, node: ReturnType<typeof itemsOf>[number]): Wanted | undefined {
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
  const [fallback, encrypt, salt] = [text('default'), text('encrypt'), text('salt')];
  const size = entry(node, 'salt_size');
  const saltSize = size && integer(context, size);
  const asked = text('prompt') ?? `input for ${name}`;
  return {
    name,
    text: fallback === undefined ? asked : `${asked} [${fallback}]`,
    ...(fallback === undefined ? {} : { default: fallback }),
    ...(encrypt === undefined ? {} : { encrypt }),
    ...(salt === undefined ? {} : { salt }),
    ...(typeof saltSize === 'number' ? { saltSize } : {}),
    private: on('private', true),
    confirm: on('confirm', false),
    at: node.at,
  };
}
