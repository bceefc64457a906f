/** A change as a unified diff. Objects are compared as YAML, strings as text; computed from before and after, nowhere else. */
import { structuredPatch } from 'diff';
import { stringify } from 'yaml';
import type { Change } from '../core/change.ts';
import type { Json } from '../core/value.ts';

const CONTEXT = 3;

/** The diff's lines, without a header; empty where nothing differs. */
export function diffLines(change: Pick<Change, 'before' | 'after'>): readonly string[] {
  const patch = structuredPatch('before', 'after', text(change.before), text(change.after), '', '', { context: CONTEXT });
  return patch.hunks.flatMap((hunk) => [
    `@@ -${range(hunk.oldStart, hunk.oldLines)} +${range(hunk.newStart, hunk.newLines)} @@`,
    ...hunk.lines,
  ]);
}

/** A side without lines names the line before it, as diff -u does. */
const range = (start: number, lines: number): string => `${lines === 0 ? start - 1 : start},${lines}`;

function text(value: Json): string {
  if (value === null) return '';
  if (typeof value === 'string') return value.endsWith('\n') || value === '' ? value : `${value}\n`;
  return stringify(value, { lineWidth: 0, sortMapEntries: false, aliasDuplicateObjects: false });
}
