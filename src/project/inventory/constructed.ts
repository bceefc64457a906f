/** `plugin: constructed`: variables (compose) and groups (groups, keyed_groups) worked out of what the hosts have already. */
import { PbError, type Span } from '../../core/diagnostic.ts';
import { byPrecedence, type Layer } from '../../core/precedence.ts';
import { resolve, settled } from '../../core/resolve.ts';
import { type Expression, isObject, type Resolved, type Scope, type Value } from '../../core/value.ts';
import type { Context } from '../context.ts';
import { checkKeys } from '../playbook/keywords.ts';
import { flag } from '../playbook/typed.ts';
import type { Adjacent } from '../vars/adjacent.ts';
import { layerScope } from '../vars/scope.ts';
import { type Entry, entry, isNull, itemsOf, type MapNode, textOf, typeName } from '../yaml/node.ts';
import { toExpression } from '../yaml/value.ts';
import { buildInventory } from './build.ts';
import type { Draft } from './draft.ts';
import { type Keyed, keyedOf, namesOf } from './keyed-groups.ts';
import type { PluginFile } from './plugin.ts';

/** Options that plugins with groups of their own share with `constructed`. */
export const CONSTRUCT = ['plugin', 'strict', 'compose', 'groups', 'keyed_groups', 'leading_separator', 'use_extra_vars'];

interface Rules {
  readonly strict: boolean;
  readonly compose: readonly Named[];
  readonly groups: readonly Named[];
  readonly keyed: readonly Keyed[];
  readonly leadingSeparator: boolean;
  readonly extraVars: readonly Layer[];
  readonly origin: string;
}

interface Named {
  readonly name: string;
  readonly at: Span;
  readonly expression: Expression;
}

export async function readConstructed(context: Context, draft: Draft, file: PluginFile): Promise<void> {
  checkKeys(context.problems, file.map, { keys: [...CONSTRUCT, 'use_vars_plugins'], where: 'a constructed inventory' });
  const withFiles = truth(context, file.map, { key: 'use_vars_plugins', fallback: false });
  await construct(context, draft, { file, names: [...draft.hosts.keys()], adjacent: withFiles ? await file.adjacent() : [] });
}

/** Applies the file's rules to these hosts. */
export async function construct(
  context: Context,
  draft: Draft,
  about: { readonly file: PluginFile; readonly names: readonly string[]; readonly adjacent: readonly Adjacent[] },
): Promise<void> {
  const rules = rulesOf(context, about.file);
  const known = new Map([...buildInventory(draft, about.adjacent, []).hosts.values()].map((host) => [host.name as string, host]));
  for (const name of about.names) {
    const host = known.get(name);
    if (!host) continue;
    const magic: Layer = {
      precedence: 'magic',
      vars: { inventory_hostname: name, inventory_hostname_short: name.split('.')[0] ?? name, group_names: host.groups },
    };
    const layers = [...host.layers, magic];
    const composed = await composedOf(context, rules, { name, scope: scopeOf([...layers, ...rules.extraVars]) });
    if (composed) draft.host(name, 'all', composed.place).layers.push(composed.layer);
    const own = composed ? [...layers, composed.layer] : layers;
    await conditionalGroups(context, draft, { rules, name, scope: scopeOf(own) });
    await keyedGroups(context, draft, { rules, name, scope: scopeOf([...own, ...rules.extraVars]) });
  }
}

const scopeOf = (layers: readonly Layer[]): Scope => layerScope(byPrecedence(layers));

function rulesOf(context: Context, { map, source }: PluginFile): Rules {
  const named = (key: string): readonly Named[] => {
    const item = entry(map, key);
    if (!item || isNull(item.value)) return [];
    if (item.value.kind === 'map')
      return item.value.entries.flatMap(({ key: name, keyAt, value }) => {
        const expression = toExpression(context, value, `${key}.${name}`);
        return expression ? [{ name, at: keyAt, expression }] : [];
      });
    context.problems.error('wrong-type', `${key} must be a mapping of names to expressions, not ${typeName(item.value)}`, {
      at: item.value.at,
    });
    return [];
  };
  return {
    strict: truth(context, map, { key: 'strict', fallback: false }),
    compose: named('compose'),
    groups: named('groups'),
    keyed: itemsOf(entry(map, 'keyed_groups')?.value).flatMap((node) => keyedOf(context, node) ?? []),
    leadingSeparator: truth(context, map, { key: 'leading_separator', fallback: true }),
    extraVars: truth(context, map, { key: 'use_extra_vars', fallback: false }) && context.extraVars ? [context.extraVars] : [],
    origin: source.file,
  };
}

