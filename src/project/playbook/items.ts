/** A list of tasks: module calls, blocks, imports (read at once) and includes (kept for the run). */
import path from 'node:path';
import { nearest } from '../../core/diagnostic.ts';
import type { MetaAction } from '../../core/plan.ts';
import { firstFile, readSource, shown } from '../disk.ts';
import type { Reading, Spot } from '../reading.ts';
import { staticValue } from '../vars/scope.ts';
import { child, type Entry, entry, isNull, type MapNode, textOf, typeName, type YamlNode } from '../yaml/node.ts';
import { parseYaml } from '../yaml/parse.ts';
import { layerOf, toValue } from '../yaml/value.ts';
import { type Action, actionOf, argumentsOf } from './action.ts';
import type { BlockOf, IncludeCall, Item, Keywords, Place } from './ast.ts';
import { conditions, keywords } from './common.ts';
import { BLOCK, checkKeys, HANDLER, INCLUDE, TASK } from './keywords.ts';
import { loopOf, registerOf, retryOf } from './loop.ts';
import { importRole } from './role-use.ts';
import { text, words } from './typed.ts';

export async function readItems(reading: Reading, node: YamlNode | undefined, spot: Spot): Promise<readonly Item[]> {
  if (node === undefined || isNull(node)) return [];
  if (node.kind !== 'seq') {
    reading.problems.error('wrong-type', `tasks must be a list, not ${typeName(node)}`, { at: node.at, hint: 'begin each task with "- "' });
    return [];
  }
  const items: Item[] = [];
  for (const task of node.items) {
    if (task.kind === 'map') items.push(...(await readItem(reading, task, spot)));
    else if (!isNull(task))
      reading.problems.error('wrong-type', `a task must be a mapping, not ${typeName(task)}`, {
        at: task.at,
        hint: 'write "module:" with a colon',
      });
  }
  return items;
}

async function readItem(reading: Reading, map: MapNode, spot: Spot): Promise<readonly Item[]> {
  if (['block', 'rescue', 'always'].some((key) => entry(map, key))) return [await readBlock(reading, map, spot)];
  const action = actionOf(reading, map, spot.handlers ? HANDLER : TASK);
  if (!action) {
    keywords(reading, map);
    return [];
  }
  const common = withLocal(keywords(reading, map), action);
  if ('module' in action.does) return [moduleCall(reading, map, { action, common, module: action.does.module })];
  switch (action.does.builtin) {
    case 'meta':
      return meta(reading, map, { action, common });
    case 'import_tasks':
      return importTasks(reading, map, { action, common, spot });
    case 'import_role': {
      const args = builtinArguments(reading, map, action, [...ROLE_ARGS]);
      refuseLoop(reading, map, action.as);
      const use = await importRole(reading, args, { common, spot });
      return use ? [use] : [];
    }
    default:
      return [include(reading, map, { action, common, spot })];
  }
}

const withLocal = (common: Keywords, action: Action): Keywords =>
  action.local ? { ...common, settings: { ...common.settings, delegate_to: 'localhost', connection: 'local' } } : common;

interface Call {
  readonly action: Action;
  readonly common: Keywords;
}

function moduleCall(
  reading: Reading,
  map: MapNode,
  { action, common, module }: Call & { module: Extract<Action['does'], { module: unknown }>['module'] },
): Item {
  const schema = module.args as { readonly properties?: { readonly [name: string]: unknown } };
  const names = [...Object.keys(schema.properties ?? {}), ...Object.keys(module.argAliases ?? {})].filter(
    (name) => name !== module.freeForm,
  );
  const taking = module.freeForm === undefined ? {} : { freeForm: module.freeForm, names };
  const loop = loopOf(reading, map);
  const retry = retryOf(reading, map);
  const register = registerOf(reading, map);
  const [changed, failed, check, listen] = [
    child(map, 'changed_when'),
    child(map, 'failed_when'),
    entry(map, 'check'),
    entry(map, 'listen'),
  ];
  const checkCommand = check && text(reading, check);
  return {
    kind: 'module',
    ...common,
    module,
    as: action.as,
    args: argumentsOf(reading, action, { task: map, taking }),
    argsAt: action.at,
    ...(loop ? { loop } : {}),
    ...(register === undefined ? {} : { register }),
    ...(retry ? { retry } : {}),
    ...(changed ? { changedWhen: conditions(reading, changed, 'changed_when') } : {}),
    ...(failed ? { failedWhen: conditions(reading, failed, 'failed_when') } : {}),
    ...(checkCommand === undefined ? {} : { check: checkCommand }),
    ...(listen ? { listen: words(reading, listen) } : {}),
  };
}

