/** Start, stop and enable services. */
import { args, defineModule, integer, optional, text } from './define.ts';
import { decideUnit, readUnit, unitArgs } from './system/service.ts';

export const service = defineModule({
  name: 'service',
  aliases: ['ansible.builtin.service', 'ansible.legacy.service'],
  target: 'host',
  effect: 'converge',
  summary: 'Start, stop, restart and enable services',
  notes: ['pb knows systemd only. restarted and reloaded change something on every run.'],
  args: args({
    ...unitArgs,
    use: optional(text('Accepted: pb knows systemd only')),
    pattern: optional(text('Accepted: systemd knows what runs')),
    sleep: optional(integer('Accepted: systemd waits by itself')),
    runlevel: optional(text('Accepted: systemd has no runlevels')),
    arguments: optional(text('Accepted: units hold their own arguments')),
  }),
  argAliases: { args: 'arguments' },
  examples: [
    {
      title: 'started and enabled',
      args: { name: 'chronyd', state: 'started', enabled: true },
      state: { load: 'loaded', active: 'inactive', file: 'disabled', stale: false },
      expect: 'change',
    },
    {
      title: 'runs already',
      args: { name: 'chronyd', state: 'started' },
      state: { load: 'loaded', active: 'active', file: 'enabled', stale: false },
      expect: 'ok',
    },
    {
      title: 'restarted',
      args: { name: 'chronyd', state: 'restarted' },
      state: { load: 'loaded', active: 'active', file: 'enabled', stale: false },
      expect: 'change',
    },
    {
      title: 'no such unit',
      args: { name: 'chronyd', state: 'started' },
      state: { load: 'not-found', active: 'inactive', file: '', stale: false },
      expect: 'absent',
    },
  ],
  reads: ({ name }) => (name === undefined ? [] : [`unit/${name}`]),
  read: (given, io) => readUnit(given, io),
  decide: (given, unit) => decideUnit(given, unit),
  result: () => ({}),
});
