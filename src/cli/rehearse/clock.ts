/** The clock of a rehearsal: the playbook's waits and timeouts pass faster, as the lab's cluster does. */
import { setTimeout as after } from 'node:timers/promises';
import type { Clock } from '../../core/engine.ts';

/** Reaching hosts and the API takes real time: a timeout must leave room for it. */
const SHARE = 10;

export interface RehearsalClock extends Clock {
  /** How many of its seconds pass in a real one. */
  readonly factor: number;
}

/** A tenth of the cluster's speed, at least real time: what is ready in time on a real cluster is ready in time here. */
export function rehearsalClock(speed: number, real: () => number = Date.now): RehearsalClock {
  const factor = Math.max(1, speed / SHARE);
  const begun = real();
  return {
    factor,
    now: () => begun + (real() - begun) * factor,
    async sleep(ms, signal) {
      await after(ms / factor, undefined, { signal });
    },
  };
}
