/** What a host tells of itself: free, uptime, hostnamectl, timedatectl, chronyc, rpm-ostree, sestatus, who. */
import { textOf } from '../world/bytes.ts';
import { readFile } from '../world/files.ts';
import type { World } from '../world/types.ts';
import { type Call, fail, getopt, ok, type Program, type Result } from './program.ts';
import { strftime } from './strftime.ts';

/** KiB by the names of /proc/meminfo. */
function memory(call: Call): (name: string) => number {
  const text = textOf(readFile(call.context, '/proc/meminfo'));
  return (name) => Number(new RegExp(`^${name}: *(\\d+)`, 'm').exec(text)?.[1] ?? 0);
}

const UNITS: { readonly [letter: string]: number } = { b: 1 / 1024, k: 1, m: 1024, g: 1024 ** 2 };

function free(args: readonly string[], call: Call): Result {
  const { flags, unknown } = getopt(args, {
    short: 'bkmghtw',
    long: { bytes: 'b', kibi: 'k', mebi: 'm', gibi: 'g', human: 'h', total: 't' },
  });
  if (unknown) return fail(`free: ${unknown}\n\nUsage:\n free [options]`);
  const size = UNITS[[...flags].find((flag) => flag in UNITS) ?? 'k'] ?? 1;
  const shown = (kib: number): string =>
    (flags.has('h')
      ? kib >= 1024 ** 2
        ? `${(kib / 1024 ** 2).toFixed(0)}Gi`
        : `${Math.floor(kib / 1024)}Mi`
      : String(Math.floor(kib / size))
    ).padStart(12);
  const of = memory(call);
  const [total, unused, available] = ['MemTotal', 'MemFree', 'MemAvailable'].map(of) as [number, number, number];
  const cached = available - unused;
  const row = (name: string, values: readonly number[]): string => `${name.padEnd(8)}${values.map(shown).join('')}\n`;
  return ok(
    `               total        used        free      shared  buff/cache   available\n${row('Mem:', [total, total - available, unused, 0, cached, available])}${row('Swap:', [of('SwapTotal'), of('SwapTotal') - of('SwapFree'), of('SwapFree')])}`,
  );
}

/** "3 days, 4:05", "4:05", "5 min" */
function uptimeText(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  const [days, hours, rest] = [Math.floor(minutes / 1440), Math.floor(minutes / 60) % 24, minutes % 60];
  const clock = hours > 0 ? `${hours}:${String(rest).padStart(2, '0')}` : `${rest} min`;
  return `${days > 0 ? `${days} day${days === 1 ? '' : 's'}, ` : ''}${clock}`;
}

const counted = (count: number, what: string): readonly string[] => (count > 0 ? [`${count} ${what}${count === 1 ? '' : 's'}`] : []);

function uptime(args: readonly string[], { context }: Call): Result {
  const { bootedAt } = context.world;
  const seconds = context.kernel.now - bootedAt;
  if (args.includes('-s') || args.includes('--since')) return ok(`${strftime('%Y-%m-%d %H:%M:%S', bootedAt)}\n`);
  if (args.includes('-p') || args.includes('--pretty')) {
    const minutes = Math.floor(seconds / 60);
    const parts = [
      ...counted(Math.floor(minutes / 1440), 'day'),
      ...counted(Math.floor(minutes / 60) % 24, 'hour'),
      ...counted(minutes % 60, 'minute'),
    ];
    return ok(`up ${parts.join(', ') || '0 minutes'}\n`);
  }
  return ok(` ${strftime('%H:%M:%S', context.kernel.now)} up ${uptimeText(seconds)},  0 users,  load average: 0.00, 0.01, 0.05\n`);
}

const unquoted = (world: World, key: string): string => (world.os[key] ?? '').replaceAll('"', '');

function hostnamectl(args: readonly string[], { context }: Call): Result {
  const { flags, rest, unknown } = getopt(args, { short: 'H:', long: { static: 's', transient: 't', pretty: 'p' } });
  if (unknown) return fail(`hostnamectl: ${unknown}`);
  const [verb = 'status', name] = rest;
  const { world } = context;
  if (verb === 'set-hostname' || (verb === 'hostname' && name !== undefined)) {
    if (context.who.uid !== 0) return fail('Could not set static hostname: Interactive authentication required.');
    return ok('', { ...world, hostname: name ?? world.hostname });
  }
  if (flags.has('p')) return ok('\n');
  if (flags.size > 0 || verb === 'hostname') return ok(`${world.hostname}\n`);
  if (verb !== 'status') return fail(`Unknown command verb ${verb}.`);
  const rows = [
    ['Static hostname', world.hostname],
    ['Icon name', 'computer-server'],
    ['Chassis', 'server'],
    ['Machine ID', world.bootId.replaceAll('-', '')],
    ['Boot ID', world.bootId.replaceAll('-', '')],
    ['Operating System', unquoted(world, 'PRETTY_NAME')],
    ['Kernel', `Linux ${world.kernel.release}`],
    ['Architecture', world.kernel.machine.replace('_', '-')],
  ];
  return ok(rows.map(([key = '', value]) => `${key.padStart(16)}: ${value}\n`).join(''));
}

