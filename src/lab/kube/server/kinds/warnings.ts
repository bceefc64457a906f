/** What is accepted and should not be done, in the words of the real server's warnings. */
import { type Dict, dict, dicts, type Obj, text } from '../json.ts';
import { podWarnings } from './pod-warnings.ts';
import type { Resource } from './resource.ts';
import { standardFinalizers } from './strategy/names.ts';
import { byteWarnings, labelWarning } from './warning-words.ts';

const classAnnotation = 'volume.beta.kubernetes.io/storage-class';
const classWarning = (object: Obj): string[] =>
  object.metadata.annotations?.[classAnnotation] === undefined
    ? []
    : [`metadata.annotations[${classAnnotation}]: deprecated since v1.8; use "storageClassName" attribute instead`];

type Warn = (spec: Dict, object: Obj) => string[];
const template: Warn = (spec) => podWarnings(dict(spec['template']), 'spec.template.');
const byKind: { readonly [bucket: string]: Warn } = {
  '/pods': (_, object) => podWarnings(object, ''),
  'apps/deployments': template,
  'apps/daemonsets': template,
  'apps/statefulsets': template,
  'apps/replicasets': template,
  'batch/jobs': (spec, object) => [
    ...((object.metadata.name ?? '').includes('.')
      ? [
          'metadata.name: this is used in Pod names and hostnames, which can result in surprising behavior; a DNS label is recommended: [must not contain dots]',
        ]
      : []),
    ...template(spec, object),
  ],
  '/persistentvolumes': (spec, object) => [
    ...classWarning(object),
    ...(spec['persistentVolumeReclaimPolicy'] === 'Recycle'
      ? [
          'spec.persistentVolumeReclaimPolicy: The Recycle reclaim policy is deprecated. Instead, the recommended approach is to use dynamic provisioning.',
        ]
      : []),
  ],
  '/persistentvolumeclaims': (spec, object) => [...classWarning(object), ...byteWarnings(spec['resources'], 'spec.resources')],
  'storage.k8s.io/storageclasses': (_, object) =>
    dicts(object['allowedTopologies']).flatMap((term, index) =>
      dicts(term['matchLabelExpressions']).flatMap((one, place) =>
        labelWarning(`allowedTopologies[${index}].matchLabelExpressions[${place}].key`, text(one['key'])),
      ),
    ),
  '/nodes': (spec) => (text(spec['externalID']) ? ['spec.externalID: this field is deprecated, and is unused by Kubernetes'] : []),
  '/services': (spec) => {
    const address = text(spec['loadBalancerIP']);
    const plain = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
    return plain === undefined ? [] : [`spec.loadBalancerIP: non-standard IP address "${address}" is invalid: use "${plain}"`];
  },
};

/** Of what was sent, not of what was there before. */
export function warningsOf(resource: Resource, object: Obj, live: Obj | undefined): string[] {
  if (!resource.custom) return byKind[resource.bucket]?.(dict(object['spec']), object) ?? [];
  const before = live?.metadata.finalizers ?? [];
  const added = (object.metadata.finalizers ?? []).filter(
    (one) => !one.includes('/') && !standardFinalizers.includes(one) && !before.includes(one),
  );
  return added.map(
    (one) =>
      `metadata.finalizers: ${JSON.stringify(one)}: prefer a domain-qualified finalizer name to avoid accidental conflicts with other finalizer writers`,
  );
}
