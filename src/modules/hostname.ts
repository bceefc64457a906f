/** The host's own name. */
import type { Step } from '../core/change.ts';
import type { Decision } from '../core/module.ts';
import type { JsonObject } from '../core/value.ts';
import { hostName } from '../probes/host-name.ts';
import { args, change, defineModule, oneOf, optional, text } from './define.ts';

const STRATEGIES = [
  'alpine',
  'debian',
  'freebsd',
  'generic',
  'macos',
  'macosx',
  'darwin',
  'openbsd',
  'openrc',
  'redhat',
  'sles',
  'solaris',
  'systemd',
] as const;

export const hostname = defineModule({
  name: 'hostname',
  aliases: ['ansible.builtin.hostname'],
  target: 'host',
  effect: 'converge',
  summary: 'Set the name of the host, now and for later boots',
  notes: ['/etc/hosts is left alone.', 'With systemd hostnamectl sets it; without, /etc/hostname is written and the kernel told.'],
  args: args({
    name: text('The name', { pattern: '^[A-Za-z0-9]([A-Za-z0-9.-]{0,62}[A-Za-z0-9])?$' }),
    use: optional(oneOf(STRATEGIES, 'Accepted: pb looks whether the host has hostnamectl')),
  }),
  examples: [
    { title: 'another name', args: { name: 'worker01.lab' }, state: { now: 'localhost', kept: '', systemd: true }, expect: 'change' },
    {
      title: 'its name already',
      args: { name: 'worker01.lab' },
      state: { now: 'worker01.lab', kept: 'worker01.lab', systemd: true },
      expect: 'ok',
    },
    {
      title: 'only for the next boot',
      args: { name: 'worker01' },
      state: { now: 'worker01', kept: 'old', systemd: false },
      expect: 'change',
    },
  ],
  read: (_, io) => io.ask(hostName, null),
  decide({ name }, { now, kept, systemd }): Decision<JsonObject> {
    const [short = name, ...domain] = name.split('.');
    const facts = { hostname: short, nodename: name, fqdn: name, domain: domain.join('.') };
    const ansible_facts = Object.fromEntries(Object.entries(facts).map(([key, value]) => [`ansible_${key}`, value]));
    if (now === name && kept === name) return { is: 'ok', output: { name, ansible_facts }, gathered: facts };
    const steps: readonly [Step, ...Step[]] = systemd
      ? [{ do: 'exec', argv: ['hostnamectl', 'set-hostname', '--', name] }]
      : [
          { do: 'write', path: '/etc/hostname', content: `${name}\n`, mode: '0644' },
          { do: 'exec', argv: ['hostname', name] },
        ];
    return change({ op: 'update', summary: `name the host ${name}`, before: { now, kept }, after: { now: name, kept: name }, steps });
  },
});
