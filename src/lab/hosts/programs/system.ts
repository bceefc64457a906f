/** Who and where: id, whoami, groups, getent, hostname, uname, date, nproc, sync, sysctl, uptime, udevadm, restorecon, chcon. */
import { basename } from 'node:path/posix';
import { type BlockDevice, deviceByName, deviceByNumber } from '../world/devices.ts';
import { maybeFind } from '../world/files.ts';
import { linksTo } from '../world/links.ts';
import { signaturesOf } from '../world/signatures.ts';
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
  return ok(`uid=${user.uid}(${user.name}) gid=${user.gid}(${groups[0]?.name ?? user.gid}) groups=${list}\n`);
}

function getent(args: readonly string[], { context }: Call): Result {
  const [database = '', ...keys] = args;
  const { users, groups } = context.world;
  const passwd = users.map(({ name, uid, gid, gecos, home, shell }) => ({
    name,
    number: uid,
    line: `${name}:x:${uid}:${gid}:${gecos}:${home}:${shell}`,
  }));
  const group = groups.map(({ name, gid, members }) => ({ name, number: gid, line: `${name}:x:${gid}:${members.join(',')}` }));
  const hosts = [
    { name: 'localhost', number: -1, line: '::1             localhost' },
    { name: context.world.hostname, number: -1, line: `${(context.world.addresses[0] ?? '').padEnd(15)} ${context.world.hostname}` },
  ];
  const rows = { passwd, group, hosts, ahosts: hosts }[database];
  if (!rows) return fail(`Unknown database: ${database}\nTry \`getent --help' or \`getent --usage' for more information.`);
  if (keys.length === 0) return ok(rows.map(({ line }) => `${line}\n`).join(''));
  const found = keys.map((key) => rows.find(({ name, number }) => name === key || String(number) === key));
  return { code: found.includes(undefined) ? 2 : 0, stdout: found.flatMap((row) => (row ? [`${row.line}\n`] : [])).join('') };
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

function udevadm(args: readonly string[], { context }: Call): Result {
  const [verb, ...more] = args;
  if (verb === 'settle' || verb === 'trigger' || verb === 'control') return ok();
  if (verb !== 'info') return fail(`${verb ?? ''}: Unknown command. See "udevadm --help".`);
  const { values, rest } = getopt(more, { short: 'q:n:p:aex', long: { query: 'q:', name: 'n:', path: 'p:', export: 'x' } });
  const name = values.get('n') ?? rest[0] ?? values.get('p') ?? '';
  const found = maybeFind(context, name.startsWith('/') ? name : `/dev/${name}`);
  const device =
    found?.node.kind === 'block' ? deviceByNumber(context.world, found.node.device) : deviceByName(context.world, basename(name));
  if (!device) return fail(`Unknown device "${name}": No such device`);
  const properties = propertiesOf(context.world, device);
  switch (values.get('q')) {
    case 'property':
      return ok(properties.map((line) => `${line}\n`).join(''));
    case 'symlink':
      return ok(
        `${linksTo(context.world, device.kname)
          .map((link) => link.slice(5))
          .join(' ')}\n`,
      );
    case 'name':
      return ok(`${device.kname}\n`);
    case 'path':
      return ok(`${sysPath(device)}\n`);
    default:
      return ok(
        `P: ${sysPath(device)}\nN: ${device.kname}\n${linksTo(context.world, device.kname)
          .map((link) => `S: ${link.slice(5)}\n`)
          .join('')}${properties.map((line) => `E: ${line}\n`).join('')}\n`,
      );
  }
}

const sysPath = (device: BlockDevice): string =>
  `/devices/${device.mapped ? 'virtual/block' : `pci0000:3a/block${device.partition ? `/${device.disk?.kname}` : ''}`}/${device.kname}`;

function propertiesOf(world: World, device: BlockDevice): readonly string[] {
  const { disk, partition } = device;
  const [content, ...others] = signaturesOf(world, device);
  const [major, minor] = device.majMin.split(':');
  const known: (readonly [string, string | null | undefined])[] = [
    ['DEVPATH', sysPath(device)],
    ['DEVNAME', `/dev/${device.kname}`],
    ['DEVTYPE', partition ? 'partition' : 'disk'],
    ['MAJOR', major],
    ['MINOR', minor],
    ['SUBSYSTEM', 'block'],
    ['ID_SERIAL_SHORT', disk?.serial],
    ['ID_MODEL', disk?.model?.trim().replace(/\s+/g, '_')],
    ['ID_VENDOR', disk?.vendor?.trim()],
    ['ID_WWN', disk?.wwn?.slice(0, 18)],
    ['ID_WWN_WITH_EXTENSION', disk?.wwn],
    ['ID_BUS', disk?.bus],
    ['ID_PATH', disk?.path],
    ['ID_FS_TYPE', others.length === 0 ? content?.type : null],
    ['ID_FS_UUID', others.length === 0 ? content?.uuid : null],
    ['ID_FS_LABEL', others.length === 0 ? content?.label : null],
    ['ID_FS_USAGE', others.length === 0 ? content?.usage : null],
    ['ID_PART_ENTRY_NAME', partition?.name],
    ['ID_PART_ENTRY_NUMBER', partition === undefined ? null : String(partition.number)],
    ['DM_NAME', device.mapped?.name],
    ['DM_UUID', device.mapped?.uuid],
    ['DEVLINKS', linksTo(world, device.kname).join(' ') || null],
  ];
  return known.flatMap(([name, value]) => (value === null || value === undefined ? [] : [`${name}=${value}`]));
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
  { names: ['getent'], run: getent },
  { names: ['uname'], run: uname },
  { names: ['hostname'], run: hostname },
  { names: ['date'], run: date },
  { names: ['udevadm'], run: udevadm },
  { names: ['sysctl'], run: sysctl },
  says(['whoami'], ({ context }) => `${context.user}\n`),
  says(['arch'], ({ context }) => `${context.world.kernel.machine}\n`),
  says(['nproc'], () => '8\n'),
  says(['sync', 'restorecon', 'chcon', 'partprobe', 'modprobe', 'fsync'], () => ''),
  says(
    ['uptime'],
    ({ context }) =>
      ` ${strftime('%H:%M:%S', context.kernel.now)} up ${Math.floor((context.kernel.now - context.world.bootedAt) / 60)} min,  0 users,  load average: 0.00, 0.01, 0.05\n`,
  ),
  says(['getenforce'], ({ context }) => (context.world.selinux ? 'Enforcing\n' : 'Disabled\n')),
  { names: ['true'], run: () => ({ code: 0 }) },
  { names: ['false'], run: () => ({ code: 1 }) },
];
