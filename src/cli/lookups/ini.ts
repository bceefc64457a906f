/** The lookup `ini`: one key of a file that Python's configparser reads, or of Java properties, which have no sections. */
import { readFile } from 'node:fs/promises';
import { PbError } from '../../core/diagnostic.ts';
import { translate } from '../../core/python-regex.ts';
import type { Lookup, LookupCall } from '../../template/index.ts';
import { findFile, inlined, isOn, option } from './place.ts';

const OPTIONS = ['file', 'section', 'type', 're', 'encoding', 'default', 'case_sensitive', 'allow_no_value', 'interpolation'] as const;

type Section = ReadonlyMap<string, string | null>;

/** `lookup('ini', 'user', section='integration', file='users.ini')`; a key that is not there is the default. */
export const ini: Lookup = async (call) => (await Promise.all(call.terms.map((term) => valuesOf(inlined(term, call, OPTIONS))))).flat();

async function valuesOf({ key, call }: { key: string; call: LookupCall }): Promise<readonly (string | null)[]> {
  const name = option(call, 'file', 'ansible.ini');
  const text = await readFile(await findFile('files', name, call), 'utf8');
  const properties = option(call, 'type', 'ini') === 'properties';
  const wanted = properties ? 'properties' : option(call, 'section', 'global');
  const folded = (one: string): string => (isOn(call, 'case_sensitive', false) ? one : one.toLowerCase());
  const sections = parse(properties ? `[properties]\n${text}` : text, {
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

/** Python's re.match. */
function matching(source: string): (text: string) => boolean {
  const { source: js, flags, risky } = translate(source, {});
  if (risky) throw new PbError('template', `"${source}" repeats within repetitions and could take for ever`);
  const regex = new RegExp(`^(?:${js})`, flags);
  return (text) => regex.test(text);
}

interface Rules {
  readonly name: string;
  folded(key: string): string;
  /** A key may stand alone. */
  readonly bare: boolean;
}

/** A line that stands further in than its key goes on with the value. */
function parse(text: string, { name, folded, bare }: Rules): ReadonlyMap<string, Section> {
  const sections = new Map<string, Map<string, string | null>>();
  let section: Map<string, string | null> | undefined;
  let open: { readonly key: string; readonly indent: number } | undefined;
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const content = line.trim();
    if (content === '' || /^[#;]/.test(content)) continue;
    const indent = line.search(/\S/);
    const broken = (why: string): never => {
      throw new PbError('template', `${name}, line ${index + 1}: ${why}`);
    };
    if (section && open && indent > open.indent) {
      section.set(open.key, `${section.get(open.key) ?? ''}\n${content}`);
      continue;
    }
    const head = /^\[(.+)\]/.exec(content)?.[1];
    if (head !== undefined) {
      if (sections.has(head) && head !== 'DEFAULT') broken(`there is a section "${head}" already`);
      section = sections.get(head) ?? new Map();
      sections.set(head, section);
      open = undefined;
      continue;
    }
    if (!section) return broken('no section has begun');
    const pair = /^(.*?)\s*[=:]\s*(.*)$/.exec(content);
    if (!pair && !bare) broken('neither a [section] nor key = value');
    const key = folded(pair?.[1] ?? content);
    if (section.has(key)) broken(`there is a key "${key}" already`);
    section.set(key, pair?.[2] ?? null);
    open = { key, indent };
  }
  return sections;
}

const DEEPEST = 10;

/** `%(other)s` is another key's value, `%%` a percent sign. */
function interpolated(raw: string, all: Section, folded: Rules['folded'], depth = 0): string {
  if (depth > DEEPEST) throw new PbError('template', `"${raw}" refers to itself`);
  return raw.replace(/%(?:%|\(([^)]+)\)s|)/g, (whole, name: string | undefined) => {
    if (whole === '%%') return '%';
    const other = name === undefined ? undefined : all.get(folded(name));
    if (typeof other === 'string') return interpolated(other, all, folded, depth + 1);
    throw new PbError('template', `"${raw}" cannot be interpolated`, { hint: 'write %% for a percent sign, or interpolation=False' });
  });
}
