/** Modules with the arguments project and plan have to deal with; they do nothing. */
import { type TObject, Type } from 'typebox';
import type { AnyModule } from '../../src/core/module.ts';
import {
  args,
  defineModule,
  expression,
  expressions,
  flag,
  integer,
  json,
  listOf,
  mode,
  ok,
  oneOf,
  optional,
  text,
} from '../../src/modules/define.ts';

const make = (name: string, schema: TObject, more: Partial<AnyModule> = {}): AnyModule =>
  ({
    ...defineModule({
      name,
      aliases: [`ansible.builtin.${name}`],
      target: 'none',
      summary: name,
      effect: 'converge',
      args: schema,
      examples: [],
      read: async () => null,
      decide: () => ok(null),
    }),
    ...more,
  }) as AnyModule;

const command = args({
  cmd: optional(text('what to run')),
  argv: optional(listOf(Type.String(), 'the same as a list')),
  chdir: optional(text('directory')),
  creates: optional(text('a file')),
});

const waitForKube = make('wait_for_kube', args({ k8s: json('what'), until: expression('when it is done') }));

export const modules: readonly AnyModule[] = [
  make('assert', args({ that: expressions('conditions'), fail_msg: optional(text('message')) })),
  make('command', command, { freeForm: 'cmd' }),
  make('copy', args({ dest: text('where'), content: optional(text('what')), src: optional(text('file')), mode: optional(mode('mode')) })),
  make(
    'debug',
    args({ msg: optional(json('message')), var: optional(expression('value')), verbosity: integer('from -v', { default: 0 }) }),
  ),
  make('fail', args({ msg: optional(text('why')) })),
  make(
    'file',
    args({
      path: text('where'),
      state: oneOf(['file', 'directory', 'absent'], 'what', { default: 'file' }),
      mode: optional(mode('mode')),
      recurse: flag('all below', false),
      hosts: optional(listOf(Type.String(), 'names')),
      ports: optional(listOf(Type.Integer(), 'numbers')),
      spec: optional(
        Type.Object({ size: Type.Integer(), labels: optional(Type.Record(Type.String(), Type.String())) }, { additionalProperties: false }),
      ),
    }),
    { argAliases: { dest: 'path', name: 'path' } },
  ),
  make(
    'fetch',
    Type.Object(
      { url: optional(text('from')), path: optional(text('from')) },
      { additionalProperties: false, anyOf: [{ required: ['url'] }, { required: ['path'] }] },
    ),
  ),
  make('ping', args({ data: optional(text('answer')) })),
  make('set_fact', Type.Object({}, { additionalProperties: {} })),
  make('stat', args({ path: text('where') })),
  make('wait_for', args({ path: optional(text('file')), timeout: integer('seconds', { default: 300 }) }), {
    variant: (given) => (given.has('k8s') ? waitForKube : undefined),
  }),
];

export const findModule = (name: string): AnyModule | undefined =>
  modules.find((module) => module.name === name || module.aliases?.includes(name));
