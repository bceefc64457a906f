import { expect, it } from 'vitest';
import type { Seen } from '../../../src/lab/kube/server/http/fault.ts';
import { apiFaults, hostFaults } from '../../../src/lab/scenario/active-faults.ts';

it('a lie is told by the named tool only, and with the named argument only', () => {
  const faults = hostFaults([{ fault: 'lying_tool', hosts: 'w', tool: 'blkid', argument: '/dev/sdb', code: 2, stderr: 'no' }]);
  expect(faults.lie(['/usr/sbin/blkid', '-p', '/dev/sdb'])).toEqual({ code: 2, stdout: '', stderr: 'no' });
  expect(faults.lie(['blkid', '/dev/sda'])).toBeUndefined();
  expect(faults.lie(['lsblk', '/dev/sdb'])).toBeUndefined();
});

it('faults of one host add up', () => {
  const faults = hostFaults([
    { fault: 'slow_disk', hosts: 'w', disk: 'sdb', ms: 200 },
    { fault: 'slow_disk', hosts: 'w', disk: 'sdb', ms: 50 },
    { fault: 'slow_tool', hosts: 'w', tool: 'mkfs.ext4', ms: 10 },
    { fault: 'login_refused', hosts: 'w' },
    { fault: 'unreachable', hosts: 'w' },
  ]);
  expect([faults.slow('/dev/sdb'), faults.slow('/dev/sda'), faults.delay(['mkfs.ext4', '/dev/sdb'])]).toEqual([250, 0, 10]);
  expect(faults).toMatchObject({ refuseLogin: true, link: 'down' });
  expect(hostFaults([])).toMatchObject({ refuseLogin: false, link: 'up' });
});

const seen = (action: string, user = 'kubernetes-admin'): Seen => ({
  action,
  user,
  method: 'GET',
  path: '/',
  query: new URLSearchParams(),
});

it('API faults: so many requests of that kind, then none; the operators are spared', () => {
  const faults = apiFaults((user) => user === 'operators');
  const error = { fault: 'api_error', status: 429, verb: 'patch', resource: 'configs', times: 2, retry_after: 1 } as const;
  faults.set(error, true);
  expect(faults.intercept(seen('get configs'))).toBeUndefined();
  expect(faults.intercept(seen('patch configs', 'operators'))).toBeUndefined();
  const answers = [1, 2, 3].map(() => faults.intercept(seen('patch configs')));
  expect(answers).toEqual([{ delayMs: 0, status: 429, retryAfter: 1 }, { delayMs: 0, status: 429, retryAfter: 1 }, undefined]);
  faults.set(error, false);
  faults.set({ fault: 'api_slow', ms: 30 }, true);
  expect(faults.intercept(seen('list pods'))).toEqual({ delayMs: 30 });
});
