/** Variables that nobody sets: what the run, the play, the host and the role are. */
import path from 'node:path';
import type { Host } from '../core/inventory.ts';
import type { Node, Plan, RoleRef } from '../core/plan.ts';
import { OMIT } from '../core/resolve.ts';
import type { Value } from '../core/value.ts';
import { isLocalhost, type ReachDefaults } from './endpoint.ts';
import type { HostState } from './host-state.ts';
import type { PlayView, RunFacts } from './scope.ts';

/** The ansible-core whose language this is: what playbooks compare `ansible_version.full` with. */
const LANGUAGE = { full: '2.19.0', major: 2, minor: 19, revision: 0, string: '2.19.0' };

export interface MagicSources {
  readonly plan: Plan;
  readonly run: RunFacts;
  readonly state: HostState;
  readonly view: PlayView;
  readonly node: Node | undefined;
  readonly groups: Value;
  readonly hostvars: () => Value;
  readonly defaults: ReachDefaults;
}

type Table = { readonly [name: string]: (on: MagicSources) => Value | undefined };

/** What a magic variable is worth; undefined: there is none of that name here, and others may have one. */
export const magicOf = (name: string, on: MagicSources): Value | undefined => (Object.hasOwn(MAGIC, name) ? MAGIC[name]?.(on) : undefined);

/** How the host is reached, where no variable says so: a task may ask for it all the same. */
export const reachedBy = (name: string, on: MagicSources): Value | undefined =>
  Object.hasOwn(REACHED, name) ? REACHED[name]?.(on) : undefined;

const keyword = ({ node, view }: MagicSources, name: 'connection' | 'port' | 'remote_user'): Value | undefined =>
  (node && 'settings' in node ? node.settings : view.play.settings)[name];

const REACHED: Table = {
  ansible_host: ({ state }) => (state.host.implicit ? '127.0.0.1' : state.host.name),
  ansible_connection: (on) =>
    keyword(on, 'connection') ?? on.defaults['ansible_connection'] ?? (isLocalhost(on.state.host.name) ? 'local' : 'ssh'),
  ansible_port: (on) => keyword(on, 'port'),
  ansible_user: (on) => keyword(on, 'remote_user') ?? on.defaults['ansible_user'],
};

/** Magic names that have a value here, as `vars` lists them; of hostvars only those that are the host's own. */
export const magicNames = (on: MagicSources, own: boolean): readonly string[] =>
  Object.keys(MAGIC).filter(
    (name) => name !== 'omit' && !(own && (TASKS.test(name) || name === 'hostvars')) && MAGIC[name]?.(on) !== undefined,
  );

/** Names that belong to a play, a role or a task. */
const TASKS = /play_|role|search_path|limit|current_hosts/;

/** Absolute path of the inventory file that names the host; without one, the first source. */
function sourceOf(host: Host, plan: Plan): string | undefined {
  const file = host.at?.file ?? plan.inventory.sources.find((source) => !source.includes(','));
  return file === undefined || file === '-i' ? undefined : path.resolve(file);
}

const active = ({ view }: MagicSources): Value => view.batch.filter((name) => view.active().includes(name));
const direct = ({ view }: MagicSources): readonly string[] => [...(view.play.roleNames?.direct ?? []), ...view.includedRoles];
const dependent = ({ view }: MagicSources): readonly string[] => view.play.roleNames?.dependent ?? [];

/** One table for all: a scope is made for every task of every host. */
const MAGIC: Table = {
  inventory_hostname: ({ state }) => state.host.name,
  inventory_hostname_short: ({ state }) => state.host.name.split('.')[0] ?? state.host.name,
  group_names: ({ state }) => [...state.host.groups].filter((name) => name !== 'all').sort(),
  groups: ({ groups }) => groups,
  hostvars: ({ hostvars }) => hostvars(),
  // The host's own facts keep the prefix there: Ansible takes it from all others.
  ansible_facts: ({ state }) =>
    Object.fromEntries([...state.facts].map(([name, value]) => [name === 'local' ? 'ansible_local' : name, value])),
  playbook_dir: ({ view }) => view.play.playbookDir,
  inventory_file: ({ state, plan }) => sourceOf(state.host, plan) ?? null,
  inventory_dir: ({ state, plan }) => {
    const source = sourceOf(state.host, plan);
    return source === undefined ? null : path.dirname(source);
  },
  omit: () => OMIT,

  ansible_check_mode: ({ run }) => run.check,
  ansible_diff_mode: ({ run }) => run.diff,
  ansible_verbosity: ({ run }) => run.verbosity,
  ansible_forks: ({ run }) => run.forks,
  ansible_version: () => LANGUAGE,
  ansible_run_tags: ({ run }) => run.tags,
  ansible_skip_tags: ({ run }) => run.skipTags,
  ansible_limit: ({ run }) => run.limit,
  // pb has no configuration file
  ansible_config_file: () => null,
  // inventories hand it on as ansible_python_interpreter; pb starts no Python
  ansible_playbook_python: () => '/usr/bin/python3',
  ansible_inventory_sources: ({ plan }) => plan.inventory.sources.map((source) => (source.includes(',') ? source : path.resolve(source))),

  ansible_play_name: ({ view }) => view.play.name,
  ansible_play_hosts: ({ view }) => view.active(),
  ansible_play_hosts_all: ({ view }) => view.all,
  ansible_play_batch: active,
  ansible_current_hosts: active,
  play_hosts: active,
  role_names: (on) => [...direct(on)],
  ansible_play_role_names: (on) => [...direct(on)],
  ansible_dependent_role_names: (on) => [...dependent(on)],
  ansible_role_names: (on) => [...new Set([...direct(on), ...dependent(on)])],

  role_name: ({ node }) => node?.role?.name,
  ansible_role_name: ({ node }) => node?.role?.name,
  role_path: ({ node }) => node?.role?.path,
  ansible_parent_role_names: ({ node }) => parentsOf(node)?.map(({ name }) => name),
  ansible_search_path: ({ node, view }) =>
    node && [
      ...new Set([
        ...(node.role ? [node.role.path, ...(parentsOf(node) ?? []).map((parent) => parent.path)] : []),
        path.dirname(path.resolve(node.at.file)),
        view.play.playbookDir,
      ]),
    ],
  ansible_parent_role_paths: ({ node }) => parentsOf(node)?.map((parent) => parent.path),
};

function parentsOf(node: Node | undefined): NonNullable<RoleRef['parents']> | undefined {
  const parents = node?.role?.parents;
  return parents?.length ? parents : undefined;
}
