/** The task before a role's own that holds its variables against meta/argument_specs.yml. */
import type { ModuleTask } from '../core/plan.ts';
import type { TaskId } from '../core/value.ts';
import type { RoleUse } from '../project/playbook/ast.ts';
import { toValue } from '../project/yaml/value.ts';
import type { Inherited } from './inherit.ts';
import type { Compiling } from './nodes.ts';
import { isSelected } from './select.ts';
import { tagsOf } from './tags.ts';

/** `from` is what the role's tasks inherit. As in Ansible it is tagged `always`, whatever the role's tags are. */
export function validation(on: Compiling, use: RoleUse, from: Inherited): readonly ModuleTask[] {
  const { role } = use;
  const { reading } = on;
  const spec = role.argumentSpec;
  const module = reading.modules.find('validate_argument_spec');
  const tags = [...tagsOf(reading, from.tags, [...on.known, ...from.layers]), 'always'];
  if (!spec || !use.validate || !module || !isSelected(tags, on.selection)) return [];
  const about = spec.description === undefined ? '' : ` - ${spec.description}`;
  return [
    {
      kind: 'module',
      id: `${from.path}spec:${module.name}` as TaskId,
      name: `Validating arguments against arg spec '${spec.name}'${about}`,
      module,
      as: module.name,
      at: use.at,
      argsAt: spec.at,
      args: {
        argument_spec: spec.options,
        provided_arguments: Object.fromEntries(use.params.map(({ key, value }) => [key, toValue(reading, value)])),
        validate_args_context: { type: 'role', name: role.name, argument_spec_name: spec.name, path: role.path },
      },
      tags,
      when: from.when,
      layers: from.layers,
      settings: from.settings,
      notify: [],
      ...(from.role ? { role: from.role } : {}),
    },
  ];
}
