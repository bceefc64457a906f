import { describe, expect, it } from 'vitest';
import { unionConditions } from '../../../src/lab/kube/operators/image-registry/cluster-operator.ts';
import { registryConditions, type SyncState } from '../../../src/lab/kube/operators/image-registry/conditions.ts';
import { registryDeployment } from '../../../src/lab/kube/operators/image-registry/deployment.ts';
import { prunerConditions } from '../../../src/lab/kube/operators/image-registry/pruner.ts';
import { disruptionBudget } from '../../../src/lab/kube/operators/image-registry/resources.ts';
import type { S3Look } from '../../../src/lab/kube/operators/image-registry/s3.ts';
import { syncStorage } from '../../../src/lab/kube/operators/image-registry/storage.ts';
import type { Claim, Deployment, RegistryConfig, RegistrySpec } from '../../../src/lab/kube/operators/kinds.ts';
import type { Condition } from '../../../src/lab/kube/operators/toolkit/objects.ts';

const config = (spec: Partial<RegistrySpec>, pvc?: string): RegistryConfig => ({
  metadata: { name: 'cluster' },
  spec: { managementState: 'Managed', replicas: 1, rolloutStrategy: 'Recreate', ...spec },
  status: { storage: pvc === undefined ? {} : { pvc: { claim: pvc } }, storageManaged: false, readyReplicas: 0 },
});
const claim = (accessModes: string[], annotations: Record<string, string> = {}): Claim => ({
  metadata: { name: 'image-registry-storage', annotations },
  spec: { accessModes },
});
const named = { pvc: { claim: 'image-registry-storage' } };
const noLook = (): never => expect.unreachable('S3 was looked at');
const blind: S3Look = { infrastructure: 'lab-x7k2p', secret: noLook, trusted: noLook, head: noLook, create: noLook };
const sync = (given: RegistryConfig, found?: Claim) =>
  syncStorage(given, (name) => (name === found?.metadata.name ? found : undefined), blind);

describe('storage of the registry', () => {
  it('takes an admin’s claim and leaves it unmanaged', () => {
    expect(sync(config({ storage: named }), claim(['ReadWriteOnce']))).toEqual({
      storage: { ...named, managementState: 'Unmanaged' },
      condition: { type: 'StorageExists', status: 'True', reason: 'PVC Exists', message: '' },
    });
  });
  it.each([
    [
      'RWO, two replicas',
      { replicas: 2 },
      ['ReadWriteOnce'],
      'cannot use ReadWriteOnce access mode with more than one replica of the image registry',
    ],
    [
      'RWO, rolling',
      { rolloutStrategy: 'RollingUpdate' },
      ['ReadWriteOnce'],
      'cannot use ReadWriteOnce access mode with RollingUpdate rollout strategy',
    ],
    ['ROX', {}, ['ReadOnlyMany'], 'PVC image-registry-storage does not contain the necessary access modes: ReadWriteMany or ReadWriteOnce'],
  ])('refuses %s', (_, spec, modes, message) => {
    expect(sync(config({ storage: named, ...spec }), claim(modes))).toMatchObject({
      storage: named,
      condition: { status: 'False', reason: 'PVC Issues Found', message },
      error: { message: `unable to sync storage configuration: ${message}` },
    });
  });
  it('takes RWX with two replicas', () => {
    expect(sync(config({ storage: named, replicas: 2, rolloutStrategy: 'RollingUpdate' }), claim(['ReadWriteMany']))).not.toHaveProperty(
      'error',
    );
  });
  it('misses a claim that is not there, accepted before or not', () => {
    const error = { message: 'unable to sync storage configuration: persistentvolumeclaims "image-registry-storage" not found' };
    expect(sync(config({ storage: named }))).toMatchObject({ error });
    expect(sync(config({ storage: named }, 'image-registry-storage'))).toMatchObject({ error });
  });
  it('does not look again at an accepted claim: more replicas go unnoticed', () => {
    const outcome = sync(config({ storage: named, replicas: 2 }, 'image-registry-storage'), claim(['ReadWriteOnce']));
    expect(outcome).toEqual({ storage: named });
  });
  it('makes its own claim for a blank name, and takes one it made', () => {
    const blank = config({ storage: { pvc: { claim: '' } } });
    const made = { storage: { ...named, managementState: 'Managed' }, condition: { status: 'True', reason: 'PVC Created' } };
    expect(sync(blank)).toMatchObject({ ...made, create: { spec: { accessModes: ['ReadWriteMany'] } } });
    const own = claim(['ReadWriteMany'], { 'imageregistry.openshift.io': 'true' });
    expect(sync(blank, own)).toMatchObject(made);
    expect(sync(blank, own)).not.toHaveProperty('create');
  });
  it('stumbles once over an admin’s claim of the default name, and names it all the same', () => {
    const outcome = sync(config({ storage: { pvc: { claim: '' } } }), claim(['ReadWriteOnce']));
    expect(outcome).toMatchObject({
      storage: named,
      condition: { status: 'False', reason: 'PVC Already Exists' },
      error: { message: expect.stringContaining('could not create default PVC, it already exists and is not owned by the operator') },
    });
  });
  it('wants exactly one backend', () => {
    expect(sync(config({ storage: {} })).error).toEqual({ message: 'storage backend not configured', permanent: 'StorageNotConfigured' });
    const two = config({ storage: { ...named, emptyDir: {}, s3: { bucket: 'b' }, managementState: 'Managed' } });
    expect(sync(two).error?.message).toBe(
      'unable to sync storage configuration: exactly one storage type should be configured at the same time, got 3: [EmptyDir S3 PVC]',
    );
  });
  it('manages an emptyDir', () => {
    expect(sync(config({ storage: { emptyDir: {} } }))).toMatchObject({
      storage: { managementState: 'Managed' },
      condition: { reason: 'Creation Successful', message: 'EmptyDir storage successfully created' },
    });
  });
});

