/** Creating, changing and deleting objects: what every write has in common, whoever sends it. */

import { randomUUID } from 'node:crypto';
import { checkLimits, fillLimits } from '../admission/limits.ts';
import { checkQuotas } from '../admission/quotas.ts';
import type { Api } from '../api.ts';
import type { Identity } from '../apply/managers.ts';
import { sameObject, type Tracked, trackUpdate } from '../apply/ownership.ts';
import { rootSchema } from '../apply/typed.ts';
import type { User } from '../auth/users.ts';
import { alreadyExists, type Cause, forbidden, invalid, invalidValue, modified, notFound, required } from '../http/status.ts';
import { copy, type Dict, dict, known, type Obj, same, timestamp } from '../json.ts';
import { groupVersion, hasSubresource, type Resource } from '../kinds/resource.ts';
import { strategyOf } from '../kinds/strategies.ts';
import { finalizerCauses, metaCauses, subdomainCauses } from '../kinds/strategy/names.ts';
import { warningsOf } from '../kinds/warnings.ts';
import { hasRules, ruleFindings } from '../rules/check.ts';
import { emptyOf } from '../schema/decode.ts';
import { fieldOf } from '../schema/schema.ts';
import { validate } from '../schema/validate.ts';
import { keyFor, keyOf } from '../store/store.ts';
import { finish } from './delete.ts';
import { randomSuffix } from './random.ts';
import { scaleCauses } from './scale-value.ts';

export interface Write {
  readonly resource: Resource;
  readonly manager: string;
  readonly dryRun: boolean;
  /** `status` when only the status may change; empty for the object itself. */
  readonly subresource: string;
  /** An apply: who owns what is already in the object's managedFields. */
  readonly applied?: boolean;
  /** Who writes, where that is somebody's request. */
  readonly user?: User;
  /** Where to say what is accepted and should not be done. */
  readonly warnings?: string[];
  /** Who manages what stays as it is. */
  readonly untracked?: boolean;
}

/** How ownership is tracked for a write. */
export function tracking(api: Api, { resource, manager, subresource }: Write, operation: Identity['operation']): Tracked {
  const hasStatus = hasSubresource(resource, 'status');
  const owned = Object.keys(resource.schema.properties ?? {}).filter((name) => name !== 'status');
  const reset =
    subresource === 'status'
      ? [['spec'], ...(resource.custom ? [['metadata'], ...owned.map((name) => [name])] : [])]
      : hasStatus
        ? [['status']]
        : [];
  return {
    ...{ schema: rootSchema(resource.schema, resource.custom), custom: resource.custom, reset },
    writer: { manager, operation, apiVersion: groupVersion(resource), subresource },
    now: timestamp(api.now()),
  };
}

export function create(api: Api, given: Obj, write: Write): Obj {
  const { resource } = write;
  const strategy = strategyOf(resource);
  const object = copy(given);
  const { metadata } = object;
  checkNamespace(api, object, resource);
  const kind = { group: resource.group, kind: resource.kind };
  if (!metadata.name && metadata.generateName) metadata.name = `${metadata.generateName.slice(0, 58)}${randomSuffix()}`;
  if (!metadata.name) throw invalid(kind, '', [required('metadata.name', 'name or generateName is required')]);
  const existing = api.store.get(resource.bucket, keyOf(object));
  const own = { ...dict(metadata), uid: randomUUID(), creationTimestamp: timestamp(api.now()) } as Dict;
  for (const name of ['resourceVersion', 'selfLink', 'deletionTimestamp', 'deletionGracePeriodSeconds', 'managedFields']) delete own[name];
  object.metadata = own;
  if (hasSubresource(resource, 'status') && !strategy.keepsStatus) resetStatus(object, resource);
  const owned = write.applied
    ? { ...object, metadata: known({ ...object.metadata, managedFields: given.metadata.managedFields }) }
    : trackUpdate(undefined, object, tracking(api, write, 'Update'));
  if (strategy.counts) owned.metadata.generation = 1;
  strategy.admit?.(owned, api, write.user);
  fillLimits(api, owned, resource);
  strategy.prepare?.(owned, undefined, api);
  refuseInvalid(owned, undefined, write);
  checkLimits(api, owned, resource);
  checkQuotas(api, owned, resource);
  write.warnings?.push(...warningsOf(resource, owned, undefined));
  if (existing) throw alreadyExists(resource, metadata.name, existing.metadata.deletionTimestamp !== undefined);
  const sorted = sortMeta(owned);
  return write.dryRun ? sorted : api.store.put(resource.bucket, sorted);
}

/** A new object's status is the server's: nothing for custom kinds, Go's zero value for built-in ones. */
function resetStatus(object: Obj, resource: Resource): void {
  delete object['status'];
  if (resource.custom) return;
  object['status'] = emptyOf(fieldOf(resource.schema, 'status') ?? {});
}

