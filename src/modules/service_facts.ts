/** The host's services as facts. */
import { serviceList } from '../probes/inventory-facts.ts';
import { args, defineModule, ok } from './define.ts';

export const serviceFacts = defineModule({
  name: 'service_facts',
  aliases: ['ansible.builtin.service_facts'],
  target: 'host',
  effect: 'converge',
  summary: 'Gather the host’s services into ansible_facts.services',
  notes: [
    'Services of systemd, by name with suffix: state is running, stopped, active, inactive or failed. Where it does not run, those of /etc/init.d.',
  ],
  args: args({}),
  examples: [
    {
      title: 'one service',
      args: {},
      state: [{ name: 'chronyd.service', state: 'running', status: 'enabled', source: 'systemd' }],
      expect: 'ok',
    },
  ],
  reads: () => ['unit/*'],
  read: (_, io) => io.ask(serviceList, null),
  decide(_, found) {
    const services = Object.fromEntries(found.map((service) => [service.name, service]));
    return ok({ ansible_facts: { services } }, { gathered: { services } });
  },
});
