/** Host patterns of `hosts:` and `--limit`: `web:&prod:!x`, globs, `~regex`, `group[0]`, `group[0:2]`, commas. */
import { nearest } from '../../core/diagnostic.ts';
import type { Inventory } from '../../core/inventory.ts';
import { translate } from '../../core/python-regex.ts';
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
    const hint = part.startsWith('~') ? whyNot(part.slice(1)) : guess && `did you mean ${guess}?`;
    unknown.push({ pattern: part, ...(hint ? { hint } : {}) });
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

/** What is wrong with a regular expression itself. */
function whyNot(source: string): string | undefined {
  try {
    const { risky, loops } = translate(source, {});
    return risky || loops > MOST_LOOPS ? 'it repeats within repetitions and could take for ever: write it with fewer * and +' : undefined;
  } catch (error) {
    return `it is no regular expression: ${(error as Error).message}`;
  }
}

/** A pattern with more parts that repeat, or with a repetition inside a repetition, could take for ever. */
const MOST_LOOPS = 5;

function regexTest(source: string): (name: string) => boolean {
  try {
    // Python's re.match: bound to the beginning only
    const { source: js, flags, risky, loops } = translate(source, {});
    if (risky || loops > MOST_LOOPS) return () => false;
    const regex = new RegExp(`^(?:${js})`, flags);
    return (name) => regex.test(name);
  } catch {
    return () => false;
  }
}

/** Python's fnmatch: *, ?, [seq] and [!seq]. After a mismatch only the last * takes one more: never more than length × length steps. */
function globTest(glob: string): (name: string) => boolean {
  const parts = glob.match(/\[!?\]?[^\]]*\]|[\s\S]/g) ?? [];
  const fits = (part: string, char: string): boolean => part === '?' || part === char || (part.length > 1 && inSet(part, char));
  return (name) => {
    let [part, at, star, from] = [0, 0, -1, 0];
    while (at < name.length) {
      const now = parts[part];
      if (now === '*') [star, from, part] = [part, at, part + 1];
      else if (now !== undefined && fits(now, name[at] ?? '')) [part, at] = [part + 1, at + 1];
      else if (star >= 0) [part, from, at] = [star + 1, from + 1, from + 1];
      else return false;
    }
    return parts.slice(part).every((rest) => rest === '*');
  };
}

function inSet(set: string, char: string): boolean {
  const negated = set.startsWith('[!');
  const body = set.slice(negated ? 2 : 1, -1);
  const found = (body.match(/[\s\S]-[\s\S]|[\s\S]/g) ?? []).some((item) =>
    item.length === 3 ? char >= (item[0] ?? '') && char <= (item[2] ?? '') : item === char,
  );
  return found !== negated;
}
