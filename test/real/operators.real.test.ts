import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  CATALOG_SOURCE,
  CLUSTER_OPERATOR,
  CRD,
  CSV,
  DAEMON_SET,
  DEPLOYMENT,
  IMAGE_CONFIG,
  INSTALL_PLAN,
  LOCAL_VOLUME,
  OPERATOR_GROUP,
  OPERATOR_HUB,
  PACKAGE_MANIFEST,
  POD,
  PV,
  PVC,
  REGISTRY_CONFIG,
  STORAGE_CLASS,
  SUBSCRIPTION,
} from '../../src/lab/kube/operators/kinds.ts';
import { disk, MemoryDisks, wwn } from '../lab/operators/memory-disks.ts';
import { claimName, eventually, lso, type Rehearsal, registry, startRehearsal } from '../lab/operators/rehearsal.ts';
import { partOrSkip } from './parts/require.ts';

const suite = await partOrSkip('kube');
const workers = ['worker01', 'worker02', 'worker03'];
const ids = workers.map((_, index) => wwn(`600012341234123412341234123412${index}4`));
const [first = '', second = '', third = ''] = ids;
const onDisk = { managementState: 'Unmanaged', pvc: { claim: claimName }, emptyDir: null, s3: null };
const catalogs = { namespace: 'openshift-marketplace' };
const subscription = { name: 'local-storage-operator', namespace: lso };

