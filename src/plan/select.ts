/** What of the playbook runs: tags as Ansible weighs them, and --start-at-task. */
import { nearest } from '../core/diagnostic.ts';
import type { Node } from '../core/plan.ts';
import { nameText } from '../core/value.ts';

export interface TagSelection {
  /** ["all"] where --tags was not given. */
  readonly tags: readonly string[];
  readonly skipTags: readonly string[];
}

export function isSelected(own: readonly string[], { tags, skipTags }: TagSelection): boolean {
  const has = (name: string): boolean => own.includes(name);
  const named = (list: readonly string[]): boolean => list.some((name) => (own.length === 0 ? name === 'untagged' : has(name)));
  const wanted = has('always') || named(tags) || (!has('never') && (tags.includes('all') || (tags.includes('tagged') && own.length > 0)));
  if (!wanted) return false;
  if (skipTags.includes('all')) return has('always') && !skipTags.includes('always');
  return !named(skipTags) && !(skipTags.includes('tagged') && own.length > 0);
}

/** The tags of a playbook's tasks, gathered while they are selected. */
export class TagsSeen {
  readonly #names = new Set<string>();
  #open = false;

  see({ kind, tags }: Node, isSelected: boolean): void {
    for (const tag of tags) this.#names.add(tag);
    if (isSelected && kind === 'include') this.#open = true;
  }

  /** Those of `asked` that no task has, with what may be meant; none where what is included in the run may have them. */
  missing(asked: readonly string[]): readonly { readonly tag: string; readonly hint: string }[] {
    const there = [...this.#names].filter((name) => !SPECIAL.includes(name)).sort();
    return asked
      .filter((tag) => !this.#open && !SPECIAL.includes(tag) && !this.#names.has(tag))
      .map((tag) => {
        const guess = nearest(tag, there);
        const hint = guess === undefined ? `there are: ${there.join(', ') || 'none'}` : `did you mean ${guess}?`;
        return { tag, hint };
      });
  }
}

const SPECIAL: readonly string[] = ['all', 'always', 'never', 'tagged', 'untagged'];

export { nameText };

export interface StartAt {
  /** Until the task is found, everything is dropped. */
  found: boolean;
  /** Names seen, for "did you mean". */
  readonly names: string[];
  readonly pattern: string;
}

export const startAt = (pattern: string): StartAt => ({ found: false, names: [], pattern });

/** The nodes from the task on whose name or `role : name` matches; blocks around it stay. */
export function from(nodes: readonly Node[], start: StartAt): readonly Node[] {
  return nodes.flatMap((node) => {
    if (start.found) return [node];
    const name = nameText(node.name);
    if (name !== undefined && node.kind !== 'block') {
      start.names.push(name);
      start.found = [name, `${node.role?.name} : ${name}`].some((text) => glob(start.pattern).test(text));
    }
    if (start.found) return [node];
    if (node.kind !== 'block') return [];
    const inside = { block: from(node.block, start), rescue: from(node.rescue, start), always: from(node.always, start) };
    return start.found ? [{ ...node, ...inside }] : [];
  });
}

const glob = (pattern: string): RegExp =>
  new RegExp(
    `^${pattern
      .replace(/[.+^${}()|\\[\]]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
    's',
  );

export const nearestName = (start: StartAt): string | undefined => nearest(start.pattern, start.names);
