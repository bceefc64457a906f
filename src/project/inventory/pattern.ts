/** Host patterns of `hosts:` and `--limit`: `web:&prod:!x`, globs, `~regex`, `group[0]`, `group[0:2]`, commas. */
import { nearest } from '../../core/diagnostic.ts';
import type { Inventory } from '../../core/inventory.ts';
import type { HostName } from '../../core/value.ts';
import { LOCALHOST } from './build.ts';

export interface Matched {
  readonly hosts: readonly HostName[];
  /** Parts that name neither a host nor a group; `hint` is the nearest name. */
  readonly unknown: readonly { readonly pattern: string; readonly hint?: string }[];
}

export function matchHosts(inventory: Inventory, patterns: readonly string[]): Matched {
  const parts = patterns.flatMap(splitPattern);
  const regular = parts.filter((part) => !/^[&!]/.test(part));
  const unknown: { pattern: string; hint?: string }[] = [];
  const one = (part: string): readonly HostName[] => {
    const found = matchOne(inventory, part);
    if (found) return found;
    const guess = nearest(part, [...inventory.groups.keys(), ...inventory.hosts.keys()]);
    unknown.push({ pattern: part, ...(guess ? { hint: `did you mean ${guess}?` } : {}) });
    return [];
  };
  // as in Ansible: first what is added, then what restricts, then what is taken away
  let hosts = [...new Set((parts.length > 0 && regular.length === 0 ? ['all'] : regular).flatMap(one))];
  for (const part of parts.filter((item) => item.startsWith('&'))) {
    const keep = new Set(one(part.slice(1)));
    hosts = hosts.filter((host) => keep.has(host));
  }
  for (const part of parts.filter((item) => item.startsWith('!'))) {
    const drop = new Set(one(part.slice(1)));
    hosts = hosts.filter((host) => !drop.has(host));
  }
  return { hosts, unknown };
}

/** `a,b` and `a:&b` apart; colons inside brackets and of IPv6 addresses stay. */
export function splitPattern(pattern: string): string[] {
  const text = pattern.trim();
  if (text.includes(',')) return text.split(',').flatMap(splitPattern);
  if (text === '') return [];
  if (text.startsWith('~') || /^[0-9a-fA-F]*:[0-9a-fA-F:]*:[0-9a-fA-F:.]*$/.test(text)) return [text];
  return (text.match(/(?:\[[^\]]*\]|[^:[])+/g) ?? []).map((part) => part.trim()).filter((part) => part !== '');
}

/** Undefined where nothing of this name exists; [] for an empty group. */
function matchOne(inventory: Inventory, pattern: string): readonly HostName[] | undefined {
  if (pattern.startsWith('~')) return byTest(inventory, regexTest(pattern.slice(1)));
  const subscript = /^(.+)\[(?:(-?\d+)|(\d+)?([:-])(-?\d+)?)\]$/.exec(pattern);
  const name = subscript?.[1] ?? pattern;
  const matches = /[?*[]/.test(name) ? byTest(inventory, globTest(name)) : byName(inventory, name);
  if (!matches || !subscript) return matches;
  const [, , index, from, , to] = subscript;
  if (index !== undefined) return matches.slice(Number(index), Number(index) === -1 ? undefined : Number(index) + 1);
  // both ends belong to the slice
  const last = to === undefined ? -1 : Number(to);
  return matches.slice(Number(from ?? 0), last === -1 ? undefined : last + 1);
}

function byName(inventory: Inventory, name: string): readonly HostName[] | undefined {
  const group = inventory.groups.get(name);
  if (group) return group;
  if (inventory.hosts.has(name as HostName)) return [name as HostName];
  const local = LOCALHOST.find((host) => inventory.hosts.get(host as HostName)?.implicit);
  return local !== undefined && LOCALHOST.includes(name) ? [local as HostName] : undefined;
}

function byTest(inventory: Inventory, test: (name: string) => boolean): readonly HostName[] | undefined {
  const groups = [...inventory.groups].filter(([name]) => test(name)).flatMap(([, hosts]) => hosts);
  const hosts = [...inventory.hosts.values()].filter((host) => !host.implicit && test(host.name)).map((host) => host.name);
  const found = [...new Set([...groups, ...hosts])];
  return found.length > 0 ? found : undefined;
}

function regexTest(source: string): (name: string) => boolean {
  try {
    // Python's re.match: bound to the beginning only
    const regex = new RegExp(`^(?:${source})`);
    return (name) => regex.test(name);
  } catch {
    return () => false;
  }
}

function globTest(glob: string): (name: string) => boolean {
  const source = glob
    .replace(/\[!/g, '[^')
    .replace(/[.+^${}()|\\]|\*|\?/g, (char) => (char === '*' ? '.*' : char === '?' ? '.' : char === '^' ? '^' : `\\${char}`));
  return regexTest(`${source}$`);
}
