/** Deleting: preconditions, finalizers, grace periods, and how what is owned follows. */
import type { Api } from '../api.ts';
import { type Cause, conflict, forbidden, invalid, notSupported } from '../http/status.ts';
import { at, copy, type Dict, dict, list, type Obj, text, timestamp } from '../json.ts';
import type { Resource } from '../kinds/resource.ts';

export interface DeleteOptions {
  readonly graceSeconds: number | undefined;
  readonly propagation: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly dryRun: boolean;
}

const policies = ['Foreground', 'Background', 'Orphan'];
const foreground = 'foregroundDeletion';
const orphan = 'orphan';
const kept = new Set(['default', 'kube-system', 'kube-public']);

/** From the body or the query. */
export function deleteOptions(body: Dict, query: URLSearchParams): DeleteOptions {
  const grace = body['gracePeriodSeconds'] ?? query.get('gracePeriodSeconds') ?? undefined;
  const propagation = text(body['propagationPolicy'] ?? query.get('propagationPolicy'));
  const dryRun = [...list(body['dryRun']), ...query.getAll('dryRun')].filter((one) => one !== '');
  const causes: Cause[] = [];
  if (propagation && !policies.includes(propagation)) causes.push(notSupported('propagationPolicy', propagation, [...policies, 'nil']));
  if (dryRun.some((one) => one !== 'All')) causes.push(notSupported('dryRun', dryRun, ['All']));
  if (causes.length > 0) throw invalid({ group: 'meta.k8s.io', kind: 'DeleteOptions' }, '', causes);
  const preconditions = dict(body['preconditions']);
  return {
    graceSeconds: grace === undefined ? undefined : Math.max(0, Number(grace)),
    propagation: propagation || (body['orphanDependents'] === true ? 'Orphan' : ''),
    uid: text(preconditions['uid']),
    resourceVersion: text(preconditions['resourceVersion']),
    dryRun: dryRun.length > 0,
  };
}

export interface Deleted {
  readonly object: Obj;
  /** False when finalizers or a grace period keep it for now. */
  readonly gone: boolean;
}

export function remove(
  api: Api,
  live: Obj,
  { resource, options }: { readonly resource: Resource; readonly options: DeleteOptions },
): Deleted {
  checkPreconditions(live, resource, options);
  const { name = '' } = live.metadata;
  const isNamespace = resource.bucket === '/namespaces';
  if (isNamespace && kept.has(name)) throw forbidden(resource, name, 'this namespace may not be deleted');
  const object = copy(live);
  const finalizers = new Set(object.metadata.finalizers ?? []);
  if (options.propagation === 'Foreground') finalizers.add(foreground).delete(orphan);
  if (options.propagation === 'Orphan') finalizers.add(orphan).delete(foreground);
  if (options.propagation === 'Background') for (const one of [foreground, orphan]) finalizers.delete(one);
  if (finalizers.size > 0) object.metadata.finalizers = [...finalizers];
  else delete object.metadata.finalizers;

  const grace = resource.bucket === '/pods' ? podGrace(object, options.graceSeconds) : 0;
  const waits = finalizers.size > 0 || grace > 0 || (isNamespace && list(at(object, 'spec', 'finalizers')).length > 0);
  if (!waits) return { object: options.dryRun ? live : api.store.remove(resource.bucket, object), gone: true };
  const before = live.metadata.deletionGracePeriodSeconds;
  if (!live.metadata.deletionTimestamp || (before !== undefined && grace < before)) {
    object.metadata.deletionTimestamp = timestamp(new Date(api.now().getTime() + grace * 1000));
    if (!isNamespace) object.metadata.deletionGracePeriodSeconds = grace;
    if (object.metadata.generation && !live.metadata.deletionTimestamp) object.metadata.generation += 1;
    if (isNamespace) object['status'] = { ...dict(object['status']), phase: 'Terminating' };
  }
  const isSame = JSON.stringify(object) === JSON.stringify(live);
  return { object: options.dryRun || isSame ? (isSame ? live : object) : api.store.put(resource.bucket, object), gone: false };
}

/** Whether nothing keeps a leaving object any more. */
export function finish(object: Obj, resource: Resource): boolean {
  if ((object.metadata.finalizers ?? []).length > 0) return false;
  if (resource.bucket === '/namespaces') return list(at(object, 'spec', 'finalizers')).length === 0;
  return (object.metadata.deletionGracePeriodSeconds ?? 0) === 0;
}

/** A pod that no node runs, or that has ended, needs no time to end. */
function podGrace(pod: Obj, asked: number | undefined): number {
  const ended = ['Succeeded', 'Failed'].includes(text(at(pod, 'status', 'phase')));
  if (!text(at(pod, 'spec', 'nodeName')) || ended) return 0;
  return asked ?? Number(at(pod, 'spec', 'terminationGracePeriodSeconds') ?? 30);
}

export function checkPreconditions(live: Obj, resource: Resource, { uid, resourceVersion }: DeleteOptions): void {
  const of = { group: resource.group, plural: resource.kind };
  const { name = '' } = live.metadata;
  if (uid && uid !== live.metadata.uid) {
    throw conflict(
      of,
      name,
      `the UID in the precondition (${uid}) does not match the UID in record (${live.metadata.uid}). The object might have been deleted and then recreated`,
    );
  }
  if (resourceVersion && resourceVersion !== live.metadata.resourceVersion) {
    throw conflict(
      of,
      name,
      `the ResourceVersion in the precondition (${resourceVersion}) does not match the ResourceVersion in record (${live.metadata.resourceVersion}). The object might have been modified`,
    );
  }
}
