import { afterAll, beforeAll, expect, it } from 'vitest';
import { NAMESPACE, REGISTRY_CONFIG } from '../../../src/lab/kube/operators/kinds.ts';
import { partOrSkip } from '../parts/require.ts';
import { type Hosts, WORKERS } from './hosts.ts';
import type { Ran } from './pb.ts';
import { quietRevision, type Site, startSite } from './site.ts';
import { changes, results, stats, unknowns } from './streams.ts';

await partOrSkip('vm');
const suite = await partOrSkip('kube');

const failuresOf = (ran: Ran): string => `${ran.stderr}\n${ran.stdout.slice(-6000)}`;

async function registryOf({ cluster }: Site): Promise<unknown> {
  const { managementState, replicas, rolloutStrategy, storage } =
    (await cluster.client.get(REGISTRY_CONFIG, { name: 'cluster' }))?.spec ?? {};
  return { managementState, replicas, rolloutStrategy, storage };
}

suite('the registry on local disks, on real hosts and a real API server', () => {
  let site: Site & { readonly hosts: Hosts };
  let check: Ran;
  let before: unknown;
  beforeAll(async () => {
    site = await startSite({ net: 31 });
  });
  afterAll(() => site?.close());

  it('check writes nothing: not a byte on a disk, not a revision in etcd', async () => {
    const disks = await site.hosts.diskHashes();
    const revision = await quietRevision(site.cluster);
    check = await site.pb(['check', ...site.job, '--output', 'json']);
    expect(check.exitCode, failuresOf(check)).toBe(0);
    expect(await site.cluster.kube.etcdRevision()).toBe(revision);
    expect(await site.hosts.diskHashes()).toEqual(disks);
    expect(changes(check.events).size).toBeGreaterThanOrEqual(WORKERS.length + 4);
    expect(unknowns(check.events).size).toBeGreaterThan(0);
    before = await registryOf(site);
  });

  it('the run does what check said, in the same words, and nothing else', async () => {
    const run = await site.pb(['run', ...site.job, '--output', 'json']);
    expect(run.exitCode, failuresOf(run)).toBe(0);
    const announced = changes(check.events);
    const open = unknowns(check.events);
    for (const [where, change] of changes(run.events)) {
      if (announced.has(where)) expect(change).toEqual(announced.get(where));
      else expect([...open.keys()]).toContain(where);
    }
    expect([...changes(run.events).keys()]).toEqual(expect.arrayContaining([...announced.keys()]));
  });

  it('the second run changes nothing, and check has nothing left to say', async () => {
    const again = await site.pb(['run', ...site.job, '--output', 'json']);
    expect(again.exitCode, failuresOf(again)).toBe(0);
    expect(changes(again.events).size).toBe(0);
    expect(Object.values(stats(again.events)).map((one) => one.changed)).toEqual(Object.keys(stats(again.events)).map(() => 0));
    const after = await site.pb(['check', ...site.job, '--output', 'json']);
    expect(after.exitCode, failuresOf(after)).toBe(0);
    expect(results(after.events, 'unknown')).toEqual([]);
    expect(changes(after.events).size).toBe(0);
  });

  it('ends with a summary for the change ticket', async () => {
    const { stdout, exitCode } = await site.pb(['run', ...site.job]);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/Image registry on local disks/);
    expect(stdout).toMatch(/mount +\S+ \/registry ext4 /);
    for (const [index, worker] of WORKERS.entries())
      expect(stdout).toContain(`${worker} /dev/disk/by-id/wwn-0x5000c5000000000${index + 1}`);
  });

  it('goes back to what the registry was, and away with all it made: the disks are blank again', async () => {
    const undo = (tag: string, ...more: readonly string[]) => site.pb(['run', ...site.job, '--output', 'json', '--tags', tag, ...more]);
    const verify = await undo('verify');
    expect([verify.exitCode, changes(verify.events).size], failuresOf(verify)).toEqual([0, 0]);
    const back = await undo('rollback');
    expect(back.exitCode, failuresOf(back)).toBe(0);
    expect(await registryOf(site)).toEqual(before);

    const unnamed = await undo('uninstall');
    expect(unnamed.exitCode).toBe(2);
    expect(changes(unnamed.events).size).toBe(0);
    const away = await undo('uninstall', '-e', JSON.stringify({ confirm_uninstall: ['image-registry-storage', 'local-disks'] }));
    expect(away.exitCode, failuresOf(away)).toBe(0);
    for (const what of ['localvolumes.local.storage.openshift.io', 'persistentvolumeclaims', 'persistentvolumes'])
      expect(await site.existing(what), what).toEqual([]);
    expect(await site.cluster.client.get(NAMESPACE, { name: 'openshift-local-storage' })).toBeUndefined();
    for (const [index, worker] of WORKERS.entries())
      expect(await site.hosts.sh(worker, `wipefs --noheadings /dev/disk/by-id/wwn-0x5000c5000000000${index + 1}`)).toBe('');
  });
});
