/** A playbook as written, files read and roles found, keywords not yet inherited. plan/ turns this into nodes. */
import type { Span } from '../../core/diagnostic.ts';
import type { AnyModule } from '../../core/module.ts';
import type { HostVarsFile, Loop, MetaAction, Play, Retry, Settings } from '../../core/plan.ts';
import type { Layer } from '../../core/precedence.ts';
import type { Expression, Value } from '../../core/value.ts';
import type { Entry, MapNode } from '../yaml/node.ts';
import type { ArgumentSpec } from './argument-spec.ts';

/** What plays, role entries, blocks and tasks have in common. */
export interface Keywords {
  readonly at: Span;
  readonly name?: Value;
  readonly settings: Settings;
  /** Words, and templates that give words. */
  readonly tags: readonly Value[];
  readonly when: readonly Expression[];
  readonly vars?: MapNode;
  readonly notify: readonly Value[];
  /** Module name → arguments it has unless the task gives them. */
  readonly moduleDefaults: readonly Entry[];
}

export interface ModuleCall extends Keywords {
  readonly kind: 'module';
  readonly module: AnyModule;
  readonly as: string;
  readonly args: readonly Entry[];
  /** `args: "{{ all_of_them }}"`: known only when the task runs. */
  readonly allArgs?: Value;
  readonly argsAt: Span;
  readonly loop?: Loop;
  readonly register?: string;
  readonly retry?: Retry;
  readonly async?: { readonly seconds: Value; readonly poll: Value };
  readonly changedWhen?: readonly Expression[];
  readonly failedWhen?: readonly Expression[];
  readonly check?: Value;
  readonly listen?: readonly string[];
}

export interface MetaCall extends Keywords {
  readonly kind: 'meta';
  readonly action: MetaAction;
  readonly listen?: readonly string[];
}

export interface BlockOf extends Keywords {
  readonly kind: 'block';
  readonly block: readonly Item[];
  readonly rescue: readonly Item[];
  readonly always: readonly Item[];
}

/** import_tasks: its tasks stand in its place. */
export interface Imported extends Keywords {
  readonly kind: 'import';
  readonly items: readonly Item[];
}

/** An entry of `roles:`, a dependency, or import_role. */
export interface RoleUse extends Keywords {
  readonly kind: 'role';
  readonly role: Role;
  /** Keys of a role entry that are no keywords. */
  readonly params: readonly Entry[];
  readonly allowDuplicates: boolean;
  /** rolespec_validate. */
  readonly validate: boolean;
  /** Defaults and vars are seen by the whole play. */
  readonly public: boolean;
  readonly how: 'roles' | 'dependency' | 'import_role';
}

/** include_tasks and include_role. */
export interface IncludeCall extends Keywords {
  readonly kind: 'include';
  readonly what: 'tasks' | 'role';
  readonly args: readonly Entry[];
  readonly loop?: Loop;
  readonly register?: string;
  readonly apply?: Keywords;
  /** The file it stands in. */
  readonly from: Place;
  readonly listen?: readonly string[];
}

export type Item = ModuleCall | MetaCall | BlockOf | Imported | RoleUse | IncludeCall;

/** Where relative names are looked up from. */
export interface Place {
  /** Absolute path of the file. */
  readonly file: string;
  readonly role?: { readonly name: string; readonly path: string };
}

export interface Role {
  readonly name: string;
  /** Absolute. */
  readonly path: string;
  readonly defaults: readonly Layer[];
  readonly vars: readonly Layer[];
  readonly dependencies: readonly RoleUse[];
  readonly tasks: readonly Item[];
  readonly handlers: readonly Item[];
  /** Of meta/main.yml; undefined where it says nothing. */
  readonly allowDuplicates?: boolean;
  /** Of meta/argument_specs.yml, for the file of tasks that is used. */
  readonly argumentSpec?: ArgumentSpec;
}

export interface PlayOf extends Keywords {
  readonly hosts: Value;
  readonly hostsAt: Span;
  readonly strategy: Play['strategy'];
  readonly order: 'inventory' | 'reverse_inventory' | 'sorted' | 'reverse_sorted' | 'shuffle';
  readonly serial: Value | undefined;
  readonly maxFailPercentage: Value | undefined;
  readonly forceHandlers: Value | undefined;
  readonly gatherFacts: Value | undefined;
  /** vars, vars_prompt, vars_files. */
  readonly layers: readonly Layer[];
  /** Those of vars_files whose names depend on a host. */
  readonly varsFiles: readonly HostVarsFile[];
  /** gather_subset, gather_timeout, fact_path. */
  readonly gather: readonly Entry[];
  readonly roles: readonly RoleUse[];
  readonly preTasks: readonly Item[];
  readonly tasks: readonly Item[];
  readonly postTasks: readonly Item[];
  readonly handlers: readonly Item[];
  readonly file: string;
}
