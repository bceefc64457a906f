/** Shipped procedures under faults that are theirs: each ends as its scenario says. */
import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { folder } from './pb.ts';

const here = (path: string): string => resolve(path);
/** Only against what hangs. */
const TIMES = { timeout: 600_000 };

it.each([
  [
    'disconnected-operatorhub',
    ['F22-disconnected-operatorhub-old-policy', 'F23-disconnected-operatorhub-images-fail', 'disconnected-operatorhub-not-pulled'],
  ],
  ['registry-minio', ['F28-registry-minio-not-trusted', 'F31-registry-minio-route-not-admitted', 'F40-registry-minio-proxy']],
])('%s', TIMES, async (name, scenarios) => {
  const { pb } = await folder({});
  const site = [here(`playbooks/${name}.yml`), '-i', here('inventory'), '--scenario', here(`scenarios/${name}.yml`)];
  const ran = await pb('rehearse', ...site, '--faults', scenarios.map((one) => here(`scenarios/${one}.yml`)).join(','));
  expect(ran.stdout.match(/^WRONG.*(?:\n {7}.*)*/gm) ?? [], ran.stderr).toEqual([]);
  expect(ran.stdout).toContain(`VERDICT: all ${scenarios.length + 1} trials as wanted`);
  expect(ran.exitCode).toBe(0);
});
