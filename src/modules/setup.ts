/** Facts about the host: what gather_facts runs. */
import type { JsonObject } from '../core/value.ts';
import { hostFacts } from '../probes/host-facts.ts';
import { localFacts } from '../probes/local-facts.ts';
import { storageFacts } from '../probes/storage-facts.ts';
import { args, defineModule, failed, integer, listOf, ok, optional, Type, text } from './define.ts';
import { fnmatch } from './files/fnmatch.ts';
import { groupOf, SUBSETS, unknownSubset, wantedGroups } from './system/fact-groups.ts';

export const setup = defineModule({
  name: 'setup',
  aliases: ['gather_facts', 'ansible.builtin.setup', 'ansible.builtin.gather_facts'],
  target: 'host',
  effect: 'converge',
  summary: 'Gather facts about the host into ansible_facts',
  notes: [
    'Three questions answered by sh, /proc and ip: kernel, distribution, memory, processors, addresses, user, environment, time. No Python is needed there.',
    'Sizes of network filesystems are not asked for, since those can hang. LVM and facts of Python itself are not gathered.',
  ],
  args: args({
    filter: listOf(Type.String(), 'Shell patterns of the facts to keep', { default: [] }),
    gather_subset: listOf(Type.String(), 'all, min, hardware, network, virtual or a part of these; with ! what to leave out', {
      default: ['all'],
    }),
    parallel: optional(Type.Boolean({ description: 'Accepted: facts come in one question' })),
    gather_timeout: integer('Accepted; the task has its own timeout', { default: 10 }),
    fact_path: text('Folder with facts of the host’s own: *.fact, JSON or INI; executable ones are run, in check mode too', {
      default: '/etc/ansible/facts.d',
    }),
  }),
  examples: [
    { title: 'everything', args: {}, state: { hostname: 'worker01', os_family: 'RedHat' }, expect: 'ok' },
    {
      title: 'without hardware and network',
      args: { gather_subset: ['!hardware', '!network'] },
      state: { hostname: 'worker01', interfaces: ['lo', 'br-ex'], br_ex: { mtu: 1500 }, memtotal_mb: 16000, devices: {} },
      expect: 'ok',
    },
    { title: 'a subset that is none', args: { gather_subset: ['!hardwear'] }, state: {}, expect: 'failed' },
    { title: 'some facts', args: { filter: ['ansible_os_*'] }, state: { hostname: 'worker01', os_family: 'RedHat' }, expect: 'ok' },
  ],
  async read({ gather_subset, fact_path }, io): Promise<JsonObject> {
    const groups = wantedGroups(gather_subset);
    const more = groups.has('hardware') || groups.has('virtual') || groups.has('network');
    const [facts, storage, local] = await Promise.all([
      io.ask(hostFacts, null),
      more ? io.ask(storageFacts, null) : {},
      groups.has('local') ? io.ask(localFacts, fact_path) : {},
    ]);
    return { ...facts, ...storage, local };
  },
  decide({ filter, gather_subset }, all) {
    const unknown = unknownSubset(gather_subset);
    if (unknown !== undefined)
      return failed(`Bad subset '${unknown}' given to Ansible`, { code: 'args', hint: `known are ${SUBSETS.join(', ')}` });
    const groups = wantedGroups(gather_subset);
    const facts = { ...all, gather_subset, module_setup: true };
    const kept = Object.fromEntries(
      Object.entries(facts)
        .filter(([name]) => groups.has(groupOf(name, all)))
        .filter(([name]) => filter.length === 0 || filter.some((pattern) => fits(name, pattern))),
    );
    return ok(
      { ansible_facts: Object.fromEntries(Object.entries(kept).map(([name, value]) => [OWN.has(name) ? name : `ansible_${name}`, value])) },
      { gathered: kept },
    );
  },
});

/** About the gathering itself: without the prefix. */
const OWN = new Set(['gather_subset', 'module_setup']);

/** `ansible_os_*` or `os_*`. */
const fits = (name: string, pattern: string): boolean => fnmatch(pattern.replace(/^ansible_/, ''))(name);
