/** What columns are made of. */
import { age } from '../http/age.ts';
import { at, type Dict, dict, dicts, number, type Obj, text } from '../json.ts';
import { selectorText } from '../store/labels.ts';

export type Cell = string | number | boolean | null;

export interface BuiltinColumn {
  readonly name: string;
  readonly type?: string;
  readonly priority?: number;
  readonly cell: (object: Obj, now: Date) => Cell;
}

export const column = (name: string, cell: BuiltinColumn['cell'], more: { type?: string; priority?: number } = {}): BuiltinColumn => ({
  name,
  cell,
  ...more,
});
export const wide = { priority: 1 };
export const created = column('Age', (object, now) => age(object.metadata.creationTimestamp, now));
export const from =
  (...path: string[]) =>
  (object: Obj): string =>
    text(at(object, ...path));
export const count =
  (...path: string[]) =>
  (object: Obj): number =>
    number(at(object, ...path));
export const orNone = (value: string): string => value || '<none>';
const containers = (object: Obj): Dict[] => dicts(at(object, 'spec', 'template', 'spec', 'containers'));
export const images: readonly BuiltinColumn[] = [
  column(
    'Containers',
    (object) =>
      containers(object)
        .map((one) => text(one['name']))
        .join(','),
    wide,
  ),
  column(
    'Images',
    (object) =>
      containers(object)
        .map((one) => text(one['image']))
        .join(','),
    wide,
  ),
];
export const selector = column('Selector', (object) => orNone(selectorText(dict(at(object, 'spec', 'selector')))), wide);
export const integer = { type: 'integer' };
