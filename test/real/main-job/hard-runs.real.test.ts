import { afterAll, beforeAll, expect, it } from 'vitest';
import { INSTALL_PLAN, LOCAL_VOLUME, PVC, REGISTRY_CONFIG } from '../../../src/lab/kube/operators/kinds.ts';
import { claimName, lso, registry } from '../../lab/operators/rehearsal.ts';
import { partOrSkip } from '../parts/require.ts';
import { type Hosts, startHosts, WORKERS } from './hosts.ts';
import { failuresOf, type Ran, resultsOf, told } from './pb.ts';
import { quietRevision, type Site, siteOn } from './site.ts';
import { changes, unknowns } from './streams.ts';

await partOrSkip('vm');
const suite = await partOrSkip('kube');

/** As nobody has ever used the disks. */
const BLANK = `
for target in $(grep -o ' /var/lib/kubelet/[^ ]*' /proc/mounts); do umount $target; done
rm -rf /mnt/local-storage; wipefs -q -a /dev/sda; blkdiscard -f /dev/sda; udevadm settle`;

const explained = (ran: Ran): string => `${ran.stderr}\n${JSON.stringify(failuresOf(ran), null, 1)}`;
const filesystems = async (hosts: Hosts): Promise<readonly string[]> =>
  (await Promise.all(WORKERS.map((worker) => hosts.sh(worker, 'blkid -p -s TYPE -o value /dev/sda || true')))).filter(
    (type) => type !== '',
  );
/** Names of the tasks that changed something. */
const changed = (ran: Ran): readonly string[] => {
  const done = new Set([...changes(ran.events).keys()].map((key) => key.split(' ')[0]));
  return ran.events.flatMap((event) => (event.type === 'task.start' && done.has(event.task.id) ? [event.task.name] : []));
};

suite('the main job where not everything goes by itself', () => {
  let hosts: Hosts;
  let site: Site | undefined;
  const run = (...more: readonly string[]): Promise<Ran> => (site as Site).pb(['run', ...(site as Site).job, '--output', 'json', ...more]);
  beforeAll(async () => {
    hosts = await startHosts({ net: 33 });
  });
  afterAll(async () => {
    await site?.close();
    await hosts?.close();
  });

  it('manual approval, xfs, and an API server that goes away in mid-wait and comes back', async () => {
    site = await siteOn(hosts, { settings: { registry_filesystem: 'xfs', lso_approval: 'Manual' } });
    const running = site.start(['run', ...site.job, '--output', 'json']);
    await running.event((event) => event.type === 'task.pending' && /Subscription .*local-storage-operator/.test(event.why));
    await site.cluster.kube.stopApiserver();
    await running.event((event) => event.type === 'notice' && /does not answer/.test(event.text));
    await site.cluster.kube.startApiserver();
    const ran = await running.ended;
    expect(ran.exitCode, explained(ran)).toBe(0);
    expect(ran.events).toContainEqual(
      expect.objectContaining({ type: 'notice', text: expect.stringMatching(/answers again after \d+ s/) }),
    );
    const { items: plans } = await site.cluster.client.list(INSTALL_PLAN, { namespace: lso });
    expect(plans.map(({ spec }) => [spec.approved, spec.clusterServiceVersionNames])).toEqual([
      [true, [expect.stringMatching(/^local-storage-operator\.v/)]],
    ]);
    expect(await filesystems(hosts)).toEqual(['xfs', 'xfs', 'xfs']);
    expect(JSON.stringify(resultsOf(ran, 'Summary for the change ticket'))).toMatch(/ \/registry xfs /);

    const again = await run();
    expect(again.exitCode, explained(again)).toBe(0);
    expect(changed(again)).toEqual([]);
    await site.close();
    site = undefined;
    await Promise.all(WORKERS.map((worker) => hosts.sh(worker, BLANK)));
  });

  it('with the operator installed check foretells every change; what waits for time is unknown, and only that', async () => {
    site = await siteOn(hosts, { variant: { localStorage: 'installed' }, settings: { registry_filesystem: 'none' } });
    await site.cluster.kube.kubectl([
      'wait',
      '--for=jsonpath={.status.state}=AtLatestKnown',
      'subscription/local-storage-operator',
      '-n',
      lso,
      '--timeout=60s',
    ]);
    const revision = await quietRevision(site.cluster);
    const check = await site.pb(['check', ...site.job, '--output', 'json']);
    expect(check.exitCode, explained(check)).toBe(0);
    expect(await site.cluster.kube.etcdRevision()).toBe(revision);
    // Somebody made the namespace without its label.
    expect(changed(check)).toEqual([
      'Namespace, operator group and subscription',
      'LocalVolume',
      'Claim',
      'Record what the registry was',
      'Registry Config',
    ]);
    expect([...changes(check.events).values()][0]?.summary).toBe('update Namespace openshift-local-storage: metadata.labels');
    const names = new Map(
      check.events.flatMap((event) => (event.type === 'task.start' ? [[event.task.id as string, event.task.name] as const] : [])),
    );
    const open = [...unknowns(check.events).keys()].map((key) => names.get(key.split(' ')[0] ?? ''));
    // ClusterOperator image-registry is healthy as it is, and a wait that has nothing to wait for now is ok.
    expect(open).toEqual([
      'LocalVolume is available',
      'Every disk is a volume',
      'Registry operator takes the storage',
      'Registry is rolled out',
      'Claim is bound',
      'Registry operator is content',
      "The cluster knows the registry's name",
      'What the pod has mounted',
      'The storage is mounted in the pod',
      'How full the storage is',
      'The storage has room',
      'Volume of the claim',
      'Summary for the change ticket',
    ]);
  });

  it('interrupted in mid-run it says where; the next run finishes, and does nothing twice', async () => {
    const first = (site as Site).start(['run', ...(site as Site).job, '--output', 'json']);
    await first.event((event) => event.type === 'task.pending' && /LocalVolume|PersistentVolume/.test(event.why));
    first.signal('SIGINT');
    const stopped = await first.ended;
    expect(stopped.exitCode).toBe(130);
    const [[where, failure] = [undefined, undefined], ...others] = Object.entries(failuresOf(stopped));
    expect(others).toEqual([]);
    expect(where).toMatch(/^(LocalVolume is available|Every disk is a volume) on localhost$/);
    expect(told(failure)).toMatch(/interrupted while waiting: .*last seen: /);
    expect(changed(stopped)).toEqual(['Namespace, operator group and subscription', 'LocalVolume']);
    const client = (site as Site).cluster.client;
    const made = await client.get(LOCAL_VOLUME, { name: 'local-disks', namespace: lso });
    expect(await client.get(PVC, { name: claimName, namespace: registry })).toBeUndefined();

    const ran = await run();
    expect(ran.exitCode, explained(ran)).toBe(0);
    expect(changed(ran)).toEqual(['Claim', 'Record what the registry was', 'Registry Config']);
    const now = await client.get(LOCAL_VOLUME, { name: 'local-disks', namespace: lso });
    expect([now?.metadata.uid, now?.metadata.generation]).toEqual([made?.metadata.uid, made?.metadata.generation]);
    expect((await client.get(REGISTRY_CONFIG, { name: 'cluster' }))?.spec).toMatchObject({ storage: { pvc: { claim: claimName } } });
    // Kubelet has formatted the one disk that is mounted; pb none.
    expect(await filesystems(hosts)).toEqual(['ext4']);
  });
});
