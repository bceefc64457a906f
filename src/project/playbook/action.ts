/** Which module a task calls, and its arguments: by name, `action:`, `local_action:`, free text and `args:`. */
import { nearest, type Span } from '../../core/diagnostic.ts';
import type { AnyModule } from '../../core/module.ts';
import type { Context } from '../context.ts';
import type { Modules } from '../reading.ts';
import { argWords, keyValue } from '../words.ts';
import { type Entry, entry, isNull, type MapNode, type ScalarNode, textOf, typeName, type YamlNode } from '../yaml/node.ts';
import { unknownKey, unsupported } from './keywords.ts';

/** Tasks that are no modules: they shape the playbook. */
const BUILTIN = ['meta', 'include_tasks', 'import_tasks', 'include_role', 'import_role'] as const;
type Builtin = (typeof BUILTIN)[number];

export interface Action {
  /** As written. */
  readonly as: string;
  readonly at: Span;
  readonly value: YamlNode;
  readonly does: { readonly builtin: Builtin } | { readonly module: AnyModule };
  /** local_action: on the controller. */
  readonly local: boolean;
}

const short = (name: string): string => name.replace(/^ansible\.(?:builtin|legacy)\./, '');

const resolveName = (modules: Modules, name: string): Action['does'] | undefined => {
  const builtin = BUILTIN.find((item) => item === short(name));
  if (builtin) return { builtin };
  const module = modules.find(name) ?? modules.find(short(name));
  return module && { module };
};

/** The task's one action; reports every key that is neither a keyword nor the action. */
export function actionOf(context: Context & { readonly modules: Modules }, map: MapNode, keys: readonly string[]): Action | undefined {
  const { problems, modules } = context;
  const found: Action[] = [];
  const strangers: Entry[] = [];
  for (const item of map.entries) {
    const { key, keyAt, value } = item;
    if (key === 'action' || key === 'local_action') {
      const named = named_(context, item);
      if (named) found.push(named);
    } else if (!keys.includes(key) && !key.startsWith('with_')) {
      const does = resolveName(modules, key);
      if (does) found.push({ as: key, at: keyAt, value, does, local: false });
      else strangers.push(item);
    } else unsupported(problems, key, keyAt);
  }
  const [first, second] = found;
  for (const item of strangers) stranger(context, item, { keys, alone: found.length === 0 && strangers.length === 1 });
  if (second)
    problems.error('conflicting-actions', `a task does one thing: ${first?.as} and ${second.as} are two`, {
      at: second.at,
      hint: 'split it in two tasks',
    });
  if (!first && strangers.length === 0 && !entry(map, 'action') && !entry(map, 'local_action'))
    problems.error('no-action', 'this task names no module', { at: map.at, hint: 'add one, for example debug:' });
  return first;
}

function stranger(
  context: Context & { readonly modules: Modules },
  { key, keyAt }: Entry,
  about: { keys: readonly string[]; alone: boolean },
): void {
  const { problems, modules } = context;
  if (unsupported(problems, key, keyAt)) return;
  if (short(key) === 'include')
    problems.error('unsupported', 'include was removed from Ansible', { at: keyAt, hint: 'use include_tasks or import_tasks' });
  else if (short(key) === 'import_playbook')
    problems.error('misplaced', 'import_playbook stands beside plays, not among tasks', { at: keyAt });
  else if (about.alone || key.includes('.')) unknownModule(context, key, { at: keyAt, keywords: about.alone ? about.keys : [] });
  else unknownKey(problems, { key, at: keyAt }, { keys: [...about.keys, ...modules.names], where: 'this task' });
}

function unknownModule(
  context: Context & { readonly modules: Modules },
  name: string,
  about: { at: Span; keywords: readonly string[] },
): void {
  const known = [...context.modules.names, ...BUILTIN];
  const guess = nearest(name, known) ?? nearest(name.split('.').at(-1) ?? '', known) ?? nearest(name, about.keywords);
  context.problems.error('unknown-module', `there is no module ${name}`, {
    at: about.at,
    hint: guess ? `did you mean ${guess}?` : 'pb doc --list shows every module',
  });
}

/** `action: copy src=a dest=b` or `action: {module: copy, src: a}`. */
function named_(context: Context & { readonly modules: Modules }, { key, value }: Entry): Action | undefined {
  const local = key === 'local_action';
  let name: string | undefined;
  let rest: YamlNode = value;
  if (value.kind === 'map') {
    name = textOf(entry(value, 'module')?.value);
    rest = { ...value, entries: value.entries.filter((item) => item.key !== 'module') };
  } else if (value.kind === 'scalar' && typeof value.value === 'string') {
    const match = /^\s*(\S+)(\s*)/.exec(value.text);
    name = match?.[1];
    rest = partOf(value, match?.[0].length ?? 0, value.text.slice(match?.[0].length ?? 0));
  }
  if (name === undefined) {
    context.problems.error('wrong-type', `${key} must name a module, not ${typeName(value)}`, { at: value.at });
    return undefined;
  }
  const does = resolveName(context.modules, name);
  if (does) return { as: name, at: value.at, value: rest, does, local };
  unknownModule(context, name, { at: value.at, keywords: [] });
  return undefined;
}

