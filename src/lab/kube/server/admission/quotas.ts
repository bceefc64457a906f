/** Quotas of a namespace: what they refuse, and the count of what is used. After the ResourceQuota admission plugin and its controller. */
import type { Api } from '../api.ts';
import { WorkQueue } from '../gc/work-queue.ts';
import { forbidden } from '../http/status.ts';
import { at, copy, type Dict, dict, list, type Obj, same, text } from '../json.ts';
import type { Resource } from '../kinds/resource.ts';
import { addQuantities, compareQuantities } from '../schema/quantity.ts';
import { keyOf } from '../store/store.ts';
import { addUsage, type Usage, unspecified, usageOf } from './usage.ts';

const bucket = '/resourcequotas';
const hardOf = (quota: Obj): Dict => dict(at(quota, 'spec', 'hard'));
/** Quotas for some pods only are kept, and not enforced. */
const isScoped = (quota: Obj): boolean => list(at(quota, 'spec', 'scopes')).length > 0 || at(quota, 'spec', 'scopeSelector') !== undefined;

/** Throws 403 for a new object that a quota has no room for. */
export function checkQuotas(api: Api, object: Obj, resource: Resource): void {
  const { namespace, name = '' } = object.metadata;
  if (!namespace) return;
  for (const quota of api.store.list(bucket, namespace)) {
    if (isScoped(quota)) continue;
    const hard = hardOf(quota);
    const missing = resource.bucket === '/pods' ? unspecified(object, hard) : [];
    if (missing.length > 0) {
      const what = missing.map(([one, containers]) => `${one} for: ${containers.join(',')}`).join('; ');
      throw forbidden(resource, name, `failed quota: ${quota.metadata.name}: must specify ${what}`);
    }
    const asked = usageOf(resource, object);
    const used = usedIn(api, namespace, hard);
    const exceeded = Object.keys(hard)
      .filter(
        (one) => asked[one] !== undefined && compareQuantities(addQuantities(used[one] ?? '0', asked[one] ?? '0'), text(hard[one])) > 0,
      )
      .sort();
    if (exceeded.length === 0) continue;
    const shown = (values: Dict): string => exceeded.map((one) => `${one}=${text(values[one]) || '0'}`).join(',');
    throw forbidden(
      resource,
      name,
      `exceeded quota: ${quota.metadata.name}, requested: ${shown(asked)}, used: ${shown(used)}, limited: ${shown(hard)}`,
    );
  }
}

/** Of the resources that a quota names. */
function usedIn(api: Api, namespace: string, hard: Dict): Usage {
  const names = Object.keys(hard);
  let used: Usage = Object.fromEntries(names.map((one) => [one, '0']));
  for (const resource of api.registry.buckets) {
    if (!resource.namespaced) continue;
    for (const object of api.store.list(resource.bucket, namespace)) {
      const usage = Object.entries(usageOf(resource, object)).filter(([one]) => names.includes(one));
      used = addUsage(used, Object.fromEntries(usage));
    }
  }
  return used;
}

/** Keeps the status of quotas: what they limit, and how much of it is used. */
export function countQuotas(api: Api): () => void {
  const queue = new WorkQueue((key) => {
    const quota = api.store.get(bucket, key);
    if (!quota) return;
    const hard = hardOf(quota);
    const next: Obj = { ...copy(quota), status: { hard: copy(hard), used: usedIn(api, quota.metadata.namespace ?? '', hard) } };
    if (!same(next, quota)) api.store.put(bucket, next);
  });
  const stopListening = api.store.onChange(({ bucket: changed, object, type }) => {
    if (changed === bucket && type !== 'DELETED') queue.add(keyOf(object));
    else if (object.metadata.namespace) for (const quota of api.store.list(bucket, object.metadata.namespace)) queue.add(keyOf(quota));
  });
  return () => {
    stopListening();
    queue.stop();
  };
}