const deployment = (available: number, updated = available, generation = 1): Deployment => ({
  metadata: { name: 'image-registry', generation },
  spec: { replicas: 1, selector: {}, template: { metadata: {}, spec: { containers: [] } } },
  status: { observedGeneration: 1, replicas: 1, updatedReplicas: updated, availableReplicas: available },
});
const error = { message: 'unable to sync storage configuration: no' };
const permanent = { message: 'storage backend not configured', permanent: 'StorageNotConfigured' };

describe('conditions of the registry', () => {
  const verdict = (state: Partial<SyncState>) => {
    const all = registryConditions({ managementState: 'Managed', removed: false, patienceOver: false, deadlineExceeded: false, ...state });
    return Object.fromEntries(all.map(({ type, status, reason }) => [type, `${status} ${reason}`.trim()]));
  };
  it.each<[string, Partial<SyncState>, string, string, string]>([
    ['OK', { deployment: deployment(1) }, 'True Ready', 'False Ready', 'False'],
    ['E0', { error: permanent }, 'False StorageNotConfigured', 'False Error', 'True StorageNotConfigured'],
    [
      'E0 with an old deployment',
      { error: permanent, deployment: deployment(1) },
      'True Ready',
      'False Error',
      'True StorageNotConfigured',
    ],
    ['E1', { error }, 'False DeploymentNotFound', 'True Error', 'False'],
    ['E1 for long', { error, patienceOver: true }, 'False DeploymentNotFound', 'True Error', 'True Unavailable'],
    ['E1b', { error, deployment: deployment(1) }, 'True Ready', 'True Error', 'False'],
    ['E3', { deployment: deployment(1, 0) }, 'True MinimumAvailability', 'True DeploymentNotCompleted', 'False'],
    ['E4', { deployment: deployment(0) }, 'False NoReplicasAvailable', 'True DeploymentNotCompleted', 'False'],
    [
      'E4 for long',
      { deployment: deployment(0), patienceOver: true },
      'False NoReplicasAvailable',
      'True DeploymentNotCompleted',
      'True Unavailable',
    ],
    [
      'E5',
      { deployment: deployment(1, 0), deadlineExceeded: true },
      'True MinimumAvailability',
      'True DeploymentNotCompleted',
      'True ProgressDeadlineExceeded',
    ],
    ['E6', { deployment: deployment(1), routeTrouble: 'route r not admitted' }, 'True Ready', 'False Ready', 'True RouteDegraded'],
    ['unmanaged', { managementState: 'Unmanaged' }, 'True Unmanaged', 'False Unmanaged', 'False Unmanaged'],
    ['removing', { managementState: 'Removed' }, 'True Removed', 'True DeletingDeployment', 'False Removed'],
    ['removed', { managementState: 'Removed', removed: true }, 'True Removed', 'False Removed', 'False Removed'],
  ])('%s', (_, state, Available, Progressing, Degraded) => {
    expect(verdict(state)).toMatchObject({ Available, Progressing, Degraded });
  });
  it('does not count a roll-out as complete before the deployment controller has seen it', () => {
    expect(verdict({ deployment: deployment(1, 1, 2) })).toMatchObject({ Progressing: 'True DeploymentNotCompleted' });
  });
});

