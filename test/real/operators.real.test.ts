import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { defaultFleet, type Operators, type PodOutputs, seedCluster, startOperators } from '../../src/lab/kube/operators/index.ts';
import {
  CLUSTER_OPERATOR,
  CRD,
  CSV,
  IMAGE_CONFIG,
  LOCAL_VOLUME,
  NAMESPACE,
  OPERATOR_GROUP,
  POD,
  PV,
  PVC,
  REGISTRY_CONFIG,
  SUBSCRIPTION,
} from '../../src/lab/kube/operators/kinds.ts';
import { type Client, openClient } from '../../src/lab/kube/operators/toolkit/client.ts';
import { disk, MemoryDisks, wwn } from '../lab/operators/memory-disks.ts';
import { type Kube, startKube } from './parts/kube.ts';
import { partOrSkip } from './parts/require.ts';

const suite = await partOrSkip('kube');
const lso = 'openshift-local-storage';
const registry = 'openshift-image-registry';

suite('the operators on a real API server', () => {
  const abort = new AbortController();
  const workers = ['worker01', 'worker02', 'worker03'];
  const ids = workers.map((_, index) => wwn(`600012341234123412341234123412${index}4`));
  const disks = new MemoryDisks(Object.fromEntries(workers.map((name, index) => [name, [disk('sdb', { byId: [ids[index] ?? ''] })]])));
  let kube: Kube;
  let client: Client;
  let operators: Operators;
  let outputs: PodOutputs = {};
  const log: string[] = [];

  beforeAll(async () => {
    kube = await startKube({ controllers: 'default' });
    const api = { kubeconfig: kube.kubeconfig };
    client = await openClient(api, abort.signal);
    const { items } = await client.list(CRD);
    for (const crd of items) if (crd.metadata.name.endsWith('.local.storage.openshift.io')) await client.delete(CRD, crd.metadata);
    const fleet = { ...defaultFleet, kubeletPort: kube.kubeletPort };
    await seedCluster(api, { fleet }, abort.signal);
    operators = await startOperators({
      ...{ api, fleet, disks, speed: 600, workloads: 'external', signal: abort.signal },
      podOutputs: (now) => {
        outputs = now;
      },
      log: (line) => log.push(line),
    });
  });
  afterAll(async () => {
    if (process.env['PB_LOG']) process.stderr.write(`${log.join('\n')}\n`);
    await operators?.stop();
    abort.abort();
    await kube?.close();
  });

  const eventually = (check: () => Promise<void>) => vi.waitFor(check, { timeout: 60_000, interval: 100 });

  it('installs the local storage operator through OLM', async () => {
    await eventually(async () => {
      expect((await client.get(REGISTRY_CONFIG, { name: 'cluster' }))?.spec.managementState).toBe('Removed');
    });
    await client.create(NAMESPACE, { metadata: { name: lso } });
    await client.create(OPERATOR_GROUP, { metadata: { name: 'local-operator-group', namespace: lso }, spec: { targetNamespaces: [lso] } });
    await client.create(SUBSCRIPTION, {
      metadata: { name: 'local-storage-operator', namespace: lso },
      spec: {
        ...{ channel: 'stable', installPlanApproval: 'Automatic', name: 'local-storage-operator' },
        ...{ source: 'redhat-operators', sourceNamespace: 'openshift-marketplace' },
      },
    });
    await eventually(async () => {
      const subscription = await client.get(SUBSCRIPTION, { name: 'local-storage-operator', namespace: lso });
      expect(subscription?.status).toMatchObject({
        state: 'AtLatestKnown',
        installedCSV: expect.stringMatching(/^local-storage-operator\.v4\.18/),
      });
      const { items } = await client.list(CSV, { namespace: lso });
      expect(items.map((csv) => csv.status?.phase)).toEqual(['Succeeded']);
    });
    await eventually(async () => {
      expect(await client.get(CRD, { name: 'localvolumes.local.storage.openshift.io' })).toBeDefined();
    });
  });

  it('makes a volume of each disk', async () => {
    await client.create(LOCAL_VOLUME, {
      metadata: { name: 'local-disks', namespace: lso },
      spec: {
        nodeSelector: { nodeSelectorTerms: [{ matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: workers }] }] },
        storageClassDevices: [{ storageClassName: 'local-sc', volumeMode: 'Filesystem', fsType: 'ext4', devicePaths: ids }],
      },
    });
    await eventually(async () => {
      const { items } = await client.list(PV);
      expect(items.map((pv) => [pv.status?.phase, pv.spec.capacity?.['storage']])).toEqual(workers.map(() => ['Available', '100Gi']));
    });
    await eventually(async () => {
      const local = await client.get(LOCAL_VOLUME, { name: 'local-disks', namespace: lso });
      expect(local?.status?.conditions).toMatchObject([{ type: 'Available', status: 'True', message: 'Ready' }]);
    });
    const events = JSON.parse((await kube.kubectl(['get', 'events', '-n', lso, '-o', 'json'])).stdout) as {
      items: { reason: string; message: string }[];
    };
    const missing = events.items.filter((event) => event.reason === 'ErrorFindingMatchingDisk').map((event) => event.message);
    expect(missing).toContain(
      `worker01 - unable to add disk-id ${ids[1]} to local disk pool: unable to find device at path ${ids[1]}: lstat ${ids[1]}: no such file or directory`,
    );
    expect(missing).toHaveLength(6);
  });

  it('brings the registry up on one of them', async () => {
    await client.create(PVC, {
      metadata: { name: 'image-registry-storage', namespace: registry },
      spec: { accessModes: ['ReadWriteOnce'], storageClassName: 'local-sc', resources: { requests: { storage: '100Gi' } } },
    });
    const storage = { managementState: 'Unmanaged', pvc: { claim: 'image-registry-storage' }, emptyDir: null, s3: null };
    await client.mergePatch(
      REGISTRY_CONFIG,
      { name: 'cluster' },
      { spec: { managementState: 'Managed', replicas: 1, rolloutStrategy: 'Recreate', storage } },
    );
    await eventually(async () => {
      expect((await client.get(PVC, { name: 'image-registry-storage', namespace: registry }))?.status?.phase).toBe('Bound');
      const config = await client.get(REGISTRY_CONFIG, { name: 'cluster' });
      expect(config?.status?.observedGeneration).toBe(config?.metadata.generation);
      expect(config?.status).toMatchObject({
        storage: { managementState: 'Unmanaged', pvc: { claim: 'image-registry-storage' } },
        conditions: expect.arrayContaining([
          expect.objectContaining({ type: 'Available', status: 'True', reason: 'Ready', message: 'The registry is ready' }),
          expect.objectContaining({ type: 'Progressing', status: 'False', reason: 'Ready' }),
          expect.objectContaining({ type: 'Degraded', status: 'False' }),
        ]),
      });
      const operator = await client.get(CLUSTER_OPERATOR, { name: 'image-registry' });
      expect(operator?.status?.conditions?.find((one) => one.type === 'Available')).toMatchObject({
        status: 'True',
        message:
          'Available: The registry is ready\nNodeCADaemonAvailable: The daemon set node-ca has available replicas\n' +
          'ImagePrunerAvailable: Pruner CronJob has been created',
      });
    });
    const image = await client.get(IMAGE_CONFIG, { name: 'cluster' });
    expect(image?.status?.internalRegistryHostname).toBe('image-registry.openshift-image-registry.svc:5000');
    const pods = await client.list(POD, { namespace: registry, labels: 'docker-registry=default' });
    const [pod] = pods.items;
    const answers = outputs[`${registry}/${pod?.metadata.name}/registry`];
    expect(answers?.exec.find((one) => one.argv.join(' ') === 'cat /proc/mounts')?.stdout).toContain('/dev/sdb /registry ext4 ');
    expect(disks.acts).toContainEqual(expect.objectContaining({ node: pod?.spec.nodeName, do: 'format', kname: 'sdb', fsType: 'ext4' }));
  });
});