async function readBlock(reading: Reading, map: MapNode, spot: Spot): Promise<BlockOf> {
  checkKeys(reading.problems, map, { keys: BLOCK, where: 'this block' });
  if (!entry(map, 'block')) reading.problems.error('block', 'rescue and always belong to a block', { at: map.at, hint: 'add block:' });
  const common = keywords(reading, map);
  if (spot.handlers)
    reading.problems.error('block', 'handlers cannot be blocks', {
      at: map.at,
      hint: 'list the handlers one by one, with a common listen:',
    });
  const inside = (key: string) => readItems(reading, child(map, key), within(reading, spot, common));
  return { kind: 'block', ...common, block: await inside('block'), rescue: await inside('rescue'), always: await inside('always') };
}

/** The spot inside something that has variables of its own. */
function within(reading: Reading, spot: Spot, common: Keywords): Spot {
  return common.vars ? { ...spot, layers: [...spot.layers, layerOf(reading, common.vars, { precedence: 'block vars' })] } : spot;
}

const META: readonly MetaAction[] = [
  'flush_handlers',
  'clear_facts',
  'clear_host_errors',
  'end_play',
  'end_host',
  'end_batch',
  'end_role',
  'noop',
  'refresh_inventory',
  'reset_connection',
];

function meta(reading: Reading, map: MapNode, { action, common }: Call): readonly Item[] {
  const args = builtinArguments(reading, map, action, ['action']);
  const word = textOf(args.find((item) => item.key === 'action')?.value)?.trim() ?? '';
  const found = META.find((item) => item === word);
  const listen = entry(map, 'listen');
  if (found) return [{ kind: 'meta', ...common, action: found, ...(listen ? { listen: words(reading, listen) } : {}) }];
  const guess = nearest(word, META);
  reading.problems.error('meta', `there is no meta action ${JSON.stringify(word)}`, {
    at: action.value.at,
    hint: guess ? `did you mean ${guess}?` : `known: ${META.join(', ')}`,
  });
  return [];
}

const ROLE_ARGS = [
  'name',
  'role',
  'tasks_from',
  'vars_from',
  'defaults_from',
  'handlers_from',
  'allow_duplicates',
  'public',
  'rolespec_validate',
];
const FREE: { readonly [builtin: string]: string } = { meta: 'action', include_tasks: 'file', import_tasks: 'file' };

function builtinArguments(reading: Reading, map: MapNode, action: Action, names: readonly string[]): readonly Entry[] {
  const builtin = 'builtin' in action.does ? action.does.builtin : '';
  const freeForm = FREE[builtin];
  const args = argumentsOf(reading, action, { task: map, taking: freeForm === undefined ? {} : { freeForm, names } });
  checkKeys(reading.problems, { kind: 'map', entries: args, at: action.at }, { keys: names, where: action.as });
  return args;
}

function refuseLoop(reading: Reading, map: MapNode, as: string): void {
  const loop = map.entries.find(({ key }) => key === 'loop' || key.startsWith('with_'));
  if (loop)
    reading.problems.error('loop', `${as} is read before the run and cannot loop`, {
      at: loop.keyAt,
      hint: `use ${as.replace('import', 'include')}`,
    });
}

