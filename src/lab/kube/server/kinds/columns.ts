/** The columns of built-in kinds: what `kubectl get` prints. After pkg/printers/internalversion. */

import { age } from '../http/age.ts';
import { at, dict, dicts, list, number, type Obj, text, texts } from '../json.ts';
import { selectorText } from '../store/labels.ts';
import { clusterColumns } from './cluster-columns.ts';
import { type BuiltinColumn, column, count, created, from, images, integer, orNone, selector, wide } from './column.ts';
import { podColumns } from './pod-columns.ts';

/** Kinds without columns of their own show when they were made. */
export const metaColumns: readonly BuiltinColumn[] = [
  column('Created At', (object) => object.metadata.creationTimestamp ?? null, { type: 'date' }),
];

const modes: { readonly [mode: string]: string } = {
  ReadWriteOnce: 'RWO',
  ReadOnlyMany: 'ROX',
  ReadWriteMany: 'RWX',
  ReadWriteOncePod: 'RWOP',
};
const accessModes = (given: unknown): string =>
  texts(given)
    .map((mode) => modes[mode] ?? mode)
    .join(',');
const keys = (value: unknown): number => Object.keys(dict(value)).length;
const unset = (object: Obj): string => text(at(object, 'spec', 'volumeAttributesClassName')) || '<unset>';

function nodeStatus(node: Obj): string {
  const ready = dicts(at(node, 'status', 'conditions')).find((one) => one['type'] === 'Ready');
  const state = ready ? (ready['status'] === 'True' ? 'Ready' : 'NotReady') : 'Unknown';
  return at(node, 'spec', 'unschedulable') === true ? `${state},SchedulingDisabled` : state;
}
const roles = (node: Obj): string =>
  Object.keys(node.metadata.labels ?? {})
    .filter((label) => label.startsWith('node-role.kubernetes.io/'))
    .map((label) => label.slice('node-role.kubernetes.io/'.length))
    .sort()
    .join(',');
const address = (node: Obj, type: string): string =>
  text(dicts(at(node, 'status', 'addresses')).find((one) => one['type'] === type)?.['address']);
const unknown = (value: string): string => value || '<unknown>';

const ports = (service: Obj): string =>
  dicts(at(service, 'spec', 'ports'))
    .map((port) => `${port['port']}${port['nodePort'] ? `:${port['nodePort']}` : ''}/${port['protocol']}`)
    .join(',');

function lastSeen(event: Obj, now: Date): string {
  const time = event['lastTimestamp'] ?? at(event, 'series', 'lastObservedTime') ?? event['eventTime'] ?? event['firstTimestamp'];
  return age(text(time) || undefined, now);
}

const phase = (object: Obj): string => (object.metadata.deletionTimestamp ? 'Terminating' : text(at(object, 'status', 'phase')));

const quotaCell = (quota: Obj, isShown: (name: string) => boolean): string =>
  Object.entries(dict(at(quota, 'status', 'hard')))
    .filter(([name]) => isShown(name))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, hard]) => `${name}: ${text(at(quota, 'status', 'used', name)) || '0'}/${text(hard)}`)
    .join(', ');

