/** meta/argument_specs.yml of a role: what of it decides whether arguments are right, checked while loading. */
import { nearest, type Span } from '../../core/diagnostic.ts';
import { isObject, type Json, type JsonObject } from '../../core/value.ts';
import { booleanOf } from '../../core/yes-no.ts';
import type { Context } from '../context.ts';
import { child, type Entry, entry, isNull, itemsOf, type MapNode, textOf, typeName, type YamlNode } from '../yaml/node.ts';
import { toValue } from '../yaml/value.ts';

export interface ArgumentSpec {
  /** The entry point: the file of tasks it is for. */
  readonly name: string;
  readonly description?: string;
  /** As validate_argument_spec takes it. */
  readonly options: JsonObject;
  readonly at: Span;
}

const TYPES = ['str', 'int', 'float', 'bool', 'list', 'dict', 'path', 'raw', 'json', 'jsonarg', 'bytes', 'bits'];
const LISTS = ['mutually_exclusive', 'required_together', 'required_one_of', 'required_if'];
/** What decides; the rest is documentation. */
const DECIDES = ['type', 'elements', 'required', 'default', 'choices', 'options', 'aliases', 'no_log', 'apply_defaults', 'required_by'];
const KNOWN = [...DECIDES, ...LISTS, 'description', 'version_added', 'fallback', 'deprecated_aliases', 'removed_in_version'];

export function readArgumentSpec(context: Context, { key, keyAt, value }: Entry): ArgumentSpec | undefined {
  if (value.kind !== 'map') {
    if (!isNull(value))
      context.problems.error('argument-spec', `the specification of ${key} must be a mapping, not ${typeName(value)}`, { at: value.at });
    return undefined;
  }
  const [options, description] = [entry(value, 'options'), textOf(child(value, 'short_description'))];
  return {
    name: key,
    ...(description === undefined ? {} : { description }),
    options: options ? optionsOf(context, options) : {},
    at: keyAt,
  };
}

function optionsOf(context: Context, { value }: Entry): JsonObject {
  if (isNull(value)) return {};
  if (value.kind === 'map') return Object.fromEntries(value.entries.map((item) => [item.key, optionOf(context, item)]));
  context.problems.error('argument-spec', `options must be a mapping of arguments, not ${typeName(value)}`, { at: value.at });
  return {};
}

function optionOf(context: Context, { key, value }: Entry): JsonObject {
  if (isNull(value)) return {};
  if (value.kind !== 'map') {
    context.problems.error('argument-spec', `the specification of ${key} must be a mapping, not ${typeName(value)}`, { at: value.at });
    return {};
  }
  return Object.fromEntries(value.entries.flatMap((item) => part(context, value, item)));
}

function part(context: Context, option: MapNode, item: Entry): readonly (readonly [string, Json])[] {
  const { key, keyAt, value } = item;
  const wrong = (why: string, hint?: string): readonly [] => {
    context.problems.error('argument-spec', why, { at: value.at, hint });
    return [];
  };
  if (!KNOWN.includes(key)) {
    const guess = nearest(key, KNOWN);
    context.problems.warning('argument-spec', `${key} means nothing in an argument specification`, {
      at: keyAt,
      hint: guess ? `did you mean ${guess}?` : undefined,
    });
    return [];
  }
  if (key === 'options') return [[key, optionsOf(context, item)]];
  if (key === 'type' || key === 'elements') {
    const type = textOf(value) ?? '';
    const guess = nearest(type, TYPES);
    return TYPES.includes(type)
      ? [[key, type]]
      : wrong(`${JSON.stringify(type)} is no type of an argument`, guess ? `did you mean ${guess}?` : `known: ${TYPES.join(', ')}`);
  }
  if (key === 'required') {
    const yes = booleanOf(textOf(value) ?? '');
    return yes === undefined ? wrong(`required must be true or false, not ${typeName(value)}`) : [[key, yes]];
  }
  if (key === 'choices' && value.kind !== 'seq') return wrong(`choices must be a list, not ${typeName(value)}`);
  if (key === 'default' && booleanOf(textOf(child(option, 'required')) ?? '') === true && !isNull(value))
    context.problems.warning('argument-spec', 'a required argument never takes its default', { at: keyAt, hint: 'remove one of the two' });
  return DECIDES.includes(key) || LISTS.includes(key) ? [[key, plain(context, value)]] : [];
}

/** Templates in it stay text: Ansible does not work them out either. */
function plain(context: Context, node: YamlNode): Json {
  if (node.kind === 'seq') return itemsOf(node).map((item) => plain(context, item));
  if (node.kind === 'map') return Object.fromEntries(node.entries.map((item) => [item.key, plain(context, item.value)]));
  const value = toValue(context, node, true);
  return value instanceof Date || isObject(value) ? node.text : (value as Json);
}