function truth(context: Context, map: MapNode, { key, fallback }: { key: string; fallback: boolean }): boolean {
  const item: Entry | undefined = entry(map, key);
  return item === undefined ? fallback : flag(context, item) === true;
}

interface One {
  readonly name: string;
  readonly scope: Scope;
}

/** What was thrown is nothing, as in Ansible, unless `strict`. */
function trouble(context: Context, strict: boolean, about: { readonly error: unknown; readonly at: Span; readonly what: string }): void {
  if (!(about.error instanceof PbError)) throw about.error;
  // a value of a kind that can never name a group is a mistake in the file, not of one host
  if (strict || about.error.code === 'args')
    context.problems.error('constructed', `${about.what}: ${about.error.message}`, {
      at: about.error.at ?? about.at,
      hint: about.error.hint ?? 'without strict: true such a host is passed over',
    });
}

async function composedOf(context: Context, rules: Rules, { name, scope }: One) {
  const vars: { [name: string]: Value } = {};
  const at: { [name: string]: Span } = {};
  for (const item of rules.compose) {
    try {
      // data from now on: what a variable holds is not evaluated a second time
      vars[item.name] = (await settled(() => item.expression.value(scope))) as Value;
      at[item.name] = item.at;
    } catch (error) {
      trouble(context, rules.strict, { error, at: item.at, what: `cannot set ${item.name} for host ${name}` });
    }
  }
  const [place] = Object.values(at);
  return place && { place, layer: { precedence: 'inventory host vars', vars, at, origin: rules.origin } as Layer };
}

async function conditionalGroups(context: Context, draft: Draft, on: One & { readonly rules: Rules }): Promise<void> {
  for (const { name, at, expression } of on.rules.groups) {
    try {
      if ((await settled(() => expression.holds(on.scope))) !== true) continue;
      draft.group(groupName(name), at);
      draft.host(on.name, groupName(name), at);
    } catch (error) {
      trouble(context, on.rules.strict, { error, at, what: `cannot decide whether host ${on.name} belongs to group ${name}` });
    }
  }
}

async function keyedGroups(context: Context, draft: Draft, on: One & { readonly rules: Rules }): Promise<void> {
  const { strict, leadingSeparator } = on.rules;
  for (const keyed of on.rules.keyed) {
    try {
      const key = await settled(() => keyed.key.value(on.scope));
      const parent = keyed.parent === undefined ? undefined : text(await resolve(keyed.parent, on.scope));
      const names = namesOf(keyed, key, leadingSeparator);
      if (names.length === 0 && strict && !isEmptyCollection(key))
        throw new PbError('template', `${keyed.key.source} gave nothing`, { at: keyed.at });
      for (const raw of names) {
        const group = groupName(raw);
        draft.group(group, keyed.at);
        draft.host(on.name, group, keyed.at);
        if (!parent) continue;
        draft.group(groupName(parent), keyed.at);
        draft.nest(groupName(parent), group, keyed.at);
      }
    } catch (error) {
      trouble(context, strict, { error, at: keyed.at, what: `cannot make groups of ${keyed.key.source} for host ${on.name}` });
    }
  }
}

const isEmptyCollection = (value: Resolved): boolean =>
  (Array.isArray(value) && value.length === 0) || (isObject(value) && Object.keys(value).length === 0);

const text = (value: Resolved): string | undefined => (value === null || value === '' ? undefined : String(value));

/** Characters no group name may have become underscores. */
export const groupName = (name: string): string => name.replace(/^[\d\W]|\W/g, '_');

/** The text of an option that has to be known while loading. */
export const optionText = (map: MapNode, key: string): string | undefined => textOf(entry(map, key)?.value);
