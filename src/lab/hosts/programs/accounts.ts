/** Users and groups: useradd, usermod, userdel, groupadd, groupmod, groupdel, chpasswd, as shadow-utils has them. */
import { withAccounts } from '../world/accounts.ts';
import { textOf } from '../world/bytes.ts';
import { fresh, maybeFind, place, placeNew, slot } from '../world/files.ts';
import type { Group, User, World } from '../world/types.ts';
import { type Call, type Context, fail, getopt, type Options, type Program, type Result } from './program.ts';

/** What stops such a program: its words and exit code, as in useradd(8) and its kin. */
class Stop extends Error {
  readonly code: number;
  constructor(message: string, code: number) {
    super(message);
    this.code = code;
  }
}

type Tables = Pick<World, 'users' | 'groups'>;
type Act = (options: Options, call: Call) => { readonly world: World; readonly stderr?: string };

const FIRST_OWN = 1000;
const FIRST_SYSTEM = 999;

/** Options as each of them has them; the name comes last. */
const program = (name: string, short: string, act: Act): Program => ({
  names: [name],
  run(args, call): Result {
    const options = getopt(args, { short });
    if (options.unknown !== undefined || options.rest.length !== 1)
      return fail(`Usage: ${name} [options] ${/^user/.test(name) ? 'LOGIN' : 'GROUP'}`, 2);
    const file = /^user/.test(name) ? '/etc/passwd' : '/etc/group';
    if (call.context.who.uid !== 0)
      return fail(`${name}: Permission denied.\n${name}: cannot lock ${file}; try again later.`, name.startsWith('group') ? 10 : 1);
    try {
      const { world, stderr = '' } = act(options, call);
      return { code: 0, world, stderr };
    } catch (error) {
      if (error instanceof Stop) return fail(`${name}: ${error.message}`, error.code);
      throw error;
    }
  },
});

const userNamed = ({ users }: Tables, name: string): User => {
  const found = users.find((user) => user.name === name);
  if (!found) throw new Stop(`user '${name}' does not exist`, 6);
  return found;
};
/** By name or number. */
const groupNamed = ({ groups }: Tables, name: string): Group => {
  const found = groups.find((group) => group.name === name || String(group.gid) === name);
  if (!found) throw new Stop(`group '${name}' does not exist`, 6);
  return found;
};

/** The next number above all in its range, or for a system account below them. */
function freeNumber(taken: readonly number[], system: boolean): number {
  if (system) {
    let number = FIRST_SYSTEM;
    while (taken.includes(number)) number--;
    return number;
  }
  return Math.max(FIRST_OWN - 1, ...taken.filter((number) => number >= FIRST_OWN && number < 60_000)) + 1;
}

const lists = (text: string | undefined): readonly string[] => (text ?? '').split(',').filter((name) => name !== '');

/** Groups with a user taken out of all but those named, and put into these. */
const joined = (groups: readonly Group[], name: string, into: readonly string[]): readonly Group[] =>
  groups.map((group) => {
    const others = group.members.filter((member) => member !== name);
    if (into.includes(group.name)) return group.members.includes(name) ? group : { ...group, members: [...others, name] };
    return others.length === group.members.length ? group : { ...group, members: others };
  });

/** A home directory, where none is there yet. */
function withHome(context: Context, user: User): World {
  const at = slot(context, user.home);
  if (at.node) return context.world;
  const { node, world } = fresh(context, { kind: 'dir', mode: 0o700 });
  return placeNew({ ...context, world }, at, { ...node, uid: user.uid, gid: user.gid });
}

const useradd: Act = ({ flags, values, rest: [name = ''] }, { context }) => {
  const { world } = context;
  if (!/^[a-z_][a-z0-9_.-]*\$?$/i.test(name)) throw new Stop(`invalid user name '${name}': use --badname to ignore`, 3);
  const primary = values.has('g') ? groupNamed(world, values.get('g') ?? '') : undefined;
  const others = lists(values.get('G')).map((one) => groupNamed(world, one).name);
  if (world.users.some((user) => user.name === name)) throw new Stop(`user '${name}' already exists`, 9);
  if (!primary && world.groups.some((group) => group.name === name))
    throw new Stop(`group ${name} exists - if you want to add this user to that group, use -g.`, 9);
  const uid = Number(
    values.get('u') ??
      freeNumber(
        world.users.map((user) => user.uid),
        flags.has('r'),
      ),
  );
  if (!flags.has('o') && world.users.some((user) => user.uid === uid)) throw new Stop(`UID ${uid} is not unique`, 4);
  const taken = world.groups.map(({ gid }) => gid);
  const own: Group = { name, gid: taken.includes(uid) ? freeNumber(taken, flags.has('r')) : uid, members: [] };
  const user: User = {
    ...{ name, uid, gid: (primary ?? own).gid, gecos: values.get('c') ?? '' },
    ...{ home: values.get('d') ?? `/home/${name}`, shell: values.get('s') ?? '/bin/bash', sudo: 'none' },
  };
  const groups = joined(primary ? world.groups : [...world.groups, own], name, others);
  const made = withAccounts(world, { users: [...world.users, user], groups }, context.kernel.now);
  return { world: flags.has('m') ? withHome({ ...context, world: made }, user) : made };
};

