/** A task's arguments: defaults of module_defaults, canonical names, expressions compiled, and all that can be checked before the run. */
import type { Span } from '../core/diagnostic.ts';
import type { AnyModule } from '../core/module.ts';
import type { ModuleTask } from '../core/plan.ts';
import { type Expression, isObject, Template, type Value } from '../core/value.ts';
import type { ModuleCall } from '../project/playbook/ast.ts';
import type { Reading } from '../project/reading.ts';
import { type Entry, isNull, itemsOf, type YamlNode } from '../project/yaml/node.ts';
import { textValue, toExpression, toValue } from '../project/yaml/value.ts';
import { type ArgProblem, canonical, examine, modeProblem } from './check-args.ts';
import { writtenOctal } from './mode-number.ts';
import { defaultsOf } from './module-defaults.ts';

export interface Called {
  readonly module: AnyModule;
  readonly args: ModuleTask['args'];
  readonly argNames?: NonNullable<ModuleTask['argNames']>;
}

export function callOf(reading: Reading, call: ModuleCall, defaults: readonly Entry[]): Called {
  const given = withDefaults(reading, call, defaults);
  const names = new Map<string, Entry>();
  for (const item of given) {
    const name = canonical(call.module, item.key);
    const other = names.get(name);
    if (other)
      reading.problems.error('conflicting-arguments', `${other.key} and ${item.key} are the same argument of ${call.as}`, {
        at: item.keyAt,
        hint: 'keep one of them',
      });
    else names.set(name, item);
  }
  const module = call.module.variant?.(new Set(names.keys())) ?? call.module;
  const properties = ((module.args as { properties?: object }).properties ?? {}) as {
    readonly [name: string]: { readonly 'x-pb'?: string };
  };
  const args: { [name: string]: ModuleTask['args'][string] } = {};
  const open = new Set<string>();
  for (const [name, item] of names) {
    const kind = Object.hasOwn(properties, name) ? properties[name]?.['x-pb'] : undefined;
    const number = kind === 'mode' && item.value.kind === 'scalar' && typeof item.value.value === 'number' ? item.value.value : undefined;
    const value = number === undefined ? argument(reading, item, kind) : writtenOctal(item.value);
    if (number !== undefined && value === undefined) report(reading, modeProblem(item.key, number), { call, names });
    if (value === undefined) continue;
    args[name] = value;
    if (kind === 'expression' || kind === 'expressions' || hasTemplate(value as Value)) open.add(name);
  }
  const { problems } = examine(module, call.as, args, open);
  for (const problem of problems)
    if (call.allArgs === undefined || problem.code !== 'missing-argument') report(reading, problem, { call, names });
  return { module, args, ...argNames(reading, module, names) };
}

function argNames(reading: Reading, module: AnyModule, names: ReadonlyMap<string, Entry>): Pick<Called, 'argNames'> {
  if (module.assigns !== 'arguments') return {};
  const templates = [...names].flatMap(([name, { key, keyAt }]): [string, Value][] =>
    reading.engine.hasTemplate(key) ? [[name, textValue(reading, key, keyAt)]] : [],
  );
  return templates.length > 0 ? { argNames: Object.fromEntries(templates) } : {};
}

/** Arguments of module_defaults that the task does not give; of two the later wins. */
function withDefaults(reading: Reading, call: ModuleCall, defaults: readonly Entry[]): readonly Entry[] {
  const given = new Set(call.args.map((item) => canonical(call.module, item.key)));
  const found = new Map<string, Entry>();
  for (const item of defaultsOf(reading, call, defaults)) {
    const name = canonical(call.module, item.key);
    if (!given.has(name)) found.set(name, item);
  }
  return [...call.args, ...found.values()];
}

function argument(
  reading: Reading,
  { key, value }: Entry,
  kind: string | undefined,
): Value | Expression | readonly Expression[] | undefined {
  if (kind === 'expression') return isNull(value) ? undefined : toExpression(reading, value, key);
  if (kind === 'expressions') return itemsOf(value).flatMap((item) => toExpression(reading, item, key) ?? []);
  return toValue(reading, value);
}

function hasTemplate(value: Value): boolean {
  if (value instanceof Template) return true;
  if (Array.isArray(value)) return value.some(hasTemplate);
  return isObject(value) && Object.values(value).some((item) => hasTemplate(item as Value));
}

function report(reading: Reading, problem: ArgProblem, where: { call: ModuleCall; names: ReadonlyMap<string, Entry> }): void {
  const { call, names } = where;
  const [first = '', ...rest] = problem.path;
  const entry = names.get(canonical(call.module, first));
  reading.problems.error(problem.code, problem.message, {
    at: entry ? place(entry, rest, problem.code) : call.argsAt,
    hint: problem.hint,
  });
}

/** The key for what should not be there or lacks something, the value for what is wrong with it. */
function place(entry: Entry, path: readonly string[], code: ArgProblem['code']): Span {
  let at = code === 'unknown-argument' ? entry.keyAt : entry.value.at;
  let node: YamlNode | undefined = entry.value;
  for (const part of path) {
    if (node?.kind === 'map') {
      const found: Entry | undefined = node.entries.find((item) => item.key === part);
      if (found) at = code === 'unknown-argument' ? found.keyAt : found.value.at;
      node = found?.value;
    } else if (node?.kind === 'seq') {
      node = node.items[Number(part)];
      if (node) at = node.at;
    } else return at;
  }
  return at;
}
