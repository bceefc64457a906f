/** The plan: what plan/ makes of a project. Immutable, does no IO, prints as text. */
import type { Span } from './diagnostic.ts';
import type { Host, Inventory } from './inventory.ts';
import type { AnyModule } from './module.ts';
import type { Layer } from './precedence.ts';
import type { Expression, HostName, TaskId, Value } from './value.ts';

/**
 * Keywords that plays, roles and blocks hand down to their tasks, with inheritance already worked out. Values may be templates and are
 * resolved per host (and item) when the task runs.
 */
export interface Settings {
  readonly become?: Value;
  readonly become_user?: Value;
  readonly become_method?: Value;
  readonly become_exe?: Value;
  readonly become_flags?: Value;
  readonly remote_user?: Value;
  readonly port?: Value;
  readonly connection?: Value;
  /** Outermost first; later ones win name by name. */
  readonly environment: readonly Value[];
  readonly delegate_to?: Value;
  readonly delegate_facts?: Value;
  readonly run_once?: Value;
  readonly no_log?: Value;
  readonly ignore_errors?: Value;
  readonly ignore_unreachable?: Value;
  readonly any_errors_fatal?: Value;
  readonly check_mode?: Value;
  readonly diff?: Value;
  readonly throttle?: Value;
  /** Seconds. */
  readonly timeout?: Value;
}

export interface Loop {
  /** The list itself, after `with_*` forms were rewritten; a template or data. */
  readonly items: Value;
  readonly at: Span;
  readonly loopVar: string;
  readonly indexVar?: string;
  readonly label?: Value;
  /** Seconds between items. */
  readonly pause?: Value;
  readonly extended: boolean;
  /** extended_allitems: whether ansible_loop holds the whole list. */
  readonly allItems: boolean;
  readonly breakWhen: readonly Expression[];
}

/** async and poll: a job on the host that outlives the connection. Seconds. */
export interface AsyncTask {
  readonly seconds: Value;
  /** 0: the task is over once the job has begun. */
  readonly poll: Value;
  /** The module that tells how a job stands. */
  readonly status: AnyModule;
}

export interface Retry {
  readonly until: readonly Expression[];
  readonly retries: Value;
  /** Seconds. */
  readonly delay: Value;
}

interface NodeBase {
  readonly id: TaskId;
  /** Undefined when the user gave none. */
  readonly name?: Value;
  readonly at: Span;
  /** Own tags and those of every parent. */
  readonly tags: readonly string[];
  /** Every condition that must hold, outermost first: those of blocks and imports come before the task's own. */
  readonly when: readonly Expression[];
  /** role defaults/vars, block, include and task variables that hold here; the host's and play's come from elsewhere. */
  readonly layers: readonly Layer[];
  readonly settings: Settings;
  /** The role it came from, for role_path, role_name and for finding files. */
  readonly role?: RoleRef;
}

export interface RoleRef {
  readonly name: string;
  readonly path: string;
  /** Equal for two uses of a role in which nothing differs that could change what runs. */
  readonly key: string;
  /** The roles that include or import it, nearest first. */
  readonly parents?: readonly RoleRef[];
}

/** One module call. */
export interface ModuleTask extends NodeBase {
  readonly kind: 'module';
  readonly module: AnyModule;
  /** The name as written, for messages: "ansible.builtin.copy". */
  readonly as: string;
  /** Argument name → value, template or (where the schema says so) Expression. */
  readonly args: { readonly [name: string]: Value | Expression | readonly Expression[] };
  /** Argument names that are templates themselves, of modules whose arguments are names of variables. */
  readonly argNames?: { readonly [written: string]: Value };
  /** A template that gives a mapping of arguments; those of `args` win. */
  readonly allArgs?: Value;
  readonly argsAt: Span;
  readonly loop?: Loop;
  readonly register?: string;
  readonly retry?: Retry;
  readonly async?: AsyncTask;
  readonly changedWhen?: readonly Expression[];
  readonly failedWhen?: readonly Expression[];
  /** Names or `listen` topics of handlers; templates allowed. */
  readonly notify: readonly Value[];
  /** A read-only command that says whether a `once` task still has to run: exit 0 means it is done. */
  readonly check?: Value;
  /** Handlers only. */
  readonly listen?: readonly string[];
}

