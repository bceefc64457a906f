/** Values on their way out of the engine. */
import { OMIT } from '../../core/resolve.ts';
import { type Key, type Resolved, Unknown, withKeys } from '../../core/value.ts';
import { Dict, Float, isList, Obj, type V } from '../value/model.ts';
import { Bytes, DateTime } from '../value/objects.ts';
import { floatText, MAX_TEXT, shown, str } from '../value/text.ts';
import { Fault, fail, Undef, UnknownSignal } from '../value/undef.ts';

const MAX_DEPTH = 200;

/** Outputs of a template to one value: none is None, one is itself, several become text. */
export function concat(parts: readonly V[]): V {
  if (parts.length === 0) return null;
  if (parts.length === 1) return parts[0] ?? null;
  let text = '';
  let unknown: Unknown | undefined;
  for (const part of parts) {
    try {
      text += shown(part);
    } catch (error) {
      if (!(error instanceof UnknownSignal)) throw error;
      unknown ??= error.unknown;
    }
    if (text.length > MAX_TEXT) throw new Fault('limit', `the text is longer than ${MAX_TEXT} characters`);
  }
  return unknown ?? text;
}

/** Plain data: tuples become lists, whole floats numbers, dates text; what was omitted is gone. Unknown parts stay. */
export function leave(value: V, depth = 0): Resolved {
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  if (value instanceof Unknown) return value;
  if (value instanceof Undef) throw value.fault();
  if (typeof value === 'bigint') return Number(value);
  if (value instanceof Float) return value.value;
  if (depth > MAX_DEPTH) throw new Fault('limit', 'the value is nested too deeply, or contains itself');
  if (isList(value)) {
    const made: Resolved[] = [];
    for (const item of value) if (item !== OMIT) made.push(leave(item, depth + 1));
    return made;
  }
  if (value instanceof Dict) {
    const made: (readonly [Key, Resolved])[] = [];
    for (const [key, item] of value.entries()) if (item !== OMIT) made.push([keyOf(key), leave(item, depth + 1)]);
    return withKeys(made);
  }
  if (value instanceof DateTime) return value.iso();
  if (value instanceof Bytes) return value.data.toString('utf8');
  return value instanceof Obj ? fail(`Type '${value.type}' is unsupported for variable storage`) : fail('not data');
}

const keyOf = (key: V): Key => (key === null || typeof key === 'boolean' || typeof key === 'number' ? key : keyText(key));

/** Keys as JSON writes them. */
export function keyText(key: V): string {
  if (typeof key === 'string') return key;
  if (key === null) return 'null';
  if (typeof key === 'boolean') return String(key);
  return key instanceof Float ? floatText(key.value) : str(key);
}
