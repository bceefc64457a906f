/** Variables that nobody sets: what the run, the play, the host and the role are. */
import path from 'node:path';
import type { Host } from '../core/inventory.ts';
import type { Node, Plan } from '../core/plan.ts';
import { OMIT } from '../core/resolve.ts';
import type { Value } from '../core/value.ts';
import type { HostState } from './host-state.ts';
import type { PlayView, RunFacts } from './scope.ts';

/** The ansible-core whose language this is: what playbooks compare `ansible_version.full` with. */
const LANGUAGE = { full: '2.19.0', major: 2, minor: 19, revision: 0, string: '2.19.0' };

type Table = { readonly [name: string]: () => Value };

export interface MagicSources {
  readonly plan: Plan;
  readonly run: RunFacts;
  readonly state: HostState;
  readonly view: PlayView;
  readonly node: Node | undefined;
  readonly groups: Value;
  readonly hostvars: () => Value;
}

/** By name; a name that is not there has no magic. */
export function magicOf(on: MagicSources): Table {
  const { state, plan, groups, hostvars } = on;
  const { host } = state;
  return {
    inventory_hostname: () => host.name,
    inventory_hostname_short: () => host.name.split('.')[0] ?? host.name,
    group_names: () => [...host.groups].filter((name) => name !== 'all').sort(),
    groups: () => groups,
    hostvars,
    ansible_facts: () => Object.fromEntries(state.facts),
    playbook_dir: () => on.view.play.playbookDir,
    inventory_file: () => sourceOf(host, plan) ?? null,
    inventory_dir: () => {
      const source = sourceOf(host, plan);
      return source === undefined ? null : path.dirname(source);
    },
    omit: () => OMIT,
    ...ofRun(on),
    ...ofPlay(on),
    ...ofRole(on),
  };
}

/** Absolute path of the inventory file that names the host; without one, the first source. */
function sourceOf(host: Host, plan: Plan): string | undefined {
  const file = host.at?.file ?? plan.inventory.sources.find((source) => !source.includes(','));
  return file === undefined || file === '-i' ? undefined : path.resolve(file);
}

const ofRun = ({ run, plan }: MagicSources): Table => ({
  ansible_check_mode: () => run.check,
  ansible_diff_mode: () => run.diff,
  ansible_verbosity: () => run.verbosity,
  ansible_forks: () => run.forks,
  ansible_version: () => LANGUAGE,
  ansible_run_tags: () => run.tags,
  ansible_skip_tags: () => run.skipTags,
  ...(run.limit === undefined ? {} : { ansible_limit: () => run.limit ?? '' }),
  // pb has no configuration file
  ansible_config_file: () => null,
  // inventories hand it on as ansible_python_interpreter; pb starts no Python
  ansible_playbook_python: () => '/usr/bin/python3',
  ansible_inventory_sources: () => plan.inventory.sources.map((source) => (source.includes(',') ? source : path.resolve(source))),
});

const ofPlay = ({ view }: MagicSources): Table => {
  const { direct, dependent } = view.play.roleNames ?? { direct: [], dependent: [] };
  return {
    ansible_play_name: () => view.play.name,
    ansible_play_hosts: () => view.active(),
    ansible_play_hosts_all: () => view.all,
    ansible_play_batch: () => view.batch.filter((name) => view.active().includes(name)),
    play_hosts: () => view.batch.filter((name) => view.active().includes(name)),
    role_names: () => [...direct, ...view.includedRoles],
    ansible_play_role_names: () => [...direct, ...view.includedRoles],
    ansible_dependent_role_names: () => [...dependent],
    ansible_role_names: () => [...new Set([...direct, ...view.includedRoles, ...dependent])],
  };
};

function ofRole({ node }: MagicSources): Table {
  const role = node?.role;
  if (!role) return {};
  const parents = role.parents ?? [];
  return {
    role_name: () => role.name,
    ansible_role_name: () => role.name,
    role_path: () => role.path,
    ...(parents.length === 0
      ? {}
      : {
          ansible_parent_role_names: () => parents.map(({ name }) => name),
          ansible_parent_role_paths: () => parents.map((parent) => parent.path),
        }),
  };
}
