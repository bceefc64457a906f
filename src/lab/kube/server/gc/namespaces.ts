/** A namespace's life: it begins with an account and the server's certificate, and takes all there is in it along when it goes. */
import type { Api } from '../api.ts';
import { controllerName } from '../auth/users.ts';
import { copy, type Dict, dict, dicts, type Obj, put, same, text, timestamp } from '../json.ts';
import type { Resource } from '../kinds/resource.ts';
import { keyFor } from '../store/store.ts';
import { remove } from '../verbs/delete.ts';
import { create } from '../verbs/write.ts';
import { WorkQueue } from './work-queue.ts';

const caText =
  'Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.';
const background = { graceSeconds: undefined, propagation: 'Background', uid: '', resourceVersion: '', dryRun: false };

export function tendNamespaces(api: Api): () => void {
  const queue = new WorkQueue((name) => {
    const space = api.store.get('/namespaces', keyFor('', name));
    if (!space) return;
    if (space.metadata.deletionTimestamp) empty(api, space);
    else furnish(api, name);
  });
  const stopListening = api.store.onChange(({ bucket, object, type }) => {
    if (bucket === '/namespaces') queue.add(object.metadata.name ?? '');
    else if (object.metadata.namespace && (type === 'DELETED' || object.metadata.deletionTimestamp)) queue.add(object.metadata.namespace);
  });
  return () => {
    stopListening();
    queue.stop();
  };
}

function furnish(api: Api, namespace: string): void {
  const ensure = (plural: string, object: Obj): void => {
    const resource = api.registry.find('', 'v1', plural);
    if (!resource || api.store.get(resource.bucket, keyFor(namespace, object.metadata.name ?? ''))) return;
    create(api, object, { resource, manager: controllerName, dryRun: false, subresource: '' });
  };
  ensure('serviceaccounts', { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace } });
  const metadata = { name: 'kube-root-ca.crt', namespace, annotations: { 'kubernetes.io/description': caText } };
  ensure('configmaps', { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { 'ca.crt': api.caPem } });
}

function empty(api: Api, space: Obj): void {
  const namespace = space.metadata.name ?? '';
  const inside = (): { resource: Resource; objects: Obj[] }[] =>
    api.registry.buckets
      .filter((one) => one.namespaced)
      .map((resource) => ({ resource, objects: api.store.list(resource.bucket, namespace) }))
      .filter(({ objects }) => objects.length > 0);
  for (const { resource, objects } of inside()) {
    for (const object of objects) if (!object.metadata.deletionTimestamp) remove(api, object, { resource, options: background });
  }
  const left = inside();
  const next = copy(space);
  if (left.length === 0) {
    next['spec'] = {};
    if ((next.metadata.finalizers ?? []).length === 0) {
      api.store.remove('/namespaces', next);
      return;
    }
  }
  put(next, ['status', 'conditions'], conditions(left, next, api));
  if (!same(next, space)) api.store.put('/namespaces', next);
}

function conditions(left: readonly { resource: Resource; objects: Obj[] }[], space: Obj, api: Api): Dict[] {
  const before = dicts(dict(space['status'])['conditions']);
  const finalizers = new Map<string, number>();
  for (const { objects } of left)
    for (const object of objects) for (const one of object.metadata.finalizers ?? []) finalizers.set(one, (finalizers.get(one) ?? 0) + 1);
  const resources = left
    .map(({ resource, objects }) => `${resource.plural}.${resource.group} has ${objects.length} resource instances`)
    .join(', ');
  const waiting = [...finalizers].map(([name, count]) => `${name} in ${count} resource instances`).join(', ');
  const remaining = (type: string, what: string, [reason, words, done]: readonly [string, string, readonly [string, string]]): Dict =>
    what ? { type, status: 'True', reason, message: `${words}: ${what}` } : { type, status: 'False', reason: done[0], message: done[1] };
  const all: Dict[] = [
    {
      type: 'NamespaceDeletionDiscoveryFailure',
      status: 'False',
      reason: 'ResourcesDiscovered',
      message: 'All resources successfully discovered',
    },
    {
      type: 'NamespaceDeletionGroupVersionParsingFailure',
      status: 'False',
      reason: 'ParsedGroupVersions',
      message: 'All legacy kube types successfully parsed',
    },
    {
      type: 'NamespaceDeletionContentFailure',
      status: 'False',
      reason: 'ContentDeleted',
      message: 'All content successfully deleted, may be waiting on finalization',
    },
    remaining('NamespaceContentRemaining', resources, [
      'SomeResourcesRemain',
      'Some resources are remaining',
      ['ContentRemoved', 'All content successfully removed'],
    ]),
    remaining('NamespaceFinalizersRemaining', waiting, [
      'SomeFinalizersRemain',
      'Some content in the namespace has finalizers remaining',
      ['ContentHasNoFinalizers', 'All content-preserving finalizers finished'],
    ]),
  ];
  return all.map((one) => {
    const old = before.find((other) => other['type'] === one['type']);
    return { ...one, lastTransitionTime: old && old['status'] === one['status'] ? text(old['lastTransitionTime']) : timestamp(api.now()) };
  });
}
