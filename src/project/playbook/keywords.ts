/** Every keyword of ansible-core 2.19, where it may stand, and what to use instead of the few that are not supported. */
import { nearest, type Span } from '../../core/diagnostic.ts';
import type { Problems } from '../problems.ts';
import type { MapNode } from '../yaml/node.ts';

/** Plays, roles, blocks and tasks have these; a task inherits what its parents say. */
export const INHERITED = [
  'any_errors_fatal',
  'become',
  'become_exe',
  'become_flags',
  'become_method',
  'become_user',
  'check_mode',
  'connection',
  'diff',
  'environment',
  'ignore_errors',
  'ignore_unreachable',
  'no_log',
  'port',
  'remote_user',
  'run_once',
  'throttle',
  'timeout',
] as const;

const COMMON = [...INHERITED, 'name', 'vars', 'module_defaults', 'collections', 'debugger'];
const DELEGATED = ['delegate_to', 'delegate_facts'];

export const PLAY = [
  ...COMMON,
  'hosts',
  'gather_facts',
  'vars_files',
  'vars_prompt',
  'roles',
  'pre_tasks',
  'tasks',
  'post_tasks',
  'handlers',
  'serial',
  'strategy',
  'order',
  'max_fail_percentage',
  'force_handlers',
  'tags',
  'fact_path',
  'gather_subset',
  'gather_timeout',
];
export const BLOCK = [...COMMON, ...DELEGATED, 'block', 'rescue', 'always', 'when', 'tags', 'notify'];
export const TASK = [
  ...COMMON,
  ...DELEGATED,
  'action',
  'local_action',
  'args',
  'when',
  'tags',
  'notify',
  'register',
  'loop',
  'loop_control',
  'until',
  'retries',
  'delay',
  'changed_when',
  'failed_when',
  'check',
  'async',
  'poll',
];
export const HANDLER = [...TASK, 'listen'];
/** Anything else in a role entry is a role parameter. */
export const ROLE = [...COMMON, ...DELEGATED, 'role', 'when', 'tags'];
export const INCLUDE = [
  'name',
  'when',
  'tags',
  'vars',
  'args',
  'action',
  'local_action',
  'loop',
  'loop_control',
  'register',
  'run_once',
  'no_log',
  'ignore_errors',
  'timeout',
  'debugger',
  'collections',
  'listen',
  'notify',
];
export const IMPORT_PLAYBOOK = ['import_playbook', 'name', 'when', 'tags', 'vars'];
export const LOOP_CONTROL = ['loop_var', 'index_var', 'label', 'pause', 'extended', 'extended_allitems', 'break_when'];
export const VARS_PROMPT = ['name', 'prompt', 'default', 'private', 'confirm', 'encrypt', 'salt', 'salt_size', 'unsafe'];

const UNSUPPORTED: { readonly [keyword: string]: string } = {
  debugger: 'go task by task with pb run --step, look first with pb check, or have more said with -vvv',
};

export const unsupported = (problems: Problems, keyword: string, at: Span): boolean => {
  const hint = Object.hasOwn(UNSUPPORTED, keyword) ? UNSUPPORTED[keyword] : undefined;
  if (hint !== undefined) problems.error('unsupported', `${keyword} is not supported`, { at, hint });
  return hint !== undefined;
};

/** Reports every key that does not belong into this mapping. */
export function checkKeys(problems: Problems, map: MapNode, allowed: { keys: readonly string[]; where: string }): void {
  for (const { key, keyAt } of map.entries) {
    if (allowed.keys.includes(key)) unsupported(problems, key, keyAt);
    else if (!unsupported(problems, key, keyAt)) unknownKey(problems, { key, at: keyAt }, allowed);
  }
}

export function unknownKey(
  problems: Problems,
  found: { key: string; at: Span },
  allowed: { keys: readonly string[]; where: string },
): void {
  const guess = nearest(found.key, allowed.keys);
  problems.error('unknown-key', `unknown key ${JSON.stringify(found.key)} in ${allowed.where}`, {
    at: found.at,
    hint: guess ? `did you mean ${guess}?` : undefined,
  });
}
