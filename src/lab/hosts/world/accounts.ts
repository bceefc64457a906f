/** The tables of users and groups, and the files under /etc that show them. */
import { bytesOf } from './bytes.ts';
import { maybe } from './errno.ts';
import { place, rootOf } from './files.ts';
import { entriesOf, type Node } from './tree.ts';
import type { World } from './types.ts';

type Tables = Pick<World, 'users' | 'groups'>;

export const passwdText = ({ users }: Tables): string =>
  users.map(({ name, uid, gid, gecos, home, shell }) => `${name}:x:${uid}:${gid}:${gecos}:${home}:${shell}\n`).join('');
export const groupText = ({ groups }: Tables): string =>
  groups.map(({ name, gid, members }) => `${name}:x:${gid}:${members.join(',')}\n`).join('');

/** Days since the epoch at which passwords were set last. */
const SET = 20_468;
/** `*` for accounts of the system, `!` for people who have no password. */
export const shadowText = ({ users }: Tables): string =>
  users
    .map(({ name, uid, hash, password }) => {
      const shown = hash ?? (password !== undefined ? '$6$lab$' : uid < 1000 || uid === 65_534 ? '*' : '!');
      return `${name}:${shown}:${SET}:0:99999:7:::\n`;
    })
    .join('');

const FILES = { passwd: passwdText, group: groupText, shadow: shadowText } as const;

/** The world with other users and groups, in its tables and in the files that are still there. */
export function withAccounts(world: World, { users, groups }: Tables, now: number): World {
  const changed = { ...world, users, groups };
  return Object.entries(FILES).reduce((last, [name, text]) => {
    const etc = maybe(() => entriesOf(rootOf(last)).get('etc'));
    const file: Node | undefined = etc?.kind === 'dir' ? entriesOf(etc).get(name) : undefined;
    if (file?.kind !== 'file') return last;
    return place(last, `/etc/${name}`, { node: { ...file, data: bytesOf(text(changed)), mtime: now }, now });
  }, changed);
}
