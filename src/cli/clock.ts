/** The real clock. */
import { setTimeout as after } from 'node:timers/promises';
import type { Clock } from '../core/engine.ts';

export const realClock: Clock = {
  now: () => Date.now(),
  async sleep(ms, signal) {
    await after(ms, undefined, { signal });
  },
};
