import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { NodeDisks } from '../../../src/lab/kube/operators/index.ts';
import { CATALOG_SOURCE, CLUSTER_VERSION, MACHINE_CONFIG_POOL, NODE } from '../../../src/lab/kube/operators/kinds.ts';
import { claimName, registry } from '../../lab/operators/rehearsal.ts';
import { type Kube, startKube } from '../parts/kube.ts';
import { partOrSkip } from '../parts/require.ts';
import { failuresOf, type Ran, resultsOf, start, told } from './pb.ts';
import { type Site, siteOn } from './site.ts';

const suite = await partOrSkip('kube');

const PATIENCE_MS = 20_000;
const soon = <T>(check: () => Promise<T>) => vi.waitFor(check, { timeout: PATIENCE_MS, interval: 100 });
const json = (...args: readonly string[]) => [...args, '--output', 'json'];

/** What the job would bring into being: none of it may be there. */
const MADE = ['subscriptions.operators.coreos.com', 'localvolumes', 'persistentvolumes', 'persistentvolumeclaims', 'storageclasses'];

/** A disk that holds what nobody asked for. */
const FOREIGN = {
  ...{ kname: 'sdb', byId: ['/dev/disk/by-id/wwn-0x5000c500000000f1'], sizeBytes: 101 * 2 ** 30, signature: 'xfs' },
  ...{ mounted: false, hasPartitions: false, ro: false, holders: [] },
};