/** A piece of a scalar with its own place. */
function partOf(node: ScalarNode, offset: number, text: string): ScalarNode {
  const before = node.text.slice(0, offset).split('\n');
  const column = before.length > 1 ? (before.at(-1)?.length ?? 0) + node.textAt.column : node.textAt.column + offset;
  const at = { ...node.textAt, line: node.textAt.line + before.length - 1, column, length: Math.max(1, text.split('\n')[0]?.length ?? 1) };
  return { kind: 'scalar', value: text, text, at, textAt: at, ...(node.tag ? { tag: node.tag } : {}) };
}

export interface Taking {
  /** The argument that free text is. */
  readonly freeForm?: string;
  /** Names that are arguments even inside free text; undefined: all `k=v` words are. */
  readonly names?: readonly string[];
  /** The template that gives all arguments at once: it is not looked into. */
  readonly whole?: YamlNode;
}

/** `file: "{{ them }}"` or `args: "{{ them }}"`: one template that gives all arguments. Free text is none. */
export function wholeOf(action: Pick<Action, 'value'>, more: { task: MapNode; freeForm: boolean }): ScalarNode | undefined {
  const given = [...(more.freeForm ? [] : [action.value]), entry(more.task, 'args')?.value];
  return given.find(
    (node) => node?.kind === 'scalar' && node.tag === undefined && /^\s*\{\{(?:(?!\}\}\s*\S)[\s\S])*\}\}\s*$/.test(node.text),
  ) as ScalarNode | undefined;
}

/** The arguments after the module's name together with those of `args:`; the former win. */
export function argumentsOf(
  context: Context,
  action: Pick<Action, 'as' | 'value' | 'at'>,
  more: { task: MapNode; taking: Taking },
): readonly Entry[] {
  const extra = entry(more.task, 'args');
  const whole = more.taking.whole;
  const base = extra && !isNull(extra.value) && extra.value !== whole ? mapEntries(context, extra) : [];
  const own = action.value === whole ? [] : ownArguments(context, action, more.taking);
  return [...base.filter((item) => !own.some((other) => other.key === item.key)), ...own];
}

function mapEntries(context: Context, { value }: Entry): readonly Entry[] {
  if (value.kind === 'map') return value.entries;
  context.problems.error('wrong-type', `args must be a mapping of arguments, not ${typeName(value)}`, { at: value.at });
  return [];
}

function ownArguments(context: Context, { as, value, at }: Pick<Action, 'as' | 'value' | 'at'>, taking: Taking): readonly Entry[] {
  if (value.kind === 'map') return value.entries;
  if (isNull(value)) return [];
  if (value.kind === 'scalar' && !(value.value instanceof Date)) return freeText(context, as, { node: value, taking });
  context.problems.error('wrong-type', `the arguments of ${as} must be a mapping, not ${typeName(value)}`, { at: value.at ?? at });
  return [];
}

function freeText(context: Context, as: string, { node, taking }: { node: ScalarNode; taking: Taking }): readonly Entry[] {
  const { freeForm, names } = taking;
  const free = (text: ScalarNode): Entry => ({ key: freeForm ?? '', keyAt: text.at, value: text });
  const split = node.tag === undefined ? argWords(node.text) : undefined;
  if (!split) {
    // quotes that do not pair up: a shell script, or a mistake
    if (freeForm !== undefined) return [free(node)];
    context.problems.error('free-form', 'a quote or {{ is left open', { at: node.at });
    return [];
  }
  const pairs: Entry[] = [];
  const rest: (typeof split)[number][] = [];
  for (const word of split) {
    const pair = keyValue(word.text);
    if (!pair || (freeForm !== undefined && names !== undefined && !names.includes(pair.key))) {
      rest.push(word);
      continue;
    }
    const keyAt = partOf(node, word.offset, pair.key).at;
    const lead = word.text.indexOf('=') + (/=["']/.test(word.text) && word.text.endsWith(`${pair.value}${word.text.at(-1)}`) ? 2 : 1);
    pairs.push({ key: pair.key, keyAt, value: partOf(node, word.offset + lead, pair.value) });
  }
  const [first] = rest;
  if (!first) return pairs;
  if (freeForm === undefined) {
    context.problems.error('free-form', `${as} takes name=value here, not ${JSON.stringify(first.text)}`, {
      at: partOf(node, first.offset, first.text).at,
      hint: `write its arguments as a mapping below ${as}:`,
    });
    return pairs;
  }
  if (pairs.length === 0) return [free(node)];
  // cut the name=value words out and leave the rest as it was written
  let text = node.text;
  for (const word of split.toReversed())
    if (!rest.includes(word)) text = text.slice(0, word.offset).trimEnd() + text.slice(word.offset + word.text.length);
  return [...pairs, free({ ...partOf(node, first.offset, text.trim()) })];
}
