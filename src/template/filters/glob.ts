/** Files of the controller that a pattern stands for, as Python's glob finds them. */
import { existsSync, readdirSync, statSync } from 'node:fs';

/** Sorted; directories are none of them. `*`, `?` and `[…]` stay within a name, and what starts with a dot has to be named with it. */
export function filesMatching(pattern: string): readonly string[] {
  const found = pattern.split('/').reduce<readonly string[]>((places, part, at) => {
    if (at === 0) return part === '' ? ['/'] : matching('', part);
    return part === '' ? places : places.flatMap((place) => matching(place.endsWith('/') ? place : `${place}/`, part));
  }, []);
  return found.filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile()).sort();
}

function matching(place: string, part: string): readonly string[] {
  if (!/[*?[]/.test(part)) return existsSync(place + part) ? [place + part] : [];
  const name = new RegExp(`^${part.replace(GLOB, (whole, set: string | undefined) => translated(whole, set))}$`, 's');
  return names(place || '.')
    .filter((one) => name.test(one) && (part.startsWith('.') || !one.startsWith('.')))
    .map((one) => place + one);
}

const GLOB = /\[(!?\]?[^\]]*)\]|[\\^$.*+?()[\]{}|]/g;

function translated(whole: string, set: string | undefined): string {
  if (set !== undefined) return `[${set.replace(/^!/, '^').replace(/[\\\]]/g, '\\$&')}]`;
  return whole === '*' ? '.*' : whole === '?' ? '.' : `\\${whole}`;
}

/** None where it is no directory or may not be read: as far as one can tell nothing is there. */
function names(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}
