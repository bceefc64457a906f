/** The clock of a rehearsal: the playbook's waits and timeouts pass faster, as the lab's cluster does. */
import type { Clock } from '../../core/engine.ts';
import { idleSleep, idleTime } from '../../lab/idle-time.ts';
import { runFactor } from '../../lab/rehearsal/time.ts';

export interface RehearsalClock extends Clock {
  /** How many of its seconds pass in one of the lab's. */
  readonly factor: number;
}

export function rehearsalClock(speed: number): RehearsalClock {
  const factor = runFactor(speed);
  const begun = { real: Date.now(), idle: idleTime() };
  return {
    factor,
    now: () => begun.real + (idleTime() - begun.idle) * factor,
    sleep: (ms, signal) => idleSleep(ms / factor, signal),
    // Work is real, and what it may take too: only the machine's slowness does not count.
    limit(ms, passed) {
      const done = new AbortController();
      idleSleep(ms, done.signal).then(passed, () => undefined);
      return () => done.abort();
    },
  };
}
