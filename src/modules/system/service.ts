/** What service and systemd have in common: a unit's states, and the calls of systemctl between them. Pure but for `readUnit`. */
import type { Step } from '../../core/change.ts';
import type { Decision, HostReader } from '../../core/module.ts';
import type { JsonObject } from '../../core/value.ts';
import { systemdUnit, type Unit } from '../../probes/systemd-unit.ts';
import { absent, change, failed, ok, oneOf, optional, Type, text } from '../define.ts';

export const unitArgs = {
  name: optional(text('The unit; a name without a suffix is a service', { minLength: 1 })),
  state: optional(oneOf(['started', 'stopped', 'restarted', 'reloaded'], 'restarted and reloaded act on every run')),
  enabled: optional(Type.Boolean({ description: 'Whether it is started at boot' })),
};

export interface UnitArgs {
  readonly name?: string;
  readonly state?: 'started' | 'stopped' | 'restarted' | 'reloaded';
  readonly enabled?: boolean;
  readonly masked?: boolean;
  readonly daemon_reload?: boolean;
  readonly daemon_reexec?: boolean;
  readonly scope?: 'system' | 'user' | 'global';
}

export const readUnit = (given: UnitArgs, io: HostReader): Promise<Unit> =>
  io.ask(systemdUnit, { unit: given.name ?? '', user: given.scope === 'user' });

const isOn = (unit: Unit): boolean => unit.active === 'active' || unit.active === 'activating' || unit.active === 'reloading';

export function decideUnit(given: UnitArgs, unit: Unit): Decision<JsonObject> {
  const { name, state, enabled, masked, daemon_reload, daemon_reexec } = given;
  if (name === undefined && (state !== undefined || enabled !== undefined || masked !== undefined)) {
    return failed('state, enabled and masked need the name of a unit', { code: 'args' });
  }
  if (name === undefined && !daemon_reload && !daemon_reexec)
    return failed('give name, daemon_reload: true or daemon_reexec: true', { code: 'args' });
  const scope = given.scope === undefined || given.scope === 'system' ? [] : [`--${given.scope}`];
  const act = (...words: readonly string[]): Step => ({ do: 'exec', argv: ['systemctl', ...scope, ...words] });
  const steps: Step[] = [];
  const before: { [what: string]: string } = {};
  const after: { [what: string]: string } = {};
  const turn = (what: string, from: string, to: string, step: Step): void => {
    before[what] = from;
    after[what] = to;
    steps.push(step);
  };
  const isMasked = unit.file.startsWith('masked') || unit.load === 'masked';
  const on = isOn(unit);
  if (daemon_reload && unit.stale) turn('manager', 'outdated', 'reloaded', act('daemon-reload'));
  if (daemon_reexec) turn('systemd', 'running', 'started anew', act('daemon-reexec'));
  if (name !== undefined) {
    if (masked !== undefined && masked !== isMasked)
      turn('masked', String(isMasked), String(masked), act(masked ? 'mask' : 'unmask', '--', name));
    const enabledNow = ['enabled', 'enabled-runtime', 'alias', 'static', 'indirect', 'generated'].includes(unit.file);
    // What has no [Install] section can neither be enabled nor disabled.
    const fixed = ['static', 'indirect', 'generated'].includes(unit.file);
    if (enabled !== undefined && enabled !== enabledNow && !fixed) {
      turn('enabled', unit.file || 'disabled', enabled ? 'enabled' : 'disabled', act(enabled ? 'enable' : 'disable', '--', name));
    }
    if (state === 'started' && !on) turn('state', unit.active, 'active', act('start', '--', name));
    if (state === 'stopped' && on) turn('state', unit.active, 'inactive', act('stop', '--', name));
    if (state === 'restarted') turn('state', unit.active, 'restarted', act('restart', '--', name));
    if (state === 'reloaded') turn('state', unit.active, on ? 'reloaded' : 'active', act(on ? 'reload' : 'start', '--', name));
  }
  const [first, ...rest] = steps;
  const output = {
    ...(name === undefined ? {} : { name }),
    ...(state === undefined ? {} : { state: on ? 'started' : 'stopped' }),
    ...(enabled === undefined ? {} : { enabled }),
    status: { ...unit },
  };
  if (first === undefined && (unit.load !== 'not-found' || name === undefined || state === 'stopped')) return ok(output);
  if (first === undefined) return absent(`unit/${name}`, `there is no unit ${name} on this host`);
  const verbs = steps.map((step) => (step.do === 'exec' ? String(step.argv[1 + scope.length]) : ''));
  const repeats = daemon_reexec === true || state === 'restarted' || state === 'reloaded' || (state === 'started' && unit.brief === true);
  const what = {
    op: 'update' as const,
    summary: `${verbs.join(', ')}${name === undefined ? '' : ` ${name}`}`,
    before,
    after,
    steps: [first, ...rest] as const,
    ...(repeats ? { repeats: true as const, output: name === undefined ? {} : { name, state: 'started' } } : {}),
  };
  const known = unit.load !== 'not-found' || name === undefined;
  return known ? change(what) : absent(`unit/${name}`, `there is no unit ${name} on this host`, what);
}
