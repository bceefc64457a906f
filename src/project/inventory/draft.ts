/** The inventory while its sources are read: hosts, groups and who is in what, in the order of first mention. */
import type { Span } from '../../core/diagnostic.ts';
import type { Layer } from '../../core/precedence.ts';
import type { Problems } from '../problems.ts';

interface GroupDraft {
  readonly name: string;
  readonly hosts: Set<string>;
  readonly children: Set<string>;
  readonly layers: Layer[];
  /** Where it was first defined, not merely named as a parent's child. */
  at: Span | undefined;
}

interface HostDraft {
  readonly name: string;
  readonly layers: Layer[];
  readonly at: Span;
}

/** More groups than this are a mistake of what makes them; their membership alone would take minutes. */
const MOST_GROUPS = 3_000;

export interface Draft {
  readonly hosts: Map<string, HostDraft>;
  readonly groups: Map<string, GroupDraft>;
  group(name: string, at?: Span): GroupDraft;
  host(name: string, group: string, at: Span): HostDraft;
  /** Reports a loop of groups instead of making one. */
  nest(parent: string, child: string, at: Span): void;
}

export function draft(problems: Problems): Draft {
  const hosts = new Map<string, HostDraft>();
  const groups = new Map<string, GroupDraft>();
  let full = false;

  function group(name: string, at?: Span): GroupDraft {
    let found = groups.get(name);
    if (!found && groups.size >= MOST_GROUPS) {
      if (!full)
        problems.error('too-many-groups', `the inventory has more than ${MOST_GROUPS} groups`, {
          at,
          hint: 'put what differs into host variables',
        });
      full = true;
      return { name, hosts: new Set(), children: new Set(), layers: [], at };
    }
    if (!found) {
      found = { name, hosts: new Set(), children: new Set(), layers: [], at };
      groups.set(name, found);
      if (!/^[A-Za-z_]\w*$/.test(name))
        problems.warning('group-name', `group name ${JSON.stringify(name)} is not a valid variable name`, {
          at,
          hint: `in templates it can only be used as groups['${name}']; use letters, digits and _`,
        });
    }
    found.at ??= at;
    return found;
  }

  const reaches = (from: string, to: string, seen = new Set<string>()): boolean => {
    if (from === to) return true;
    if (seen.has(from)) return false;
    seen.add(from);
    return [...(groups.get(from)?.children ?? [])].some((child) => reaches(child, to, seen));
  };

  group('all');
  group('ungrouped');
  return {
    hosts,
    groups,
    group,
    host(name, groupName, at) {
      const fresh = !hosts.has(name);
      const found = hosts.get(name) ?? { name, layers: [], at };
      hosts.set(name, found);
      if (groupName !== 'all' || fresh) group(groupName).hosts.add(name);
      return found;
    },
    nest(parent, child, at) {
      if (reaches(child, parent))
        problems.error('group-loop', `group ${child} cannot be a child of ${parent}: ${parent} is already below ${child}`, { at });
      else {
        group(child);
        if (full) return;
        if (parent !== 'all') group(parent).children.add(child);
      }
    },
  };
}
