/** Values for whoever reads the run's results. */
import type { JsonObject } from '../core/value.ts';
import { args, defineModule, failed, flag, json, ok } from './define.ts';

export const setStats = defineModule({
  name: 'set_stats',
  aliases: ['ansible.builtin.set_stats'],
  target: 'none',
  effect: 'converge',
  summary: 'Put values of your own into the results of the run',
  notes: [
    'The values stand in the task’s result (`--output json`) under ansible_stats; pb adds nothing up: aggregate is accepted and passed on.',
  ],
  args: args({
    data: json<JsonObject>('Names and values', { type: 'object' }),
    per_host: flag('Whether the values belong to the host rather than to the run', false),
    aggregate: flag('Whether values of the same name are to be added up by the reader', true),
  }),
  examples: [
    { title: 'a value', args: { data: { cluster: 'lab' } }, state: null, expect: 'ok' },
    { title: 'a name that cannot be one', args: { data: { 'a-b': 1 } }, state: null, expect: 'failed' },
  ],
  read: async () => null,
  decide({ data, per_host, aggregate }) {
    const wrong = Object.keys(data).find((name) => !/^[A-Za-z_]\w*$/.test(name));
    if (wrong !== undefined) {
      return failed(`"${wrong}" cannot be a name: names consist of letters, digits and underscores and begin with no digit`, {
        code: 'args',
      });
    }
    return ok({ ansible_stats: { data, per_host, aggregate } });
  },
});