describe('ClusterOperator image-registry', () => {
  const node = (type: string, status: Condition['status'], message: string): Condition => ({ type, status, reason: 'AsExpected', message });
  const registry = (state: Partial<SyncState>): Condition[] => [
    ...registryConditions({ managementState: 'Managed', removed: false, patienceOver: false, deadlineExceeded: false, ...state }),
    node('NodeCADaemonAvailable', 'True', 'The daemon set node-ca has available replicas'),
    node('NodeCADaemonProgressing', 'False', 'The daemon set node-ca is deployed'),
    node('NodeCADaemonControllerDegraded', 'False', ''),
  ];
  const union = (state: Partial<SyncState>, jobFailed = false) =>
    Object.fromEntries(unionConditions(registry(state), prunerConditions(false, jobFailed)).map((one) => [one.type, one]));

  it('is well', () => {
    expect(union({ deployment: deployment(1) })).toEqual({
      Available: {
        type: 'Available',
        status: 'True',
        reason: 'Ready',
        message:
          'Available: The registry is ready\nNodeCADaemonAvailable: The daemon set node-ca has available replicas\n' +
          'ImagePrunerAvailable: Pruner CronJob has been created',
      },
      Progressing: {
        type: 'Progressing',
        status: 'False',
        reason: 'Ready',
        message: 'Progressing: The registry is ready\nNodeCADaemonProgressing: The daemon set node-ca is deployed',
      },
      Degraded: { type: 'Degraded', status: 'False', reason: 'AsExpected', message: '' },
    });
  });
  it('names what is wrong, and only that', () => {
    expect(union({ error, patienceOver: true })).toMatchObject({
      Available: { status: 'False', reason: 'DeploymentNotFound', message: 'Available: The deployment does not exist' },
      Degraded: { status: 'True', reason: 'Unavailable', message: 'Degraded: The deployment does not exist' },
    });
    expect(union({ error, patienceOver: true }, true)['Degraded']).toMatchObject({
      reason: 'ImagePrunerJobFailed::Unavailable',
      message: 'Degraded: The deployment does not exist\nImagePrunerDegraded: Job has reached the specified backoff limit',
    });
  });
});

describe('objects of the registry', () => {
  const spec = (given: Partial<RegistrySpec>) => registryDeployment(config({ storage: named, ...given }), '4.18.20').spec;
  it('keeps two replicas apart', () => {
    const two = spec({ replicas: 2, rolloutStrategy: 'RollingUpdate' });
    expect(two.strategy).toEqual({ type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1, maxSurge: 1 } });
    expect(two.template.spec.affinity?.podAntiAffinity).toBeDefined();
    expect(spec({}).template.spec.affinity).toBeUndefined();
    expect(spec({}).strategy).toEqual({ type: 'Recreate' });
  });
  it('lets a single replica be evicted', () => {
    expect(disruptionBudget(1).spec).toMatchObject({ minAvailable: 0 });
    expect(disruptionBudget(2).spec).toMatchObject({ minAvailable: 1 });
  });
});
