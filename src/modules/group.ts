/** Groups of the host. */
import type { Step } from '../core/change.ts';
import type { Decision } from '../core/module.ts';
import type { JsonObject } from '../core/value.ts';
import { getent } from '../probes/getent.ts';
import { args, change, defineModule, failed, flag, integer, ok, oneOf, optional, text } from './define.ts';

type State = { readonly gid: number | null };

export const group = defineModule({
  name: 'group',
  aliases: ['ansible.builtin.group'],
  target: 'host',
  effect: 'converge',
  summary: 'Add and remove groups of the host',
  args: args({
    name: text('The group', { pattern: '^[^:\\s-][^:\\s]*$' }),
    gid: optional(integer('Its number', { minimum: 0 })),
    state: oneOf(['present', 'absent'], 'Whether it shall exist', { default: 'present' }),
    system: flag('Take a number of the range for system groups', false),
    non_unique: flag('The number may belong to another group too', false),
    force: flag('state: absent: remove it even where it is the primary group of a user', false),
    gid_min: optional(integer('Smallest number for a new group', { minimum: 0 })),
    gid_max: optional(integer('Largest number for a new group', { minimum: 0 })),
    local: flag('Accepted: groups are always those of the host itself', false),
  }),
  examples: [
    { title: 'a new group', args: { name: 'storage', gid: 1700 }, state: { gid: null }, expect: 'change' },
    { title: 'it exists', args: { name: 'storage' }, state: { gid: 1700 }, expect: 'ok' },
    { title: 'removed', args: { name: 'storage', state: 'absent' }, state: { gid: 1700 }, expect: 'change' },
    { title: 'a number that two shall share', args: { name: 'storage', non_unique: true }, state: { gid: null }, expect: 'failed' },
  ],
  async read({ name }, io): Promise<State> {
    const [line] = (await io.ask(getent, { database: 'group', key: name })) ?? [];
    // storage:x:1700:alice,bob
    const gid = line?.split(':')[2];
    return { gid: gid === undefined ? null : Number(gid) };
  },
  decide(given, { gid }): Decision<JsonObject> {
    const { name, state } = given;
    if (given.non_unique && given.gid === undefined) return failed('non_unique needs gid', { code: 'args' });
    if (state === 'absent') {
      if (gid === null) return ok({ name, state, gid: null, system: given.system });
      const steps: readonly [Step] = [{ do: 'exec', argv: ['groupdel', ...(given.force ? ['-f'] : []), '--', name] }];
      return change({ op: 'delete', summary: `remove the group ${name}`, before: { name, gid }, after: null, steps });
    }
    const options = [...(given.gid === undefined ? [] : ['-g', String(given.gid)]), ...(given.non_unique ? ['-o'] : [])];
    const after = { name, ...(given.gid === undefined ? {} : { gid: given.gid }) };
    if (gid === null) {
      const range = [
        ...(given.gid_min === undefined ? [] : ['-K', `GID_MIN=${given.gid_min}`]),
        ...(given.gid_max === undefined ? [] : ['-K', `GID_MAX=${given.gid_max}`]),
      ];
      const argv = ['groupadd', ...(given.system ? ['-r'] : []), ...options, ...range, '--', name] as const;
      const provides = [`group/${name}`];
      return change({ op: 'create', summary: `add the group ${name}`, before: null, after, steps: [{ do: 'exec', argv }], provides });
    }
    if (given.gid === undefined || given.gid === gid) return ok({ name, state, gid, system: given.system });
    const argv = ['groupmod', ...options, '--', name] as const;
    return change({ op: 'update', summary: `change the group ${name}`, before: { name, gid }, after, steps: [{ do: 'exec', argv }] });
  },
});
