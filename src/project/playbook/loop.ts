/** `loop`, every `with_*` form, `loop_control`, and `until`. */
import { PbError } from '../../core/diagnostic.ts';
import type { AnyModule } from '../../core/module.ts';
import type { Loop, Retry } from '../../core/plan.ts';
import { resolveNow } from '../../core/resolve.ts';
import { type Expression, isObject, type Resolved, type Scope, Template, unknownIn, type Value, type Vars } from '../../core/value.ts';
import type { Context } from '../context.ts';
import { child, type Entry, entry, isNull, type MapNode, typeName } from '../yaml/node.ts';
import { toValue } from '../yaml/value.ts';
import type { ModuleCall } from './ast.ts';
import { conditions } from './common.ts';
import { checkKeys, LOOP_CONTROL } from './keywords.ts';
import { decimal, flag, integer, plainText, text } from './typed.ts';

export function loopOf(context: Context, map: MapNode): Loop | undefined {
  const found = map.entries.filter(({ key }) => key === 'loop' || key.startsWith('with_'));
  const [first, second] = found;
  const control = entry(map, 'loop_control');
  if (!first) {
    if (control)
      context.problems.error('loop-control', 'loop_control without a loop', { at: control.keyAt, hint: 'add loop: or remove it' });
    return undefined;
  }
  if (second) context.problems.error('conflicting-loops', `${first.key} and ${second.key} cannot both loop one task`, { at: second.keyAt });
  const items = first.key === 'loop' ? listOf(context, first) : lookupItems(context, first);
  return { items, at: first.value.at, loopVar: 'item', extended: false, allItems: true, breakWhen: [], ...controls(context, control) };
}

function listOf(context: Context, { value }: Entry): Value {
  const items = toValue(context, value);
  // a template that could not be read was told already
  const template =
    items instanceof Template || (value.kind === 'scalar' && value.tag === undefined && context.engine.hasTemplate(value.text));
  if (value.kind === 'map' || (value.kind === 'scalar' && !template))
    context.problems.error('wrong-type', `loop must be a list, not ${typeName(value)}`, {
      at: value.at,
      hint: value.kind === 'map' ? 'loop over "{{ mapping | dict2items }}"' : 'write a list, or a template that gives one: "{{ … }}"',
    });
  return items;
}

/** `with_x: terms` is `query('x', *terms)`. */
function lookupItems(context: Context, { key, value }: Entry): Value {
  const name = key.slice('with_'.length);
  const at = value.at;
  try {
    const call = context.engine.expression(`query('${name}', *${TERMS})`, at);
    return new LookupItems({ source: key, at, call, terms: toValue(context, value) });
  } catch (error) {
    context.problems.caught(error, 'expression-syntax', at);
    return [];
  }
}

const TERMS = '_with_terms';

/** The terms, and their `files` and `paths`, without those in which something is undefined: they name no file. */
function defined(terms: Value, scope: Scope): readonly Resolved[] {
  if (Array.isArray(terms)) return terms.flatMap((term: Value) => defined(term, scope));
  if (isObject(terms)) {
    const among = (value: Value): Resolved => (Array.isArray(value) ? [...defined(value, scope)] : resolveNow(value, scope));
    return [Object.fromEntries(Object.entries(terms as Vars).map(([key, value]) => [key, among(value)]))];
  }
  try {
    const found = resolveNow(terms, scope);
    return Array.isArray(found) ? found : [found];
  } catch (error) {
    if (error instanceof PbError && error.details['kind'] === 'undefined') return [];
    throw error;
  }
}

class LookupItems extends Template {
  readonly source: string;
  readonly at: Template['at'];
  readonly #call: Expression;
  readonly #terms: Value;
  // lookups remember their answers by scope: the same scope must come back when the template is evaluated again
  readonly #scopes = new WeakMap<Scope, Scope>();

  constructor(what: { source: string; at: Template['at']; call: Expression; terms: Value }) {
    super();
    this.source = what.source;
    this.at = what.at;
    this.#call = what.call;
    this.#terms = what.terms;
  }

