/** CSV and INI text of community.general. */
import { plugin } from '../eval/plugin.ts';
import { Dict, isList, type V } from '../value/model.ts';
import { str } from '../value/text.ts';
import { fail } from '../value/undef.ts';
import { dict, flag, text } from './args.ts';

/** Rows of fields; a quote is doubled inside quotes. */
function csvRows(source: string, delimiter: string, skipSpace: boolean): string[][] {
  if (delimiter.length !== 1) return fail('the delimiter must be one character');
  const rows: string[][] = [];
  let row: string[] = [];
  let field = '';
  let quoted = false;
  for (let i = 0; i < source.length; i++) {
    const char = source.charAt(i);
    if (quoted) {
      if (char !== '"') field += char;
      else if (source.charAt(i + 1) === '"') {
        field += '"';
        i += 1;
      } else quoted = false;
    } else if (char === '"' && field === '') quoted = true;
    else if (char === delimiter) {
      row.push(field);
      field = '';
    } else if (char === '\n' || char === '\r') {
      if (field !== '' || row.length > 0) rows.push([...row, field]);
      row = [];
      field = '';
    } else if (!(skipSpace && char === ' ' && field === '')) field += char;
  }
  if (quoted) return fail('unexpected end of data inside quotes');
  if (field !== '' || row.length > 0) rows.push([...row, field]);
  return rows;
}

function fromCsv(source: string, names: V, delimiter: string, skipSpace: boolean): V {
  const rows = csvRows(source, delimiter, skipSpace);
  const head = isList(names) ? names.map(str) : rows.shift();
  if (head === undefined) return [];
  return rows.map((row) => Dict.of(head.map((name, index) => [name, row[index] ?? null])));
}

function fromIni(source: string): V {
  const made = new Dict();
  let section: Dict | undefined;
  let last: string | undefined;
  for (const line of source.split(/\r?\n/)) {
    const header = /^\[([^\]]+)\]\s*$/.exec(line);
    const pair = /^(\S[^=:]*?)\s*[=:]\s*(.*?)\s*$/.exec(line);
    if (line.trim() === '' || /^\s*[#;]/.test(line)) continue;
    if (header) {
      section = new Dict();
      made.set(header[1] ?? '', section);
      last = undefined;
    } else if (/^\s/.test(line) && section && last !== undefined) section.set(last, `${str(section.get(last) ?? '')}\n${line.trim()}`);
    else if (pair && section) {
      last = (pair[1] ?? '').toLowerCase();
      section.set(last, pair[2] ?? '');
    } else return fail(`from_ini cannot read the line '${line}'`);
  }
  return made;
}

function toIni(value: V): string {
  const sections = dict(value)
    .entries()
    .map(([name, items]) => {
      const lines = dict(items)
        .entries()
        .map(([key, item]) => `${str(key).toLowerCase()} = ${str(item)}\n`);
      return `[${str(name)}]\n${lines.join('')}`;
    });
  return sections.join('\n');
}

export const tableFilters = [
  plugin(
    'from_csv',
    "value, dialect='excel', fieldnames=None, delimiter=None, skipinitialspace=False, strict=False",
    (_, value, dialect, names, delimiter, skip) => {
      const by = delimiter === null ? (dialect === 'excel-tab' ? '\t' : ',') : text(delimiter);
      return fromCsv(text(value), names, by, skip !== null && flag(skip));
    },
  ),
  plugin('from_ini', 'value', (_, value) => fromIni(text(value))),
  plugin('to_ini', 'value', (_, value) => toIni(value)),
];
