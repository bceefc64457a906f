/** Items as written → nodes of the plan: keywords inherited, imports and roles in place, tags applied. */

import { PbError } from '../core/diagnostic.ts';
import type { Block, Include, MetaTask, ModuleTask, Node } from '../core/plan.ts';
import type { Layer, Precedence } from '../core/precedence.ts';
import { resolveNow } from '../core/resolve.ts';
import { PendingLookup, type TaskId, Template, type Value } from '../core/value.ts';
import type { BlockOf, IncludeCall, Item, ModuleCall, RoleUse } from '../project/playbook/ast.ts';
import { ofRole, type Reading } from '../project/reading.ts';
import { layerScope } from '../project/vars/scope.ts';
import type { MapNode } from '../project/yaml/node.ts';
import { layerOf, toValue } from '../project/yaml/value.ts';
import { callOf } from './arguments.ts';
import type { IncludeContext } from './include.ts';
import { type Inherited, inherit } from './inherit.ts';
import { validation } from './role-spec.ts';
import { isSelected, type TagSelection, type TagsSeen } from './select.ts';
import { tagsOf } from './tags.ts';

/** One play being compiled. */
export interface Compiling {
  readonly reading: Reading;
  readonly selection: TagSelection;
  readonly seen: TagsSeen;
  /** Play variables and extra variables: what names of included files may use while loading. */
  readonly known: readonly Layer[];
  /** Handlers run whatever their tags. */
  readonly handlers: boolean;
  /** A name for a role's tasks that no other use of the role has. */
  prefix(name: string): string;
  /** What roles bring to the whole play. */
  readonly roles: RolesOfPlay;
}

export interface RolesOfPlay {
  readonly layers: Layer[];
  readonly handlers: Node[];
  /** Uses whose handlers are there: of one name the last that is loaded is meant, with the variables and conditions of its use. */
  readonly withHandlers: Set<string>;
}

export const rolesOfPlay = (): RolesOfPlay => ({ layers: [], handlers: [], withHandlers: new Set() });

export const nodesOf = (on: Compiling, items: readonly Item[], from: Inherited): readonly Node[] =>
  items.flatMap((item, index) => nodes(on, item, { ...from, path: `${from.path}${index + 1}` }));

function nodes(on: Compiling, item: Item, from: Inherited): readonly Node[] {
  switch (item.kind) {
    case 'import':
      return nodesOf(on, item.items, inherit(from, item, { path: `${from.path}.`, layers: varsLayer(on, item.vars, 'block vars') }));
    case 'role':
      return roleNodes(on, item, from);
    case 'block':
      return blockNode(on, item, from);
    case 'module':
      return selected(on, moduleNode(on, item, from));
    case 'meta':
      return selected(on, metaNode(on, item, from));
    case 'include':
      return selected(on, includeNode(on, item, from));
  }
}

function selected(on: Compiling, node: Node): readonly Node[] {
  const is = on.handlers || isSelected(node.tags, on.selection);
  on.seen.see(node, is);
  return is ? [node] : [];
}

export function varsLayer(on: Compiling, vars: MapNode | undefined, precedence: Precedence): readonly Layer[] {
  return vars ? [layerOf(on.reading, vars, { precedence })] : [];
}

/** What every node has; `from.path` is the whole path by now. */
function base(on: Compiling, { own, item, what }: { own: Inherited; item: Item; what: string }) {
  const layers = [...on.known, ...own.layers, ...(own.role ? [ofRole(own.role)] : [])];
  const name = on.handlers ? handlerName(on.reading, item.name, layers) : item.name;
  return {
    id: `${own.path}:${what}` as TaskId,
    ...(name === undefined ? {} : { name }),
    at: item.at,
    tags: tagsOf(on.reading, own.tags, layers),
    when: own.when,
    layers: own.layers,
    settings: own.settings,
    ...(own.role ? { role: own.role } : {}),
  };
}

function moduleNode(on: Compiling, item: ModuleCall, from: Inherited): ModuleTask {
  const own = inherit(from, item, { layers: varsLayer(on, item.vars, 'task vars') });
  const called = callOf(on.reading, item, own.moduleDefaults);
  const status = item.async && on.reading.modules.find('async_status');
  const { loop, register, retry, changedWhen, failedWhen, check, listen } = item;
  return {
    kind: 'module',
    ...base(on, { own, item, what: called.module.name }),
    ...called,
    as: item.as,
    argsAt: item.argsAt,
    ...(item.allArgs === undefined ? {} : { allArgs: item.allArgs }),
    notify: own.notify,
    ...(loop ? { loop } : {}),
    ...(register === undefined ? {} : { register }),
    ...(retry ? { retry } : {}),
    ...(item.async && status ? { async: { ...item.async, status } } : {}),
    ...(changedWhen ? { changedWhen } : {}),
    ...(failedWhen ? { failedWhen } : {}),
    ...(check === undefined ? {} : { check }),
    ...(listen ? { listen } : {}),
  };
}

function metaNode(on: Compiling, item: Extract<Item, { kind: 'meta' }>, from: Inherited): MetaTask {
  const own = inherit(from, item, { layers: varsLayer(on, item.vars, 'task vars') });
  if (item.action === 'end_role' && !own.role)
    on.reading.problems.error('misplaced', 'meta: end_role stands in no role', { at: item.at, hint: 'use meta: end_host or end_play' });
  return { kind: 'meta', ...base(on, { own, item, what: 'meta' }), action: item.action };
}

