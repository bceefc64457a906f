/** Users of the host. */
import type { Step } from '../core/change.ts';
import type { Decision } from '../core/module.ts';
import type { Json, JsonObject } from '../core/value.ts';
import { type Account, account } from '../probes/account.ts';
import { args, change, defineModule, failed, flag, integer, listOf, ok, oneOf, optional, refused, text } from './define.ts';
import { type AgingArgs, agingArgs, agingChange, unlocked } from './system/aging.ts';
import { type KeyArgs, type KeyAt, keyArgs, keyOutput, makeKey, readKey } from './system/ssh-key.ts';

type Args = {
  readonly name: string;
  readonly state: 'present' | 'absent';
  readonly uid?: number;
  readonly non_unique: boolean;
  readonly group?: string;
  readonly groups?: readonly string[];
  readonly append: boolean;
  readonly skeleton?: string;
  readonly umask?: string;
  readonly uid_min?: number;
  readonly uid_max?: number;
  readonly seuser?: string;
  readonly comment?: string;
  readonly home?: string;
  readonly move_home: boolean;
  readonly shell?: string;
  readonly password?: string;
  readonly update_password: 'always' | 'on_create';
  readonly create_home: boolean;
  readonly system: boolean;
  readonly remove: boolean;
  readonly force: boolean;
} & AgingArgs &
  KeyArgs;

type State = Account & { readonly key?: KeyAt };

const alice: Account = {
  uid: 1000,
  gid: 1000,
  group: 'alice',
  groups: ['wheel'],
  comment: '',
  home: '/home/alice',
  shell: '/bin/bash',
  password: '!',
};

export const user = defineModule({
  name: 'user',
  aliases: ['ansible.builtin.user'],
  target: 'host',
  effect: 'converge',
  summary: 'Add, change and remove users of the host',
  notes: ['password is a hash (filter password_hash), never the password itself; it travels on stdin and is not shown in diffs.'],
  args: args({
    name: text('The user', { pattern: '^[^:\\s-][^:\\s]*$' }),
    state: oneOf(['present', 'absent'], 'Whether the user shall exist', { default: 'present' }),
    uid: optional(integer('The number', { minimum: 0 })),
    non_unique: flag('The number may belong to another user too', false),
    group: optional(text('Primary group')),
    groups: optional(listOf(text('Group'), 'Other groups; all of them unless append, so that [] means none')),
    append: flag('Add to the groups instead of setting them', false),
    comment: optional(text('The full name (GECOS)')),
    home: optional(text('Home directory')),
    move_home: flag('Move what is in the home directory when it changes', false),
    shell: optional(text('Login shell')),
    password: optional(text('Hash of the password; "!" or "*" for none')),
    update_password: oneOf(['always', 'on_create'], 'Whether an existing user’s password is set too', { default: 'always' }),
    create_home: flag('Make the home directory of a new user', true),
    system: flag('A new user takes a number of the range for system accounts', false),
    remove: flag('state: absent: remove the home directory and mail too', false),
    force: flag('state: absent: remove even while logged in', false),
    ...agingArgs,
    ...keyArgs,
    skeleton: optional(text('Directory that a new home directory is filled from')),
    umask: optional(text('umask of a new home directory', { pattern: '^[0-7]{3,4}$' })),
    uid_min: optional(integer('Smallest number for a new user', { minimum: 0 })),
    uid_max: optional(integer('Largest number for a new user', { minimum: 0 })),
    seuser: optional(text('User of SELinux for a new user')),
    local: flag('Accepted: users are always those of the host itself', false),
  }),
  argAliases: { user: 'name', createhome: 'create_home' },
  examples: [
    { title: 'a new user', args: { name: 'alice', groups: ['wheel'], shell: '/bin/bash' }, state: null, expect: 'change' },
    { title: 'as asked', args: { name: 'alice', groups: 'wheel', append: true }, state: alice, expect: 'ok' },
    { title: 'other groups and a password', args: { name: 'alice', groups: [], password: '$6$x$y' }, state: alice, expect: 'change' },
    { title: 'removed with the home directory', args: { name: 'alice', state: 'absent', remove: true }, state: alice, expect: 'change' },
    {
      title: 'locked, and due to expire',
      args: { name: 'alice', password_lock: true, expires: 1_798_761_600, password_expire_max: 90 },
      state: { ...alice, password: '$6$x$y', aging: { min: '0', max: '99999', warn: '7', expires: '' } },
      expect: 'change',
    },
    {
      title: 'locked already',
      args: { name: 'alice', password: '$6$x$y', password_lock: true, expires: -1 },
      state: { ...alice, password: '!$6$x$y', aging: { min: '0', max: '99999', warn: '7', expires: '' } },
      expect: 'ok',
    },
    {
      title: 'a key is missing',
      args: { name: 'alice', generate_ssh_key: true, ssh_key_type: 'ed25519' },
      state: { ...alice, key: { path: '/home/alice/.ssh/id_ed25519', exists: false, public: null, fingerprint: null } },
      expect: 'change',
    },
    { title: 'root stays', args: { name: 'root', state: 'absent' }, state: { ...alice, uid: 0 }, expect: 'refused' },
    { title: 'append without groups', args: { name: 'alice', append: true }, state: alice, expect: 'failed' },
  ],
  async read(given, io): Promise<State | null> {
    const found = await io.ask(account, given.name);
    const wanted = found !== null && given.generate_ssh_key && given.state === 'present';
    return wanted ? { ...found, key: await readKey(given, found.home, io) } : found;
  },
  decide(given, now: State | null): Decision<JsonObject> {
    if (given.append && given.groups === undefined) return failed('append needs groups', { code: 'args' });
    if (given.state === 'absent') return decideAbsent(given, now);
    if (now === null) return change(added(given));
    const wanted = differing(given, now);
    const password = given.password !== undefined && given.update_password === 'always' && given.password !== unlocked(given, now.password);
    const aging = agingChange(given, now);
    const steps: Step[] = wanted.options.length === 0 ? [] : [{ do: 'exec', argv: ['usermod', ...wanted.options, '--', given.name] }];
    if (password) steps.push(setPassword(given));
    steps.push(...aging.steps);
    const missing = now.key !== undefined && !now.key.exists ? { ssh_key: now.key.path } : undefined;
    if (missing) steps.push(makeKey(given.name, given));
    const [first, ...rest] = steps;
    if (first === undefined) return ok(output(given, now));
    const before = { ...wanted.before, ...(password ? { password: '(another)' } : {}), ...aging.before };
    const after = { ...wanted.after, ...(password ? { password: '(as given)' } : {}), ...aging.after, ...missing };
    return change({ op: 'update', summary: `change the user ${given.name}`, before, after, steps: [first, ...rest] });
  },
});

