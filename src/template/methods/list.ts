/** Methods of lists and tuples. Lists made from variables are copies, so changing one changes nothing outside the template. */
import type { Frame } from '../eval/frame.ts';
import { iterate } from '../eval/iterate.ts';
import { checkedItems } from '../eval/operators.ts';
import { plugin } from '../eval/plugin.ts';
import { equal, order, truth } from '../value/compare.ts';
import { isList, toNumber, type V } from '../value/model.ts';
import { repr } from '../value/text.ts';
import { fail } from '../value/undef.ts';

const self = (value: V): V[] => (isList(value) ? value : fail('not a list'));
const index = (value: V): number => toNumber(value) ?? fail('an index must be an integer');

function position(list: V[], item: V, start: V): number {
  const from = index(start);
  const at = list.findIndex((each, i) => i >= from && equal(each, item));
  return at >= 0 ? at : fail(`${repr(item)} is not in list`);
}

const grown = (f: Frame, list: V[], by: number): V[] => {
  checkedItems(f, list.length + by);
  return list;
};

/** Sorts in place by Python's order, keeping equal items as they stand. */
function sort(list: V[], reverse: V): null {
  list.sort((a, b) => order(a, b));
  if (truth(reverse)) list.reverse();
  return null;
}

const shared = [
  plugin('count', 'value', (_, l, value) => self(l).filter((item) => equal(item, value)).length),
  plugin('index', 'value, start=0', (_, l, value, start) => position(self(l), value, start)),
];

export const tupleMethods = shared;

export const listMethods = [
  ...shared,
  plugin('append', 'item', (f, l, item) => {
    grown(f, self(l), 1)[self(l).length] = item;
    return null;
  }),
  plugin('extend', 'items', (f, l, items) => {
    for (const item of [...iterate(f, items)]) grown(f, self(l), 1).push(item);
    return null;
  }),
  plugin('insert', 'index, item', (f, l, at, item) => {
    grown(f, self(l), 1).splice(index(at), 0, item);
    return null;
  }),
  plugin('pop', 'index=-1', (_, l, at) => {
    const list = self(l);
    const i = index(at) < 0 ? index(at) + list.length : index(at);
    return i >= 0 && i < list.length ? (list.splice(i, 1)[0] ?? null) : fail('pop index out of range');
  }),
  plugin('remove', 'value', (_, l, value) => {
    self(l).splice(position(self(l), value, 0), 1);
    return null;
  }),
  plugin('reverse', '', (_, l) => {
    self(l).reverse();
    return null;
  }),
  plugin('sort', 'reverse=False', (_, l, reverse) => sort(self(l), reverse)),
  plugin('copy', '', (_, l) => [...self(l)]),
  plugin('clear', '', (_, l) => {
    self(l).length = 0;
    return null;
  }),
];
