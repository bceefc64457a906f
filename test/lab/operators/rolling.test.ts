import { describe, expect, it } from 'vitest';
import type { Deployment, ReplicaSet } from '../../../src/lab/kube/operators/kinds.ts';
import { leftOfOld, roomForNew } from '../../../src/lab/kube/operators/volumes/rolling.ts';

const template = { metadata: {}, spec: { containers: [{ name: 'c', image: 'i' }] } };
const deployment = (replicas: number, rollingUpdate?: { maxUnavailable: number | string; maxSurge: number | string }): Deployment => ({
  metadata: { name: 'd' },
  spec: { replicas, selector: {}, template, strategy: { type: 'RollingUpdate', ...(rollingUpdate ? { rollingUpdate } : {}) } },
});
const set = (replicas: number, available: number): ReplicaSet => ({
  metadata: { name: `of-${replicas}-with-${available}` },
  spec: { replicas, selector: {}, template },
  status: { replicas, availableReplicas: available },
});
/** What the new set gets, and what is left of the old ones once it has that. */
const next = (given: Deployment, current: ReplicaSet | undefined, old: readonly ReplicaSet[]) => ({
  fresh: roomForNew(given, current, old),
  old: [...leftOfOld(given, current ?? set(0, 0), old).values()],
});

describe('a rolling update', () => {
  const two = deployment(2, { maxUnavailable: 1, maxSurge: 1 });

  it('of the first set gives it all replicas', () => {
    expect(roomForNew(two, undefined, [])).toBe(2);
  });
  it('goes step by step: one more than wanted, one less than wanted', () => {
    expect(next(two, undefined, [set(2, 2)])).toEqual({ fresh: 1, old: [1] });
    expect(next(two, set(1, 0), [set(2, 2)])).toEqual({ fresh: 1, old: [1] });
    expect(next(two, set(1, 0), [set(1, 1)])).toEqual({ fresh: 2, old: [1] });
    expect(next(two, set(2, 1), [set(1, 1)])).toEqual({ fresh: 2, old: [0] });
  });
  it('that another one overtakes: pods that never got available make room first', () => {
    expect(next(two, set(0, 0), [set(2, 0), set(1, 1)])).toEqual({ fresh: 0, old: [0, 1] });
    expect(next(two, set(0, 0), [set(0, 0), set(1, 1)])).toEqual({ fresh: 2, old: [0, 1] });
  });
  it('waits with the only pod until the new one is available, where none may be missing', () => {
    const one = deployment(1);
    expect(next(one, undefined, [set(1, 1)])).toEqual({ fresh: 1, old: [1] });
    expect(next(one, set(1, 0), [set(1, 1)])).toEqual({ fresh: 1, old: [1] });
    expect(next(one, set(1, 1), [set(1, 1)])).toEqual({ fresh: 1, old: [0] });
  });
  it('with neither room to spare nor pods to miss goes one by one all the same', () => {
    const none = deployment(3, { maxUnavailable: 0, maxSurge: '0%' });
    expect(next(none, undefined, [set(3, 3)])).toEqual({ fresh: 0, old: [2] });
  });
  it('with fewer replicas than before scales the new set down', () => {
    expect(roomForNew(two, set(3, 3), [])).toBe(2);
  });
});
