/** Tables, which `kubectl get` asks for: columns of custom kinds by JSON path, of built-in ones as kubectl's users know them. */

import type { Dict, Obj } from '../json.ts';
import type { Cell } from '../kinds/column.ts';
import { builtinColumns, metaColumns } from '../kinds/columns.ts';
import type { Resource } from '../kinds/resource.ts';
import { age } from './age.ts';
import { cellOf } from './json-path.ts';
import { partial } from './representation.ts';

export interface TableForm {
  readonly includeObject: string;
  readonly now: Date;
}

const nameText =
  'Name must be unique within a namespace. Is required when creating resources, although some resources may allow a client to request the generation of an appropriate name automatically. Name is primarily intended for creation idempotence and configuration definition. Cannot be updated. More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/names#names';

export function asTable(
  resource: Resource,
  objects: readonly Obj[],
  { form, metadata }: { readonly form: TableForm; readonly metadata: Dict },
): Dict {
  const builtin = resource.custom ? undefined : (builtinColumns[resource.bucket] ?? metaColumns);
  const columns = builtin
    ? builtin.map(({ name, type = 'string', priority = 0 }) => ({ name, type, format: '', description: '', priority }))
    : resource.columns.map(({ name, type, format, description, priority }) => ({ name, type, format, description, priority }));
  const cells = (object: Obj): Cell[] =>
    builtin
      ? builtin.map((column) => column.cell(object, form.now))
      : resource.columns.map((column) => customCell(column, object, form.now));
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata,
    columnDefinitions: [{ name: 'Name', type: 'string', format: 'name', description: nameText, priority: 0 }, ...columns],
    rows: objects.map((object) => ({ cells: [nameOf(resource, object), ...cells(object)], ...rowObject(object, form) })),
  };
}

/** The class that is taken where none is named is marked. */
function nameOf({ bucket }: Resource, { metadata }: Obj): string {
  const isDefault =
    bucket === 'storage.k8s.io/storageclasses' && metadata.annotations?.['storageclass.kubernetes.io/is-default-class'] === 'true';
  return `${metadata.name ?? ''}${isDefault ? ' (default)' : ''}`;
}

function rowObject(object: Obj, { includeObject }: TableForm): Dict {
  if (includeObject === 'None') return { object: null };
  if (includeObject === 'Object') return { object };
  return { object: partial(object) };
}

function customCell(column: Resource['columns'][number], object: Obj, now: Date): Cell {
  const value = cellOf(object, column.jsonPath);
  if (column.type !== 'date') return value;
  return typeof value === 'string' ? age(value, now) : value === null ? '<unknown>' : value;
}
