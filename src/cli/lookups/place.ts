/** Finding what a lookup names: relative to the role, the asking file and the playbook, as files and templates are. */
import { stat } from 'node:fs/promises';
import { PbError } from '../../core/diagnostic.ts';
import type { Resolved } from '../../core/value.ts';
import { argWords, keyValue } from '../../project/index.ts';
import type { LookupCall } from '../../template/index.ts';
import { candidates, type Kind } from '../files.ts';

const textOf = (call: LookupCall, name: string): string | undefined => {
  const value = call.scope.get(name);
  return typeof value === 'string' ? value : undefined;
};

export function placesOf(kind: Kind, name: string, call: LookupCall): readonly string[] {
  const rolePath = textOf(call, 'role_path');
  const role = rolePath === undefined ? undefined : { name: textOf(call, 'role_name') ?? '', path: rolePath };
  return candidates(kind, name, { playbookDir: textOf(call, 'playbook_dir') ?? process.cwd(), role, taskFile: call.at.file });
}

export async function findFile(kind: Kind, name: string, call: LookupCall): Promise<string> {
  const tried = placesOf(kind, name, call);
  for (const path of tried) if (await stat(path).catch(() => undefined)) return path;
  throw new PbError('template', `could not find "${name}"`, { hint: `looked at ${tried.join(', ')}` });
}

export const termText = (term: Resolved): string => (typeof term === 'string' ? term : JSON.stringify(term));

export const option = (call: LookupCall, name: string, fallback: string): string => {
  const value = call.options[name];
  return value === undefined || value === null ? fallback : String(value);
};

export const isOn = (call: LookupCall, name: string, fallback: boolean): boolean => {
  const value = call.options[name];
  return value === undefined ? fallback : value === true || ['true', 'yes', '1'].includes(String(value).toLowerCase());
};

/** `'key file=x.ini section=a'`: a term that brings options of its own, the old way; they win over those of the call. */
export function inlined(term: Resolved, call: LookupCall, names: readonly string[]): { readonly key: string; readonly call: LookupCall } {
  const text = termText(term);
  const words = argWords(text)?.map((word) => ({ word: word.text, pair: keyValue(word.text) })) ?? [];
  const pairs = words.flatMap(({ pair }) => (pair ? [pair] : []));
  if (pairs.length === 0) return { key: text, call };
  for (const { key } of pairs)
    if (!names.includes(key)) throw new PbError('template', `${key} is no option of this lookup`, { hint: names.join(', ') });
  const key = words.flatMap(({ word, pair }) => (pair ? [] : [word])).join(' ');
  const options = Object.fromEntries(pairs.map((pair) => [pair.key, pair.value]));
  return { key, call: { ...call, options: { ...call.options, ...options } } };
}