function blockNode(on: Compiling, item: BlockOf, from: Inherited): readonly Block[] {
  const own = inherit(from, item, { layers: varsLayer(on, item.vars, 'block vars') });
  const inside = (items: readonly Item[], part: string) => nodesOf(on, items, { ...own, path: `${own.path}.${part}` });
  const block = inside(item.block, '');
  const always = inside(item.always, 'always.');
  if (block.length === 0 && always.length === 0) return [];
  return [{ kind: 'block', ...base(on, { own, item, what: 'block' }), block, rescue: inside(item.rescue, 'rescue.'), always }];
}

function includeNode(on: Compiling, item: IncludeCall, from: Inherited): Include {
  const own = inherit(from, item, { layers: varsLayer(on, item.vars, 'include params') });
  const args = Object.fromEntries(item.args.map(({ key, value }) => [key, toValue(on.reading, value)]));
  const context: IncludeContext = { call: item, parent: from, vars: varsLayer(on, item.vars, 'include params'), on };
  return {
    kind: 'include',
    ...base(on, { own, item, what: `include_${item.what}` }),
    what: item.what,
    args,
    ...(item.loop ? { loop: item.loop } : {}),
    ...(item.register === undefined ? {} : { register: item.register }),
    context,
  };
}

/** Handlers are notified by name: a template in it is worked out where that can be done while loading. */
function handlerName(reading: Reading, name: Value | undefined, layers: readonly Layer[]): Value | undefined {
  if (!(name instanceof Template)) return name;
  try {
    return String(resolveNow(name, layerScope([...layers, ...(reading.magic ? [reading.magic] : [])])));
  } catch (error) {
    if (error instanceof PbError || error instanceof PendingLookup) return name;
    throw error;
  }
}

/** The dependencies' tasks, then the role's own, each role in a block of its own. */
export function roleNodes(on: Compiling, use: RoleUse, from: Inherited): readonly Node[] {
  const { role } = use;
  const { layers, own } = roleScope(on, use, from);
  const before = role.dependencies.flatMap((dependency) => roleNodes(on, dependency, { ...own, path: from.path }));
  // Behind those of its dependencies, which it overrides.
  if (use.public) on.roles.layers.push(...role.defaults, ...role.vars);
  addHandlers(on, use, own);
  const inner = { ...own, path: `${on.prefix(role.name)}/` };
  const block = [...validation(on, use, inner), ...nodesOf(on, role.tasks, inner)];
  if (block.length === 0) return before;
  const id = `${inner.path.slice(0, -1)}:role` as TaskId;
  return [
    ...before,
    {
      kind: 'block',
      ...base(on, { own, item: use, what: 'role' }),
      id,
      name: role.name,
      layers,
      block,
      rescue: [],
      always: [],
      roleRoot: true,
      once: !use.allowDuplicates,
    },
  ];
}

/** What a role gives to those that depend on it: the variables of its own dependencies, and over them its own. */
const exportsOf = ({ dependencies, defaults, vars }: RoleUse['role']): readonly Layer[] => [
  ...dependencies.flatMap(({ role }) => exportsOf(role)),
  ...defaults,
  ...vars,
];

function roleScope(on: Compiling, use: RoleUse, from: Inherited): { layers: readonly Layer[]; own: Inherited } {
  const { role, how } = use;
  const exported = role.dependencies.flatMap((dependency) => exportsOf(dependency.role));
  const params =
    use.params.length > 0 ? [layerOf(on.reading, { kind: 'map', entries: use.params, at: use.at }, { precedence: 'role params' })] : [];
  const vars = varsLayer(on, use.vars, how === 'import_role' ? 'block vars' : 'role vars');
  // A role that depends on another is no parent of it: only one that includes or imports it is.
  const above = from.role?.parents ?? [];
  const parents = from.role && how !== 'dependency' ? [from.role, ...above] : above;
  const own = inherit(from, use, {
    layers: [...exported, ...role.defaults, ...role.vars, ...vars, ...params],
    role: { name: role.name, path: role.path, key: identity(use), ...(parents.length > 0 ? { parents } : {}) },
  });
  return { layers: own.layers, own };
}

function addHandlers(on: Compiling, use: RoleUse, own: Inherited): void {
  const { role } = use;
  const key = identity(use);
  if (role.handlers.length === 0 || on.roles.withHandlers.has(key)) return;
  on.roles.withHandlers.add(key);
  on.roles.handlers.push(...nodesOf({ ...on, handlers: true }, role.handlers, { ...own, path: `${on.prefix(`${role.name}/handlers`)}.` }));
}

/** Two uses are the same when nothing that could change what runs differs. */
export const identity = ({ role, params, vars, tags, when, how }: RoleUse): string =>
  JSON.stringify([
    role.path,
    how === 'import_role',
    role.tasks.map((task) => task.at),
    params.map(text),
    vars?.entries.map(text),
    tags.map((tag) => (tag instanceof Template ? tag.source : tag)),
    when.map((item) => item.source),
  ]);

const text = ({ key, value }: RoleUse['params'][number]): string =>
  JSON.stringify([key, value], (name, item: unknown) => (name === 'at' || name === 'textAt' || name === 'keyAt' ? undefined : item));
