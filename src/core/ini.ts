/** Files that Python's configparser reads: sections of `key = value` or `key: value`. */
import { PbError } from './diagnostic.ts';

export type Section = ReadonlyMap<string, string | null>;

export interface IniRules {
  readonly name: string;
  folded(key: string): string;
  /** A key may stand alone. */
  readonly bare: boolean;
}

/** A line that stands further in than its key goes on with the value. */
export function parseIni(text: string, { name, folded, bare }: IniRules): ReadonlyMap<string, Section> {
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
