/** The host's packages as facts. */
import { type PackageFact, packageList } from '../probes/inventory-facts.ts';
import { args, defineModule, listOf, ok, oneOf, text } from './define.ts';

export const packageFacts = defineModule({
  name: 'package_facts',
  aliases: ['ansible.builtin.package_facts'],
  target: 'host',
  effect: 'converge',
  summary: 'Gather the host’s packages into ansible_facts.packages',
  notes: ['By name; a list each, since several versions of one package may be there (kernel).'],
  args: args({
    manager: listOf(text('Manager'), 'Accepted: the host’s own manager is asked', { default: ['auto'] }),
    strategy: oneOf(['first', 'all'], 'Accepted: there is one manager', { default: 'first' }),
  }),
  examples: [
    {
      title: 'two kernels',
      args: {},
      state: [
        { name: 'kernel', version: '5.14.0', release: '427.el9', arch: 'x86_64', source: 'rpm' },
        { name: 'kernel', version: '5.14.0', release: '503.el9', arch: 'x86_64', source: 'rpm' },
      ],
      expect: 'ok',
    },
  ],
  // What installs packages provides whatever they bring.
  reads: () => ['unit/*'],
  read: (_, io) => io.ask(packageList, null),
  decide(_, found) {
    const packages: { [name: string]: readonly PackageFact[] } = {};
    for (const one of found) packages[one.name] = [...(packages[one.name] ?? []), one];
    return ok({ ansible_facts: { packages } }, { gathered: { packages } });
  },
});
