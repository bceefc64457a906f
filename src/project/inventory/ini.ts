/** An INI inventory, as Ansible reads it: host lines by shell rules, values as Python literals. */
import { nearest, type Span } from '../../core/diagnostic.ts';
import type { Vars } from '../../core/value.ts';
import type { Context } from '../context.ts';
import type { SourceFile } from '../disk.ts';
import { type Literal, pythonLiteral } from '../literal.ts';
import { shellWords } from '../words.ts';
import { textValue } from '../yaml/value.ts';
import type { Draft } from './draft.ts';
import { expandHosts } from './ranges.ts';
import { portLayer } from './yaml.ts';

/** Unknown groups that are told: more have one cause, and each is compared with every group there is. */
const MOST_TOLD = 20;

const KINDS = ['hosts', 'children', 'vars'];

interface Line {
  readonly text: string;
  readonly at: Span;
}

interface Section {
  readonly group: string;
  readonly kind: string;
}

export function readIniInventory(context: Context, draft: Draft, source: SourceFile): void {
  const { problems } = context;
  let section: Section | undefined = { group: 'ungrouped', kind: 'hosts' };
  /** Groups that `:vars` and `:children` speak of; each must be defined somewhere in the file. */
  const named: { name: string; at: Span; by: string }[] = [];
  for (const [index, raw] of source.text.split(/\r?\n/).entries()) {
    const text = raw.trim();
    if (text === '' || text.startsWith('#') || text.startsWith(';')) continue;
    const line = { text, at: { file: source.file, line: index + 1, column: raw.indexOf(text) + 1, length: text.length } };
    if (text.startsWith('[') && !/^\[[^\]]*\]\S/.test(text)) {
      section = header(context, draft, line);
      if (section?.kind === 'vars') named.push({ name: section.group, at: line.at, by: `[${section.group}:vars]` });
    } else if (section?.kind === 'hosts') hostLine(context, draft, { line, source, section });
    else if (section?.kind === 'vars') varLine(context, draft, { line, source, section });
    else if (section?.kind === 'children') {
      const name = text.split(/\s*#/, 1)[0] ?? '';
      named.push({ name, at: line.at, by: `[${section.group}:children]` });
      draft.nest(section.group, name, line.at);
    }
  }
  const unknown = named.filter(({ name }) => name !== 'all' && name !== 'ungrouped' && !draft.groups.get(name)?.at);
  for (const { name, at, by } of unknown.slice(0, MOST_TOLD)) {
    const guess = nearest(
      name,
      [...draft.groups.values()].filter((group) => group.at).map((group) => group.name),
    );
    problems.error('unknown-group', `${by} names the group ${name}, which is not defined`, {
      at,
      hint: guess ? `did you mean ${guess}?` : `add a section [${name}]`,
    });
  }
}

function header(context: Context, draft: Draft, line: Line): Section | undefined {
  const match = /^\[([^:\]\s]+)(?::(\w+))?\]\s*(?:#.*)?$/.exec(line.text);
  const [, group = '', kind = 'hosts'] = match ?? [];
  if (!match) {
    context.problems.error('inventory-syntax', `${line.text.length > 60 ? `${line.text.slice(0, 60)}…` : line.text} is not a section`, {
      at: line.at,
      hint: 'write [group], [group:vars] or [group:children]',
    });
    return undefined;
  }
  if (!KINDS.includes(kind)) {
    const guess = nearest(kind, KINDS);
    context.problems.error('unknown-key', `unknown kind of section :${kind}`, {
      at: line.at,
      hint: guess ? `did you mean :${guess}?` : 'known: :vars and :children',
    });
    return undefined;
  }
  // a :vars section does not bring a group into being
  if (kind !== 'vars') draft.group(group, line.at);
  return { group, kind };
}

interface Inside {
  readonly line: Line;
  readonly source: SourceFile;
  readonly section: Section;
}

function hostLine(context: Context, draft: Draft, { line, source, section }: Inside): void {
  const words = shellWords(line.text);
  if (!words) {
    context.problems.error('inventory-syntax', 'a quote is left open', { at: line.at });
    return;
  }
  const [pattern, ...rest] = words;
  if (pattern === undefined) return;
  const expanded = expandHosts(pattern);
  if ('why' in expanded) {
    context.problems.error('host-range', expanded.why, { at: line.at });
    return;
  }
  const vars: [string, Vars[string]][] = [];
  for (const word of rest) {
    const split = word.indexOf('=');
    if (split > 0) vars.push([word.slice(0, split), typed(context, word.slice(split + 1), line.at)]);
    else {
      const found = Math.max(0, line.text.indexOf(word, pattern.length));
      context.problems.error('inventory-syntax', `expected name=value after the host, not ${JSON.stringify(word)}`, {
        at: { ...line.at, column: line.at.column + found, length: word.length },
        hint: 'write name=value without blanks round =, one host a line; quote values with blanks',
      });
      // what follows would be reported for the same reason
      break;
    }
  }
  for (const name of expanded.names) {
    const host = draft.host(name, section.group, line.at);
    if (expanded.port !== undefined) host.layers.push(portLayer(expanded.port, source));
    if (vars.length > 0)
      host.layers.push({
        precedence: 'inventory host vars',
        vars: Object.fromEntries(vars),
        at: Object.fromEntries(vars.map(([key]) => [key, line.at])),
        origin: source.file,
      });
  }
}

function varLine(context: Context, draft: Draft, { line, source, section }: Inside): void {
  const split = line.text.indexOf('=');
  const name = line.text.slice(0, split).trim();
  if (split < 1 || /\s/.test(name)) {
    context.problems.error('inventory-syntax', `expected name=value, not ${JSON.stringify(line.text)}`, { at: line.at });
    return;
  }
  draft.group(section.group).layers.push({
    precedence: 'inventory group vars',
    vars: { [name]: typed(context, line.text.slice(split + 1).trim(), line.at) },
    at: { [name]: line.at },
    origin: source.file,
  });
}

/** 5 → 5, True → true, "['a']" → a list, 0644 and yes → strings; strings may be templates. */
function typed(context: Context, text: string, at: Span): Vars[string] {
  const literal = pythonLiteral(text);
  return literal === undefined ? textValue(context, text, at) : templated(context, literal, at);
}

function templated(context: Context, value: Literal, at: Span): Vars[string] {
  if (typeof value === 'string') return textValue(context, value, at);
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map((item: Literal) => templated(context, item, at));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, templated(context, item, at)]));
}