const isOn = ({ units }: World, name: string): boolean => units.some((unit) => unit.name === name && unit.active === 'active');

function timedatectl(args: readonly string[], { context }: Call): Result {
  const { flags, values, rest, unknown } = getopt(args, { short: 'p:', long: { property: 'p:', value: 'V', 'no-pager': 'l' } });
  if (unknown) return fail(`timedatectl: ${unknown}`);
  const { world, kernel } = context;
  const synchronized = isOn(world, 'chronyd.service') ? 'yes' : 'no';
  if (rest[0] === 'show') {
    const all = { Timezone: 'UTC', LocalRTC: 'no', CanNTP: 'yes', NTP: synchronized, NTPSynchronized: synchronized };
    const wanted = values.get('p')?.split(',');
    const shown = Object.entries(all).filter(([key]) => wanted?.includes(key) ?? true);
    return ok(shown.map(([key, value]) => `${flags.has('V') ? '' : `${key}=`}${value}\n`).join(''));
  }
  if (rest[0] !== undefined && rest[0] !== 'status') return fail('Failed to set time: Interactive authentication required.');
  const time = strftime('%a %Y-%m-%d %H:%M:%S', kernel.now);
  return ok(
    `               Local time: ${time} UTC\n           Universal time: ${time} UTC\n                 RTC time: ${time}\n                Time zone: UTC (UTC, +0000)\nSystem clock synchronized: ${synchronized}\n              NTP service: ${synchronized === 'yes' ? 'active' : 'inactive'}\n          RTC in local TZ: no\n`,
  );
}

function chronyc(args: readonly string[], { context }: Call): Result {
  const { world, kernel } = context;
  if (!isOn(world, 'chronyd.service')) return { code: 1, stdout: '506 Cannot talk to daemon\n' };
  const [command = ''] = args.filter((arg) => !arg.startsWith('-'));
  if (command === 'sources')
    return ok(
      'MS Name/IP address         Stratum Poll Reach LastRx Last sample               \n===============================================================================\n^* 192.0.2.1                     2   6   377    32    +10us[  +12us] +/-   15ms\n',
    );
  if (command !== 'tracking') return { code: 1, stdout: '501 Not authorised\n' };
  return ok(
    `Reference ID    : C0000201 (192.0.2.1)\nStratum         : 3\nRef time (UTC)  : ${strftime('%a %b %d %H:%M:%S %Y', kernel.now - 32)}\nSystem time     : 0.000012000 seconds fast of NTP time\nLast offset     : +0.000010000 seconds\nRMS offset      : 0.000015000 seconds\nFrequency       : 1.000 ppm slow\nResidual freq   : +0.000 ppm\nSkew            : 0.010 ppm\nRoot delay      : 0.001000000 seconds\nRoot dispersion : 0.000500000 seconds\nUpdate interval : 64.0 seconds\nLeap status     : Normal\n`,
  );
}

function rpmOstree(args: readonly string[], { context }: Call): Result {
  const { world } = context;
  const version = unquoted(world, 'OSTREE_VERSION');
  if (args[0] !== 'status') return fail(`error: Unknown command '${args[0] ?? ''}'`);
  const image = 'ostree-unverified-registry:quay.io/openshift-release-dev/ocp-v4.0-art-dev';
  if (args.includes('--json'))
    return ok(
      `${JSON.stringify({ deployments: [{ booted: true, version, 'container-image-reference': image, packages: [] }], transaction: null }, null, 2)}\n`,
    );
  return ok(Buffer.from(`State: idle\nDeployments:\n● ${image}\n                   Version: ${version}\n`).toString('latin1'));
}

const sestatus = (_: readonly string[], { context }: Call): Result =>
  ok(
    context.world.selinux
      ? 'SELinux status:                 enabled\nSELinuxfs mount:                /sys/fs/selinux\nLoaded policy name:             targeted\nCurrent mode:                   enforcing\nMode from config file:          enforcing\n'
      : 'SELinux status:                 disabled\n',
  );

export const aboutPrograms: readonly Program[] = [
  { names: ['free'], run: free },
  { names: ['uptime'], run: uptime },
  { names: ['hostnamectl'], run: hostnamectl },
  { names: ['timedatectl'], run: timedatectl },
  { names: ['chronyc'], run: chronyc },
  { names: ['rpm-ostree'], run: rpmOstree },
  { names: ['sestatus'], run: sestatus },
  // Nobody is logged in on a terminal.
  { names: ['who', 'users'], run: () => ok('') },
];