/** `next` in the place of `live`; what may not change through this write is taken from `live`. */
export function update(api: Api, { live, next }: { live: Obj; next: Obj }, write: Write): Obj {
  const { resource, subresource } = write;
  const strategy = strategyOf(resource);
  const version = next.metadata.resourceVersion;
  if (version && version !== live.metadata.resourceVersion) throw modified(resource, live.metadata.name ?? '');
  const merged = keepServed(copy(next), live, write);
  const object = write.applied || write.untracked ? merged : trackUpdate(live, merged, tracking(api, write, 'Update'));
  if (strategy.counts && subresource !== 'status' && specChanged(object, live, resource)) {
    object.metadata.generation = (live.metadata.generation ?? 0) + 1;
  }
  if (subresource !== 'status') strategy.prepare?.(object, live, api);
  else if (resource.bucket === '/persistentvolumes') strategy.prepare?.(object, live, api);
  refuseInvalid(object, live, write);
  if (subresource === '') write.warnings?.push(...warningsOf(resource, object, live));
  const sorted = sortMeta(object);
  if (write.dryRun) return sameObject(sorted, live) ? live : sorted;
  // The last finalizer of a leaving object was taken away: it goes.
  if (sorted.metadata.deletionTimestamp && finish(sorted, resource)) return api.store.remove(resource.bucket, sorted);
  return sameObject(sorted, live) ? live : api.store.put(resource.bucket, sorted);
}

function keepServed(next: Obj, live: Obj, { resource, subresource }: Write): Obj {
  const { uid, creationTimestamp, deletionTimestamp, deletionGracePeriodSeconds, generation, name, namespace } = live.metadata;
  const served = {
    creationTimestamp,
    deletionTimestamp,
    deletionGracePeriodSeconds,
    generation,
    name,
    namespace,
    resourceVersion: live.metadata.resourceVersion,
  };
  const metadata = known({ ...next.metadata, uid: next.metadata.uid || uid, ...served });
  if (subresource === 'status') {
    const kept = resource.custom ? known({ ...live.metadata, managedFields: next.metadata.managedFields }) : metadata;
    return { ...live, metadata: kept, ...statusOf(next) };
  }
  const object: Obj = { ...next, metadata };
  if (!hasSubresource(resource, 'status')) return object;
  const { status: _, ...rest } = object;
  return { ...rest, metadata, ...statusOf(live) };
}

const statusOf = (object: Obj): Dict => ('status' in object ? { status: object['status'] } : {});

function specChanged(object: Obj, live: Obj, resource: Resource): boolean {
  const bare = ({ metadata: _m, status: _s, ...rest }: Obj): Dict => rest;
  return resource.custom
    ? !same({ ...bare(object), apiVersion: '' }, { ...bare(live), apiVersion: '' })
    : !same(object['spec'], live['spec']);
}

interface Checked {
  readonly object: Obj;
  readonly live: Obj | undefined;
  readonly warnings: string[];
}

function refuseInvalid(object: Obj, live: Obj | undefined, { resource, subresource, warnings = [] }: Write): void {
  const strategy = strategyOf(resource);
  const name = object.metadata.name ?? '';
  const causes: Cause[] = [
    ...(live ? [] : (strategy.nameCauses ?? ((one: string) => subdomainCauses(one)))(name)),
    ...metaCauses(object.metadata, live?.metadata),
    ...(resource.custom || live ? [] : finalizerCauses(object.metadata)),
  ];
  if (resource.custom) {
    causes.push(...customCauses(resource, { object, live, warnings }), ...scaleCauses(resource, object));
  } else if (subresource !== 'status') causes.push(...(strategy.validate?.(object, live) ?? []));
  if (causes.length > 0) throw invalid({ group: resource.group, kind: resource.kind }, name, causes);
}

const blocking = ['NotSupported', 'Required', 'TooLong', 'TooMany', 'TypeInvalid'].map((one) => `FieldValue${one}`);

/** The schema's complaints, then those of its rules, which need values of the right types. */
function customCauses({ schema }: Resource, { object, live, warnings }: Checked): Cause[] {
  const causes = validate(schema, object, live);
  if (!hasRules(schema)) return causes;
  if (causes.some(({ reason }) => blocking.includes(reason))) {
    const why = 'some validation rules were not checked because the object was invalid; correct the existing errors to complete validation';
    return [...causes, invalidValue('<nil>', undefined, why)];
  }
  const found = ruleFindings(schema, object, live);
  warnings.push(...found.tolerated.map(({ field, message }) => `${field}: ${message}`));
  return [...causes, ...found.causes];
}

/** Nothing is created in a namespace that is not there, or that is going. */
function checkNamespace(api: Api, object: Obj, resource: Resource): void {
  const { namespace, name } = object.metadata;
  if (!resource.namespaced || !namespace) return;
  const space = api.store.get('/namespaces', keyFor('', namespace));
  if (!space) throw notFound({ group: '', plural: 'namespaces' }, namespace);
  if (!space.metadata.deletionTimestamp) return;
  const why = `unable to create new content in namespace ${namespace} because it is being terminated`;
  throw forbidden(resource, name ?? '', why, [
    { reason: 'NamespaceTerminating', message: `namespace ${namespace} is being terminated`, field: 'metadata.namespace' },
  ]);
}

const order = [
  'name',
  'generateName',
  'namespace',
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'labels',
  'annotations',
  'ownerReferences',
  'finalizers',
  'managedFields',
];

/** The object with its metadata in the usual order, empty lists and maps left out. */
function sortMeta(object: Obj): Obj {
  const { apiVersion, kind, metadata, ...rest } = object;
  // Clients written in Go send the empty values of these too.
  const isNothing = (name: string, value: unknown): boolean =>
    value === undefined ||
    value === null ||
    value === '' ||
    (name === 'generation' && value === 0) ||
    (typeof value === 'object' && Object.keys(value).length === 0);
  const sorted = order.flatMap((name) => (isNothing(name, metadata[name]) ? [] : [[name, metadata[name]] as const]));
  return { kind, apiVersion, metadata: Object.fromEntries(sorted), ...rest };
}
