/** A time limit that is let go of when the work is done: thousands of calls must not leave thousands of timers behind. */

import type { Clock } from '../core/engine.ts';
import { whenAborted } from './aborts.ts';

/** setTimeout takes no more: 24.8 days. */
const LONGEST_MS = 2 ** 31 - 1;

const realLimit: NonNullable<Clock['limit']> = (ms, passed) => {
  const timer = setTimeout(passed, Math.max(0, Math.min(ms, LONGEST_MS)));
  return () => clearTimeout(timer);
};

/** What came instead of the answer. */
export const ENDED: unique symbol = Symbol('the time is up, or the run was stopped');
type Ended = typeof ENDED;

export class Deadline {
  readonly #letGo: () => void;
  readonly #watched: (() => void)[] = [];
  /** What is to happen when the time is up. */
  readonly #late = new Set<() => void>();
  #passed = false;

  constructor(ms: number, { limit = realLimit }: Pick<Clock, 'limit'> = {}) {
    this.#letGo = limit(ms, () => {
      this.#passed = true;
      for (const act of this.#late) act();
    });
  }

  /** Aborts when the time is up (reason: a DOMException TimeoutError) or when `stop` does (with its reason). */
  or(stop: AbortSignal): AbortSignal {
    const control = new AbortController();
    this.#watched.push(whenAborted(stop, () => control.abort(stop.reason)));
    const late = (): void => control.abort(new DOMException('the time is up', 'TimeoutError'));
    if (this.#passed) late();
    else this.#late.add(late);
    return control.signal;
  }

  /** `work`, unless the time is up or `stop` aborts before it ends. */
  async unless<T>(stop: AbortSignal, work: Promise<T>): Promise<T | Ended> {
    let end = (): void => {};
    const ended = new Promise<Ended>((resolve) => {
      end = () => resolve(ENDED);
    });
    const forget = whenAborted(stop, end);
    if (this.#passed) end();
    this.#late.add(end);
    try {
      work.catch(() => {});
      return await Promise.race([work, ended]);
    } finally {
      forget();
      this.#late.delete(end);
    }
  }

  /** Nothing aborts any more. */
  end(): void {
    this.#letGo();
    this.#late.clear();
    for (const forget of this.#watched) forget();
  }
}
