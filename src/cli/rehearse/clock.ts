/** The clock of a rehearsal: the playbook's waits and timeouts pass faster, as the lab's cluster does. */
import { setTimeout as after } from 'node:timers/promises';
import type { Clock } from '../../core/engine.ts';
import { runFactor } from '../../lab/rehearsal/time.ts';

export interface RehearsalClock extends Clock {
  /** How many of its seconds pass in a real one. */
  readonly factor: number;
}

export function rehearsalClock(speed: number, real: () => number = Date.now): RehearsalClock {
  const factor = runFactor(speed);
  const begun = real();
  return {
    factor,
    now: () => begun + (real() - begun) * factor,
    async sleep(ms, signal) {
      await after(ms / factor, undefined, { signal });
    },
  };
}
