/** The lookup `ini`: one key of a file that Python's configparser reads, or of Java properties, which have no sections. */
import { readFile } from 'node:fs/promises';
import { PbError } from '../../core/diagnostic.ts';
import { parseIni, type Section } from '../../core/ini.ts';
import { translate } from '../../core/python-regex.ts';
import type { Lookup, LookupCall } from '../../template/index.ts';
import { findFile, inlined, isOn, option } from './place.ts';

const OPTIONS = ['file', 'section', 'type', 're', 'encoding', 'default', 'case_sensitive', 'allow_no_value', 'interpolation'] as const;

/** `lookup('ini', 'user', section='integration', file='users.ini')`; a key that is not there is the default. */
export const ini: Lookup = async (call) => (await Promise.all(call.terms.map((term) => valuesOf(inlined(term, call, OPTIONS))))).flat();

async function valuesOf({ key, call }: { key: string; call: LookupCall }): Promise<readonly (string | null)[]> {
  const name = option(call, 'file', 'ansible.ini');
  const text = decoded(await readFile(await findFile('files', name, call)), option(call, 'encoding', 'utf-8'));
  const properties = option(call, 'type', 'ini') === 'properties';
  const wanted = properties ? 'properties' : option(call, 'section', 'global');
  const folded = (one: string): string => (isOn(call, 'case_sensitive', false) ? one : one.toLowerCase());
  const sections = parseIni(properties ? `[properties]\n${text}` : text, {
    name,
    folded,
    bare: isOn(call, 'allow_no_value', isOn(call, 'allow_none', false)),
  });
  const found = sections.get(wanted);
  if (!found) throw new PbError('template', `${name} has no section "${wanted}"`);
  const all: Section = new Map([...(sections.get('DEFAULT') ?? []), ...found]);
  const value = (one: string): string | null => {
    const raw = all.get(one) ?? null;
    return raw === null || !isOn(call, 'interpolation', true) ? raw : interpolated(raw, all, folded);
  };
  if (isOn(call, 're', false)) return [...all.keys()].filter(matching(key)).map(value);
  return [all.has(folded(key)) ? value(folded(key)) : option(call, 'default', '')];
}

function decoded(bytes: Uint8Array, encoding: string): string {
  try {
    return new TextDecoder(encoding).decode(bytes);
  } catch {
    throw new PbError('template', `there is no encoding ${encoding}`, { hint: 'utf-8 and iso8859-1 are two' });
  }
}

/** Python's re.match. */
function matching(source: string): (text: string) => boolean {
  const { source: js, flags, risky } = translate(source, {});
  if (risky) throw new PbError('template', `"${source}" repeats within repetitions and could take for ever`);
  const regex = new RegExp(`^(?:${js})`, flags);
  return (text) => regex.test(text);
}

const DEEPEST = 10;

/** `%(other)s` is another key's value, `%%` a percent sign. */
function interpolated(raw: string, all: Section, folded: (key: string) => string, depth = 0): string {
  if (depth > DEEPEST) throw new PbError('template', `"${raw}" refers to itself`);
  return raw.replace(/%(?:%|\(([^)]+)\)s|)/g, (whole, name: string | undefined) => {
    if (whole === '%%') return '%';
    const other = name === undefined ? undefined : all.get(folded(name));
    if (typeof other === 'string') return interpolated(other, all, folded, depth + 1);
    throw new PbError('template', `"${raw}" cannot be interpolated`, { hint: 'write %% for a percent sign, or interpolation=False' });
  });
}
