/** Units of systemd. */
import { args, defineModule, flag, oneOf, optional, Type } from './define.ts';
import { decideUnit, readUnit, unitArgs } from './system/service.ts';

export const systemd = defineModule({
  name: 'systemd',
  aliases: ['systemd_service', 'ansible.builtin.systemd', 'ansible.builtin.systemd_service'],
  target: 'host',
  effect: 'converge',
  tools: () => ['systemctl'],
  summary: 'Start, stop, enable and mask units of systemd',
  notes: [
    'daemon_reload acts only where unit files are newer than what systemd knows, so that it is no change on every run.',
    'restarted and reloaded change something on every run.',
  ],
  args: args({
    ...unitArgs,
    masked: optional(Type.Boolean({ description: 'Whether it cannot be started at all' })),
    daemon_reload: flag('Let systemd read unit files that have changed, before anything else', false),
    daemon_reexec: flag('Let systemd start itself anew, on every run', false),
    scope: oneOf(['system', 'user', 'global'], 'Whose units: of the host, of the user in force, of all users', { default: 'system' }),
    force: optional(Type.Boolean({ description: 'Accepted: links in the way are left to systemctl' })),
    no_block: flag('Accepted: pb waits until the unit has started', false),
  }),
  argAliases: { service: 'name', unit: 'name', 'daemon-reload': 'daemon_reload', 'daemon-reexec': 'daemon_reexec' },
  examples: [
    {
      title: 'a new unit file',
      args: { name: 'exporter.service', daemon_reload: true, state: 'started', enabled: true },
      state: { load: 'loaded', active: 'inactive', file: 'disabled', stale: true },
      expect: 'change',
    },
    {
      title: 'masked already',
      args: { name: 'firewalld', masked: true, state: 'stopped' },
      state: { load: 'masked', active: 'inactive', file: 'masked', stale: false },
      expect: 'ok',
    },
    {
      title: 'nothing to reload',
      args: { daemon_reload: true },
      state: { load: 'loaded', active: 'active', file: 'enabled', stale: false },
      expect: 'ok',
    },
    {
      title: 'state without a name',
      args: { state: 'started' },
      state: { load: 'loaded', active: 'active', file: 'enabled', stale: false },
      expect: 'failed',
    },
  ],
  reads: ({ name }) => (name === undefined ? [] : [`unit/${name}`]),
  read: (given, io) => readUnit(given, io),
  decide: (given, unit) => decideUnit(given, unit),
  result: () => ({}),
});
