/** Who and where: id, whoami, hostname, uname, date, nproc, sync, sysctl, restorecon, chcon. */
import { maybeFind } from '../world/files.ts';
import { CPUS } from '../world/proc.ts';
import type { User, World } from '../world/types.ts';
import { type Call, fail, getopt, ok, type Program, type Result } from './program.ts';
import { strftime } from './strftime.ts';

const groupsOf = (world: World, user: User): readonly { readonly gid: number; readonly name: string }[] => {
  const primary = world.groups.find(({ gid }) => gid === user.gid) ?? { gid: user.gid, name: String(user.gid) };
  return [primary, ...world.groups.filter((group) => group.members.includes(user.name) && group.gid !== user.gid)];
};

function id(args: readonly string[], { context }: Call): Result {
  const { flags, rest } = getopt(args, { short: 'ugGnrzZ', long: { user: 'u', group: 'g', groups: 'G', name: 'n', real: 'r' } });
  const { world } = context;
  const [name] = rest;
  const user =
    name === undefined
      ? world.users.find(({ uid }) => uid === context.who.uid)
      : world.users.find((one) => one.name === name || String(one.uid) === name);
  if (!user) return name === undefined ? ok(`uid=${context.who.uid} gid=${context.who.gid}\n`) : fail(`id: '${name}': no such user`);
  const groups = groupsOf(world, user);
  const shown = (group: { gid: number; name: string }): string => (flags.has('n') ? group.name : String(group.gid));
  if (flags.has('u')) return ok(`${flags.has('n') ? user.name : user.uid}\n`);
  if (flags.has('g')) return ok(`${shown(groups[0] ?? { gid: user.gid, name: '' })}\n`);
  if (flags.has('G')) return ok(`${groups.map(shown).join(' ')}\n`);
  const list = groups.map((group) => `${group.gid}(${group.name})`).join(',');
  const shownName = world.users.find(({ uid }) => uid === user.uid)?.name ?? user.name;
  return ok(`uid=${user.uid}(${shownName}) gid=${user.gid}(${groups[0]?.name ?? user.gid}) groups=${list}\n`);
}

function uname(args: readonly string[], { context }: Call): Result {
  const { flags, unknown } = getopt(args, {
    short: 'asnrvmpio',
    long: { all: 'a', 'kernel-name': 's', nodename: 'n', 'kernel-release': 'r', machine: 'm' },
  });
  if (unknown) return fail(`uname: ${unknown}\nTry 'uname --help' for more information.`);
  const { kernel, hostname } = context.world;
  const all = flags.has('a');
  const parts = [
    [all || flags.has('s') || flags.size === 0, 'Linux'],
    [all || flags.has('n'), hostname],
    [all || flags.has('r'), kernel.release],
    [all || flags.has('v'), kernel.version],
    [all || flags.has('m') || flags.has('p') || flags.has('i'), kernel.machine],
    [all || flags.has('o'), 'GNU/Linux'],
  ] as const;
  return ok(`${parts.flatMap(([shown, text]) => (shown ? [text] : [])).join(' ')}\n`);
}

function hostname(args: readonly string[], { context }: Call): Result {
  const { hostname: name, addresses } = context.world;
  if (args.includes('-I')) return ok(`${addresses.join(' ')} \n`);
  if (args.includes('-s')) return ok(`${name.split('.')[0]}\n`);
  const [given] = args.filter((arg) => !arg.startsWith('-'));
  if (given === undefined) return ok(`${name}\n`);
  if (context.who.uid !== 0) return fail('hostname: you must be root to change the host name');
  return ok('', { ...context.world, hostname: given });
}

function date(args: readonly string[], { context }: Call): Result {
  const { values, rest, flags, unknown } = getopt(args, {
    short: 'ud:r:I:R',
    long: { utc: 'u', date: 'd:', reference: 'r:', 'iso-8601': 'I?', 'rfc-email': 'R' },
  });
  if (unknown) return fail(`date: ${unknown}\nTry 'date --help' for more information.`);
  const text = values.get('d');
  const reference = values.has('r') ? maybeFind(context, values.get('r') ?? '')?.node.mtime : undefined;
  const when =
    text === undefined
      ? (reference ?? context.kernel.now)
      : text.startsWith('@')
        ? Number(text.slice(1))
        : text === 'now'
          ? context.kernel.now
          : Date.parse(text) / 1000;
  if (Number.isNaN(when)) return fail(`date: invalid date '${text}'`);
  const format = rest[0]?.startsWith('+')
    ? rest[0].slice(1)
    : flags.has('I')
      ? '%Y-%m-%d'
      : flags.has('R')
        ? '%a, %d %b %Y %H:%M:%S +0000'
        : '%a %b %e %H:%M:%S UTC %Y';
  return ok(`${strftime(format, when)}\n`);
}

function sysctl(args: readonly string[], { context }: Call): Result {
  const names = args.filter((arg) => !arg.startsWith('-'));
  const [name = ''] = names;
  if (name === 'kernel.hostname')
    return ok(args.includes('-n') ? `${context.world.hostname}\n` : `kernel.hostname = ${context.world.hostname}\n`);
  return fail(`sysctl: cannot stat /proc/sys/${name.split('=')[0]?.replaceAll('.', '/')}: No such file or directory`, 255);
}

const says = (names: readonly string[], text: (call: Call) => string): Program => ({ names, run: (_, call) => ok(text(call)) });

export const systemPrograms: readonly Program[] = [
  { names: ['id'], run: id },
  { names: ['uname'], run: uname },
  { names: ['hostname'], run: hostname },
  { names: ['date'], run: date },
  { names: ['sysctl'], run: sysctl },
  says(['whoami'], ({ context }) => `${context.user}\n`),
  says(['arch'], ({ context }) => `${context.world.kernel.machine}\n`),
  says(['nproc'], () => `${CPUS}\n`),
  says(['sync', 'restorecon', 'chcon', 'partprobe', 'modprobe', 'fsync'], () => ''),
  says(['getenforce'], ({ context }) => (context.world.selinux ? 'Enforcing\n' : 'Disabled\n')),
  { names: ['true'], run: () => ({ code: 0 }) },
  { names: ['false'], run: () => ({ code: 1 }) },
];
