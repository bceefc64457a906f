/** What one host has come to in a run: variables it gathered, handlers it owes, and whether it is still taking part. */
import type { HostStats, TaskResult } from '../core/event.ts';
import type { Host } from '../core/inventory.ts';
import type { RoleRef } from '../core/plan.ts';
import type { Layer } from '../core/precedence.ts';
import type { TaskId, Unknown, Value } from '../core/value.ts';

/** left: past `meta: end_role`, until the role it stands in is over. */
export type Standing = 'in' | 'left' | 'failed' | 'unreachable' | 'ended';

export class HostState {
  /** Replaced when a task puts the host into a group. */
  host: Host;
  /** set_fact and register: one namespace, the later assignment wins. */
  readonly assigned = new Map<string, Value>();
  /** include_vars. */
  readonly included = new Map<string, Value>();
  /** Check mode: variables of files that nobody knows yet may stand in front of all that are weaker than include_vars. */
  open: Unknown | undefined;
  /** What setup found, as `ansible_facts` shows it. */
  readonly facts = new Map<string, Value>();
  /** Names that were notified: whose handlers they are is asked when handlers are flushed, as the last one loaded is meant. */
  readonly notified = new Set<string>();
  /** Handlers that a flush has found and not yet run. */
  readonly due = new Set<TaskId>();
  standing: Standing = 'in';
  /** Keys of the roles of this play in which it came to more than skipped tasks, and of those of them that it has gone through. */
  readonly #begun = new Set<string>();
  readonly #through = new Set<string>();
  /** Out because of others (any_errors_fatal, run_once): it failed at nothing itself. */
  #swept = false;
  /** Variables of the play's vars_files whose names depend on the host. */
  varsFiles: readonly Layer[] = [];
  readonly #stats: { -readonly [K in keyof HostStats]: number } = {
    ok: 0,
    changed: 0,
    unreachable: 0,
    failed: 0,
    skipped: 0,
    rescued: 0,
    ignored: 0,
    unknown: 0,
  };

  constructor(host: Host) {
    this.host = host;
  }

  count(...what: readonly (keyof HostStats)[]): void {
    for (const name of what) this.#stats[name]++;
  }

  /** Tells a rescue section what failed. */
  failedAt(task: { readonly name: string; readonly action: string }, result: Value): void {
    this.assigned.set('ansible_failed_task', task);
    this.assigned.set('ansible_failed_result', result);
  }

  /** Fails along with others. */
  sweep(): void {
    if (this.standing !== 'in') return;
    this.standing = 'failed';
    this.#swept = true;
  }

  /** A failure that a rescue section took up is no failure of the host. */
  rescue(): void {
    this.standing = 'in';
    if (!this.#swept) {
      this.#stats.failed--;
      this.#stats.rescued++;
    }
    this.#swept = false;
  }

  /** Of a task of the role. */
  tookPart(role: RoleRef | undefined, { status }: TaskResult): void {
    if (role && status !== 'skipped' && status !== 'unreachable') this.#begun.add(role.key);
  }

  /** At the end of the role. */
  leave({ key }: RoleRef): void {
    if (this.standing === 'left') this.standing = 'in';
    if (this.standing === 'in' && this.#begun.has(key)) this.#through.add(key);
  }

  /** A role all of whose tasks were skipped is none it has gone through. */
  wentThrough({ key }: RoleRef): boolean {
    return this.#through.has(key);
  }

  forgetRoles(): void {
    this.#begun.clear();
    this.#through.clear();
  }

  get stats(): HostStats {
    return { ...this.#stats };
  }
}
