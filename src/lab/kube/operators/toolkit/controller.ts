/** Level-triggered controllers: a queue of keys, one reconcile at a time, back-off after errors. */

import type { Cache } from './cache.ts';
import type { SimClock } from './clock.ts';
import { isStatus } from './http.ts';
import { keyOf, type Obj } from './objects.ts';

/** Look again after so many simulated ms, whatever happens meanwhile. */
export interface Again {
  readonly again: number;
}
export type Reconcile = (key: string) => Promise<Again | undefined>;

/** What wakes a controller: objects of a kind, and the keys each of them concerns (its own when left out). */
export interface Trigger {
  attach(add: (key: string) => void): void;
}
export const on = <T extends Obj>(cache: Cache<T>, keys: (object: T) => readonly string[] = (object) => [keyOf(object)]): Trigger => ({
  attach: (add) => cache.listen((object) => keys(object).forEach(add)),
});

const firstBackOffMs = 5;
const longestBackOffMs = 16 * 60_000;

export class Controller {
  readonly name: string;
  readonly #reconcile: Reconcile;
  readonly #clock: SimClock;
  readonly #log: (line: string) => void;
  readonly #signal: AbortSignal;
  readonly #queued = new Set<string>();
  readonly #timers = new Map<string, { timer: NodeJS.Timeout; due: number }>();
  readonly #failures = new Map<string, number>();
  readonly #reported = new Map<string, string>();
  #running: Promise<void> | undefined;

  constructor(name: string, reconcile: Reconcile, given: { clock: SimClock; log(line: string): void; signal: AbortSignal }) {
    this.name = name;
    this.#reconcile = reconcile;
    this.#clock = given.clock;
    this.#log = given.log;
    this.#signal = given.signal;
    given.signal.addEventListener('abort', () => {
      for (const { timer } of this.#timers.values()) clearTimeout(timer);
    });
  }

  /** Fulfilled when no reconcile is running any more. */
  get idle(): Promise<void> {
    return this.#running ?? Promise.resolve();
  }

  add(key: string): void {
    if (this.#signal.aborted) return;
    this.#queued.add(key);
    this.#running ??= this.#drain().finally(() => {
      this.#running = undefined;
      const next = this.#queued.values().next();
      if (!next.done) this.add(next.value);
    });
  }

  /** The same error of the same object is told once. */
  #report(key: string, error: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    if (isStatus(error, 409) || this.#reported.get(key) === message) return;
    this.#reported.set(key, message);
    this.#log(`${this.name} ${key}: ${message}`);
  }

  /** After so many simulated ms. A timer that comes early, as the lab's time stood still, is set again: nothing is looked at until then. */
  #later(key: string, ms: number): void {
    const due = this.#clock.now() + ms;
    const waiting = this.#timers.get(key);
    if (waiting && waiting.due <= due) return;
    clearTimeout(waiting?.timer);
    const set = (): void => {
      const timer = setTimeout(
        () => (this.#clock.now() < due ? set() : come()),
        Math.max(2, Math.ceil(this.#clock.real(due - this.#clock.now()))),
      );
      this.#timers.set(key, { timer, due });
    };
    const come = (): void => {
      this.#timers.delete(key);
      this.add(key);
    };
    set();
  }

  async #drain(): Promise<void> {
    for (const key of this.#queued) {
      // Whatever else there is to do has its turn, and several changes of one moment are one reconcile.
      await new Promise((resolve) => setImmediate(resolve));
      if (this.#signal.aborted) return;
      this.#queued.delete(key);
      try {
        const result = await this.#reconcile(key);
        this.#failures.delete(key);
        this.#reported.delete(key);
        if (result) this.#later(key, result.again);
      } catch (error) {
        if (this.#signal.aborted) return;
        const failures = this.#failures.get(key) ?? 0;
        this.#failures.set(key, failures + 1);
        this.#report(key, error);
        this.#later(key, backOff(failures, this.#clock) * this.#clock.speed);
      }
    }
  }
}

/** Real ms before the next attempt: doubling from 5 ms, up to 16 simulated minutes. */
const backOff = (failures: number, clock: SimClock): number =>
  Math.min(firstBackOffMs * 2 ** Math.min(failures, 30), Math.max(50, clock.real(longestBackOffMs)));
