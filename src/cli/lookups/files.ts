/** Lookups that read files: file, fileglob, first_found, ini, csvfile, unvault. */
import { readFile } from 'node:fs/promises';
import { PbError } from '../../core/diagnostic.ts';
import { isObject, type Resolved } from '../../core/value.ts';
import type { Lookup, LookupCall } from '../../template/index.ts';
import type { Opened } from '../opened.ts';
import { findFile, isOn, option, placesOf, termText } from './place.ts';

async function textOf(term: Resolved, call: LookupCall, opened: Opened): Promise<string> {
  const path = await findFile('files', termText(term), call);
  return opened(await readFile(path), path).toString();
}

export const file =
  (opened: Opened): Lookup =>
  (call) =>
    Promise.all(
      call.terms.map(async (term) => {
        const text = await textOf(term, call, opened);
        const right = isOn(call, 'rstrip', true) ? text.trimEnd() : text;
        return isOn(call, 'lstrip', false) ? right.trimStart() : right;
      }),
    );

/** The whole text, to the last newline. */
export const unvault =
  (opened: Opened): Lookup =>
  (call) =>
    Promise.all(call.terms.map((term) => textOf(term, call, opened)));

/** Files, not directories, matching a pattern in the first place that has any. */
export const fileglob: Lookup = async (call) => {
  const { globSync } = await import('tinyglobby');
  return call.terms.flatMap((term) => {
    for (const pattern of placesOf('files', termText(term), call)) {
      const found = globSync(pattern, { absolute: true, onlyFiles: true, expandDirectories: false });
      if (found.length > 0) return found.sort();
    }
    return [];
  });
};

export const firstFound: Lookup = async (call) => {
  const names = call.terms
    .flatMap((term) => namesIn(term))
    .concat(namesIn({ files: call.options['files'] ?? [], paths: call.options['paths'] ?? [] }));
  for (const name of names) {
    for (const kind of ['files', 'templates', 'vars', 'tasks'] as const) {
      const found = await findFile(kind, name, call).catch(() => undefined);
      if (found) return [found];
    }
  }
  if (isOn(call, 'skip', false) || call.terms.some((term) => isObject(term) && term['skip'] === true)) return [];
  throw new PbError('template', 'first_found found none of the files', { hint: `looked for ${names.join(', ')}` });
};

function namesIn(term: Resolved): readonly string[] {
  if (typeof term === 'string') return term.split(/[,;:]/).map((name) => name.trim());
  if (Array.isArray(term)) return term.flatMap((inner) => namesIn(inner as Resolved));
  if (!isObject(term)) return [];
  const many = (value: unknown): readonly string[] =>
    Array.isArray(value) ? value.map(String) : value ? String(value).split(/[,;:]/) : [];
  const paths = many(term['paths']);
  return many(term['files']).flatMap((name) => (paths.length > 0 ? paths.map((path) => `${path}/${name}`) : [name]));
}

/** `lookup('ini', 'user', section='integration', file='users.ini')`; type=properties has no sections. */
export const ini: Lookup = async (call) => {
  const name = option(call, 'file', 'ansible.ini');
  const section = option(call, 'type', 'ini') === 'properties' ? '' : option(call, 'section', 'global');
  const values = parseIni(await readFile(await findFile('files', name, call), 'utf8'));
  return call.terms.map((term) => {
    const value = values.get(section)?.get(termText(term));
    if (value !== undefined) return value;
    if (call.options['default'] !== undefined) return call.options['default'];
    throw new PbError('template', `${name} has no "${termText(term)}" in section "${section}"`);
  });
};

function parseIni(text: string): ReadonlyMap<string, ReadonlyMap<string, string>> {
  const sections = new Map<string, Map<string, string>>([['', new Map()]]);
  let section = '';
  for (const line of text.split(/\r?\n/)) {
    const head = /^\s*\[([^\]]+)\]/.exec(line)?.[1];
    const pair = /^\s*([^#;=:\s][^=:]*?)\s*[=:]\s*(.*?)\s*$/.exec(line);
    if (head !== undefined) sections.set((section = head), new Map());
    else if (pair?.[1] !== undefined) sections.get(section)?.set(pair[1], pair[2] ?? '');
  }
  return sections;
}

/** `lookup('csvfile', 'key', file='x.csv', delimiter=',', col=1)`: the column of the row whose first field is the key. */
export const csvfile: Lookup = async (call) => {
  const text = await readFile(await findFile('files', option(call, 'file', 'ansible.csv'), call), 'utf8');
  const named = option(call, 'delimiter', 'TAB');
  const delimiter = named === 'TAB' || named === 't' ? '\t' : named;
  const rows = text.split(/\r?\n/).map((row) => splitRow(row, delimiter));
  return call.terms.flatMap((term) => {
    const row = rows.find((fields) => fields[0] === termText(term));
    const value = row?.[Number(option(call, 'col', '1'))] ?? call.options['default'];
    return value === undefined ? [] : [value];
  });
};

function splitRow(row: string, delimiter: string): readonly string[] {
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
