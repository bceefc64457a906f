/** Users and passwords in an htpasswd file of the host; with `secret` in one of the cluster. */
import type { Decision } from '../core/module.ts';
import type { Json, JsonObject } from '../core/value.ts';
import { args, defineModule, failed, flag, text } from './define.ts';
import { attributeArgs, modeProblem } from './files/attributes.ts';
import { decideEdit, type EditArgs, type Edited, readEdited, uneditable } from './files/edit.ts';
import { seen } from './files/example.ts';
import { htpasswdSecret } from './htpasswd.secret.ts';
import { entriesIn, type Fresh, freshHashes, shownSides, withUsers } from './passwords/htpasswd-file.ts';
import { secretsOf, type UsersArgs, usersAliases, usersArgs, usersOf, usersProblem } from './passwords/users.ts';

interface Args extends EditArgs, UsersArgs {
  readonly create: boolean;
}
type State = Edited & { readonly fresh: Fresh };

const path = '/etc/nginx/users';
const hash = (letter: string): string => `$2y$10$${letter.repeat(53)}`;
const file = `# web\nalice:${hash('a')}\nbob:${hash('b')}\n`;

export const htpasswd = defineModule({
  name: 'htpasswd',
  aliases: ['community.general.htpasswd'],
  target: 'host',
  effect: 'converge',
  summary: 'Keep users and their passwords in an htpasswd file or Secret',
  variant: (given) => (given.has('secret') ? htpasswdSecret : undefined),
  notes: [
    'With secret it keeps them in a Secret of the cluster, as the identity provider HTPasswd of OpenShift reads it.',
    'Users that are not named stay as they are. One whose password fits its hash is left alone, although a new hash would look different.',
    'Hashes are bcrypt; an older or weaker one (MD5, SHA-1, a lower cost) is made anew even where the password fits.',
    'Passwords and hashes are hidden in everything pb prints, and are in no command line.',
  ],
  args: args({
    path: text('The file; where it is a symbolic link, the file it leads to', { minLength: 1 }),
    ...usersArgs,
    ...attributeArgs,
    create: flag('Make the file where it does not exist', true),
    backup: flag('Keep what is replaced beside it', false),
  }),
  argAliases: { ...usersAliases, dest: 'path', destfile: 'path' },
  examples: [
    {
      title: 'one more user, and another password',
      args: {
        path,
        users: [
          { name: 'bob', password: 'another one' },
          { name: 'carol', password: 'hers' },
        ],
      },
      state: { ...seen(path, file), fresh: { bob: hash('B'), carol: hash('c') } },
      expect: 'change',
    },
    {
      title: 'the password fits',
      args: { path, name: 'alice', password: 'correct horse' },
      state: { ...seen(path, file), fresh: {} },
      expect: 'ok',
    },
    { title: 'a user goes', args: { path, name: 'bob', state: 'absent' }, state: { ...seen(path, file), fresh: {} }, expect: 'change' },
    {
      title: 'no file, and none shall be made',
      args: { path, name: 'alice', password: 'correct horse', create: false },
      state: { ...seen(path, ''), stat: null, fresh: { alice: hash('a') } },
      expect: 'absent',
    },
    { title: 'no password', args: { path, name: 'alice' }, state: { ...seen(path, file), fresh: {} }, expect: 'failed' },
  ],
  reads: (given) => [`path/${given.path}`],
  secrets: (given, state: State) => secretsOf(given, entriesIn(state.text ?? ''), state.fresh),
  async read(given, io): Promise<State> {
    const found = await readEdited(given, io);
    return { ...found, fresh: usersProblem(given) === undefined ? await freshHashes(found.text ?? '', given) : {} };
  },
  decide(given, state): Decision<JsonObject> {
    const problem = usersProblem(given) ?? modeProblem(given.mode);
    if (problem !== undefined) return failed(problem, { code: 'args' });
    const blocked = uneditable(state, given.create || usersOf(given).every(({ gone }) => gone));
    if (blocked) return blocked;
    return concealed(edited(given, state), state, withUsers(state.text ?? '', given, state.fresh));
  },
});

function edited(given: Args, state: State): Decision<JsonObject> {
  const next = withUsers(state.text ?? '', given, state.fresh);
  const users = entriesIn(next).map(({ name }) => name);
  const quiet = { path: state.path, users };
  if (state.stat === null && next === '') return { is: 'ok', output: quiet };
  // Whoever may read the file may try passwords against it.
  const fresh = state.stat === null ? { mode: '0640' } : {};
  return decideEdit(state, { text: next, says: {} }, { ...fresh, ...given, quiet, fresh: { mode: '0755' } });
}

/** The same change with the file's content shown without hashes. */
function concealed(decision: Decision<JsonObject>, state: State, next: string): Decision<JsonObject> {
  if (decision.is !== 'change') return decision;
  const sides = shownSides(state.text ?? '', next);
  const hide = (side: Json, own: string, shown: string): Json =>
    JSON.parse(JSON.stringify(side), (_, value) => (value === own ? shown : value)) as Json;
  const { change } = decision;
  const before = hide(change.before, state.text ?? '', sides.before);
  return { is: 'change', change: { ...change, before, after: hide(change.after, next, sides.after) } };
}
