/** Arguments of filters as the kind they must be. */
import type { Frame } from '../eval/frame.ts';
import { iterate } from '../eval/iterate.ts';
import { truth } from '../value/compare.ts';
import { Dict, isList, toNumber, typeName, type V } from '../value/model.ts';
import { str } from '../value/text.ts';
import { fail } from '../value/undef.ts';

export const text = (value: V): string => (typeof value === 'string' ? value : fail(`expected text, not ${typeName(value)}`));
/** Text of any value, as Python's str() gives it. */
export const soft = str;
export const number = (value: V): number => toNumber(value) ?? fail(`expected a number, not ${typeName(value)}`);
export const whole = (value: V): number => {
  const made = number(value);
  return Number.isInteger(made) ? made : fail(`expected an integer, not ${str(value)}`);
};
export const flag = truth;
export const items = (f: Frame, value: V): readonly V[] => iterate(f, value);
export const dict = (value: V): Dict => (value instanceof Dict ? value : fail(`expected a dictionary, not ${typeName(value)}`));
/** What `*rest` and `**named` arrive as. */
export const rest = (value: V): readonly V[] => (isList(value) ? value : []);
export const named = (value: V): ReadonlyMap<string, V> =>
  new Map(value instanceof Dict ? value.entries().map(([key, item]) => [str(key), item] as const) : []);

/** A list that is no text and no dictionary. */
export function listOf(value: V): readonly V[] {
  return isList(value) ? value : fail(`expected a list, not ${typeName(value)}`);
}
