/** Garbage collection: what is owned goes with its owners; foreground deletion waits for it, orphaning lets it stay. */
import type { Api } from '../api.ts';
import { copy, type Obj, type OwnerReference } from '../json.ts';
import type { Resource } from '../kinds/resource.ts';
import { type Change, keyFor, keyOf } from '../store/store.ts';
import { type DeleteOptions, finish, remove } from '../verbs/delete.ts';
import { WorkQueue } from './work-queue.ts';

const background: DeleteOptions = { graceSeconds: undefined, propagation: 'Background', uid: '', resourceVersion: '', dryRun: false };

export function collectGarbage(api: Api): () => void {
  /** Owner's uid → keys (bucket and object) of what it owns. */
  const owned = new Map<string, Set<string>>();
  const keyIn = (bucket: string, object: Obj): string => `${bucket} ${keyOf(object)}`;
  const find = (key: string): { object: Obj; resource: Resource } | undefined => {
    const [bucket = '', name = ''] = key.split(' ');
    const object = api.store.get(bucket, name);
    const resource = api.registry.buckets.find((one) => one.bucket === bucket);
    return object && resource ? { object, resource } : undefined;
  };

  const ownerExists = (dependent: Obj, owner: OwnerReference): boolean => {
    const resource = api.registry.ofKind(owner.apiVersion, owner.kind);
    // Of a kind that is not served nothing is known: a real server keeps what such an owner has.
    if (!resource) return true;
    const found = api.store.get(resource.bucket, keyFor(resource.namespaced ? dependent.metadata.namespace : undefined, owner.name));
    return found?.metadata.uid === owner.uid;
  };

  const write = ({ object, resource }: { object: Obj; resource: Resource }): void => {
    if (object.metadata.deletionTimestamp && finish(object, resource)) api.store.remove(resource.bucket, object);
    else api.store.put(resource.bucket, object);
  };

  const withoutOwners = (object: Obj, gone: (owner: OwnerReference) => boolean): Obj => {
    const next = copy(object);
    const left = (next.metadata.ownerReferences ?? []).filter((one) => !gone(one));
    if (left.length > 0) next.metadata.ownerReferences = left;
    else delete next.metadata.ownerReferences;
    return next;
  };
  const dropFinalizer = (object: Obj, name: string): Obj => {
    const next = copy(object);
    const left = (next.metadata.finalizers ?? []).filter((one) => one !== name);
    if (left.length > 0) next.metadata.finalizers = left;
    else delete next.metadata.finalizers;
    return next;
  };

  const checkOwners = (key: string): void => {
    const found = find(key);
    const owners = found?.object.metadata.ownerReferences ?? [];
    if (!found || owners.length === 0 || found.object.metadata.deletionTimestamp) return;
    const gone = owners.filter((owner) => !ownerExists(found.object, owner));
    if (gone.length === owners.length) remove(api, found.object, { resource: found.resource, options: background });
    else if (gone.length > 0) write({ ...found, object: withoutOwners(found.object, (one) => gone.some(({ uid }) => uid === one.uid)) });
  };

  const dependents = (uid: string): { object: Obj; resource: Resource }[] =>
    [...(owned.get(uid) ?? [])].flatMap((key) => {
      const found = find(key);
      return found ? [found] : [];
    });

  const checkLeaving = (key: string): void => {
    const found = find(key);
    const { uid = '', finalizers = [], deletionTimestamp } = found?.object.metadata ?? {};
    if (!found || !deletionTimestamp) return;
    if (finalizers.includes('orphan')) {
      for (const one of dependents(uid)) write({ ...one, object: withoutOwners(one.object, (owner) => owner.uid === uid) });
      write({ ...found, object: dropFinalizer(found.object, 'orphan') });
    } else if (finalizers.includes('foregroundDeletion')) {
      for (const one of dependents(uid)) {
        if (!one.object.metadata.deletionTimestamp)
          remove(api, one.object, { resource: one.resource, options: { ...background, propagation: 'Foreground' } });
      }
      const blocks = ({ object }: { object: Obj }): boolean =>
        (object.metadata.ownerReferences ?? []).some((one) => one.uid === uid && one.blockOwnerDeletion === true);
      if (!dependents(uid).some(blocks)) write({ ...found, object: dropFinalizer(found.object, 'foregroundDeletion') });
    }
  };

  const queue = new WorkQueue((key) => {
    checkOwners(key);
    checkLeaving(key);
  });

  const index = (change: Change): void => {
    const key = keyIn(change.bucket, change.object);
    for (const { uid } of change.previous?.metadata.ownerReferences ?? []) owned.get(uid)?.delete(key);
    if (change.type === 'DELETED') return;
    for (const { uid } of change.object.metadata.ownerReferences ?? []) owned.set(uid, (owned.get(uid) ?? new Set()).add(key));
  };

  const stopListening = api.store.onChange((change) => {
    index(change);
    const { metadata } = change.object;
    if (change.type === 'DELETED') {
      for (const key of owned.get(metadata.uid ?? '') ?? []) queue.add(key);
      // An owner may wait for this one.
      for (const { apiVersion, kind, name } of metadata.ownerReferences ?? []) {
        const owner = api.registry.ofKind(apiVersion, kind);
        if (owner) queue.add(`${owner.bucket} ${keyFor(owner.namespaced ? metadata.namespace : undefined, name)}`);
      }
    } else if (metadata.ownerReferences || metadata.deletionTimestamp) queue.add(keyIn(change.bucket, change.object));
  });
  return () => {
    stopListening();
    queue.stop();
  };
}
