/** Which methods a value has. The lists are closed: what is not in them cannot be called. */
import { type Plugin, table } from '../eval/plugin.ts';
import { Dict, isList, isNumber, Tuple, type V } from '../value/model.ts';
import { caseMethods } from './case.ts';
import { dictMethods } from './dict.ts';
import { listMethods, tupleMethods } from './list.ts';
import { numberMethods } from './number.ts';
import { textMethods } from './text.ts';

const text = table(textMethods, caseMethods);
const list = table(listMethods);
const pair = table(tupleMethods);
const dict = table(dictMethods);
const number = table(numberMethods);

export function method(of: V, name: string): Plugin | undefined {
  if (typeof of === 'string') return text.get(name);
  if (of instanceof Dict) return dict.get(name);
  if (of instanceof Tuple) return pair.get(name);
  if (isList(of)) return list.get(name);
  return isNumber(of) ? number.get(name) : undefined;
}
