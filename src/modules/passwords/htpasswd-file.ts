/**
 * The content of an htpasswd file, kept line by line.
 *
 *   # comment
 *   alice:$2y$10$…
 */
import { hashed, holds } from './bcrypt.ts';
import { type UsersArgs, usersOf } from './users.ts';

export interface Entry {
  readonly name: string;
  readonly hash: string;
}

/** New hashes by user, for those whose entry is missing or is not of the password. */
export type Fresh = { readonly [name: string]: string };

const linesOf = (text: string): readonly string[] => {
  const lines = text.split('\n');
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines;
};

/** Undefined for comments and for what is no entry. */
function entryIn(line: string): Entry | undefined {
  const at = line.indexOf(':');
  return at < 1 || line.startsWith('#') ? undefined : { name: line.slice(0, at), hash: line.slice(at + 1).trimEnd() };
}

export const entriesIn = (text: string): readonly Entry[] => linesOf(text).flatMap((line) => entryIn(line) ?? []);

/** Takes as long as bcrypt does for each user: the part of the work that has to be done while looking. */
export async function freshHashes(text: string, given: UsersArgs): Promise<Fresh> {
  const entries = entriesIn(text);
  const fresh: { [name: string]: string } = {};
  for (const { name, password, gone } of usersOf(given)) {
    if (gone || password === undefined) continue;
    const found = entries.find((entry) => entry.name === name);
    if (!found || !(await holds(password, found.hash, given.cost))) fresh[name] = await hashed(password, given.cost);
  }
  return fresh;
}

/** The new content; the old one where nothing has to change. Of several entries of a user the first stays. */
export function withUsers(text: string, given: UsersArgs, fresh: Fresh): string {
  const wanted = new Map(usersOf(given).map((user) => [user.name, user]));
  const met = new Set<string>();
  const kept = linesOf(text).flatMap((line) => {
    const entry = entryIn(line);
    const want = entry && wanted.get(entry.name);
    if (!entry || !want) return [line];
    if (want.gone || met.has(entry.name)) return [];
    met.add(entry.name);
    return [fresh[entry.name] === undefined ? line : `${entry.name}:${fresh[entry.name]}`];
  });
  const added = [...wanted.values()].filter(({ name, gone }) => !gone && !met.has(name)).map(({ name }) => `${name}:${fresh[name]}`);
  const all = [...kept, ...added];
  if (all.length === linesOf(text).length && all.every((line, index) => line === linesOf(text)[index])) return text;
  return all.length === 0 ? '' : `${all.join('\n')}\n`;
}

/** Both sides as they may be shown: hashes are hidden, and one that changes is marked on each side. */
export function shownSides(before: string, after: string): { readonly before: string; readonly after: string } {
  const hide = (own: string, other: string, side: string): string => {
    const others = new Map(
      entriesIn(other)
        .toReversed()
        .map(({ name, hash }) => [name, hash]),
    );
    const lines = linesOf(own).map((line) => {
      const entry = entryIn(line);
      if (!entry) return line.startsWith('#') || line.trim() === '' ? line : '***';
      const same = !others.has(entry.name) || others.get(entry.name) === entry.hash;
      return `${entry.name}:***${same ? '' : ` (${side})`}`;
    });
    return lines.map((line) => `${line}\n`).join('');
  };
  return { before: hide(before, after, 'before'), after: hide(after, before, 'after') };
}
