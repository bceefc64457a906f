/** A host that the inventory does not have yet, for the rest of the run. */
import type { Decision } from '../core/module.ts';
import type { JsonObject } from '../core/value.ts';
import { defineModule, failed, listOf, Type, text } from './define.ts';

const VARIABLE = /^[A-Za-z_]\w*$/;

export const addHost = defineModule({
  name: 'add_host',
  aliases: ['ansible.builtin.add_host'],
  target: 'none',
  effect: 'converge',
  enlists: true,
  together: true,
  summary: 'Add a host to the inventory for the rest of the run',
  notes: [
    'Runs in check mode too. Later plays that name the host or its groups take it in; the play under way does not.',
    'Every other argument becomes a variable of the host; variables of its groups and host_vars files count too.',
    'Use run_once or a play on localhost where one new host is meant.',
  ],
  args: Type.Object(
    {
      name: text('The host; `name:port` sets ansible_port', { minLength: 1 }),
      groups: listOf(text('Group'), 'Groups it belongs to; new ones are made', { default: [] }),
    },
    { additionalProperties: {}, description: 'Any names: each becomes a variable of the host' },
  ),
  argAliases: { hostname: 'name', host: 'name', group: 'groups', groupname: 'groups' },
  examples: [
    {
      title: 'a new host',
      args: { name: 'worker07', groups: ['workers'], ansible_host: '10.0.0.17' },
      state: null,
      expect: 'ok',
    },
    { title: 'a port', args: { name: 'worker08:2222' }, state: null, expect: 'ok' },
    { title: 'a variable that cannot be one', args: { name: 'worker07', 'data-disk': 'sdb' }, state: null, expect: 'failed' },
  ],
  read: async () => null,
  decide(given): Decision<JsonObject> {
    const { name, groups, ...vars } = given as { name: string; groups: readonly string[] } & JsonObject;
    const wrong = Object.keys(vars).find((one) => !VARIABLE.test(one));
    if (wrong !== undefined) return failed(`"${wrong}" cannot be a variable`, { code: 'args', hint: 'choose another name' });
    const [, host = name, port] = /^([^:[\]]+):(\d+)$/.exec(name) ?? [];
    const all: JsonObject = { ...(port === undefined ? {} : { ansible_port: Number(port) }), ...(vars as JsonObject) };
    const inventory = { host, groups, vars: all };
    return { is: 'ok', output: { add_host: { host_name: host, groups, host_vars: all } }, inventory };
  },
});
