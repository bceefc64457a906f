/** A time limit that is let go of when the work is done: thousands of calls must not leave thousands of timers behind. */

/** setTimeout takes no more: 24.8 days. */
const LONGEST_MS = 2 ** 31 - 1;

export class Deadline {
  readonly #timer: NodeJS.Timeout;
  readonly #watched: (() => void)[] = [];
  readonly #late = new AbortController();

  constructor(ms: number) {
    const passed = (): void => this.#late.abort(new DOMException('the time is up', 'TimeoutError'));
    this.#timer = setTimeout(passed, Math.max(0, Math.min(ms, LONGEST_MS)));
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
    clearTimeout(this.#timer);
    for (const forget of this.#watched) forget();
  }
}
