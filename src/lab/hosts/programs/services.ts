/** Services and the machine as a whole: systemctl, journalctl, ps, reboot, ip. */
import type { Unit, World } from '../world/types.ts';
import { type Call, fail, getopt, type Live, ok, type Program, type Result } from './program.ts';
import { say } from './streams.ts';
import { strftime } from './strftime.ts';

const full = (name: string): string => (/\.[a-z]+$/.test(name) ? name : `${name}.service`);
const unitOf = (world: World, name: string): Unit | undefined => world.units.find((unit) => unit.name === full(name));
const withUnit = (world: World, unit: Unit): World => ({
  ...world,
  units: world.units.map((one) => (one.name === unit.name ? unit : one)),
});

const STATES: { readonly [active: string]: string } = {
  active: 'active (running)',
  inactive: 'inactive (dead)',
  failed: 'failed (Result: exit-code)',
};

function status(unit: Unit): string {
  const since = `since ${strftime('%a %Y-%m-%d %H:%M:%S UTC', unit.since)}`;
  return `${unit.active === 'active' ? '\u25cf' : unit.active === 'failed' ? '\u00d7' : '\u25cb'} ${unit.name} - ${unit.description}\n     Loaded: loaded (/usr/lib/systemd/system/${unit.name}; ${unit.enabled}; preset: disabled)\n     Active: ${STATES[unit.active]} ${since}\n`;
}

function properties(unit: Unit | undefined, name: string): { readonly [key: string]: string } {
  return {
    Id: full(name),
    Names: full(name),
    Description: unit?.description ?? full(name),
    LoadState: unit ? (unit.enabled === 'masked' ? 'masked' : 'loaded') : 'not-found',
    ActiveState: unit?.active ?? 'inactive',
    SubState: unit?.active === 'active' ? 'running' : unit?.active === 'failed' ? 'failed' : 'dead',
    UnitFileState: unit?.enabled ?? '',
    MainPID: unit?.active === 'active' ? '1200' : '0',
  };
}

function systemctl(args: readonly string[], { context }: Call): Result {
  const { flags, values, rest } = getopt(args, {
    short: 'qp:t:aln:H:f',
    long: {
      quiet: 'q',
      property: 'p:',
      now: 'N',
      'no-pager': 'l',
      value: 'V',
      type: 't:',
      state: 's:',
      all: 'a',
      'no-legend': 'l',
      'no-block': 'l',
      force: 'f',
    },
  });
  const [verb = 'list-units', ...names] = rest;
  const { world } = context;
  switch (verb) {
    case 'is-active':
    case 'is-failed': {
      const states = names.map((name) => unitOf(world, name)?.active ?? 'inactive');
      const good = states.some((state) => (verb === 'is-active' ? state === 'active' : state === 'failed'));
      return { code: good ? 0 : verb === 'is-active' ? 3 : 1, stdout: flags.has('q') ? '' : states.map((state) => `${state}\n`).join('') };
    }
    case 'is-enabled': {
      const [unit] = names.map((name) => unitOf(world, name));
      if (!unit) return fail(`Failed to get unit file state for ${full(names[0] ?? '')}: No such file or directory`);
      return { code: unit.enabled === 'enabled' || unit.enabled === 'static' ? 0 : 1, stdout: flags.has('q') ? '' : `${unit.enabled}\n` };
    }
    case 'show': {
      const wanted = values.get('p')?.split(',');
      const shown = Object.entries(properties(unitOf(world, names[0] ?? ''), names[0] ?? '')).filter(
        ([key]) => wanted?.includes(key) ?? true,
      );
      return ok(shown.map(([key, value]) => `${flags.has('V') ? '' : `${key}=`}${value}\n`).join(''));
    }
    case 'status': {
      const [name = ''] = names;
      const unit = unitOf(world, name);
      if (!unit) return fail(`Unit ${full(name)} could not be found.`, 4);
      return { code: unit.active === 'active' ? 0 : 3, stdout: Buffer.from(status(unit), 'utf8').toString('latin1') };
    }
    case 'is-system-running':
      return world.units.some(({ active }) => active === 'failed') ? { code: 1, stdout: 'degraded\n' } : ok('running\n');
    case 'list-units':
    case 'list-unit-files':
      return ok(
        world.units
          .map((unit) =>
            verb === 'list-units'
              ? `${unit.name} loaded ${unit.active} ${unit.active === 'active' ? 'running' : 'dead'} ${unit.description}\n`
              : `${unit.name} ${unit.enabled} disabled\n`,
          )
          .join(''),
      );
    case 'daemon-reload':
      return { code: 0 };
    case 'cat': {
      const unit = unitOf(world, names[0] ?? '');
      return unit
        ? ok(`# /usr/lib/systemd/system/${unit.name}\n[Unit]\nDescription=${unit.description}\n`)
        : fail(`No files found for ${full(names[0] ?? '')}.`);
    }
    default:
      return change(verb, names, { context, now: flags.has('N') });
  }
}

