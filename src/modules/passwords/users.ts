/** Whom htpasswd is asked to keep: its arguments, in the one form and in the other. */
import { integer, json, listOf, oneOf, optional, text } from '../define.ts';
import { MOST_BYTES } from './bcrypt.ts';
import type { Entry } from './htpasswd-file.ts';

export interface User {
  readonly name: string;
  readonly password?: string;
  readonly state?: 'present' | 'absent';
}

export interface UsersArgs {
  readonly users?: readonly User[];
  readonly name?: string;
  readonly password?: string;
  readonly state: 'present' | 'absent';
  readonly cost: number;
}

/** A colon ends the name in the file; a name that starts with # would be a comment. */
const NAME = '^[^#:\\r\\n][^:\\r\\n]*$';

export const usersArgs = {
  users: optional(
    listOf(
      json<User>('A user', {
        type: 'object',
        required: ['name'],
        additionalProperties: false,
        properties: {
          name: { type: 'string', pattern: NAME },
          password: { type: 'string', minLength: 1 },
          state: { type: 'string', enum: ['present', 'absent'] },
        },
      }),
      'Users as {name, password, state}; state is the task’s where it is left out. Users of the file that are not named stay',
      { minItems: 1 },
    ),
  ),
  name: optional(text('The user, where it is only one', { pattern: NAME })),
  password: optional(text('Password of the one user; keep it in a vault', { minLength: 1 })),
  state: oneOf(['present', 'absent'], 'Whether the users shall be there', { default: 'present' }),
  cost: integer('Cost of bcrypt: each step doubles the work; hashes of less are made anew', { default: 10, minimum: 10, maximum: 14 }),
  hash_scheme: oneOf(['bcrypt'], 'Accepted: hashes are always bcrypt', { default: 'bcrypt' }),
};

export const usersAliases = { username: 'name', crypt_scheme: 'hash_scheme' };

/** Each user with the state it shall have. */
export function usersOf({ users, name, password, state }: UsersArgs): readonly (User & { readonly gone: boolean })[] {
  const single = name === undefined ? [] : [{ name, ...(password === undefined ? {} : { password }) }];
  return [...(users ?? []), ...single].map((user: User) => ({ ...user, gone: (user.state ?? state) === 'absent' }));
}

/** What is wrong with them, if anything; never with a password in it. */
export function usersProblem(given: UsersArgs): string | undefined {
  if ((given.users === undefined) === (given.name === undefined)) return 'say who: give users, or name and password';
  if (given.name === undefined && given.password !== undefined) return 'password goes with name; in users each has its own';
  const all = usersOf(given);
  const twice = all.find(({ name }, index) => all.findIndex((other) => other.name === name) !== index);
  if (twice) return `user ${twice.name} is named twice`;
  const without = all.find(({ gone, password }) => !gone && password === undefined);
  if (without) return `user ${without.name} has no password`;
  const long = all.find(({ gone, password = '' }) => !gone && Buffer.byteLength(password) > MOST_BYTES);
  if (long) return `the password of user ${long.name} is longer than ${MOST_BYTES} bytes, and bcrypt looks at no more`;
  const odd = all.find(({ gone, password = '' }) => !gone && password.includes('\0'));
  return odd && `the password of user ${odd.name} holds a NUL character`;
}

/** Passwords, and all hashes on either side: what must not be shown. */
export const secretsOf = (given: UsersArgs, found: readonly Entry[], fresh: { readonly [name: string]: string }): readonly string[] => [
  ...usersOf(given).flatMap(({ password }) => password ?? []),
  ...found.map(({ hash }) => hash),
  ...Object.values(fresh),
];
