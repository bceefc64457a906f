/** Trying again: pauses that double, what Retry-After wishes, and no long wait for a registry that has just been given up. */
import { setTimeout as sleep } from 'node:timers/promises';
import { PbError } from '../../core/diagnostic.ts';
import { TryAgain } from './trouble.ts';

export interface Patience {
  readonly retries: number;
  /** The first pause, ms; doubled up to `MOST`. */
  readonly pauseMs: number;
}

const MOST = 15_000;
const LONGEST_WISH = 300_000;
/** Having tried everything, others need not. */
const GIVEN_UP_MS = 30_000;

export type Patiently = <T>(host: string, work: () => Promise<T>, signal: AbortSignal) => Promise<T>;

/** One for all requests of a task, so that an outage is waited for once and not by every request. */
export function createPatience({ retries, pauseMs }: Patience): Patiently {
  const gaveUp = new Map<string, number>();
  return async (host, work, signal) => {
    for (let attempt = 0; ; attempt++) {
      try {
        const got = await work();
        gaveUp.delete(host);
        return got;
      } catch (error) {
        if (signal.aborted) throw signal.reason;
        if (!(error instanceof TryAgain)) throw error;
        const hopeless = Date.now() - (gaveUp.get(host) ?? Number.NEGATIVE_INFINITY) < GIVEN_UP_MS;
        if (attempt >= retries || hopeless) {
          // An answer is about one image; only silence is about the registry.
          if (error.status === undefined) gaveUp.set(host, Date.now());
          throw new PbError('failed', `${error.message}${attempt > 0 ? ` (tried ${attempt + 1} times)` : ''}`, {
            retryable: true,
            cause: error,
            details: { status: error.status },
          });
        }
        const pause = Math.min(pauseMs * 2 ** attempt, MOST) * (0.75 + Math.random() / 2);
        await sleep(Math.max(pause, Math.min(error.afterMs ?? 0, LONGEST_WISH)), undefined, { signal });
      }
    }
  };
}