suite('the operators on a real API server', () => {
  describe.each(['external', 'own'] as const)('from nothing to a registry on a local disk, controllers: %s', (workloads) => {
    const disks = new MemoryDisks(Object.fromEntries(workers.map((name, index) => [name, [disk('sdb', { byId: [ids[index] ?? ''] })]])));
    let lab: Rehearsal;
    beforeAll(async () => {
      lab = await startRehearsal({ disks, workloads });
    });
    afterAll(() => lab?.stop());

    it('installs the local storage operator through OLM', async () => {
      await eventually(async () => {
        const config = await lab.client.get(REGISTRY_CONFIG, { name: 'cluster' });
        expect(config?.spec).toMatchObject({ managementState: 'Removed', replicas: 1, rolloutStrategy: 'RollingUpdate' });
        expect((await lab.registryConditions())['Available']).toMatchObject({
          status: 'True',
          reason: 'Removed',
          message: 'The registry is removed',
        });
      });
      expect(await lab.client.get(CRD, { name: 'localvolumes.local.storage.openshift.io' })).toBeUndefined();
      await lab.subscribe();
      await eventually(async () => {
        const { status } = (await lab.client.get(SUBSCRIPTION, subscription)) ?? {};
        expect(status).toMatchObject({ state: 'AtLatestKnown', installedCSV: expect.stringMatching(/^local-storage-operator\.v4\.18/) });
        const { items } = await lab.client.list(CSV, { namespace: lso });
        expect(items.map((csv) => csv.status)).toMatchObject([{ phase: 'Succeeded', reason: 'InstallSucceeded' }]);
      });
      const manifest = await lab.client.get(PACKAGE_MANIFEST, { name: 'local-storage-operator', ...catalogs });
      expect(manifest?.status).toMatchObject({ catalogSource: 'redhat-operators', defaultChannel: 'stable' });
      expect(await lab.client.get(CRD, { name: 'localvolumes.local.storage.openshift.io' })).toBeDefined();
    });

    it('makes a volume of each disk', async () => {
      await lab.createLocalVolume(workers, ids);
      await eventually(async () => {
        const { items } = await lab.client.list(PV);
        expect(items.map((pv) => [pv.status?.phase, pv.spec.capacity?.['storage']])).toEqual(workers.map(() => ['Available', '100Gi']));
        const local = await lab.client.get(LOCAL_VOLUME, { name: 'local-disks', namespace: lso });
        expect(local?.status?.conditions).toMatchObject([{ type: 'Available', status: 'True', message: 'Ready' }]);
        const daemons = await lab.client.get(DAEMON_SET, { name: 'diskmaker-manager', namespace: lso });
        expect(daemons?.status).toMatchObject({ desiredNumberScheduled: 3, numberReady: 3 });
      });
      // Each node tells of the other nodes' disks.
      await eventually(async () => {
        const events = await lab.events(lso, 'ErrorFindingMatchingDisk');
        expect(events.map((event) => event.message).sort()).toEqual(
          workers.flatMap((worker, index) => ids.filter((_, other) => other !== index).map((id) => absent(worker, id))).sort(),
        );
      });
      expect((await lab.events(lso, 'FoundMatchingDisk')).map((event) => event.message)).toContain(
        `worker01 - found matching disk /dev/sdb with id ${first}`,
      );
    });

    it('leaves the claim pending until the registry asks for it', async () => {
      await lab.createClaim();
      await eventually(async () => {
        const [event] = await lab.events(registry, 'WaitForFirstConsumer');
        expect(event?.message).toBe('waiting for first consumer to be created before binding');
      });
      expect((await lab.client.get(PVC, { name: claimName, namespace: registry }))?.status?.phase).toBe('Pending');
    });

    it('brings the registry up on one of them', async () => {
      await lab.patchRegistry({ managementState: 'Managed', replicas: 1, rolloutStrategy: 'Recreate', storage: onDisk });
      await eventually(async () => {
        expect((await lab.client.get(PVC, { name: claimName, namespace: registry }))?.status?.phase).toBe('Bound');
        const config = await lab.client.get(REGISTRY_CONFIG, { name: 'cluster' });
        expect(config?.status).toMatchObject({
          observedGeneration: config?.metadata.generation,
          storage: { managementState: 'Unmanaged', pvc: { claim: claimName } },
        });
        expect(config?.metadata.finalizers).toEqual(['imageregistry.operator.openshift.io/finalizer']);
        expect(config?.spec.httpSecret).toMatch(/^[0-9a-f]{128}$/);
        expect(await lab.registryConditions()).toMatchObject({
          Available: { status: 'True', reason: 'Ready', message: 'The registry is ready' },
          Progressing: { status: 'False', reason: 'Ready', message: 'The registry is ready' },
          Degraded: { status: 'False' },
          StorageExists: { status: 'True', reason: 'PVC Exists' },
        });
        const operator = await lab.client.get(CLUSTER_OPERATOR, { name: 'image-registry' });
        expect(operator?.status?.conditions?.find((one) => one.type === 'Available')).toMatchObject({ status: 'True', message: healthy });
        expect(operator?.status?.versions).toEqual([{ name: 'operator', version: '4.18.20' }]);
      });
      const image = await lab.client.get(IMAGE_CONFIG, { name: 'cluster' });
      expect(image?.status?.internalRegistryHostname).toBe('image-registry.openshift-image-registry.svc:5000');
      // The API servers observe the new hostname and roll out.
      await eventually(async () => {
        const apiserver = await lab.client.get(CLUSTER_OPERATOR, { name: 'kube-apiserver' });
        const progressing = apiserver?.status?.conditions?.find((one) => one.type === 'Progressing');
        expect(progressing).toMatchObject({ status: 'False', message: 'NodeInstallerProgressing: 3 nodes are at revision 8' });
      });
    });

    it('shows the disk mounted in the pod', async () => {
      const { items } = await lab.client.list(POD, { namespace: registry, labels: 'docker-registry=default' });
      const [pod] = items;
      await eventually(async () => {
        const exec = ['exec', '-n', registry, pod?.metadata.name ?? '', '-c', 'registry', '--'];
        const mounts = await lab.kube.kubectl([...exec, 'cat', '/proc/mounts']);
        expect(mounts.stdout).toContain('/dev/sdb /registry ext4 ');
        const df = await lab.kube.kubectl([...exec, 'df', '-P', '/registry']);
        expect(df.stdout).toMatch(/^\/dev\/sdb \d+ \d+ \d+ 1% \/registry$/m);
      });
      const { nodeName } = pod?.spec ?? {};
      expect(disks.acts.filter((act) => act.do === 'format')).toEqual([{ node: nodeName, do: 'format', kname: 'sdb', fsType: 'ext4' }]);
    });

    it('goes on after an outage of the API server', async () => {
      await lab.kube.stopApiserver();
      await lab.kube.startApiserver();
      await lab.patchRegistry({ readOnly: true });
      await eventually(async () => {
        const deployment = await lab.client.get(DEPLOYMENT, { name: 'image-registry', namespace: registry });
        const env = deployment?.spec.template.spec.containers[0]?.['env'];
        expect(env).toContainEqual({ name: 'REGISTRY_STORAGE_MAINTENANCE_READONLY', value: '{enabled: true}' });
        expect(deployment?.status).toMatchObject({
          observedGeneration: deployment?.metadata.generation,
          availableReplicas: 1,
          updatedReplicas: 1,
        });
        expect(await lab.registryConditions()).toMatchObject({ Available: { reason: 'Ready' }, Progressing: { status: 'False' } });
      });
    });

    it('keeps a LocalVolume that is in use, and the claim of a removed registry', async () => {
      await lab.client.delete(LOCAL_VOLUME, { name: 'local-disks', namespace: lso });
      await eventually(async () => {
        const [event] = await lab.events(lso, 'LocalVolumeDeletionFailed');
        expect(event?.message).toBe(`localvolume ${lso}/local-disks has owned persistentvolumes in use`);
        expect((await lab.client.list(PV)).items.map((pv) => pv.status?.phase)).toEqual(['Bound']);
      });
      await lab.patchRegistry({ managementState: 'Removed' });
      await eventually(async () => {
        expect(await lab.client.get(DEPLOYMENT, { name: 'image-registry', namespace: registry })).toBeUndefined();
        expect(await lab.registryConditions()).toMatchObject({
          Available: { status: 'True', reason: 'Removed' },
          Progressing: { status: 'False', reason: 'Removed', message: 'All registry resources are removed' },
          Removed: { status: 'True' },
        });
        expect((await lab.client.list(POD, { namespace: registry, labels: 'docker-registry=default' })).items).toEqual([]);
      });
      expect((await lab.client.get(PVC, { name: claimName, namespace: registry }))?.status?.phase).toBe('Bound');
      expect((await lab.client.get(IMAGE_CONFIG, { name: 'cluster' }))?.status?.internalRegistryHostname ?? '').toBe('');
    });

    it('wipes the disk once the claim is deleted, and lets the LocalVolume go', async () => {
      disks.acts.length = 0;
      await lab.client.delete(PVC, { name: claimName, namespace: registry });
      await eventually(async () => {
        expect((await lab.client.list(PV)).items).toEqual([]);
        expect(await lab.client.get(LOCAL_VOLUME, { name: 'local-disks', namespace: lso })).toBeUndefined();
        expect(await lab.client.get(STORAGE_CLASS, { name: 'local-sc' })).toBeUndefined();
      });
      expect(disks.acts.map((act) => act.do)).toEqual(expect.arrayContaining(['wipe', 'unlink']));
    });
  });

  describe('with what goes wrong', () => {
    // On worker01 a filesystem of another type, on worker02 another disk than said, on worker03 one of 100 GB, not GiB.
    const disks = new MemoryDisks({
      worker01: [disk('sdb', { byId: [first], signature: 'xfs' })],
      worker02: [disk('sdb', { byId: [wwn('5000c500a1b2c3d4')] })],
      worker03: [disk('sdb', { byId: [third], sizeBytes: 100e9 })],
    });
    let lab: Rehearsal;
    beforeAll(async () => {
      lab = await startRehearsal({ disks, faults: [{ fault: 'F01' }, { fault: 'F16' }] });
    });
    afterAll(() => lab?.stop());

    it('has no registry Config at first (F01)', async () => {
      expect(await lab.client.get(REGISTRY_CONFIG, { name: 'cluster' })).toBeUndefined();
      await eventually(async () => {
        expect(await lab.client.get(REGISTRY_CONFIG, { name: 'cluster' })).toBeDefined();
      });
    });

    it('refuses every Subscription while one catalog is unhealthy (F16)', async () => {
      await lab.subscribe();
      await eventually(async () => {
        const { items } = await lab.client.list(CATALOG_SOURCE, catalogs);
        const states = Object.fromEntries(items.map((one) => [one.metadata.name, one.status?.connectionState?.lastObservedState]));
        expect(states).toMatchObject({ 'redhat-operators': 'READY', 'community-operators': 'TRANSIENT_FAILURE' });
        const { status } = (await lab.client.get(SUBSCRIPTION, subscription)) ?? {};
        const failed = status?.conditions?.find((one) => one.type === 'ResolutionFailed');
        expect(failed).toMatchObject({ status: 'True', reason: 'ErrorPreventedResolution' });
        expect(failed?.message).toMatch(
          /^failed to populate resolver cache from source community-operators\/openshift-marketplace: failed to list bundles: rpc error: code = Unavailable desc = connection error: /,
        );
      });
      // A namespace has no namespace, so events about it go to "default".
      await eventually(async () => {
        const [event] = await lab.events('default', 'ResolutionFailed');
        expect(event).toMatchObject({ type: 'Warning', involvedObject: { kind: 'Namespace', name: lso } });
      });
    });

    it('goes on once the broken catalog is disabled', async () => {
      await lab.client.mergePatch(
        OPERATOR_HUB,
        { name: 'cluster' },
        { spec: { sources: [{ name: 'community-operators', disabled: true }] } },
      );
      await eventually(async () => {
        expect((await lab.client.list(CSV, { namespace: lso })).items.map((csv) => csv.status?.phase)).toEqual(['Succeeded']);
        const conditions = (await lab.client.get(SUBSCRIPTION, subscription))?.status?.conditions ?? [];
        expect(conditions.map((one) => one.type)).not.toContain('ResolutionFailed');
      });
      const hub = await lab.client.get(OPERATOR_HUB, { name: 'cluster' });
      expect(hub?.status?.sources).toContainEqual({ name: 'community-operators', disabled: true, status: 'Success' });
    });

    it('makes volumes of the disks that are there, in whole GiB', async () => {
      await lab.createLocalVolume(workers, ids);
      await eventually(async () => {
        const { items } = await lab.client.list(PV);
        const sizes = items.map((pv) => [pv.metadata.labels?.['kubernetes.io/hostname'], pv.spec.capacity?.['storage'], pv.status?.phase]);
        expect(sizes.sort()).toEqual([
          ['worker01', '100Gi', 'Available'],
          ['worker03', '93Gi', 'Available'],
        ]);
        const events = (await lab.events(lso, 'ErrorFindingMatchingDisk')).map((event) => event.message);
        expect(events).toEqual(expect.arrayContaining([absent('worker02', second), 'worker02 - found empty matching device list']));
      });
      const local = await lab.client.get(LOCAL_VOLUME, { name: 'local-disks', namespace: lso });
      expect(local?.status?.conditions).toMatchObject([{ status: 'True', message: 'Ready' }]);
    });

    it('refuses two replicas, then a rolling update, on ReadWriteOnce (F02, F03)', async () => {
      await lab.createClaim();
      const two = 'cannot use ReadWriteOnce access mode with more than one replica of the image registry';
      await lab.patchRegistry({ managementState: 'Managed', replicas: 2, rolloutStrategy: 'Recreate', storage: onDisk });
      await eventually(async () => {
        expect(await lab.registryConditions()).toMatchObject({
          Available: { status: 'False', reason: 'DeploymentNotFound', message: 'The deployment does not exist' },
          Progressing: {
            status: 'True',
            reason: 'Error',
            message: `Unable to apply resources: unable to sync storage configuration: ${two}`,
          },
          Degraded: { status: 'True', reason: 'Unavailable', message: 'The deployment does not exist' },
          StorageExists: { status: 'False', reason: 'PVC Issues Found', message: two },
        });
        const operator = await lab.client.get(CLUSTER_OPERATOR, { name: 'image-registry' });
        const degraded = operator?.status?.conditions?.find((one) => one.type === 'Degraded');
        expect(degraded).toMatchObject({ status: 'True', reason: 'Unavailable', message: 'Degraded: The deployment does not exist' });
      });
      await lab.patchRegistry({ replicas: 1, rolloutStrategy: 'RollingUpdate' });
      await eventually(async () => {
        expect((await lab.registryConditions())['StorageExists']?.message).toBe(
          'cannot use ReadWriteOnce access mode with RollingUpdate rollout strategy',
        );
      });
    });

    it('cannot mount a filesystem of another type (F08)', async () => {
      await lab.patchRegistry({ rolloutStrategy: 'Recreate' });
      await eventually(async () => {
        const [event] = await lab.events(registry, 'FailedMount');
        expect(event?.message).toMatch(
          /^MountVolume\.MountDevice failed for volume "local-pv-[0-9a-f]+" : local: failed to mount device \/mnt\/local-storage\/local-sc\/wwn-0x\w+ .*\(fstype: ext4\), error .*failed to mount the volume as "ext4", it already contains xfs\. Mount error: /,
        );
        expect(await lab.registryConditions()).toMatchObject({
          Available: { status: 'False', reason: 'NoReplicasAvailable', message: 'The deployment does not have available replicas' },
          Progressing: { status: 'True', reason: 'DeploymentNotCompleted' },
          Degraded: { status: 'True', reason: 'Unavailable' },
        });
      });
    });

    it('is ready once the disk is blank', async () => {
      await disks.act('worker01', { do: 'wipe', kname: 'sdb' });
      await eventually(async () => {
        expect((await lab.registryConditions())['Available']).toMatchObject({ status: 'True', reason: 'Ready' });
      });
    });

    it('stays available on a broken change: two backends (F04)', async () => {
      await lab.patchRegistry({ storage: { ...onDisk, emptyDir: {} } });
      await eventually(async () => {
        expect(await lab.registryConditions()).toMatchObject({
          Available: { status: 'True', reason: 'Ready' },
          Progressing: {
            status: 'True',
            message:
              'Unable to apply resources: unable to sync storage configuration: ' +
              'exactly one storage type should be configured at the same time, got 2: [EmptyDir PVC]',
          },
          Degraded: { status: 'False' },
        });
      });
      await lab.patchRegistry({ storage: onDisk });
    });

    it('accepts more replicas on an accepted claim: the second pod does not find a place', async () => {
      await lab.patchRegistry({ replicas: 2 });
      await eventually(async () => {
        const [event] = await lab.events(registry, 'FailedScheduling');
        expect(event?.message).toBe(
          "0/8 nodes are available: 1 node(s) didn't match pod anti-affinity rules, 3 node(s) had untolerated taint " +
            '{node-role.kubernetes.io/master: }, 4 node(s) had volume node affinity conflict. preemption: 0/8 nodes are available: ' +
            '1 No preemption victims found for incoming pod, 7 Preemption is not helpful for scheduling.',
        );
      });
      await lab.patchRegistry({ replicas: 1 });
      await eventually(async () => {
        expect((await lab.registryConditions())['Progressing']).toMatchObject({ status: 'False', reason: 'Ready' });
      });
    });

    it('wipes the disk of a deleted claim and offers it again under the same name', async () => {
      const before = (await lab.client.list(PV)).items.find((pv) => pv.status?.phase === 'Bound')?.metadata;
      await lab.patchRegistry({ managementState: 'Removed' });
      await eventually(async () => {
        expect((await lab.registryConditions())['Removed']?.status).toBe('True');
      });
      await lab.client.delete(PVC, { name: claimName, namespace: registry });
      await eventually(async () => {
        const after = await lab.client.get(PV, { name: before?.name ?? '' });
        expect(after?.status?.phase).toBe('Available');
        expect(after?.metadata.uid).not.toBe(before?.uid);
      });
      const [event] = await lab.events('default', 'VolumeDelete');
      expect(event?.message).toBe(`Starting cleanup of Block PV "${before?.name}", this may take a while`);
      expect((await disks.look('worker01')).devices.find((one) => one.kname === 'sdb')).not.toHaveProperty('signature');
    });

    it('reports a failed pruner job though the registry is fine (F39)', async () => {
      lab.operators.setFault({ fault: 'F39' });
      await eventually(async () => {
        const operator = await lab.client.get(CLUSTER_OPERATOR, { name: 'image-registry' });
        const degraded = operator?.status?.conditions?.find((one) => one.type === 'Degraded');
        expect(degraded).toMatchObject({
          reason: 'ImagePrunerJobFailed',
          message: 'ImagePrunerDegraded: Job has reached the specified backoff limit',
        });
      });
      expect((await lab.registryConditions())['Available']?.status).toBe('True');
    });
  });

  describe('with catalogs and bundles that do not come', () => {
    let lab: Rehearsal;
    beforeAll(async () => {
      const faults = [
        { fault: 'F18', package: 'local-storage-operator' },
        { fault: 'F25', times: 2 },
      ] as const;
      lab = await startRehearsal({ disks: new MemoryDisks({}), faults });
    });
    afterAll(() => lab?.stop());
    const conditions = async () => (await lab.client.get(SUBSCRIPTION, subscription))?.status?.conditions ?? [];

    it('has a catalog that is killed for memory, then ready (F25)', async () => {
      await eventually(async () => {
        const { items } = await lab.client.list(POD, { ...catalogs, labels: 'olm.catalogSource=redhat-operators' });
        expect(items[0]?.status?.containerStatuses?.[0]).toMatchObject({
          state: { waiting: { reason: 'CrashLoopBackOff' } },
          lastState: { terminated: { reason: 'OOMKilled', exitCode: 137 } },
        });
      });
      await eventually(async () => {
        const catalog = await lab.client.get(CATALOG_SOURCE, { name: 'redhat-operators', ...catalogs });
        expect(catalog?.status?.connectionState?.lastObservedState).toBe('READY');
      });
    });

    it('cannot unpack a bundle whose image cannot be pulled, and can once that is mended (F18)', async () => {
      await lab.subscribe();
      await eventually(async () => {
        expect(await conditions()).toContainEqual(
          expect.objectContaining({ type: 'BundleUnpacking', status: 'True', reason: 'UnpackingInProgress' }),
        );
        const { items } = await lab.client.list(POD, { ...catalogs, labels: 'operatorframework.io/bundle-unpack-ref' });
        expect(items[0]?.status?.containerStatuses?.[0]?.state).toMatchObject({ waiting: { reason: 'ImagePullBackOff' } });
      });
      await eventually(async () => {
        expect(await conditions()).toContainEqual(
          expect.objectContaining({
            ...{ type: 'BundleUnpackFailed', status: 'True', reason: 'BundleUnpackFailed' },
            message: expect.stringMatching(/^Bundle unpacking failed - DeadlineExceeded: Job was active longer than specified deadline/),
          }),
        );
      });
      lab.operators.setFault({ fault: 'F18' }, false);
      await eventually(async () => {
        expect((await lab.client.get(SUBSCRIPTION, subscription))?.status?.state).toBe('AtLatestKnown');
        expect((await conditions()).map((one) => one.type)).not.toContain('BundleUnpackFailed');
      });
    });

    it('fails without an OperatorGroup and goes on when there is one (F17)', async () => {
      const group = { name: 'local-operator-group', namespace: lso };
      const reasons = async () =>
        (await lab.client.list(CSV, { namespace: lso })).items.map((csv) => `${csv.status?.phase} ${csv.status?.reason}`);
      await lab.client.delete(OPERATOR_GROUP, group);
      await eventually(async () => expect(await reasons()).toEqual(['Failed NoOperatorGroup']));
      await lab.client.create(OPERATOR_GROUP, { metadata: group });
      await eventually(async () => expect(await reasons()).toEqual(['Failed UnsupportedOperatorGroup']));
      await lab.client.mergePatch(OPERATOR_GROUP, group, { spec: { targetNamespaces: [lso] } });
      await eventually(async () => expect(await reasons()).toEqual(['Succeeded InstallSucceeded']));
    });

    it('leaves running pods alone when the operators are started anew', async () => {
      const pods = async () =>
        (await lab.client.list(POD)).items.map((pod) => `${pod.metadata.name} ${pod.status?.phase} ${pod.metadata.resourceVersion}`);
      const before = await pods();
      await lab.restart();
      await eventually(async () => expect(lab.outputs()).not.toEqual({}));
      expect(await pods()).toEqual(before);
    });
  });

  describe('without storage, and with approval by hand', () => {
    let lab: Rehearsal;
    beforeAll(async () => {
      lab = await startRehearsal({ disks: new MemoryDisks({}), variant: { manualApproval: true, localStorage: 'installed' } });
    });
    afterAll(() => lab?.stop());

    it('waits for approval of the InstallPlan (F19)', async () => {
      const pending = async () => {
        const { items } = await lab.client.list(INSTALL_PLAN, { namespace: lso });
        return items.find((plan) => plan.spec.clusterServiceVersionNames[0]?.startsWith('local-storage-operator'));
      };
      await eventually(async () => {
        expect(await pending()).toMatchObject({ spec: { approval: 'Manual', approved: false }, status: { phase: 'RequiresApproval' } });
        const { status } = (await lab.client.get(SUBSCRIPTION, subscription)) ?? {};
        expect(status?.state).toBe('UpgradePending');
        expect(status?.conditions).toContainEqual(
          expect.objectContaining({ type: 'InstallPlanPending', status: 'True', reason: 'RequiresApproval' }),
        );
      });
      const name = (await pending())?.metadata.name ?? '';
      await lab.client.mergePatch(INSTALL_PLAN, { name, namespace: lso }, { spec: { approved: true } });
      await eventually(async () => {
        expect((await lab.client.get(SUBSCRIPTION, subscription))?.status?.state).toBe('AtLatestKnown');
      });
    });

    it('is degraded at once when no storage is configured (F05)', async () => {
      await lab.patchRegistry({ managementState: 'Managed', storage: { pvc: null } });
      await eventually(async () => {
        const text = 'Error: storage backend not configured';
        expect(await lab.registryConditions()).toMatchObject({
          Available: { status: 'False', reason: 'StorageNotConfigured', message: text },
          Progressing: { status: 'False', reason: 'Error', message: 'Unable to apply resources: storage backend not configured' },
          Degraded: { status: 'True', reason: 'StorageNotConfigured', message: text },
        });
      });
    });

    it('gets over a blank claim name by one failed sync (F06)', async () => {
      await lab.createClaim();
      await lab.patchRegistry({ rolloutStrategy: 'Recreate', storage: { pvc: { claim: '' } } });
      await eventually(async () => {
        const config = await lab.client.get(REGISTRY_CONFIG, { name: 'cluster' });
        expect(config?.spec.storage).toEqual({ managementState: 'Unmanaged', pvc: { claim: claimName } });
        expect((await lab.registryConditions())['StorageExists']).toMatchObject({ status: 'True', reason: 'PVC Exists' });
      });
      expect(lab.log.join('\n')).toContain('could not create default PVC, it already exists and is not owned by the operator');
    });

    it('deletes the claim of a removed registry when told to manage it (F34)', async () => {
      await lab.patchRegistry({ storage: { managementState: 'Managed' } });
      await lab.patchRegistry({ managementState: 'Removed' });
      await eventually(async () => {
        expect(await lab.client.get(PVC, { name: claimName, namespace: registry })).toBeUndefined();
      });
    });

    it('answers 409 to updates with an old resourceVersion (F36)', async () => {
      const old = await lab.client.get(REGISTRY_CONFIG, { name: 'cluster' });
      lab.operators.setFault({ fault: 'F36' });
      await eventually(async () => {
        if (!old) return expect.unreachable();
        await expect(lab.client.replace(REGISTRY_CONFIG, { ...old, spec: { ...old.spec, replicas: 2 } })).rejects.toMatchObject({
          status: 409,
        });
      });
    });
  });
});

const absent = (node: string, id: string): string =>
  `${node} - unable to add disk-id ${id} to local disk pool: unable to find device at path ${id}: lstat ${id}: no such file or directory`;

const healthy =
  'Available: The registry is ready\nNodeCADaemonAvailable: The daemon set node-ca has available replicas\n' +
  'ImagePrunerAvailable: Pruner CronJob has been created';
