/** What one host has come to in a run: variables it gathered, handlers it owes, and whether it is still taking part. */
import type { HostStats } from '../core/event.ts';
import type { Host } from '../core/inventory.ts';
import type { TaskId, Value } from '../core/value.ts';

export type Standing = 'in' | 'failed' | 'unreachable' | 'ended';

export class HostState {
  /** Replaced when a task puts the host into a group. */
  host: Host;
  /** set_fact and register: one namespace, the later assignment wins. */
  readonly assigned = new Map<string, Value>();
  /** include_vars. */
  readonly included = new Map<string, Value>();
  /** What setup found, as `ansible_facts` shows it. */
  readonly facts = new Map<string, Value>();
  /** Handlers notified and not yet run. */
  readonly notified = new Set<TaskId>();
  standing: Standing = 'in';
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

  /** A failure that a rescue section took up is no failure of the host. */
  rescue(): void {
    this.standing = 'in';
    this.#stats.failed--;
    this.#stats.rescued++;
  }

  get stats(): HostStats {
    return { ...this.#stats };
  }
}
