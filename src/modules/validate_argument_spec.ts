/** Variables held against an argument specification, as roles have them in meta/argument_specs.yml. */

import type { Json, JsonObject } from '../core/value.ts';
import { type Resolved, Unknown } from '../core/value.ts';
import { args, defineModule, failed, json, ok } from './define.ts';
import { type Option, violations } from './spec/violations.ts';

type State =
  | { readonly values: { readonly [name: string]: Json } }
  | { readonly unknown: { readonly until: Unknown['until']; readonly why: string } };

export const validateArgumentSpec = defineModule({
  name: 'validate_argument_spec',
  aliases: ['ansible.builtin.validate_argument_spec'],
  target: 'none',
  effect: 'converge',
  summary: 'Check variables against an argument specification',
  notes: ['The variables of the host with the names of the specification are judged; provided_arguments win over them.'],
  args: args({
    argument_spec: json<{ readonly [name: string]: Option }>('Option name → type, required, choices, elements, options and so on', {
      type: 'object',
    }),
    provided_arguments: json<JsonObject>('Values that win over variables of the same name', { type: 'object', default: {} }),
    validate_args_context: json<JsonObject>('What is being judged, for the message', { type: 'object', default: {} }),
  }),
  examples: [
    {
      title: 'all is well',
      args: { argument_spec: { replicas: { type: 'int', required: true } } },
      state: { values: { replicas: 3 } },
      expect: 'ok',
    },
    {
      title: 'two things are wrong',
      args: { argument_spec: { replicas: { type: 'int', required: true }, size: { choices: ['s', 'l'] } } },
      state: { values: { size: 'xl' } },
      expect: 'failed',
    },
  ],
  async read(given, io): Promise<State> {
    const values: { [name: string]: Json } = {};
    for (const name of Object.keys(given.argument_spec)) {
      const value: Resolved | undefined = given.provided_arguments[name] ?? (await io.variable?.(name));
      if (value instanceof Unknown) return { unknown: { until: value.until, why: value.why } };
      if (value !== undefined) values[name] = value as Json;
    }
    return { values: { ...values, ...given.provided_arguments } };
  },
  decide(given, state) {
    if ('unknown' in state) return { is: 'unknown', ...state.unknown };
    const errors = violations(given.argument_spec, state.values);
    const about = { validate_args_context: given.validate_args_context };
    if (errors.length === 0) return ok({ ...about, msg: 'The arg spec validation passed', argument_errors: [] as readonly string[] });
    const output = { ...about, argument_spec_data: given.argument_spec as Json, argument_errors: errors };
    return failed(`Validation of arguments failed:\n${errors.join('\n')}`, { output });
  },
});