const ACTIVE: { readonly [verb: string]: Unit['active'] } = {
  start: 'active',
  restart: 'active',
  reload: 'active',
  'try-restart': 'active',
  'reload-or-restart': 'active',
  stop: 'inactive',
  'reset-failed': 'inactive',
};
const ENABLED: { readonly [verb: string]: Unit['enabled'] } = {
  enable: 'enabled',
  disable: 'disabled',
  mask: 'masked',
  unmask: 'disabled',
};

function change(
  verb: string,
  names: readonly string[],
  { context, now }: { readonly context: Call['context']; readonly now: boolean },
): Result {
  if (!(verb in ACTIVE) && !(verb in ENABLED)) return fail(`Unknown command verb ${verb}.`);
  if (context.who.uid !== 0)
    return fail(
      `Failed to ${verb} ${full(names[0] ?? '')}: Interactive authentication required.\nSee system logs and 'systemctl status ${full(names[0] ?? '')}' for details.`,
    );
  let { world } = context;
  for (const name of names) {
    const unit = unitOf(world, name);
    if (!unit) return { ...fail(`Failed to ${verb} ${full(name)}: Unit ${full(name)} not found.`, verb in ENABLED ? 1 : 5), world };
    if (unit.enabled === 'masked' && ACTIVE[verb] === 'active')
      return { ...fail(`Failed to ${verb} ${full(name)}: Unit ${full(name)} is masked.`), world };
    const active = ACTIVE[verb] ?? (now ? (verb === 'enable' ? 'active' : 'inactive') : unit.active);
    world = withUnit(world, {
      ...unit,
      active,
      enabled: ENABLED[verb] ?? unit.enabled,
      since: active === unit.active && !verb.includes('restart') ? unit.since : context.kernel.now,
    });
  }
  return { code: 0, world };
}

function ps(args: readonly string[], { context }: Call): Result {
  const rows = context.kernel.processes();
  const wide = args.some((arg) => /[eaxA]/.test(arg));
  const mine = wide ? rows : rows.filter(({ uid }) => uid === context.who.uid);
  const only = args.includes('-p') ? mine.filter(({ pid }) => String(pid) === args[args.indexOf('-p') + 1]) : mine;
  const name = (uid: number): string => context.world.users.find((user) => user.uid === uid)?.name ?? String(uid);
  const lines = only.map(
    ({ pid, ppid, uid, argv }) =>
      `${name(uid).padEnd(8)} ${String(pid).padStart(7)} ${String(ppid).padStart(7)}  0 00:00 ?        00:00:00 ${argv.join(' ')}\n`,
  );
  return { code: only.length > 0 ? 0 : 1, stdout: `UID          PID    PPID  C STIME TTY          TIME CMD\n${lines.join('')}` };
}

function ip(args: readonly string[], { context }: Call): Result {
  const [object = ''] = args.filter((arg) => !arg.startsWith('-'));
  if (!/^a/.test(object)) return fail(`Object "${object}" is unknown, try "ip help".`);
  const lines = context.world.addresses
    .map((address) => `    inet ${address}/24 brd 192.0.2.255 scope global noprefixroute ens192\n`)
    .join('');
  return ok(
    `1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN\n    inet 127.0.0.1/8 scope host lo\n2: ens192: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc mq state UP\n${lines}`,
  );
}

/** The machine goes down with everything that runs on it. */
const reboot: Live = {
  names: ['reboot', 'shutdown'],
  async live(machine, process) {
    if (process.who.uid !== 0) {
      await say(
        process,
        'Failed to set wall message, ignoring: Interactive authentication required.\nFailed to reboot system via logind: Interactive authentication required.\n',
      );
      return 1;
    }
    machine.onReboot();
    return 0;
  },
};

export const servicePrograms: readonly Program[] = [
  { names: ['systemctl'], run: systemctl },
  { names: ['journalctl'], run: () => ok('-- No entries --\n') },
  { names: ['ps'], run: ps },
  { names: ['ip'], run: ip },
  reboot,
];
