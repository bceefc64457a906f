/** Lookups that read files: file, fileglob, first_found, unvault. */
import { readFile } from 'node:fs/promises';
import { PbError } from '../../core/diagnostic.ts';
import { isObject, type Resolved } from '../../core/value.ts';
import type { Lookup, LookupCall } from '../../template/index.ts';
import type { Opened } from '../opened.ts';
import { findFile, isOn, placesOf, termText } from './place.ts';

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
