/** `subelements` and `extract`: parts of items. */
import { getItem } from '../eval/access.ts';
import type { Frame } from '../eval/frame.ts';
import { Dict, isList, tuple, typeName, type V } from '../value/model.ts';
import { str } from '../value/text.ts';
import { fail, Undef } from '../value/undef.ts';

/** Every item together with each element of a list in it: "ssh.keys" or ['ssh', 'keys']. */
export function subelements(f: Frame, value: V, path: V, skipMissing: boolean): V[] {
  const all = value instanceof Dict ? value.values() : isList(value) ? value : fail('obj must be a list of dicts or a nested dict');
  const keys = isList(path) ? path.map(str) : typeof path === 'string' ? path.split('.') : fail('subelements must be a list or a string');
  return all.flatMap((item) => {
    const list = elements(item, keys, skipMissing);
    f.ev.step(list.length);
    return list.map((element) => tuple([item, element]));
  });
}

function elements(item: V, keys: readonly string[], skipMissing: boolean): readonly V[] {
  let value: V = item;
  for (const key of keys) {
    if (!(value instanceof Dict)) return fail(`the key ${key} should point to a dictionary, got '${typeName(value)}'`);
    const next = value.get(key);
    if (next === undefined || next instanceof Undef)
      return skipMissing ? [] : fail(`could not find '${key}' key in iterated item ${str(item)}`);
    value = next;
  }
  return isList(value) ? value : fail(`the key ${keys.join('.')} should point to a list, got '${typeName(value)}'`);
}

/** `key | extract(container, more)` */
export function extract(f: Frame, key: V, container: V, more: V): V {
  const path = [key, ...(more === null ? [] : isList(more) ? more : [more])];
  return path.reduce<V>((value, part) => getItem(f, value, part, { path: `… ${str(part)}`, pos: 0 }), container);
}