function decideAbsent({ name, remove, force }: Args, now: Account | null): Decision<JsonObject> {
  if (now === null) return ok({ name, state: 'absent', force, remove });
  if (now.uid === 0) return refused(`${name} is the superuser (uid 0)`);
  const argv = ['userdel', ...(force ? ['-f'] : []), ...(remove ? ['-r'] : []), '--', name] as const;
  const lost = remove ? { destroys: `the home directory ${now.home}` } : {};
  const before = { name, uid: now.uid, home: now.home };
  return change({ op: 'delete', summary: `remove the user ${name}`, before, after: null, steps: [{ do: 'exec', argv }], ...lost });
}

const setPassword = ({ name, password }: Args): Step => ({ do: 'exec', argv: ['chpasswd', '-e'], stdin: `${name}:${password}\n` });

function added(given: Args) {
  const { name, uid, group, groups, comment, home, shell } = given;
  const option = (letter: string, value: string | number | undefined): readonly string[] =>
    value === undefined ? [] : [letter, String(value)];
  const argv = [
    'useradd',
    ...(given.system ? ['-r'] : []),
    ...option('-u', uid),
    ...(given.non_unique ? ['-o'] : []),
    ...option('-g', group),
    ...(groups?.length ? ['-G', groups.join(',')] : []),
    ...option('-c', comment),
    ...option('-d', home),
    ...option('-s', shell),
    given.create_home ? '-m' : '-M',
    ...option('-k', given.skeleton),
    ...(given.umask === undefined ? [] : ['-K', `UMASK=${given.umask}`]),
    ...(given.uid_min === undefined ? [] : ['-K', `UID_MIN=${given.uid_min}`]),
    ...(given.uid_max === undefined ? [] : ['-K', `UID_MAX=${given.uid_max}`]),
    ...option('-Z', given.seuser),
    '--',
    name,
  ] as const;
  const ssh_key = given.generate_ssh_key ? 'made' : undefined;
  const shown: { [name: string]: Json | undefined } = { name, uid, group, groups, comment, home, shell, ssh_key };
  const after = Object.fromEntries(Object.entries(shown).filter(([, value]) => value !== undefined)) as JsonObject;
  const make: Step = { do: 'exec', argv };
  const aging = agingChange(given, { password: given.password ?? '!', aging: { min: '', max: '', warn: '', expires: '' } });
  const steps: readonly [Step, ...Step[]] = [
    make,
    ...(given.password === undefined ? [] : [setPassword(given)]),
    ...aging.steps,
    ...(given.generate_ssh_key ? [makeKey(name, given)] : []),
  ];
  return {
    op: 'create' as const,
    summary: `add the user ${name}`,
    before: null,
    after,
    steps,
    provides: [`user/${name}`, `group/${group ?? name}`],
    output: { create_home: given.create_home, system: given.system },
  };
}

function differing(given: Args, now: Account): { options: readonly string[]; before: JsonObject; after: JsonObject } {
  const options: string[] = [];
  const before: { [name: string]: Json } = {};
  const after: { [name: string]: Json } = {};
  const want = (name: 'uid' | 'group' | 'comment' | 'home' | 'shell', words: (value: string) => readonly string[]): void => {
    const value = given[name];
    if (value === undefined || String(value) === String(now[name])) return;
    before[name] = now[name];
    after[name] = value;
    options.push(...words(String(value)));
  };
  want('uid', (value) => ['-u', value, ...(given.non_unique ? ['-o'] : [])]);
  // By name or by number.
  if (given.group !== String(now.gid)) want('group', (value) => ['-g', value]);
  if (given.groups !== undefined) {
    const asked = given.groups.filter((name) => name !== (given.group ?? now.group));
    const all = [...new Set(given.append ? [...now.groups, ...asked] : asked)].sort();
    if (all.join(',') !== now.groups.join(',')) {
      before['groups'] = now.groups;
      after['groups'] = all;
      options.push('-G', all.join(','));
    }
  }
  want('comment', (value) => ['-c', value]);
  want('home', (value) => ['-d', value, ...(given.move_home ? ['-m'] : [])]);
  want('shell', (value) => ['-s', value]);
  return { options, before, after };
}

const output = (given: Args, now: State): JsonObject => ({
  name: given.name,
  state: 'present',
  uid: now.uid,
  group: now.gid,
  groups: now.groups.join(','),
  comment: now.comment,
  home: now.home,
  shell: now.shell,
  append: given.append,
  move_home: given.move_home,
  ...keyOutput(now.key),
});
