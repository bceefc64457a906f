/** A time limit that is let go of when the work is done: thousands of calls must not leave thousands of timers behind. */
import type { Clock } from '../core/engine.ts';

/** setTimeout takes no more: 24.8 days. */
const LONGEST_MS = 2 ** 31 - 1;

const realLimit: NonNullable<Clock['limit']> = (ms, passed) => {
  const timer = setTimeout(passed, Math.max(0, Math.min(ms, LONGEST_MS)));
  return () => clearTimeout(timer);
};

export class Deadline {
  readonly #letGo: () => void;
  readonly #watched: (() => void)[] = [];
  readonly #late = new AbortController();

  constructor(ms: number, { limit = realLimit }: Pick<Clock, 'limit'> = {}) {
    this.#letGo = limit(ms, () => this.#late.abort(new DOMException('the time is up', 'TimeoutError')));
  }

  /** Aborts when the time is up (reason: a DOMException TimeoutError) or when `stop` does (with its reason). */
  or(stop: AbortSignal): AbortSignal {
    const control = new AbortController();
    for (const signal of [stop, this.#late.signal]) {
      const abort = (): void => control.abort(signal.reason);
      if (signal.aborted) abort();
      else signal.addEventListener('abort', abort, { once: true });
      this.#watched.push(() => signal.removeEventListener('abort', abort));
    }
    return control.signal;
  }

  /** Nothing aborts any more. */
  end(): void {
    this.#letGo();
    for (const forget of this.#watched) forget();
  }
}

export const ENDED = Symbol('the time is up, or the run was stopped');

/** `work`, unless the task's time is up or the run is stopped before it ends. */
export async function orEnd<T>(work: Promise<T>, signal: AbortSignal): Promise<T | typeof ENDED> {
  let stop = (): void => {};
  const ended = new Promise<typeof ENDED>((resolve) => {
    stop = () => resolve(ENDED);
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
  try {
    work.catch(() => {});
    return await Promise.race([work, ended]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
