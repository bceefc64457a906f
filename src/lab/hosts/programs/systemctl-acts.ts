/** What systemctl does to units: start, stop, enable, mask and their kin, with systemd's own words where it cannot. */
import type { Unit, World } from '../world/types.ts';
import { type Context, fail, type Result } from './program.ts';

export const full = (name: string): string => (/\.[a-z]+$/.test(name) ? name : `${name}.service`);
export const unitOf = (world: World, name: string): Unit | undefined => world.units.find((unit) => unit.name === full(name));
/** In the place of the unit of that name; undefined takes it away. */
const withUnit = (world: World, name: string, unit: Unit | undefined): World => ({
  ...world,
  units: unitOf(world, name)
    ? world.units.flatMap((one) => (one.name !== name ? [one] : unit ? [unit] : []))
    : [...world.units, ...(unit ? [unit] : [])],
});

/** What one verb makes of one unit, or why it does nothing. */
type Done = { readonly unit: Unit | undefined; readonly said?: string } | { readonly why: string; readonly code: number };
type Act = (unit: Unit | undefined, name: string, now: number) => Done;

const stop = (why: string, code = 1): Done => ({ why, code });

/** A task that runs to its end is inactive again at once. */
const started = (unit: Unit, now: number): Unit => ({ ...unit, active: unit.oneshot ? 'inactive' : 'active', since: now });

const starts =
  (verb: string, always: boolean): Act =>
  (unit, name, now) => {
    if (!unit) return stop(`Failed to ${verb} ${name}: Unit ${name} not found.`, 5);
    if (unit.enabled === 'masked') return stop(`Failed to ${verb} ${name}: Unit ${name} is masked.`);
    return { unit: unit.active === 'active' && !always ? unit : started(unit, now) };
  };

const DIR = '/etc/systemd/system';
const wanted = (name: string): string => `${DIR}/multi-user.target.wants/${name}`;

const noInstall = (verbs: string): string => `The unit files have no installation config (WantedBy=, RequiredBy=, Also=,
Alias= settings in the [Install] section, and DefaultInstance= for template
units). This means they are not meant to be ${verbs} using systemctl.
 
Possible reasons for having this kind of units are:
* A unit may be statically enabled by being symlinked from another unit's
  .wants/ or .requires/ directory.
* A unit's purpose may be to act as a helper for some other unit which has
  a requirement dependency on it.
* A unit may be started when needed via activation (socket, path, timer,
  D-Bus, udev, scripted systemctl call, ...).
* In case of template units, the unit is meant to be enabled with some
  instance name specified.
`;

const VERBS: { readonly [verb: string]: Act } = {
  start: starts('start', false),
  restart: starts('restart', true),
  'reload-or-restart': starts('reload-or-restart', true),
  'try-restart': (unit, name, now) =>
    unit
      ? { unit: unit.active === 'active' ? started(unit, now) : unit }
      : stop(`Failed to try-restart ${name}: Unit ${name} not found.`, 5),
  stop: (unit, name, now) =>
    unit
      ? { unit: unit.active === 'active' ? { ...unit, active: 'inactive', since: now } : unit }
      : stop(`Failed to stop ${name}: Unit ${name} not loaded.`, 5),
  reload(unit, name) {
    if (!unit) return stop(`Failed to reload ${name}: Unit ${name} not found.`, 5);
    if (!unit.reloads) return stop(`Failed to reload ${name}: Job type reload is not applicable for unit ${name}.`, 3);
    return unit.active === 'active' ? { unit } : stop(`${name} is not active, cannot reload.`);
  },
  'reset-failed': (unit, name) =>
    unit
      ? { unit: unit.active === 'failed' ? { ...unit, active: 'inactive' } : unit }
      : stop(`Failed to reset failed state of unit ${name}: Unit ${name} not loaded.`),
  enable(unit, name) {
    if (!unit) return stop(`Failed to enable unit: Unit file ${name} does not exist.`);
    if (unit.enabled === 'masked') return stop(`Failed to enable unit: Unit file ${DIR}/${name} is masked.`);
    if (unit.enabled === 'static') return { unit, said: noInstall('enabled') };
    if (unit.enabled === 'enabled') return { unit };
    return { unit: { ...unit, enabled: 'enabled' }, said: `Created symlink ${wanted(name)} -> /usr/lib/systemd/system/${name}.\n` };
  },
  disable(unit, name) {
    if (!unit) return stop(`Failed to disable unit: Unit file ${name} does not exist.`);
    if (unit.enabled !== 'enabled') return { unit, ...(unit.enabled === 'static' ? { said: noInstall('enabled or disabled') } : {}) };
    return { unit: { ...unit, enabled: 'disabled' }, said: `Removed "${wanted(name)}".\n` };
  },
  mask(unit, name, now) {
    if (unit?.enabled === 'masked') return { unit };
    const said = `Created symlink ${DIR}/${name} -> /dev/null.\n`;
    if (unit) return { unit: { ...unit, enabled: 'masked', below: unit.enabled }, said };
    const bare: Unit = { name, description: name, active: 'inactive', enabled: 'masked', since: now };
    return { unit: bare, said: `Unit ${name} does not exist, proceeding anyway.\n${said}` };
  },
  unmask(unit, name) {
    if (!unit) return stop(`Failed to unmask unit: Unit file ${name} does not exist.`);
    if (unit.enabled !== 'masked') return { unit };
    const { below, ...rest } = unit;
    return { unit: below && { ...rest, enabled: below }, said: `Removed "${DIR}/${name}".\n` };
  },
};

export function change(
  verb: string,
  names: readonly string[],
  { context, now, quiet }: { readonly context: Context; readonly now: boolean; readonly quiet: boolean },
): Result {
  const act = VERBS[verb];
  if (!act) return fail(`Unknown command verb ${verb}.`);
  const [first = ''] = names;
  if (context.who.uid !== 0)
    return fail(
      `Failed to ${verb} ${full(first)}: Interactive authentication required.\nSee system logs and 'systemctl status ${full(first)}' for details.`,
    );
  // --now: what is enabled or unmasked is started too, what is disabled or masked is stopped.
  const then = now && /^(?:enable|disable|mask)$/.test(verb) ? VERBS[verb === 'enable' ? 'start' : 'stop'] : undefined;
  let { world } = context;
  let stderr = '';
  for (const name of names.map(full)) {
    for (const one of then ? [act, then] : [act]) {
      const done = one(unitOf(world, name), name, context.kernel.now);
      if ('why' in done) return { ...fail(`${stderr}${done.why}`, done.code), world };
      if (!quiet) stderr += done.said ?? '';
      world = withUnit(world, name, done.unit);
    }
  }
  return { code: 0, stderr, world };
}
