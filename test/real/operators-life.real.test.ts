import { describe } from 'vitest';
import { bucketsLife } from '../lab/operators/life/buckets.ts';
import { drainedLife } from '../lab/operators/life/drained.ts';
import { loginsLife } from '../lab/operators/life/logins.ts';
import { machineConfigLife } from '../lab/operators/life/machine-config.ts';
import { registryLife } from '../lab/operators/life/registry.ts';
import type { StartStage } from '../lab/operators/life/stage.ts';
import { MemoryDisks } from '../lab/operators/memory-disks.ts';
import { startRehearsal } from '../lab/operators/rehearsal.ts';
import { partOrSkip } from './parts/require.ts';

const suite = await partOrSkip('kube');

/** The very lives that test/lab/operators tells on the lab's API. */
suite('the operators’ lives on a real API server', () => {
  describe.each(['external', 'own'] as const)('controllers: %s', (workloads) => {
    const start: StartStage = (wish = {}) => startRehearsal({ disks: new MemoryDisks({}), ...wish, workloads });
    const where = 'on a real API server';
    machineConfigLife(where, start);
    loginsLife(where, start);
    bucketsLife(where, start);
    registryLife(where, start);
    drainedLife(where, start);
  });
});
