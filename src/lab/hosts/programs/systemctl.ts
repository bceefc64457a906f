/** systemctl: units as the lab's hosts have them. */
import type { Unit, World } from '../world/types.ts';
import { mainPid } from './processes.ts';
import { type Call, fail, getopt, ok, type Program, type Result } from './program.ts';
import { strftime } from './strftime.ts';
import { change, full, unitOf } from './systemctl-acts.ts';
import { unitFiles, units } from './systemctl-list.ts';

const STATES: { readonly [active: string]: string } = {
  active: 'active (running)',
  inactive: 'inactive (dead)',
  failed: 'failed (Result: exit-code)',
};

function status(unit: Unit): string {
  const since = `since ${strftime('%a %Y-%m-%d %H:%M:%S UTC', unit.since)}`;
  return `${unit.active === 'active' ? '\u25cf' : unit.active === 'failed' ? '\u00d7' : '\u25cb'} ${unit.name} - ${unit.description}\n     Loaded: loaded (/usr/lib/systemd/system/${unit.name}; ${unit.enabled}; preset: disabled)\n     Active: ${STATES[unit.active]} ${since}\n`;
}

/** In the order in which systemd tells them. */
function properties(world: World, name: string): { readonly [key: string]: string } {
  const unit = unitOf(world, name);
  const masked = unit?.enabled === 'masked';
  return {
    Type: !unit || masked ? '' : unit.oneshot ? 'oneshot' : 'simple',
    RemainAfterExit: 'no',
    MainPID: String(unit ? mainPid(world, unit.name) : 0),
    Id: full(name),
    Names: full(name),
    Description: unit?.description ?? full(name),
    LoadState: unit ? (masked ? 'masked' : 'loaded') : 'not-found',
    ActiveState: unit?.active ?? 'inactive',
    SubState: unit?.active === 'active' ? 'running' : unit?.active === 'failed' ? 'failed' : 'dead',
    UnitFileState: unit?.enabled ?? '',
    NeedDaemonReload: 'no',
  };
}

function run(args: readonly string[], { context }: Call): Result {
  const { flags, values, rest } = getopt(args, {
    short: 'qp:t:aln:H:f',
    long: {
      property: 'p:',
      now: 'N',
      'no-pager': 'l',
      value: 'V',
      type: 't:',
      state: 's:',
      full: 'l',
      quiet: 'q',
      all: 'a',
      'no-legend': 'L',
      plain: 'P',
      failed: 'F',
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
      const asked = names[0]?.includes('*') ? world.units.map(({ name }) => name) : names;
      const shown = asked.map((name) =>
        Object.entries(properties(world, name))
          .filter(([key]) => wanted?.includes(key) ?? true)
          .map(([key, value]) => `${flags.has('V') ? '' : `${key}=`}${value}\n`)
          .join(''),
      );
      return ok(shown.join('\n'));
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
      return ok(Buffer.from(units(world, { names, flags, values }), 'utf8').toString('latin1'));
    case 'list-unit-files':
      return ok(unitFiles(world, { names, flags, values }));
    case 'daemon-reload':
      return { code: 0 };
    case 'cat': {
      const unit = unitOf(world, names[0] ?? '');
      return unit
        ? ok(`# /usr/lib/systemd/system/${unit.name}\n[Unit]\nDescription=${unit.description}\n`)
        : fail(`No files found for ${full(names[0] ?? '')}.`);
    }
    default:
      return change(verb, names, { context, now: flags.has('N'), quiet: flags.has('q') });
  }
}

export const systemctl: Program = { names: ['systemctl'], run };
