/** module_defaults: what of it a call has, groups of modules included. */
import { nearest } from '../core/diagnostic.ts';
import type { AnyModule } from '../core/module.ts';
import type { ModuleCall } from '../project/playbook/ast.ts';
import type { Reading } from '../project/reading.ts';
import type { Entry } from '../project/yaml/node.ts';

/** Action groups of the collections whose modules pb answers for. */
const GROUPS: { readonly [name: string]: (module: AnyModule) => boolean } = {
  k8s: ({ target }) => target === 'cluster',
};
const COLLECTIONS = /^(?:kubernetes\.core\.|community\.kubernetes\.|community\.okd\.)/;
const SAME: { readonly [name: string]: string } = { okd: 'k8s', openshift: 'k8s' };

const groupOf = (key: string): ((module: AnyModule) => boolean) | undefined => {
  const name = key.slice('group/'.length).replace(COLLECTIONS, '');
  const known = SAME[name] ?? name;
  return Object.hasOwn(GROUPS, known) ? GROUPS[known] : undefined;
};

/**
 * As Ansible: an inner level replaces what an outer one says of the same module as a whole; what is said of the module wins over what is
 * said of its group.
 */
export function defaultsOf(reading: Reading, call: ModuleCall, levels: readonly Entry[]): readonly Entry[] {
  const byKey = new Map<string, Entry>();
  for (const level of levels) byKey.set(nameOf(reading, level), level);
  const groups: Entry[] = [];
  const own: Entry[] = [];
  for (const level of byKey.values()) {
    if (level.value.kind !== 'map') continue;
    if (level.key.startsWith('group/')) {
      if (groupOf(level.key)?.(call.module)) groups.push(...level.value.entries);
    } else if (reading.modules.find(level.key)?.name === call.module.name) own.push(...level.value.entries);
  }
  return [...groups, ...own];
}

function nameOf(reading: Reading, { key, keyAt }: Entry): string {
  if (!key.startsWith('group/')) {
    const found = reading.modules.find(key);
    const guess = found ? undefined : nearest(key, reading.modules.names);
    if (!found)
      reading.problems.warning('unknown-module', `module_defaults: there is no module ${key}`, {
        at: keyAt,
        hint: guess ? `did you mean ${guess}?` : undefined,
      });
    return found?.name ?? key;
  }
  if (groupOf(key)) return key;
  reading.problems.error('unsupported', `module_defaults: there is no group of modules ${key.slice('group/'.length)}`, {
    at: keyAt,
    hint: `known: ${[...Object.keys(GROUPS), ...Object.keys(SAME)].map((name) => `group/${name}`).join(', ')}; or name each module`,
  });
  return key;
}
