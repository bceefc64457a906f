/** Tests about what a value is. */
import { iterable } from '../eval/iterate.ts';
import { plugin } from '../eval/plugin.ts';
import { number, text } from '../filters/args.ts';
import { filters } from '../filters/index.ts';
import { isLower, isUpper } from '../methods/case.ts';
import { truth } from '../value/compare.ts';
import { Dict, isFloat, isInt, isList, isNumber, toNumber, type V } from '../value/model.ts';
import { Fn, NOTHING, Range } from '../value/objects.ts';
import { str } from '../value/text.ts';
import { fail, Undef } from '../value/undef.ts';
import { tests } from './index.ts';

const defined = (value: V): boolean => !(value instanceof Undef) && value !== NOTHING;

const divides = (value: V, by: V): boolean => {
  const divisor = number(by);
  return divisor === 0 ? fail('integer division or modulo by zero') : number(value) % divisor === 0;
};

const is = (names: string, check: (value: V) => boolean) => plugin(names, 'value', (_, value) => check(value));

const NO = /^(?:n|no|off|false|f|0)$/i;

/** With `convert_bool`, words such as "no" and "off" count as what they say. */
const truthy = (value: V, convert: V): boolean => (truth(convert) && typeof value === 'string' ? !NO.test(value) : true) && truth(value);

export const kindTests = [
  plugin('defined', 'value', (_, value) => defined(value), { lax: true }),
  plugin('undefined', 'value', (_, value) => !defined(value), { lax: true }),
  is('none', (value) => value === null),
  is('boolean', (value) => typeof value === 'boolean'),
  is('true', (value) => value === true),
  is('false', (value) => value === false),
  is('integer', isInt),
  is('float', isFloat),
  is('number', (value) => isNumber(value) || typeof value === 'boolean'),
  is('string', (value) => typeof value === 'string'),
  is('mapping', (value) => value instanceof Dict),
  is('sequence', (value) => typeof value === 'string' || isList(value) || value instanceof Dict || value instanceof Range),
  is('iterable', iterable),
  is('callable', (value) => value instanceof Fn),
  is('escaped', () => false),
  is('odd', (value) => Math.abs(number(value)) % 2 === 1),
  is('even', (value) => number(value) % 2 === 0),
  is('upper', (value) => isUpper(str(value))),
  is('lower', (value) => isLower(str(value))),
  is('nan isnan', (value) => Number.isNaN(toNumber(value) ?? 0)),
  plugin('divisibleby', 'value, num', (_, value, by) => divides(value, by)),
  plugin('sameas', 'value, other', (_, value, other) => value === other),
  plugin('truthy', 'value, convert_bool=False', (_, value, convert) => truthy(value, convert)),
  plugin('falsy', 'value, convert_bool=False', (_, value, convert) => !truthy(value, convert)),
  plugin('filter', 'value', (_, value) => filters.has(text(value))),
  plugin('test', 'value', (_, value) => tests.has(text(value))),
  plugin('ansible_type', 'value, dtype, alias=None', (f, value, types) => {
    const name = str(f.filter('reveal_ansible_type', [value]));
    return (isList(types) ? types : [types]).some((type) => str(type) === name);
  }),
];
