import { expect, it } from 'vitest';
import { idleSleep, idleTime, idleTimeOf } from '../../src/lab/idle-time.ts';

/** A clock over readings that are given one after another: [real, idle]. */
function clock(...readings: readonly (readonly [number, number])[]) {
  const left = readings.map(([real, idle]) => ({ real, idle }));
  return idleTimeOf(() => left.shift() ?? { real: Number.NaN, idle: Number.NaN });
}

it('passes as fast as real time where there is nothing to do', () => {
  const now = clock([1000, 400], [1020, 420], [1040, 440]);
  expect([now(), now()]).toEqual([20, 40]);
});

it('all but stands still while there is work, however long that takes', () => {
  const now = clock([0, 0], [10_000, 10]);
  expect(now()).toBeCloseTo(10 + 9990 / 20);
});

it('does not count the time for which the process was not let in', () => {
  const now = clock([0, 0], [5000, 5000]);
  expect(now()).toBeLessThan(300);
});

it('ends a sleep after its time, not before, and at once when aborted', async () => {
  const began = idleTime();
  await idleSleep(30, new AbortController().signal);
  expect(idleTime() - began).toBeGreaterThanOrEqual(30);
  await expect(idleSleep(60_000, AbortSignal.abort())).rejects.toThrow();
});
