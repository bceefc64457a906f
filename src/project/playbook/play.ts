/** A play: its keywords, its variables, its roles and lists of tasks. */
import path from 'node:path';
import { nearest } from '../../core/diagnostic.ts';
import type { Layer } from '../../core/precedence.ts';
import type { Reading, Spot } from '../reading.ts';
import { staticValue } from '../vars/scope.ts';
import { child, type Entry, entry, isNull, itemsOf, type MapNode, typeName } from '../yaml/node.ts';
import { layerOf, toValue } from '../yaml/value.ts';
import type { PlayOf, RoleUse } from './ast.ts';
import { keywords } from './common.ts';
import { readItems } from './items.ts';
import { checkKeys, PLAY } from './keywords.ts';
import { type Ask, readPrompts } from './prompts.ts';
import { readRoleUse } from './role-use.ts';
import { flag, text } from './typed.ts';
import { readVarsFiles } from './vars-files.ts';

export interface PlayContext {
  /** Absolute path of the playbook. */
  readonly file: string;
  readonly extraVars: Layer;
  readonly ask: Ask;
  /** Variables of the import_playbook around it. */
  readonly imported: readonly Layer[];
}

export async function readPlay(reading: Reading, given: MapNode, about: PlayContext): Promise<PlayOf | undefined> {
  const { problems } = reading;
  const map = { ...given, entries: given.entries.map((item) => (item.key === 'user' ? { ...item, key: 'remote_user' } : item)) };
  checkKeys(problems, map, { keys: PLAY, where: 'this play' });
  const hosts = entry(map, 'hosts');
  if (!hosts || isNull(hosts.value))
    problems.error('no-hosts', 'this play names no hosts', { at: hosts?.keyAt ?? map.at, hint: 'add hosts: with a group, a host or all' });
  const common = keywords(reading, map);
  const own: Layer[] = [...about.imported];
  if (common.vars) own.push(layerOf(reading, common.vars, { precedence: 'play vars' }));
  const prompts = await readPrompts(reading, entry(map, 'vars_prompt'), { ask: about.ask, given: about.extraVars });
  if (prompts) own.push(prompts);
  const directory = path.dirname(about.file);
  const files = await readVarsFiles(reading, child(map, 'vars_files'), { directory, layers: [...own, about.extraVars] });
  own.push(...files.layers);

  const spot: Spot = { place: { file: about.file }, layers: [...own, about.extraVars], chain: [about.file], handlers: false };
  const roles: RoleUse[] = [];
  for (const item of itemsOf(child(map, 'roles'))) {
    const use = await readRoleUse(reading, item, { spot, how: 'roles' });
    if (use) roles.push(use);
  }
  const list = (key: string) => readItems(reading, child(map, key), { ...spot, handlers: key === 'handlers' });
  const [force, gather] = [entry(map, 'force_handlers'), entry(map, 'gather_facts')];
  return {
    ...common,
    hosts: hosts ? hostsValue(reading, hosts.value) : [],
    hostsAt: hosts?.value.at ?? map.at,
    strategy: oneOf(reading, map, { key: 'strategy', known: STRATEGIES, layers: spot.layers }) ?? 'linear',
    order: oneOf(reading, map, { key: 'order', known: ORDERS, layers: spot.layers }) ?? 'inventory',
    serial: optional(reading, map, 'serial'),
    maxFailPercentage: optional(reading, map, 'max_fail_percentage'),
    forceHandlers: force && flag(reading, force),
    gatherFacts: gather && flag(reading, gather),
    layers: own,
    varsFiles: files.perHost,
    gather: gatherArguments(map),
    roles,
    preTasks: await list('pre_tasks'),
    tasks: await list('tasks'),
    postTasks: await list('post_tasks'),
    handlers: await list('handlers'),
    file: about.file,
  };
}

const STRATEGIES = ['linear', 'free', 'host_pinned'] as const;
const ORDERS = ['inventory', 'reverse_inventory', 'sorted', 'reverse_sorted', 'shuffle'] as const;

/** Keywords of plays that are arguments of the task that gathers facts. */
const GATHER = ['gather_subset', 'gather_timeout', 'fact_path'];
const gatherArguments = (map: MapNode): readonly Entry[] => map.entries.filter(({ key, value }) => GATHER.includes(key) && !isNull(value));

function hostsValue(reading: Reading, node: MapNode | Parameters<typeof toValue>[1]) {
  if (node.kind === 'map')
    reading.problems.error('wrong-type', `hosts must be a pattern or a list of patterns, not ${typeName(node)}`, { at: node.at });
  return toValue(reading, node);
}

const optional = (reading: Reading, map: MapNode, key: string) => {
  const item = entry(map, key);
  return item && !isNull(item.value) ? toValue(reading, item.value) : undefined;
};

interface Choice<T extends string> {
  readonly key: string;
  readonly known: readonly T[];
  readonly layers: readonly Layer[];
}

function oneOf<T extends string>(reading: Reading, map: MapNode, what: Choice<T>): T | undefined {
  const item = entry(map, what.key);
  const given = item && text(reading, item);
  const about = { layers: what.layers, at: item?.value.at ?? map.at, what: what.key, hint: 'use play variables or -e' };
  const word =
    given === undefined ? undefined : String(staticValue(reading, given, about) ?? '').replace(/^ansible\.(?:builtin|legacy)\./, '');
  if (!item || !word) return undefined;
  const found = what.known.find((name) => name === word);
  const guess = nearest(word, what.known);
  if (!found)
    reading.problems.error('unsupported', `${what.key} ${word} is not supported`, {
      at: item.value.at,
      hint: guess ? `did you mean ${guess}?` : `use ${what.known.join(', ')}`,
    });
  return found;
}
