/** Located nodes → core values: the only place where text of the project becomes a Template. */
import type { Span } from '../../core/diagnostic.ts';
import type { Layer, Precedence } from '../../core/precedence.ts';
import { type Expression, type Value, withKeys } from '../../core/value.ts';
import type { PositionMap } from '../../template/index.ts';
import type { Context } from '../context.ts';
import { VaultTemplate } from '../vault/template.ts';
import { type MapNode, type ScalarNode, typeName, type YamlNode } from './node.ts';

// aliases share nodes; sharing their values too keeps an alias-heavy file small
const made = new WeakMap<object, WeakMap<YamlNode, Value>>();

export function toValue(context: Context, node: YamlNode, unsafe = false): Value {
  if (node.kind === 'scalar') return scalarValue(context, node, unsafe);
  const cache = made.get(context) ?? new WeakMap<YamlNode, Value>();
  made.set(context, cache);
  const known = unsafe ? undefined : cache.get(node);
  if (known !== undefined) return known;
  const below = unsafe || node.unsafe === true;
  const value: Value =
    node.kind === 'seq'
      ? node.items.map((item) => toValue(context, item, below))
      : withKeys(node.entries.map((item) => [item.keyValue === undefined ? item.key : item.keyValue, toValue(context, item.value, below)]));
  if (!unsafe) cache.set(node, value);
  return value;
}

function scalarValue(context: Context, node: ScalarNode, unsafe: boolean): Value {
  if (node.tag === 'vault') return new VaultTemplate(node.text, node.at, context);
  if (typeof node.value === 'number' && wholeFloat(node)) return context.engine.template(`{{ ${node.value.toFixed(1)} }}`, node.at);
  if (typeof node.value !== 'string' || node.tag === 'unsafe' || unsafe) return node.value;
  return textValue(context, node.value, node.textAt, positions(node));
}

/** 2.0 reads 2.0 wherever it is put into text: JavaScript's numbers forget that it was no 2, expressions do not. */
const wholeFloat = ({ value, text }: ScalarNode): boolean =>
  text.includes('.') && Number.isInteger(value) && Math.abs(Number(value)) < 1e16;

/** Where an offset of a block's text stands in the file: its lines are indented there. */
function positions({ block, text, textAt }: ScalarNode): PositionMap | undefined {
  if (!block) return undefined;
  return (offset) => {
    const before = text.slice(0, offset).split('\n');
    return { file: textAt.file, line: textAt.line + before.length - 1, column: textAt.column + (before.at(-1)?.length ?? 0) };
  };
}

/** A string of the project: a Template where it holds one. Broken syntax is reported, and the text stays data. */
export function textValue(context: Context, text: string, at: Span, map?: PositionMap): Value {
  if (!context.engine.hasTemplate(text)) return text;
  try {
    return context.engine.template(text, at, map);
  } catch (error) {
    context.problems.caught(error, 'template-syntax', at);
    return text;
  }
}

/** A bare expression: the text of a scalar, booleans as Jinja writes them. Undefined after a report. */
export function toExpression(context: Context, node: YamlNode, keyword: string): Expression | undefined {
  if (node.kind !== 'scalar' || node.value === null) {
    context.problems.error('wrong-type', `${keyword} must be an expression, not ${typeName(node)}`, { at: node.at });
    return undefined;
  }
  const { value: literal } = node;
  if (typeof literal === 'boolean')
    return { source: String(literal), literal, at: node.textAt, value: () => literal, holds: () => literal };
  try {
    return context.engine.expression(node.text, node.textAt, positions(node));
  } catch (error) {
    context.problems.caught(error, 'expression-syntax', node.at);
    return undefined;
  }
}

/** Variables with the place of each name. */
export function layerOf(context: Context, map: MapNode, what: { precedence: Precedence; origin?: string; secret?: boolean }): Layer {
  if (what.secret) for (const item of map.entries) tellSecrets(context, item.value);
  return {
    precedence: what.precedence,
    vars: Object.fromEntries(map.entries.map((item) => [item.key, toValue(context, item.value)])),
    at: Object.fromEntries(map.entries.map((item) => [item.key, item.keyAt])),
    ...(what.origin === undefined ? {} : { origin: what.origin }),
  };
}

function tellSecrets(context: Context, node: YamlNode): void {
  if (node.kind === 'seq') for (const item of node.items) tellSecrets(context, item);
  else if (node.kind === 'map') for (const item of node.entries) tellSecrets(context, item.value);
  else if (typeof node.value === 'string' && !context.engine.hasTemplate(node.text)) context.onSecret(node.text);
}
