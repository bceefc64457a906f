/** Facts about the host: what gather_facts runs. */
import type { JsonObject } from '../core/value.ts';
import { hostFacts } from '../probes/host-facts.ts';
import { args, defineModule, integer, listOf, ok, Type, text } from './define.ts';

export const setup = defineModule({
  name: 'setup',
  aliases: ['gather_facts', 'ansible.builtin.setup', 'ansible.builtin.gather_facts'],
  target: 'host',
  effect: 'converge',
  summary: 'Gather facts about the host into ansible_facts',
  notes: [
    'One question answered by sh, /proc and ip: kernel, distribution, memory, processors, addresses, user, environment, time. No Python is needed there.',
    'Facts that only Python or root could tell (mounts with sizes, devices, LVM) are not gathered; disk_probe knows the disks.',
  ],
  args: args({
    filter: listOf(Type.String(), 'Shell patterns of the facts to keep', { default: [] }),
    gather_subset: listOf(Type.String(), 'Accepted for playbooks written for Ansible: everything is one question anyway', {
      default: ['all'],
    }),
    gather_timeout: integer('Accepted; the task has its own timeout', { default: 10 }),
    fact_path: text('Accepted; local fact files are not run', { default: '/etc/ansible/facts.d' }),
  }),
  examples: [
    { title: 'everything', args: {}, state: { hostname: 'worker01', os_family: 'RedHat' }, expect: 'ok' },
    { title: 'some facts', args: { filter: ['ansible_os_*'] }, state: { hostname: 'worker01', os_family: 'RedHat' }, expect: 'ok' },
  ],
  read: (_, io): Promise<JsonObject> => io.ask(hostFacts, null),
  decide({ filter }, facts) {
    const kept = Object.fromEntries(
      Object.entries(facts).filter(([name]) => filter.length === 0 || filter.some((pattern) => fits(name, pattern))),
    );
    return ok(
      { ansible_facts: Object.fromEntries(Object.entries(kept).map(([name, value]) => [`ansible_${name}`, value])) },
      { gathered: kept },
    );
  },
});

/** `ansible_os_*` or `os_*`. */
const fits = (name: string, pattern: string): boolean => {
  const expression = pattern
    .replace(/[.+^${}()|\\[\]]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^(ansible_)?(${expression.replace(/^ansible_/, '')})$`).test(name);
};
