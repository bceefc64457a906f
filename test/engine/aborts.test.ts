import { expect, test } from 'vitest';
import { whenAborted } from '../../src/engine/aborts.ts';
import { Deadline, ENDED } from '../../src/engine/deadline.ts';

test('all who wait are told once, but for those who let go', () => {
  const control = new AbortController();
  const told: string[] = [];
  whenAborted(control.signal, () => told.push('first'));
  whenAborted(control.signal, () => told.push('second'))();
  whenAborted(control.signal, () => told.push('third'));
  control.abort();
  whenAborted(control.signal, () => told.push('late'));
  expect(told).toEqual(['first', 'third', 'late']);
});

test('a deadline ends work and aborts its signals, those made after it too', async () => {
  let pass = (): void => {};
  const deadline = new Deadline(1, {
    limit: (_, passed) => {
      pass = passed;
      return () => {};
    },
  });
  const { signal: stop } = new AbortController();
  const before = deadline.or(stop);
  const work = deadline.unless(stop, new Promise<string>(() => {}));
  expect(await deadline.unless(stop, Promise.resolve('done'))).toBe('done');
  expect(before.aborted).toBe(false);
  pass();
  expect(await work).toBe(ENDED);
  expect(await deadline.unless(stop, new Promise<string>(() => {}))).toBe(ENDED);
  expect([before, deadline.or(stop)].map(({ reason }) => (reason as DOMException).name)).toEqual(['TimeoutError', 'TimeoutError']);
});

test('what stops the run stops the work, with its reason', async () => {
  const deadline = new Deadline(60_000);
  const control = new AbortController();
  const signal = deadline.or(control.signal);
  const work = deadline.unless(control.signal, new Promise<string>(() => {}));
  control.abort('why');
  expect([await work, signal.reason]).toEqual([ENDED, 'why']);
  deadline.end();
});
