/** What one host has come to in a run: variables it gathered, handlers it owes, and whether it is still taking part. */
import type { HostStats } from '../core/event.ts';
import type { Host } from '../core/inventory.ts';
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
  /** Roles it has run in this play, by key. */
  readonly roles = new Set<string>();
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

  get stats(): HostStats {
    return { ...this.#stats };
  }
}
