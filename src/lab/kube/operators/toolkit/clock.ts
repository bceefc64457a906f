/** Simulated time: the lab's time times a factor. Timestamps written to objects are real, as clients compare them with their own clocks. */
import { idleTime } from '../../../idle-time.ts';

/** Resolves after `ms` of real time, at once when aborted. */
export const sleep = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done, { once: true });
  });

export class SimClock {
  readonly speed: number;
  readonly #real: () => number;
  readonly #begun = new Map<string, number>();

  /** `speed` 1 to 600: how many simulated seconds pass in one of the lab's. `real` gives monotonic ms. */
  constructor(speed: number, real: () => number = idleTime) {
    if (!(speed >= 1 && speed <= 600)) throw new RangeError(`the speed factor must lie between 1 and 600, not ${speed}`);
    this.speed = speed;
    this.#real = real;
  }

  /** Simulated ms. */
  now(): number {
    return this.#real() * this.speed;
  }

  /** Real ms of so many simulated ms. */
  real(ms: number): number {
    return ms / this.speed;
  }

  /** Simulated ms that last at least `realMs`: for looks at real hosts, which no speed factor makes faster. */
  atLeast(ms: number, realMs: number): number {
    return Math.max(ms, realMs * this.speed);
  }

  /** Simulated ms that remain of a wait of `ms`, begun when `key` was first asked about; 0 when it is over. */
  left(key: string, ms: number): number {
    const begun = this.#begun.get(key) ?? this.now();
    this.#begun.set(key, begun);
    return Math.max(0, begun + ms - this.now());
  }

  /** True when first asked about `key`, and then once every `ms`. */
  due(key: string, ms: number): boolean {
    if (this.#begun.has(key) && this.left(key, ms) > 0) return false;
    this.#begun.set(key, this.now());
    return true;
  }

  /** Waits whose keys begin so start anew. */
  forget(prefix: string): void {
    for (const key of this.#begun.keys()) if (key.startsWith(prefix)) this.#begun.delete(key);
  }
}

/** RFC 3339 with seconds, as the API server writes it. */
export const timestamp = (): string => `${new Date().toISOString().slice(0, 19)}Z`;
