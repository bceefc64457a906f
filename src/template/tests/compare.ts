/** Tests that compare. */
import { plugin } from '../eval/plugin.ts';
import { items } from '../filters/args.ts';
import { difference } from '../filters/sets.ts';
import { contains, equal, order, truth } from '../value/compare.ts';

export const compareTests = [
  plugin('eq equalto ==', 'value, other', (_, a, b) => equal(a, b)),
  plugin('ne !=', 'value, other', (_, a, b) => !equal(a, b)),
  plugin('lt lessthan <', 'value, other', (_, a, b) => order(a, b, '<') < 0),
  plugin('le <=', 'value, other', (_, a, b) => order(a, b, '<=') <= 0),
  plugin('gt greaterthan >', 'value, other', (_, a, b) => order(a, b, '>') > 0),
  plugin('ge >=', 'value, other', (_, a, b) => order(a, b, '>=') >= 0),
  plugin('in', 'value, container', (_, value, container) => contains(container, value)),
  plugin('contains', 'value, item', (_, container, item) => contains(container, item)),
  plugin('subset issubset', 'value, other', (f, a, b) => difference(f, items(f, a), items(f, b)).length === 0),
  plugin('superset issuperset', 'value, other', (f, a, b) => difference(f, items(f, b), items(f, a)).length === 0),
  plugin('any', 'value', (f, value) => items(f, value).some(truth)),
  plugin('all', 'value', (f, value) => items(f, value).every(truth)),
];
