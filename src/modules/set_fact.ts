/** Variables for the rest of the run, per host. */
import type { Decision } from '../core/module.ts';
import type { JsonObject } from '../core/value.ts';
import { defineModule, failed, flag, ok, Type } from './define.ts';

const RESERVED = new Set(['hostvars', 'groups', 'group_names', 'inventory_hostname', 'omit', 'item', 'vars']);

export const setFact = defineModule({
  name: 'set_fact',
  aliases: ['ansible.builtin.set_fact'],
  target: 'none',
  effect: 'converge',
  assigns: 'arguments',
  summary: 'Set variables of the host for the rest of the run',
  notes: [
    'Runs in check mode too. A value that is not known before an earlier task was applied is set as unknown.',
    'With cacheable the variables stand in ansible_facts too; nothing is kept between runs.',
  ],
  args: Type.Object(
    { cacheable: flag('Show the variables in ansible_facts too', false) },
    { additionalProperties: {}, description: 'Any names: each becomes a variable' },
  ),
  examples: [
    { title: 'two variables', args: { data_disk: '/dev/disk/by-id/wwn-0x5000c500a1b2c3d4', replicas: 3 }, state: null, expect: 'ok' },
    { title: 'a name that cannot be one', args: { 'data-disk': '/dev/sdb' }, state: null, expect: 'failed' },
    { title: 'nothing to set', args: {}, state: null, expect: 'failed' },
  ],
  read: async () => null,
  decide(given): Decision<{ ansible_facts: JsonObject }> {
    const { cacheable, ...facts } = given as { cacheable: boolean } & JsonObject;
    const names = Object.keys(facts);
    const wrong = names.find((name) => !/^[A-Za-z_][A-Za-z0-9_]*$/.test(name) || RESERVED.has(name));
    if (names.length === 0) return failed('set_fact was given no variable to set', { code: 'args' });
    if (wrong !== undefined) {
      const why = RESERVED.has(wrong) ? 'pb sets it itself' : 'names consist of letters, digits and underscores and begin with no digit';
      return failed(`"${wrong}" cannot be a variable: ${why}`, { code: 'args', hint: 'choose another name' });
    }
    return ok({ ansible_facts: facts }, cacheable ? { facts, gathered: facts } : { facts });
  },
});
