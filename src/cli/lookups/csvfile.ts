/** The lookup `csvfile`: one column of the row that another column names. */
import { readFile } from 'node:fs/promises';
import type { Resolved } from '../../core/value.ts';
import type { Lookup, LookupCall } from '../../template/index.ts';
import { findFile, inlined, option } from './place.ts';

const OPTIONS = ['file', 'delimiter', 'col', 'keycol', 'default', 'encoding'] as const;

/** `lookup('csvfile', 'key', file='x.csv', delimiter=',', col=1, keycol=0)` */
export const csvfile: Lookup = async (call) => (await Promise.all(call.terms.map((term) => cellOf(inlined(term, call, OPTIONS))))).flat();

async function cellOf({ key, call }: { key: string; call: LookupCall }): Promise<readonly Resolved[]> {
  const text = await readFile(await findFile('files', option(call, 'file', 'ansible.csv'), call), 'utf8');
  const named = option(call, 'delimiter', 'TAB');
  const delimiter = named === 'TAB' || named === '\\t' ? '\t' : named;
  const rows = text.split(/\r?\n/).map((row) => fieldsOf(row, delimiter));
  const row = rows.find((fields) => fields[Number(option(call, 'keycol', '0'))] === key);
  const value = row ? row[Number(option(call, 'col', '1'))] : call.options['default'];
  return value === undefined || value === null ? [] : [value];
}

function fieldsOf(row: string, delimiter: string): readonly string[] {
  const fields: string[] = [];
  let field = '';
  let quoted = false;
  for (let i = 0; i < row.length; i++) {
    const char = row[i] ?? '';
    if (char === '"' && quoted && row[i + 1] === '"') field += row[++i];
    else if (char === '"') quoted = !quoted;
    else if (char === delimiter && !quoted) {
      fields.push(field);
      field = '';
    } else field += char;
  }
  return [...fields, field];
}
