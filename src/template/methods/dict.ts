/** Methods of dictionaries. */

import { iterate } from '../eval/iterate.ts';
import { plugin } from '../eval/plugin.ts';
import { Dict, isList, tuple, type V } from '../value/model.ts';
import { repr } from '../value/text.ts';
import { fail } from '../value/undef.ts';

const self = (value: V): Dict => (value instanceof Dict ? value : fail('not a dictionary'));

export const dictMethods = [
  plugin('keys', '', (_, d) => self(d).keys()),
  plugin('values', '', (_, d) => self(d).values()),
  plugin('items', '', (_, d) => self(d).entries().map(tuple)),
  plugin(
    'get',
    'key, default=None',
    (_, d, key, fallback) => {
      const found = self(d).get(key);
      return found === undefined ? fallback : found;
    },
    { lax: true },
  ),
  plugin('copy', '', (_, d) => self(d).copy()),
  plugin('clear', '', (_, d) => {
    self(d).clear();
    return null;
  }),
  plugin('setdefault', 'key, default=None', (_, d, key, fallback) => {
    const found = self(d).get(key);
    if (found !== undefined) return found;
    self(d).set(key, fallback);
    return fallback;
  }),
  plugin('update', '*others, **more', (f, d, others, more) => {
    for (const other of isList(others) ? others : []) {
      const entries = other instanceof Dict ? other.entries() : iterate(f, other).map((pair) => iterate(f, pair));
      for (const [key = null, value = null] of entries) self(d).set(key, value);
    }
    for (const [key, value] of self(more).entries()) self(d).set(key, value);
    return null;
  }),
  plugin('pop', 'key, *fallback', (_, d, key, fallback) => {
    const found = self(d).get(key);
    if (found !== undefined) {
      self(d).delete(key);
      return found;
    }
    const given = isList(fallback) ? fallback[0] : undefined;
    return given === undefined ? fail(`KeyError: ${repr(key)}`) : given;
  }),
  plugin('popitem', '', (_, d) => {
    const last = self(d).entries().at(-1) ?? fail('popitem(): dictionary is empty');
    self(d).delete(last[0]);
    return tuple(last);
  }),
  plugin('fromkeys', 'keys, value=None', (f, _, keys, value) => Dict.of(iterate(f, keys).map((key) => [key, value]))),
];