const usermod: Act = ({ flags, values, rest: [name = ''] }, { context }) => {
  const { world } = context;
  const old = userNamed(world, name);
  const uid = Number(values.get('u') ?? old.uid);
  const gid = values.has('g') ? groupNamed(world, values.get('g') ?? '').gid : old.gid;
  const into = values.has('G') ? lists(values.get('G')).map((one) => groupNamed(world, one).name) : undefined;
  if (uid !== old.uid && !flags.has('o') && world.users.some((user) => user.uid === uid)) throw new Stop(`UID '${uid}' already exists`, 4);
  const user: User = {
    ...{ ...old, uid, gid },
    ...{ gecos: values.get('c') ?? old.gecos, home: values.get('d') ?? old.home, shell: values.get('s') ?? old.shell },
  };
  const users = world.users.map((one) => (one === old ? user : one));
  const kept = flags.has('a') ? world.groups.filter(({ members }) => members.includes(name)).map((group) => group.name) : [];
  const groups = into === undefined ? world.groups : joined(world.groups, name, [...kept, ...into]);
  const changed = withAccounts(world, { users, groups }, context.kernel.now);
  return { world: ownHome({ ...context, world: changed }, { old, user, move: flags.has('m') }) };
};

/** The home directory follows its owner's new numbers, and moves where it is told to; one that is merely no longer the home stays as it is. */
function ownHome(context: Context, { old, user, move }: { readonly old: User; readonly user: User; readonly move: boolean }): World {
  const home = maybeFind(context, old.home);
  if (!home || home.node.uid !== old.uid || (user.home !== old.home && !move)) return context.world;
  const node = { ...home.node, uid: user.uid, gid: home.node.gid === old.gid ? user.gid : home.node.gid };
  const { now } = context.kernel;
  if (user.home === old.home) return place(context.world, home.path, { node, now });
  const without = placeNew(context, slot(context, old.home), undefined);
  const again = { ...context, world: without };
  return placeNew(again, slot(again, user.home), node);
}

const userdel: Act = ({ flags, rest: [name = ''] }, { context }) => {
  const { world } = context;
  const user = userNamed(world, name);
  const users = world.users.filter((one) => one !== user);
  // The group of its own goes with it, unless somebody else is in it.
  const own = ({ name: group, gid, members }: Group): boolean =>
    group === name && gid === user.gid && members.every((member) => member === name) && !users.some((one) => one.gid === gid);
  const groups = joined(
    world.groups.filter((group) => !own(group)),
    name,
    [],
  );
  const without = withAccounts(world, { users, groups }, context.kernel.now);
  if (!flags.has('r')) return { world: without };
  const again = { ...context, world: without };
  const at = slot(again, user.home);
  return {
    world: at.node ? placeNew(again, at, undefined) : without,
    stderr: `userdel: ${name} mail spool (/var/mail/${name}) not found\n`,
  };
};

const groupadd: Act = ({ flags, values, rest: [name = ''] }, { context }) => {
  const { world } = context;
  if (world.groups.some((group) => group.name === name)) throw new Stop(`group '${name}' already exists`, 9);
  const taken = world.groups.map(({ gid }) => gid);
  const gid = Number(values.get('g') ?? freeNumber(taken, flags.has('r')));
  if (taken.includes(gid) && !flags.has('o')) throw new Stop(`GID '${gid}' already exists`, 4);
  return { world: withAccounts(world, { ...world, groups: [...world.groups, { name, gid, members: [] }] }, context.kernel.now) };
};

const groupmod: Act = ({ flags, values, rest: [name = ''] }, { context }) => {
  const { world } = context;
  const old = groupNamed(world, name);
  const gid = Number(values.get('g') ?? old.gid);
  if (gid !== old.gid && !flags.has('o') && world.groups.some((group) => group.gid === gid))
    throw new Stop(`GID '${gid}' already exists`, 4);
  const groups = world.groups.map((group) => (group === old ? { ...group, name: values.get('n') ?? name, gid } : group));
  const users = world.users.map((user) => (user.gid === old.gid ? { ...user, gid } : user));
  return { world: withAccounts(world, { users, groups }, context.kernel.now) };
};

const groupdel: Act = ({ rest: [name = ''] }, { context }) => {
  const { world } = context;
  const group = groupNamed(world, name);
  const user = world.users.find(({ gid }) => gid === group.gid);
  if (user) throw new Stop(`cannot remove the primary group of user '${user.name}'`, 8);
  return { world: withAccounts(world, { ...world, groups: world.groups.filter((one) => one !== group) }, context.kernel.now) };
};

/** Lines of NAME:PASSWORD; with -e the password is a hash. */
function chpasswd(args: readonly string[], { context, stdin }: Call): Result {
  const { flags } = getopt(args, { short: 'e', long: { encrypted: 'e' } });
  const { world } = context;
  if (context.who.uid !== 0) return fail('chpasswd: Permission denied.\nchpasswd: cannot lock /etc/passwd; try again later.');
  const given = textOf(stdin)
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => ({ name: line.slice(0, line.indexOf(':')), secret: line.slice(line.indexOf(':') + 1) }));
  const strange = given.findIndex(({ name }) => !world.users.some((user) => user.name === name));
  if (strange >= 0)
    return fail(`chpasswd: line ${strange + 1}: user '${given[strange]?.name}' does not exist\nchpasswd: error detected, changes ignored`);
  const users = world.users.map((user) => {
    const secret = given.findLast(({ name }) => name === user.name)?.secret;
    if (secret === undefined) return user;
    return flags.has('e') ? { ...user, hash: secret } : { ...user, password: secret };
  });
  return { code: 0, world: withAccounts(world, { ...world, users }, context.kernel.now) };
}

export const accountPrograms: readonly Program[] = [
  program('useradd', 'rmMoNu:g:G:c:d:s:', useradd),
  program('usermod', 'oamu:g:G:c:d:s:', usermod),
  program('userdel', 'frZ', userdel),
  program('groupadd', 'rofg:', groupadd),
  program('groupmod', 'og:n:', groupmod),
  program('groupdel', 'f', groupdel),
  { names: ['chpasswd'], run: chpasswd, input: () => true },
];
