/** What shapes a playbook without being a module: meta, import_tasks, include_tasks, include_role. */
import { nearest } from '../../core/diagnostic.ts';
import type { MetaAction } from '../../core/plan.ts';
import { knownAt, type Reading, type Spot } from '../reading.ts';
import { staticValue } from '../vars/scope.ts';
import { type Entry, entry, type MapNode, textOf } from '../yaml/node.ts';
import { toValue } from '../yaml/value.ts';
import { type Action, argumentsOf } from './action.ts';
import type { IncludeCall, Item } from './ast.ts';
import { keywords } from './common.ts';
import { type Call, within } from './items.ts';
import { BLOCK, checkKeys, INCLUDE, TASK } from './keywords.ts';
import { loopOf, registerOf } from './loop.ts';
import { readTaskFile } from './task-file.ts';
import { words } from './typed.ts';

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

export function meta(reading: Reading, map: MapNode, { action, common }: Call): readonly Item[] {
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

export const ROLE_ARGS = [
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

export function builtinArguments(reading: Reading, map: MapNode, action: Action, names: readonly string[]): readonly Entry[] {
  const builtin = 'builtin' in action.does ? action.does.builtin : '';
  const freeForm = FREE[builtin];
  const args = argumentsOf(reading, action, { task: map, taking: freeForm === undefined ? {} : { freeForm, names } });
  checkKeys(reading.problems, { kind: 'map', entries: args, at: action.at }, { keys: names, where: action.as });
  return args;
}

export function refuseLoop(reading: Reading, map: MapNode, as: string): void {
  const loop = map.entries.find(({ key }) => key === 'loop' || key.startsWith('with_'));
  if (loop)
    reading.problems.error('loop', `${as} is read before the run and cannot loop`, {
      at: loop.keyAt,
      hint: `use ${as.replace('import', 'include')}`,
    });
}

export async function importTasks(
  reading: Reading,
  map: MapNode,
  { action, common, spot }: Call & { spot: Spot },
): Promise<readonly Item[]> {
  refuseLoop(reading, map, action.as);
  const args = builtinArguments(reading, map, action, ['file']);
  const file = args.find((item) => item.key === 'file');
  if (!file) {
    reading.problems.error('missing-argument', `${action.as} needs the name of a file`, { at: action.at });
    return [];
  }
  const inner = within(reading, spot, common);
  const name = staticValue(reading, toValue(reading, file.value), {
    layers: knownAt(inner),
    at: file.value.at,
    what: `the file of ${action.as}`,
    hint: 'use include_tasks where it depends on a host',
  });
  if (typeof name !== 'string') return [];
  const items = await readTaskFile(reading, name, { spot: inner, at: file.value.at });
  return items ? [{ kind: 'import', ...common, items }] : [];
}

export function include(reading: Reading, map: MapNode, { action, common, spot }: Call & { spot: Spot }): IncludeCall {
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