/** include_tasks and include_role: loaded when reached, per host and item. */
export interface Include extends NodeBase {
  readonly kind: 'include';
  readonly what: 'tasks' | 'role';
  readonly args: Value;
  readonly loop?: Loop;
  readonly register?: string;
  /** include_tasks `apply:` and the include's own directory, opaque here; handed back to the loader. */
  readonly context: unknown;
}

export type MetaAction =
  | 'flush_handlers'
  | 'clear_facts'
  | 'clear_host_errors'
  | 'end_play'
  | 'end_host'
  | 'end_batch'
  | 'end_role'
  | 'noop'
  | 'refresh_inventory'
  | 'reset_connection';

export interface MetaTask extends NodeBase {
  readonly kind: 'meta';
  readonly action: MetaAction;
}

export interface Block extends NodeBase {
  readonly kind: 'block';
  readonly block: readonly Node[];
  readonly rescue: readonly Node[];
  readonly always: readonly Node[];
  /** The tasks of one role, for meta: end_role. */
  readonly roleRoot?: boolean;
  /** A role that a host does not go through again: without allow_duplicates. */
  readonly once?: boolean;
}

export type Node = ModuleTask | Include | MetaTask | Block;

/** One entry of vars_files: of several names the first that exists is taken. */
export interface HostVarsFile {
  readonly names: readonly Value[];
  readonly at: Span;
}

export interface Play {
  readonly id: string;
  readonly name: string;
  readonly at: Span;
  /** Absolute folder of the playbook it stands in, which may be an imported one. */
  readonly playbookDir: string;
  /** The host patterns and tags as written, for listings. */
  readonly pattern?: readonly string[];
  readonly tags?: readonly string[];
  /** Hosts the play targets, after --limit, as the patterns name them. */
  readonly hosts: readonly HostName[];
  readonly strategy: 'linear' | 'free' | 'host_pinned';
  /** Batch sizes as written in `serial`: numbers or percentages; [] means all at once. */
  readonly serial: readonly (number | `${number}%`)[];
  readonly maxFailPercentage?: number;
  readonly anyErrorsFatal: boolean;
  readonly forceHandlers: boolean;
  /** gather_facts: run before everything else, and in no listing. */
  readonly gather?: ModuleTask;
  /** Entries of vars_files whose names depend on a host, to be read for each. */
  readonly varsFiles?: readonly HostVarsFile[];
  /** In which order they have their turns; a number is the seed of a shuffle. Left out: as they are named. */
  readonly order?: 'sorted' | 'reverse_sorted' | 'reverse_inventory' | number;
  /** Names for ansible_play_role_names and ansible_dependent_role_names. */
  readonly roleNames?: { readonly direct: readonly string[]; readonly dependent: readonly string[] };
  /** vars, vars_prompt, vars_files: the play's own layers. */
  readonly layers: readonly Layer[];
  /** pre_tasks, roles and tasks, post_tasks: handlers are flushed after each. */
  readonly sections: readonly (readonly Node[])[];
  readonly handlers: readonly Node[];
  readonly settings: Settings;
}

export interface Plan {
  readonly plays: readonly Play[];
  readonly inventory: Inventory;
  /** -e, the strongest. */
  readonly extraVars: Layer;
  /** group_vars and host_vars beside the playbooks of a folder, for a host in its groups of the moment. */
  readonly playbookLayers: (host: Pick<Host, 'name' | 'groups'>, directory: string) => readonly Layer[];
  /** Absolute folder of the first playbook. */
  readonly playbookDir: string;
}
