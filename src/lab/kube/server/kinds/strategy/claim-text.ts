/** How a refused change of a claim's spec is shown: the lines of Go's internal struct that differ, with three lines around them. */
import { at, type Dict, dict, list } from '../../json.ts';

/** The spec as Go prints it with `json.MarshalIndent`. */
export function goClaimSpec(spec: Dict): string[] {
  const struct = {
    AccessModes: list(spec['accessModes']),
    Selector: spec['selector'] ?? null,
    Resources: { Limits: at(spec, 'resources', 'limits') ?? null, Requests: at(spec, 'resources', 'requests') ?? null },
    VolumeName: spec['volumeName'] ?? '',
    StorageClassName: spec['storageClassName'] ?? null,
    VolumeMode: spec['volumeMode'] ?? null,
    DataSource: source(spec['dataSource']),
    DataSourceRef: source(spec['dataSourceRef']),
    VolumeAttributesClassName: spec['volumeAttributesClassName'] ?? null,
  };
  return JSON.stringify(struct, undefined, 1).split('\n');
}

const source = (value: unknown): Dict | null => {
  if (value === undefined) return null;
  const { apiGroup, kind, name } = dict(value);
  return { APIGroup: apiGroup ?? null, Kind: kind ?? '', Name: name ?? '' };
};

/** One hunk of a unified diff from the first to the last line that differ. */
export function hunk(before: readonly string[], after: readonly string[]): string {
  let start = 0;
  while (start < before.length && before[start] === after[start]) start++;
  let [end, endAfter] = [before.length, after.length];
  while (end > start && endAfter > start && before[end - 1] === after[endAfter - 1]) [end, endAfter] = [end - 1, endAfter - 1];
  const [from, to] = [Math.max(0, start - 3), Math.min(before.length, end + 3)];
  const rest = to - end;
  const lines = [
    ...before.slice(from, start).map((line) => ` ${line}`),
    ...before.slice(start, end).map((line) => `-${line}`),
    ...after.slice(start, endAfter).map((line) => `+${line}`),
    ...before.slice(end, to).map((line) => ` ${line}`),
  ];
  return `@@ -${from + 1},${to - from} +${from + 1},${endAfter - from + rest} @@\n${lines.map((line) => `${line}\n`).join('')}`;
}
