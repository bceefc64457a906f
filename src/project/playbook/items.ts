/** A list of tasks: module calls, blocks, imports (read at once) and includes (kept for the run). */
import type { Reading, Spot } from '../reading.ts';
import { child, entry, isNull, type MapNode, typeName, type YamlNode } from '../yaml/node.ts';
import { layerOf, toValue } from '../yaml/value.ts';
import { type Action, actionOf, argumentsOf, wholeOf } from './action.ts';
import type { BlockOf, Item, Keywords } from './ast.ts';
import { builtinArguments, importTasks, include, meta, ROLE_ARGS, refuseLoop } from './builtin.ts';
import { conditions, keywords } from './common.ts';
import { BLOCK, checkKeys, HANDLER, TASK } from './keywords.ts';
import { asyncOf, loopOf, registerOf, retryOf } from './loop.ts';
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

export interface Call {
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
  const whole = wholeOf(action, { task: map, freeForm: module.freeForm !== undefined });
  const taking = { ...(module.freeForm === undefined ? {} : { freeForm: module.freeForm, names }), ...(whole ? { whole } : {}) };
  const loop = loopOf(reading, map);
  const retry = retryOf(reading, map);
  const register = registerOf(reading, map);
  const background = asyncOf(reading, map, module);
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
    ...(whole ? { allArgs: toValue(reading, whole) } : {}),
    ...(loop ? { loop } : {}),
    ...(register === undefined ? {} : { register }),
    ...(retry ? { retry } : {}),
    ...(background ? { async: background } : {}),
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
export function within(reading: Reading, spot: Spot, common: Keywords): Spot {
  return common.vars ? { ...spot, layers: [...spot.layers, layerOf(reading, common.vars, { precedence: 'block vars' })] } : spot;
}