suite('a cluster that is not as the job needs it', () => {
  let site: Site;
  /** A control plane that goes away while it is waited for, and does not come back. */
  let doomed: Kube;
  let ofDoomed: Promise<Ran>;
  beforeAll(async () => {
    const nodeDisks: NodeDisks = { look: async (node) => ({ devices: node === 'worker01' ? [FOREIGN] : [] }) };
    // Slow enough for the Config to be missing when the first run asks for it.
    [site, doomed] = await Promise.all([
      siteOn(undefined, { faults: [{ fault: 'F01' }], speed: 15, nodeDisks, settings: { timeout_registry: 15 } }),
      startKube(),
    ]);
  });
  afterAll(async () => {
    await ofDoomed?.catch(() => undefined);
    await Promise.all([site?.close(), doomed?.close()]);
  });

  /** The one failure of a run that must have stopped there, with nothing made. */
  const stopped = async (more: readonly string[] = []): Promise<{ readonly task: string; readonly says: string }> => {
    const ran = await site.pb(json('run', ...site.job, ...more));
    expect(ran.exitCode, ran.stderr).toBe(2);
    const failures = Object.entries(failuresOf(ran));
    expect(failures.map(([where]) => where)).toHaveLength(1);
    expect(resultsOf(ran, 'Choose the data disk')).toEqual({});
    for (const resource of MADE) expect(await site.existing(resource), resource).toEqual([]);
    const [where, failure] = failures[0] ?? [];
    return { task: String(where).replace(/ on localhost$/, ''), says: told(failure) };
  };

  it('F01: a Config that is not there yet is waited for; unreachable workers end the run before anything is made', async () => {
    const running = site.start(json('run', ...site.job));
    await running.event((event) => event.type === 'task.pending' && event.why === 'Config cluster to exist');
    const ran = await running.ended;
    expect(ran.exitCode, JSON.stringify(failuresOf(ran))).toBe(4);
    const hosts = resultsOf(ran, 'Choose the data disk');
    expect(Object.values(hosts).map(({ status }) => status)).toEqual(['unreachable', 'unreachable', 'unreachable']);
    for (const resource of MADE) expect(await site.existing(resource), resource).toEqual([]);
  });

  it('an API server that goes away for good in mid-wait is waited for in patience, then named', async () => {
    const wait = { name: 'Wait', wait_for: { k8s: { kind: 'ConfigMap', namespace: 'default', name: 'never' }, timeout: 600 } };
    const playbook = await site.playbook([{ hosts: 'localhost', gather_facts: false, tasks: [wait] }]);
    const running = start(json('run', ...playbook), { home: site.folder, kubeconfig: doomed.kubeconfig });
    await running.event((event) => event.type === 'task.pending');
    await doomed.stopApiserver();
    // Goes on beside the other tests; the last one looks at how it ended.
    ofDoomed = running.ended;
    await running.event((event) => event.type === 'notice' && /does not answer \(.*\); trying again for up to 60 s/.test(event.text));
  });

  it('a worker that is cordoned, not Ready or unknown', async () => {
    await site.cluster.kube.kubectl(['cordon', 'worker02']);
    expect(await stopped()).toEqual({
      task: 'Every worker is a Ready, schedulable node',
      says: expect.stringMatching(/Node worker02 is cordoned: .*oc adm uncordon worker02/),
    });
    await site.cluster.kube.kubectl(['uncordon', 'worker02']);
    const ready = (status: string, message: string) =>
      site.cluster.client.editStatus(NODE, { name: 'worker03' }, (live) => {
        const conditions = live.status?.conditions ?? [];
        for (const one of conditions) if (one.type === 'Ready') Object.assign(one, { status, message });
      });
    await ready('Unknown', 'Kubelet stopped posting node status.');
    expect((await stopped()).says).toMatch(
      /Node worker03 is not Ready: .*Kubelet stopped posting node status\..*take worker03 out of the group/,
    );
    await ready('True', '');
    const elsewhere = JSON.stringify({ node_name: 'worker01.ocp.example.com' });
    expect((await stopped(['-e', elsewhere])).says).toMatch(
      /There is no Node worker01\.ocp\.example\.com\. Set node_name in .*worker01\.yml/,
    );
  });

  it('a cluster that is being updated, and nodes that are being reconfigured', async () => {
    const updating = (status: string, message: string) =>
      site.cluster.client.editStatus(CLUSTER_VERSION, { name: 'version' }, (live) => {
        const conditions = (live.status as { conditions: { type: string; status: string }[] }).conditions;
        for (const one of conditions) if (one.type === 'Progressing') Object.assign(one, { status, message });
      });
    await updating('True', 'Working towards 4.18.21: 106 of 903 done (11% complete)');
    expect(await stopped()).toEqual({
      task: 'The cluster is not being updated',
      says: expect.stringMatching(/Working towards 4\.18\.21: .*wait until `oc get clusterversion` says Progressing=False/),
    });
    await updating('False', 'Cluster version is 4.18.20');
    // A pool with a node that takes no pods is updating to the machine config operator.
    const pool = async (): Promise<unknown> =>
      (await site.cluster.client.get(MACHINE_CONFIG_POOL, { name: 'master' }))?.status?.conditions?.find(({ type }) => type === 'Updating')
        ?.status;
    await site.cluster.kube.kubectl(['cordon', 'master01']);
    await soon(async () => expect(await pool()).toBe('True'));
    expect((await stopped()).says).toMatch(/MachineConfigPool master is Updating or Degraded: .*oc get mcp/);
    await site.cluster.kube.kubectl(['uncordon', 'master01']);
    await soon(async () => expect(await pool()).toBe('False'));
  });

  it('a registry that stores its images elsewhere already', async () => {
    await site.cluster.patchRegistry({ storage: { s3: { bucket: 'images', region: 'eu-central-1' } } });
    expect(await stopped()).toEqual({
      task: 'No other storage backend is in use',
      says: expect.stringMatching(/already stores images in s3\..*unreachable after the switch; set allow_migration to true/),
    });
    await site.cluster.patchRegistry({ storage: { s3: null } });
  });

  it('F16: a catalog that is not READY, be it one nobody asked for', async () => {
    const state = async () =>
      (await site.cluster.client.get(CATALOG_SOURCE, { name: 'community-operators', namespace: 'openshift-marketplace' }))?.status
        ?.connectionState?.lastObservedState;
    site.cluster.operators.setFault({ fault: 'F16' });
    await site.cluster.kube.kubectl(['delete', 'pods', '-n', 'openshift-marketplace', '-l', 'olm.catalogSource=community-operators']);
    await soon(async () => expect(await state()).toBe('TRANSIENT_FAILURE'));
    const { task, says } = await stopped(['-e', 'timeout_catalogs=3']);
    expect(task).toBe('Every catalog is healthy');
    expect(says).toMatch(
      /every CatalogSource in openshift-marketplace to be READY; last seen: 3 of 4; community-operators: lastObservedState=TRANSIENT_FAILURE.*help: one that is not blocks all operators; mend its pod, delete it,/,
    );
    expect(says).not.toContain('redhat-operators');
    site.cluster.operators.setFault({ fault: 'F16' }, false);
    await soon(async () => expect(await state()).toBe('READY'));
  });

  it('F17: a second operator group', async () => {
    const { kube } = site.cluster;
    await kube.kubectl(['create', 'namespace', 'team-storage']);
    const group = { apiVersion: 'operators.coreos.com/v1', kind: 'OperatorGroup', metadata: { name: 'theirs', namespace: 'team-storage' } };
    await kube.kubectl(['create', '-f', '-'], { stdin: JSON.stringify({ ...group, spec: { targetNamespaces: ['team-storage'] } }) });
    expect(await stopped(['-e', 'lso_namespace=team-storage'])).toEqual({
      task: 'No other operator group is in the way',
      says: expect.stringMatching(/team-storage already has the OperatorGroup theirs; with two of them no operator installs\. Delete it/),
    });
  });

  it('a kind that no operator has brought yet is named, with the remedy', async () => {
    const definition = {
      apiVersion: 'local.storage.openshift.io/v1',
      kind: 'LocalVolume',
      metadata: { name: 'local-disks', namespace: 'default' },
    };
    const ran = await play({ name: 'LocalVolume', k8s_apply: { definition: { ...definition, spec: { storageClassDevices: [] } } } });
    expect(ran.exitCode).toBe(2);
    expect(told(failuresOf(ran)['LocalVolume on localhost'])).toMatch(
      /LocalVolume default\/local-disks: the cluster does not serve LocalVolume in local\.storage\.openshift\.io\/v1.*install the operator/,
    );
  });

  it('fields of another manager are named, with the manager, and stay as they are', async () => {
    const { kube } = site.cluster;
    const config = (colour: string) => ({
      ...{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'shared', namespace: 'default' }, data: { colour } },
    });
    await kube.kubectl(['apply', '--server-side', '--field-manager=argocd', '-f', '-'], { stdin: JSON.stringify(config('red')) });
    const ran = await play({ name: 'Shared', k8s_apply: { definition: config('blue') } });
    expect(ran.exitCode).toBe(2);
    const failure = failuresOf(ran)['Shared on localhost'];
    expect(failure?.code).toBe('conflict');
    expect(told(failure)).toMatch(/ConfigMap default\/shared: data\.colour belongs to argocd.*force_conflicts: true/);
    expect((await kube.kubectl(['get', 'configmap', 'shared', '-o', 'jsonpath={.data.colour}'])).stdout).toBe('red');
    expect((await play({ name: 'Shared', k8s_apply: { definition: config('blue'), force_conflicts: true } })).exitCode).toBe(0);
    expect((await kube.kubectl(['get', 'configmap', 'shared', '-o', 'jsonpath={.data.colour}'])).stdout).toBe('blue');
  });

  it('F36: a patch goes through while the operator writes to the same object', async () => {
    site.cluster.operators.setFault({ fault: 'F36' });
    const patch = { spec: { requests: { read: { maxInQueue: '{{ item }}' } } } };
    const task = { name: 'Patch', k8s_patch: { ...CONFIG, patch }, loop: '{{ range(1, 16) | list }}' };
    const ran = await play(task);
    expect(failuresOf(ran)).toEqual({});
    expect(ran.exitCode).toBe(0);
    expect(ran.events.filter((event) => event.type === 'item.end' && event.result.status === 'changed')).toHaveLength(15);
    site.cluster.operators.setFault({ fault: 'F36' }, false);
  });

  it('two replicas on a ReadWriteOnce claim: the wait ends with the words of the operator', async () => {
    await site.cluster.createClaim();
    const storage = { managementState: 'Unmanaged', pvc: { claim: claimName } };
    const spec = { managementState: 'Managed', replicas: 2, rolloutStrategy: 'Recreate', storage };
    const until = 'status.observedGeneration == metadata.generation and status.storage.pvc is defined';
    const refused = "status.conditions | selectattr('type', 'eq', 'StorageExists') | selectattr('status', 'eq', 'False') | length > 0";
    const tasks = [
      { name: 'Patch', k8s_patch: { ...CONFIG, patch: { spec } } },
      { name: 'Registry', wait_for: { k8s: CONFIG, until, fail_when: refused, fail_after: 2, timeout: 60 } },
    ];
    const ran = await play(...tasks);
    expect(ran.exitCode).toBe(2);
    expect(told(failuresOf(ran)['Registry on localhost'])).toMatch(
      /cannot use ReadWriteOnce access mode with more than one replica of the image registry/,
    );
    expect(await site.existing('deployments')).not.toContain('deployment.apps/image-registry');
    await site.cluster.patchRegistry({ managementState: 'Removed', replicas: 1, storage: { managementState: 'Unmanaged', pvc: null } });
    await site.cluster.kube.kubectl(['delete', 'pvc', claimName, '-n', registry]);
  });

  it('xfs on a disk that is to be ext4: the wait for the roll-out tells the kubelet’s words and the remedy', async () => {
    await site.cluster.subscribe();
    await soon(() => site.cluster.createLocalVolume(['worker01'], FOREIGN.byId));
    await site.cluster.createClaim();
    const storage = { managementState: 'Unmanaged', pvc: { claim: claimName } };
    await site.cluster.patchRegistry({ managementState: 'Managed', replicas: 1, rolloutStrategy: 'Recreate', storage });
    await soon(async () => expect(await site.cluster.events(registry, 'FailedMount')).not.toEqual([]));
    const ran = await site.pb(json('run', ...site.job, '--start-at-task', 'Registry is rolled out', '-e', 'timeout_registry=3'));
    expect(ran.exitCode).toBe(2);
    expect(told(failuresOf(ran)['Registry is rolled out on localhost'])).toMatch(
      /gave up after 3 s: the registry to run with 1 replica;.*Warning FailedMount.*: .*failed to mount the volume as "ext4", it already contains xfs.*set registry_filesystem to that one/,
    );
  });

  it('the API server that went away for good', async () => {
    const ran = await ofDoomed;
    expect(ran.exitCode).toBe(4);
    expect(told(failuresOf(ran)['Wait on localhost'])).toMatch(
      /the API server https:\S+ does not answer: connection refused help: tried for 60 s/,
    );
  });

  const CONFIG = { api_version: 'imageregistry.operator.openshift.io/v1', kind: 'Config', name: 'cluster' };
  const play = async (...tasks: readonly object[]): Promise<Ran> =>
    site.pb(json('run', ...(await site.playbook([{ hosts: 'localhost', gather_facts: false, tasks }]))));
});
