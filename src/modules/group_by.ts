/** Groups made of facts: each host goes into the group its key names. */
import type { Decision } from '../core/module.ts';
import type { JsonObject } from '../core/value.ts';
import { args, defineModule, listOf, text } from './define.ts';

/** As Ansible: blanks become dashes. */
const clean = (name: string): string => name.replaceAll(' ', '-');

export const groupBy = defineModule({
  name: 'group_by',
  aliases: ['ansible.builtin.group_by'],
  target: 'none',
  effect: 'converge',
  enlists: true,
  summary: 'Put each host into a group that a value names',
  notes: ['Runs in check mode too. Later plays may name the group; blanks in names become dashes.'],
  args: args({
    key: text('The group; a template over facts of the host', { minLength: 1 }),
    parents: listOf(text('Group'), 'Groups above it', { default: ['all'] }),
  }),
  examples: [
    { title: 'by distribution', args: { key: 'os_RedHat' }, state: { host: 'n1' }, expect: 'ok' },
    { title: 'below another group', args: { key: 'os Fedora 41', parents: 'os' }, state: { host: 'n1' }, expect: 'ok' },
  ],
  read: async (_, io) => ({ host: String(io.host) }),
  decide({ key, parents }, { host }): Decision<JsonObject> {
    const [group, above] = [clean(key), parents.map(clean)];
    const inventory = { host, groups: [group], parents: above.filter((name) => name !== 'all') };
    return { is: 'ok', output: { add_group: group, parent_groups: above }, inventory };
  },
});
