/** Keywords that plays, roles, blocks and tasks share. */
import type { Settings } from '../../core/plan.ts';
import type { Expression, Value } from '../../core/value.ts';
import type { Context } from '../context.ts';
import { checkNames } from '../vars/file.ts';
import { child, type Entry, entry, isNull, itemsOf, type MapNode, textOf, typeName, type YamlNode } from '../yaml/node.ts';
import { toExpression, toValue } from '../yaml/value.ts';
import type { Keywords } from './ast.ts';
import { INHERITED } from './keywords.ts';
import { flag, integer, tagValues, text } from './typed.ts';

const FLAGS = [
  'any_errors_fatal',
  'become',
  'check_mode',
  'diff',
  'ignore_errors',
  'ignore_unreachable',
  'no_log',
  'run_once',
  'delegate_facts',
];
const INTEGERS = ['port', 'throttle', 'timeout'];

export function keywords(context: Context, map: MapNode): Keywords {
  const name = entry(map, 'name');
  const nameValue = name && !isNull(name.value) ? text(context, name) : undefined;
  const tags = entry(map, 'tags');
  const notify = entry(map, 'notify');
  const vars = varsOf(context, entry(map, 'vars'));
  return {
    at: map.at,
    ...(nameValue === undefined ? {} : { name: nameValue }),
    settings: settings(context, map),
    tags: tags ? tagValues(context, tags) : [],
    when: conditions(context, child(map, 'when'), 'when'),
    ...(vars ? { vars } : {}),
    notify: notify ? itemsOf(notify.value).flatMap((item) => text(context, { ...notify, value: item }) ?? []) : [],
    moduleDefaults: moduleDefaults(context, entry(map, 'module_defaults')),
  };
}

function settings(context: Context, map: MapNode): Settings {
  const found: { [key: string]: Value } = {};
  for (const key of [...INHERITED, 'delegate_to', 'delegate_facts']) {
    const item = entry(map, key);
    if (!item || key === 'environment' || isNull(item.value)) continue;
    const read = FLAGS.includes(key) ? flag : INTEGERS.includes(key) ? integer : text;
    const value = read(context, item);
    if (value !== undefined) found[key] = value;
  }
  const method = entry(map, 'become_method');
  const methodName = method ? textOf(method.value)?.replace(/^(?:ansible\.builtin|community\.general)\./, '') : undefined;
  if (method && methodName !== undefined && methodName !== 'sudo' && !methodName.includes('{{'))
    context.problems.error('unsupported', `become_method ${methodName} is not supported`, { at: method.value.at, hint: 'use sudo' });
  return { ...found, environment: environment(context, entry(map, 'environment')) };
}

function environment(context: Context, item: Entry | undefined): readonly Value[] {
  return itemsOf(item?.value).flatMap((node) => {
    const template = node.kind === 'scalar' && context.engine.hasTemplate(node.text);
    if (node.kind === 'map' || template) return [toValue(context, node)];
    context.problems.error('wrong-type', `environment must be a mapping, not ${typeName(node)}`, { at: node.at });
    return [];
  });
}

/** One condition or a list of them, all of which must hold. */
export function conditions(context: Context, node: YamlNode | undefined, keyword: string): readonly Expression[] {
  return itemsOf(node).flatMap((item) => toExpression(context, item, keyword) ?? []);
}

function varsOf(context: Context, item: Entry | undefined): MapNode | undefined {
  if (!item || isNull(item.value)) return undefined;
  if (item.value.kind === 'map') {
    checkNames(context, item.value);
    return item.value;
  }
  context.problems.error('wrong-type', `vars must be a mapping of variables, not ${typeName(item.value)}`, { at: item.value.at });
  return undefined;
}

function moduleDefaults(context: Context, item: Entry | undefined): readonly Entry[] {
  return itemsOf(item?.value).flatMap((node) => {
    if (node.kind !== 'map') {
      context.problems.error('wrong-type', `module_defaults must be a mapping of module names, not ${typeName(node)}`, { at: node.at });
      return [];
    }
    return node.entries.filter(({ key, value }) => {
      if (value.kind === 'map') return true;
      if (!isNull(value))
        context.problems.error('wrong-type', `the defaults of ${key} must be a mapping of arguments, not ${typeName(value)}`, {
          at: value.at,
        });
      return false;
    });
  });
}
