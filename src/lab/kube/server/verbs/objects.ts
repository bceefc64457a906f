/** GET, LIST, POST, PUT, PATCH and DELETE of objects and their status. */
import type { Api } from '../api.ts';
import { isYaml, readObject, readYaml } from '../http/body.ts';
import { type Answer, header, type ResourceCall } from '../http/call.ts';
import { writeOptions } from '../http/options.ts';
import { formOf, partial } from '../http/representation.ts';
import { ApiError, badRequest, conflict, invalid, invalidValue, notFound, unsupportedMedia } from '../http/status.ts';
import { asTable } from '../http/table.ts';
import { type Dict, known, type Obj, text } from '../json.ts';
import { groupVersion, type Resource } from '../kinds/resource.ts';
import { strategyOf } from '../kinds/strategies.ts';
import { keyFor } from '../store/store.ts';
import { watchLines } from '../watch/watch.ts';
import { bodyRefusal, checkKind, decode } from './decode.ts';
import { deleteOptions, remove } from './delete.ts';
import { checkReached, listBody, listPage, parseVersion, selection } from './list.ts';
import { patch } from './patch.ts';
import { present, presentItem, storedForm } from './present.ts';
import { create, update } from './write.ts';

const bodyTypes = ['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf'];

export function live(api: Api, { resource, target }: ResourceCall): Obj {
  const found = api.store.get(resource.bucket, keyFor(target.namespace, target.name));
  if (!found) throw notFound(resource, target.name);
  return found;
}

export function objectAnswer(api: Api, call: ResourceCall): Answer {
  switch (call.verb) {
    case 'get': {
      const version = call.query.get('resourceVersion');
      if (version) checkReached(api, parseVersion(version));
      return shown(call, live(api, call), 200);
    }
    case 'list':
      return listAnswer(api, call);
    case 'watch':
      return { status: 200, stream: watchLines(api, call), type: 'application/json' };
    case 'create':
      return post(api, call);
    case 'update':
      return put(api, call);
    case 'patch': {
      const { object, created } = patch(api, call);
      return shown(call, object, created ? 201 : 200);
    }
    case 'delete':
      return removed(api, call);
    default:
      return removedAll(api, call);
  }
}

function shown(call: ResourceCall, object: Obj, status: number): Answer {
  const form = formOf(call);
  const json = present(call.resource, object);
  if (form.kind === 'metadata') return { status, json: partial(json) };
  if (form.kind === 'object') return { status, json };
  return { status, json: asTable(call.resource, [json], { form, metadata: { resourceVersion: object.metadata.resourceVersion } }) };
}

function listAnswer(api: Api, call: ResourceCall): Answer {
  const form = formOf(call);
  if (form.kind === 'object') return { status: 200, json: listBody(api, call) };
  const { objects, revision, more, remaining } = listPage(api, call);
  const metadata = known({ resourceVersion: String(revision), continue: more || undefined, remainingItemCount: remaining });
  const items = objects.map((one) => present(call.resource, one));
  if (form.kind === 'table') return { status: 200, json: asTable(call.resource, items, { form, metadata }) };
  return { status: 200, json: { kind: 'PartialObjectMetadataList', apiVersion: 'meta.k8s.io/v1', metadata, items: items.map(partial) } };
}

/** The body as an object of the kind, with the namespace of the path. */
export function readBody(
  call: ResourceCall,
  kind: 'CreateOptions' | 'UpdateOptions',
): { object: Obj; options: ReturnType<typeof writeOptions> } {
  const { resource, target } = call;
  const options = writeOptions(call, kind);
  const type = (header(call, 'content-type').split(';')[0] ?? '').trim() || 'application/json';
  if (!bodyTypes.includes(type)) throw unsupportedMedia(bodyTypes);
  const sent = call.body.toString('utf8');
  const body = isYaml(type) ? readYaml(sent) : readObject(call.body, { type, kind: resource.kind });
  checkKind(resource, body.value, { sent });
  const refuse = bodyRefusal(resource, body.value);
  const object = storedForm(resource, decode(resource, body, { ...options, warnings: call.warnings, refuse }));
  const { namespace } = object.metadata;
  if (resource.namespaced && namespace && namespace !== target.namespace) {
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
  }
  if (resource.namespaced) object.metadata.namespace = target.namespace;
  else delete object.metadata.namespace;
  return { object, options };
}

function post(api: Api, call: ResourceCall): Answer {
  const { object, options } = readBody(call, 'CreateOptions');
  if (object.metadata.resourceVersion) throw new ApiError(500, '', 'resourceVersion should not be set on objects to be created');
  return shown(
    call,
    create(api, object, {
      resource: call.resource,
      manager: options.manager,
      dryRun: options.dryRun,
      subresource: '',
      user: call.user,
      warnings: call.warnings,
    }),
    201,
  );
}

function put(api: Api, call: ResourceCall): Answer {
  const { resource, target } = call;
  const { object: next, options } = readBody(call, 'UpdateOptions');
  const { name, uid } = next.metadata;
  if (!name) throw badRequest(`the name of the object (${target.name} based on URL) was undeterminable: name must be provided`);
  if (name !== target.name) throw badRequest(`the name of the object (${name}) does not match the name on the URL (${target.name})`);
  const before = live(api, call);
  if (uid && uid !== before.metadata.uid) throw conflict(resource, name, uidMismatch(resource, before, uid));
  if (resource.custom && !next.metadata.resourceVersion) {
    throw invalid({ group: resource.group, kind: resource.plural }, name, [
      invalidValue('metadata.resourceVersion', 0, 'must be specified for an update'),
    ]);
  }
  const write = { resource, manager: options.manager, dryRun: options.dryRun, subresource: target.subresource, warnings: call.warnings };
  return shown(call, update(api, { live: before, next }, write), 200);
}

function uidMismatch(resource: Resource, before: Obj, uid: string): string {
  const { namespace, name } = before.metadata;
  const key = ['/registry', ...(resource.custom ? [resource.group] : []), resource.plural, ...(namespace ? [namespace] : []), name].join(
    '/',
  );
  return `StorageError: invalid object, Code: 4, Key: ${key}, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: ${uid}, UID in object meta: ${before.metadata.uid}`;
}

function readDeleteBody(call: ResourceCall): Dict {
  if (call.body.length === 0) return {};
  return readObject(call.body, { type: header(call, 'content-type'), kind: 'DeleteOptions' }).value;
}

function removed(api: Api, call: ResourceCall): Answer {
  const { resource } = call;
  const options = deleteOptions(readDeleteBody(call), call.query);
  const { object, gone } = remove(api, live(api, call), { resource, options });
  if (!gone || strategyOf(resource).returnsDeleted) return shown(call, object, 200);
  const details = known({
    name: text(object.metadata.name),
    group: resource.group || undefined,
    kind: resource.plural,
    uid: object.metadata.uid,
  });
  return { status: 200, json: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details } };
}

function removedAll(api: Api, call: ResourceCall): Answer {
  const { resource, target } = call;
  const options = deleteOptions(readDeleteBody(call), call.query);
  const choose = selection(call);
  const objects = api.store.list(resource.bucket, target.namespace).filter(choose);
  const items = objects.map((one) => presentItem(resource, remove(api, one, { resource, options }).object));
  const metadata = { resourceVersion: String(api.store.revision), ...(resource.custom ? { continue: '' } : {}) };
  return { status: 200, json: { kind: resource.listKind, apiVersion: groupVersion(resource), metadata, items } };
}
