/** Methods and attributes of numbers that a template may use. */
import { plugin } from '../eval/plugin.ts';
import { isFloat, toNumber } from '../value/model.ts';

export const numberMethods = [
  plugin('is_integer', '', (_, n) => !isFloat(n) || Number.isInteger(toNumber(n))),
  plugin('bit_length', '', (_, n) => {
    const value = typeof n === 'bigint' ? n : BigInt(Math.trunc(toNumber(n) ?? 0));
    return value === 0n ? 0 : (value < 0n ? -value : value).toString(2).length;
  }),
];