  override eval(scope: Scope): Resolved {
    const resolved = this.source === 'with_first_found' ? defined(this.#terms, scope) : resolveNow(this.#terms, scope);
    const unknown = unknownIn(resolved);
    if (unknown) return unknown;
    const terms = Array.isArray(resolved) ? resolved : [resolved];
    const inner = this.#scopes.get(scope) ?? {
      get: (name: string) => (name === TERMS ? terms : scope.get(name)),
      names: () => [...scope.names(), TERMS],
    };
    this.#scopes.set(scope, inner);
    return this.#call.value(inner);
  }
}

function controls(context: Context, item: Entry | undefined): Partial<Loop> {
  if (!item || isNull(item.value)) return {};
  if (item.value.kind !== 'map') {
    context.problems.error('wrong-type', `loop_control must be a mapping, not ${typeName(item.value)}`, { at: item.value.at });
    return {};
  }
  const map = item.value;
  checkKeys(context.problems, map, { keys: LOOP_CONTROL, where: 'loop_control' });
  const name = (key: string): string | undefined => {
    const found = entry(map, key);
    const word = found && plainText(context, found);
    if (found && word !== undefined && !/^[A-Za-z_]\w*$/.test(word))
      context.problems.error('variable-name', `${JSON.stringify(word)} is not a valid variable name`, { at: found.value.at });
    return word;
  };
  const [loopVar, indexVar] = [name('loop_var'), name('index_var')];
  const [label, pause] = [entry(map, 'label'), entry(map, 'pause')];
  const [extended, allItems] = [entry(map, 'extended'), entry(map, 'extended_allitems')];
  const seconds = pause && decimal(context, pause);
  return {
    ...(loopVar === undefined ? {} : { loopVar }),
    ...(indexVar === undefined ? {} : { indexVar }),
    ...(label ? { label: toValue(context, label.value) } : {}),
    ...(seconds === undefined ? {} : { pause: seconds }),
    ...(extended ? { extended: flag(context, extended) === true } : {}),
    ...(allItems ? { allItems: flag(context, allItems) !== false } : {}),
    breakWhen: conditions(context, child(map, 'break_when'), 'break_when'),
  };
}

/** Ansible's defaults: 3 retries, 5 seconds. `retries` alone retries until the task succeeds. */
export function retryOf(context: Context, map: MapNode): Retry | undefined {
  const [retries, delay, until] = [entry(map, 'retries'), entry(map, 'delay'), entry(map, 'until')];
  if (!until && !retries) {
    if (delay) context.problems.error('retry', 'delay without until or retries does nothing', { at: delay.keyAt, hint: 'add until:' });
    return undefined;
  }
  return {
    until: conditions(context, until?.value, 'until'),
    retries: (retries && integer(context, retries)) ?? 3,
    delay: (delay && decimal(context, delay)) ?? 5,
  };
}

/** Ansible's defaults: async 0 is none, poll 15 seconds. A job runs commands on a host; modules that need none have no use for it. */
export function asyncOf(context: Context, map: MapNode, module: AnyModule): ModuleCall['async'] {
  const [seconds, poll] = [entry(map, 'async'), entry(map, 'poll')];
  if (!seconds) {
    if (poll)
      context.problems.error('async', 'poll without async does nothing', {
        at: poll.keyAt,
        hint: 'add async: with the seconds it may take',
      });
    return undefined;
  }
  const given = integer(context, seconds);
  if (given === undefined || given === 0) return undefined;
  if (module.target === 'host') return { seconds: given, poll: (poll && integer(context, poll)) ?? 15 };
  context.problems.error('unsupported', `async is not supported for ${module.name}: it runs no command on the host`, {
    at: seconds.keyAt,
    hint: 'remove it; timeout: says how long the task may take',
  });
  return undefined;
}

export const registerOf = (context: Context, map: MapNode): string | undefined => {
  const item = entry(map, 'register');
  const name = item && text(context, item);
  if (!item || name === undefined) return undefined;
  if (typeof name === 'string' && /^[A-Za-z_]\w*$/.test(name)) return name;
  context.problems.error('variable-name', 'register must be a valid variable name', { at: item.value.at });
  return undefined;
};
