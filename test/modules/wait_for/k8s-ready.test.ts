/** When an object is ready, by its kind, and what is seen of one that is not. */
import { describe, expect, test } from 'vitest';
import type { KubeObject } from '../../../src/core/kube.ts';
import type { JsonObject } from '../../../src/core/value.ts';
import { readiness } from '../../../src/modules/kube/ready.ts';
import { shownPaths } from '../../../src/modules/kube/seen.ts';

const object = (kind: string, status?: JsonObject, more: JsonObject = {}): KubeObject => {
  const [apiVersion = 'v1', name = kind] = kind.includes(' ') ? kind.split(' ') : ['v1', kind];
  return { apiVersion, kind: name, metadata: { name: 'x' }, ...(status ? { status } : {}), ...more } as KubeObject;
};
const conditions = (...all: readonly (readonly [string, string, string?, string?])[]): JsonObject => ({
  conditions: all.map(([type, status, reason = '', message = '']) => ({ type, status, reason, message })),
});

describe('readiness', () => {
  test.each<[string, KubeObject, boolean, string]>([
    ['claim', object('PersistentVolumeClaim', { phase: 'Bound' }), true, 'phase=Bound'],
    ['claim', object('PersistentVolumeClaim', { phase: 'Pending' }), false, 'phase=Pending (want Bound)'],
    ['volume', object('PersistentVolume', { phase: 'Released' }), false, 'phase=Released (want Available or Bound)'],
    ['namespace', object('Namespace', { phase: 'Terminating' }), false, 'phase=Terminating (want Active)'],
    [
      'deployment',
      object('apps/v1 Deployment', { replicas: 3, updatedReplicas: 1 }, { spec: { replicas: 3 } }),
      false,
      '2 old replicas still there',
    ],
    ['deployment', object('apps/v1 Deployment', { replicas: 1, updatedReplicas: 1, availableReplicas: 1 }), true, '1 of 1 ready'],
    [
      'deployment',
      object('apps/v1 Deployment', {
        replicas: 1,
        updatedReplicas: 1,
        ...conditions(['Progressing', 'False', 'ProgressDeadlineExceeded', 'timed out']),
      }),
      false,
      '0 of 1 available; ProgressDeadlineExceeded: timed out',
    ],
    [
      'daemon set',
      object('apps/v1 DaemonSet', { desiredNumberScheduled: 0 }),
      false,
      'no node matches its selector and tolerations (0 desired)',
    ],
    [
      'daemon set',
      object('apps/v1 DaemonSet', { desiredNumberScheduled: 3, updatedNumberScheduled: 3, numberAvailable: 2, numberReady: 3 }),
      false,
      '2 of 3 available',
    ],
    [
      'stateful set',
      object('apps/v1 StatefulSet', { updatedReplicas: 2, readyReplicas: 2 }, { spec: { replicas: 2 } }),
      true,
      '2 of 2 ready',
    ],
    ['pod', object('Pod', { phase: 'Succeeded' }), true, 'phase=Succeeded'],
    [
      'pod',
      object('Pod', { phase: 'Pending', containerStatuses: [{ name: 'c', state: { waiting: { reason: 'ImagePullBackOff' } } }] }),
      false,
      'phase=Pending; Ready not reported (want True); container c: ImagePullBackOff',
    ],
    [
      'job',
      object('batch/v1 Job', conditions(['Failed', 'True', 'BackoffLimitExceeded', 'too often'])),
      false,
      'failed: BackoffLimitExceeded: too often',
    ],
    ['job', object('batch/v1 Job', conditions(['Complete', 'True'])), true, 'Complete=True'],
    [
      'cluster operator',
      object(
        'config.openshift.io/v1 ClusterOperator',
        conditions(['Available', 'True'], ['Progressing', 'True', 'Rolling', '1 of 3'], ['Degraded', 'False']),
      ),
      false,
      'Progressing=True (want False): Rolling: 1 of 3',
    ],
    [
      'CSV',
      object('operators.coreos.com/v1alpha1 ClusterServiceVersion', {
        phase: 'Failed',
        reason: 'InstallCheckFailed',
        message: 'install timeout',
      }),
      false,
      'phase=Failed (want Succeeded): InstallCheckFailed: install timeout',
    ],
    [
      'subscription',
      object('operators.coreos.com/v1alpha1 Subscription', { state: 'AtLatestKnown', installedCSV: 'op.v1' }),
      true,
      'state=AtLatestKnown',
    ],
    [
      'subscription',
      object(
        'operators.coreos.com/v1alpha1 Subscription',
        conditions(['ResolutionFailed', 'True', 'ErrorPreventedResolution', 'catalog down']),
      ),
      false,
      'state=not set (want AtLatestKnown); ResolutionFailed: catalog down',
    ],
    [
      'catalog',
      object('operators.coreos.com/v1alpha1 CatalogSource', { connectionState: { lastObservedState: 'CONNECTING' } }),
      false,
      'connection CONNECTING (want READY)',
    ],
    ['local volume', object('local.storage.openshift.io/v1 LocalVolume'), false, 'Available not reported (want True)'],
    ['a Subscription of somebody else', object('example.com/v1 Subscription', {}), true, 'it exists'],
    [
      'any kind with conditions',
      object('example.com/v1 Thing', conditions(['Ready', 'Unknown', 'Starting'])),
      false,
      'Ready=Unknown (want True): Starting',
    ],
    ['a config map', object('ConfigMap'), true, 'it exists'],
    [
      'status of an older spec',
      object(
        'apps/v1 Deployment',
        { observedGeneration: 1, replicas: 1, updatedReplicas: 1, availableReplicas: 1 },
        { metadata: { name: 'x', generation: 2 } },
      ),
      false,
      'its controller has not seen the last change (generation 1 of 2)',
    ],
    [
      'one on its way out',
      object('ConfigMap', undefined, { metadata: { name: 'x', deletionTimestamp: 't' } }),
      false,
      'it is being deleted',
    ],
  ])('%s', (_, given, holds, seen) => {
    expect(readiness(given)).toEqual({ holds, seen });
  });
});

test.each([
  ["status.phase == 'Bound'", 'phase=Pending (want Bound)'],
  ['spec.replicas == 2 and status.ready == true', 'replicas=2, ready=not set (want true)'],
  ["metadata.labels['a/b'] == 'c'", "metadata.labels['a/b']=d (want c)"],
  ["status.conditions | selectattr('type', 'eq', 'Ready') | list", 'conditions=[Ready=False Starting]'],
  ['status.conditions | length > 0', 'conditions=[Ready=False Starting, Live=True]'],
  ["object.spec.list[1] == 'two' or mystatus.x", '=two'],
  ["'status.phase' in names", ''],
])('what %s looks at', (source, shown) => {
  const given = {
    apiVersion: 'v1',
    kind: 'Thing',
    metadata: { name: 'x', labels: { 'a/b': 'd' } },
    spec: { replicas: 2, list: ['one', 'two'] },
    status: {
      phase: 'Pending',
      conditions: [
        { type: 'Ready', status: 'False', reason: 'Starting' },
        { type: 'Live', status: 'True' },
      ],
    },
  };
  expect(shownPaths(source, given)).toContain(shown);
  if (shown === '') expect(shownPaths(source, given)).toBe('');
});