async function importTasks(reading: Reading, map: MapNode, { action, common, spot }: Call & { spot: Spot }): Promise<readonly Item[]> {
  refuseLoop(reading, map, action.as);
  const args = builtinArguments(reading, map, action, ['file']);
  const file = args.find((item) => item.key === 'file');
  if (!file) {
    reading.problems.error('missing-argument', `${action.as} needs the name of a file`, { at: action.at });
    return [];
  }
  const inner = within(reading, spot, common);
  const name = staticValue(reading, toValue(reading, file.value), {
    layers: inner.layers,
    at: file.value.at,
    what: `the file of ${action.as}`,
    hint: 'use include_tasks where it depends on a host',
  });
  if (typeof name !== 'string') return [];
  const items = await readTaskFile(reading, name, { spot: inner, at: file.value.at });
  return items ? [{ kind: 'import', ...common, items }] : [];
}

/** The tasks of another file, looked for beside the file that names it, in the role's tasks and beside the playbook. */
export async function readTaskFile(
  reading: Reading,
  name: string,
  about: { spot: Spot; at: Item['at'] },
): Promise<readonly Item[] | undefined> {
  const { spot, at } = about;
  const { place } = spot;
  const candidates = taskFiles(reading, name, place);
  const file = await firstFile(candidates);
  if (file === undefined) {
    const places = candidates.map((item) => shown(reading, item)).join(', ');
    reading.problems.error('file-not-found', `there is no file ${name}`, { at, hint: `looked at ${places}` });
    return undefined;
  }
  if (spot.chain.includes(file)) {
    reading.problems.error('import-loop', `${shown(reading, file)} imports itself`, {
      at,
      hint: 'use include_tasks with a condition that ends it',
    });
    return undefined;
  }
  return readTasksOf(reading, file, { ...spot, place: { ...place, file }, chain: [...spot.chain, file] });
}

export async function readTasksOf(reading: Reading, file: string, spot: Spot): Promise<readonly Item[]> {
  const source = await readSource(reading, file);
  const [root] = source ? parseYaml(source, reading.problems) : [];
  return readItems(reading, root, spot);
}

const taskFiles = (reading: Reading, name: string, place: Place): readonly string[] => [
  ...new Set(
    [
      path.dirname(place.file),
      ...(place.role ? [path.join(place.role.path, spotFolder(place)), place.role.path] : []),
      reading.playbookDir,
      path.join(reading.playbookDir, 'tasks'),
    ].map((directory) => path.resolve(directory, name)),
  ),
];

const spotFolder = (place: Place): string => (path.dirname(place.file).endsWith('/handlers') ? 'handlers' : 'tasks');

function include(reading: Reading, map: MapNode, { action, common, spot }: Call & { spot: Spot }): IncludeCall {
  const what = 'builtin' in action.does && action.does.builtin === 'include_role' ? 'role' : 'tasks';
  const args = builtinArguments(reading, map, action, what === 'role' ? [...ROLE_ARGS, 'apply'] : ['file', 'apply']);
  for (const { key, keyAt } of map.entries)
    if (TASK.includes(key) && !INCLUDE.includes(key))
      reading.problems.error('misplaced', `${key} has no effect on ${action.as}`, {
        at: keyAt,
        hint: `put it below apply: to hand it to the included tasks`,
      });
  const needed = what === 'role' ? ['name', 'role'] : ['file'];
  if (!args.some(({ key }) => needed.includes(key)))
    reading.problems.error('missing-argument', `${action.as} needs ${what === 'role' ? 'the name of a role' : 'the name of a file'}`, {
      at: action.at,
    });
  const apply = args.find(({ key }) => key === 'apply')?.value;
  const applied = apply?.kind === 'map' ? apply : undefined;
  if (applied)
    checkKeys(reading.problems, applied, { keys: BLOCK.filter((key) => !['block', 'rescue', 'always'].includes(key)), where: 'apply' });
  const loop = loopOf(reading, map);
  const register = registerOf(reading, map);
  const listen = entry(map, 'listen');
  return {
    kind: 'include',
    ...common,
    what,
    args: args.filter(({ key }) => key !== 'apply'),
    ...(applied ? { apply: keywords(reading, applied) } : {}),
    ...(loop ? { loop } : {}),
    ...(register === undefined ? {} : { register }),
    ...(listen ? { listen: words(reading, listen) } : {}),
    from: spot.place,
  };
}