export const builtinColumns: { readonly [bucket: string]: readonly BuiltinColumn[] } = {
  ...clusterColumns,
  '/pods': podColumns,
  '/namespaces': [column('Status', from('status', 'phase')), created],
  '/configmaps': [column('Data', (object) => keys(object['data']) + keys(object['binaryData'])), created],
  '/secrets': [column('Type', from('type')), column('Data', (object) => keys(object['data'])), created],
  '/serviceaccounts': [column('Secrets', (object) => list(object['secrets']).length), created],
  '/nodes': [
    ...[column('Status', nodeStatus), column('Roles', (object) => orNone(roles(object))), created],
    column('Version', from('status', 'nodeInfo', 'kubeletVersion')),
    column('Internal-IP', (object) => orNone(address(object, 'InternalIP')), wide),
    column('External-IP', (object) => orNone(address(object, 'ExternalIP')), wide),
    column('OS-Image', (object) => unknown(from('status', 'nodeInfo', 'osImage')(object)), wide),
    column('Kernel-Version', (object) => unknown(from('status', 'nodeInfo', 'kernelVersion')(object)), wide),
    column('Container-Runtime', (object) => unknown(from('status', 'nodeInfo', 'containerRuntimeVersion')(object)), wide),
  ],
  '/services': [
    ...[column('Type', from('spec', 'type')), column('Cluster-IP', (object) => orNone(from('spec', 'clusterIP')(object)))],
    column('External-IP', (object) => orNone(from('spec', 'externalName')(object))),
    ...[column('Port(s)', (object) => orNone(ports(object))), created],
    column('Selector', (object) => orNone(selectorText({ matchLabels: dict(at(object, 'spec', 'selector')) })), wide),
  ],
  '/persistentvolumeclaims': [
    ...[column('Status', phase), column('Volume', from('spec', 'volumeName'))],
    column('Capacity', (object) => (at(object, 'spec', 'volumeName') ? from('status', 'capacity', 'storage')(object) : '')),
    column('Access Modes', (object) => (at(object, 'spec', 'volumeName') ? accessModes(at(object, 'status', 'accessModes')) : '')),
    ...[column('StorageClass', from('spec', 'storageClassName')), column('VolumeAttributesClass', unset), created],
    column('VolumeMode', from('spec', 'volumeMode'), wide),
  ],
  '/persistentvolumes': [
    ...[
      column('Capacity', from('spec', 'capacity', 'storage')),
      column('Access Modes', (object) => accessModes(at(object, 'spec', 'accessModes'))),
    ],
    ...[column('Reclaim Policy', from('spec', 'persistentVolumeReclaimPolicy')), column('Status', phase)],
    column('Claim', (object) => {
      const claim = dict(at(object, 'spec', 'claimRef'));
      return claim['name'] ? `${claim['namespace']}/${claim['name']}` : '';
    }),
    ...[
      column('StorageClass', from('spec', 'storageClassName')),
      column('VolumeAttributesClass', unset),
      column('Reason', from('status', 'reason')),
    ],
    ...[created, column('VolumeMode', from('spec', 'volumeMode'), wide)],
  ],
  '/events': [
    column('Last Seen', lastSeen),
    ...[column('Type', from('type')), column('Reason', from('reason'))],
    column('Object', (object) => `${from('involvedObject', 'kind')(object).toLowerCase()}/${from('involvedObject', 'name')(object)}`),
    column('Subobject', from('involvedObject', 'fieldPath'), wide),
    column(
      'Source',
      (object) =>
        [from('source', 'component')(object) || text(object['reportingComponent']), from('source', 'host')(object)]
          .filter(Boolean)
          .join(', '),
      wide,
    ),
    column('Message', (object) => text(object['message']).trim()),
    column('First Seen', (object, now) => age(text(object['firstTimestamp']) || text(object['eventTime']) || undefined, now), wide),
    column('Count', (object) => number(object['count'], 1), { ...wide, type: 'integer' }),
  ],
  'apps/deployments': [
    column('Ready', (object) => `${count('status', 'readyReplicas')(object)}/${count('spec', 'replicas')(object)}`),
    ...[column('Up-to-date', count('status', 'updatedReplicas')), column('Available', count('status', 'availableReplicas')), created],
    ...[...images, selector],
  ],
  'apps/replicasets': [
    ...[column('Desired', count('spec', 'replicas'), integer), column('Current', count('status', 'replicas'), integer)],
    ...[column('Ready', count('status', 'readyReplicas'), integer), created, ...images, selector],
  ],
  'apps/statefulsets': [
    column('Ready', (object) => `${count('status', 'readyReplicas')(object)}/${count('spec', 'replicas')(object)}`),
    ...[created, ...images],
  ],
  'apps/daemonsets': [
    ...[
      column('Desired', count('status', 'desiredNumberScheduled'), integer),
      column('Current', count('status', 'currentNumberScheduled'), integer),
    ],
    ...[column('Ready', count('status', 'numberReady'), integer), column('Up-to-date', count('status', 'updatedNumberScheduled'), integer)],
    column('Available', count('status', 'numberAvailable'), integer),
    column('Node Selector', (object) =>
      orNone(selectorText({ matchLabels: dict(at(object, 'spec', 'template', 'spec', 'nodeSelector')) })),
    ),
    ...[created, ...images, selector],
  ],
  'batch/jobs': [
    column('Status', (object) => {
      const on = (type: string): boolean =>
        dicts(at(object, 'status', 'conditions')).some((one) => one['type'] === type && one['status'] === 'True');
      return on('Complete')
        ? 'Complete'
        : on('Failed')
          ? 'Failed'
          : on('Suspended')
            ? 'Suspended'
            : object.metadata.deletionTimestamp
              ? 'Terminating'
              : 'Running';
    }),
    column('Completions', (object) => `${count('status', 'succeeded')(object)}/${number(at(object, 'spec', 'completions'), 1)}`),
    column('Duration', (object, now) => {
      const started = text(at(object, 'status', 'startTime'));
      return started ? age(started, new Date(text(at(object, 'status', 'completionTime')) || now)) : '';
    }),
    ...[created, ...images, selector],
  ],
  'storage.k8s.io/storageclasses': [
    ...[
      column('Provisioner', from('provisioner')),
      column('ReclaimPolicy', from('reclaimPolicy')),
      column('VolumeBindingMode', from('volumeBindingMode')),
    ],
    ...[column('AllowVolumeExpansion', (object) => object['allowVolumeExpansion'] === true), created],
  ],
  'policy/poddisruptionbudgets': [
    column('Min Available', (object) => String(at(object, 'spec', 'minAvailable') ?? 'N/A')),
    column('Max Unavailable', (object) => String(at(object, 'spec', 'maxUnavailable') ?? 'N/A')),
    ...[column('Allowed Disruptions', count('status', 'disruptionsAllowed'), integer), created],
  ],
  '/resourcequotas': [
    column('Request', (object) => quotaCell(object, (name) => !name.startsWith('limits.'))),
    column('Limit', (object) => quotaCell(object, (name) => name.startsWith('limits.'))),
    created,
  ],
  'coordination.k8s.io/leases': [column('Holder', from('spec', 'holderIdentity')), created],
};
