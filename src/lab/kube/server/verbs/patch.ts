/** PATCH: the four kinds of patches, of an object and of its status. */
import type { Api } from '../api.ts';
import { applyTo } from '../apply/ownership.ts';
import { checkTyped, rootSchema, TypedError } from '../apply/typed.ts';
import { readMergePatch, readPatch, readYaml } from '../http/body.ts';
import { header, type ResourceCall } from '../http/call.ts';
import { writeOptions } from '../http/options.ts';
import { ApiError, badRequest, conflict, notFound, unforeseen, unsupportedMedia } from '../http/status.ts';
import { copy, type Dict, dict, type Obj, text } from '../json.ts';
import { groupVersion, type Resource } from '../kinds/resource.ts';
import { jsonPatch } from '../patch/json.ts';
import { mergePatch } from '../patch/merge.ts';
import { strategicPatch } from '../patch/strategic.ts';
import { keyFor } from '../store/store.ts';
import { decode, patchRefusal } from './decode.ts';
import { present, storedForm } from './present.ts';
import { create, tracking, update } from './write.ts';

const types = [
  'application/json-patch+json',
  'application/merge-patch+json',
  'application/strategic-merge-patch+json',
  'application/apply-patch+yaml',
];

export interface Written {
  readonly object: Obj;
  readonly created: boolean;
}

export function patch(api: Api, call: ResourceCall): Written {
  const { resource, target } = call;
  const type = (header(call, 'content-type').split(';')[0] ?? '').trim();
  const isApply = type === 'application/apply-patch+yaml';
  if (!types.includes(type)) throw new ApiError(415, 'UnsupportedMediaType', '415: Unsupported Media Type', { details: {} });
  if (resource.custom && type === types[2]) throw unsupportedMedia(types.filter((one) => one !== type));
  const options = writeOptions(call, 'PatchOptions', isApply);
  const live = api.store.get(resource.bucket, keyFor(target.namespace, target.name));
  if (isApply) return apply(api, call, live);
  if (!live) throw notFound(resource, target.name);
  const before = present(resource, live);
  const changed = inOrder(patched(before, { type, body: call.body.toString('utf8'), call }));
  checkAddress(changed, target);
  const refuse = patchRefusal(type === types[2] ? goMap(call.body) : JSON.stringify(changed));
  checkSameKind(api, resource, { changed, refuse });
  const next = storedForm(resource, decode(resource, { value: changed, complaints: [] }, { ...options, warnings: call.warnings, refuse }));
  const write = {
    ...{ resource, manager: options.manager, dryRun: options.dryRun, subresource: target.subresource },
    ...{ user: call.user, warnings: call.warnings },
  };
  return { object: update(api, { live, next }, write), created: false };
}

function patched(before: Obj, { type, body, call }: { readonly type: string; readonly body: string; readonly call: ResourceCall }): Dict {
  const target = copy(before);
  if (type === types[0]) return jsonPatch(target, readPatch(body));
  const value = readMergePatch(body);
  return type === types[1] ? dict(mergePatch(target, value)) : strategicPatch(target, value, call.resource.schema);
}

/** Go writes maps in the order of their keys. */
const inOrder = (value: Dict): Dict => Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));

/** A patch that makes another kind of it is read as that kind, and refused at the latest when it is converted. */
function checkSameKind(
  api: Api,
  resource: Resource,
  { changed, refuse }: { readonly changed: Dict; readonly refuse: (why: string) => ApiError },
): void {
  const [apiVersion, kind] = [text(changed['apiVersion']), text(changed['kind'])];
  if (apiVersion === groupVersion(resource) && kind === resource.kind) return;
  const other = api.registry.ofKind(apiVersion, kind);
  if (other) decode(other, { value: changed, complaints: [] }, { validation: 'Ignore', warnings: [], refuse });
  throw badRequest(`the object provided is unrecognized (must be of type ${resource.kind}): ${apiVersion} ${kind}`);
}

/** What the path says is not the patch's to change. */
function checkAddress(changed: Dict, { name, namespace }: { readonly name: string; readonly namespace: string }): void {
  const meta = dict(changed['metadata']);
  if (text(meta['name']) !== name)
    throw badRequest(`the name of the object (${text(meta['name'])}) does not match the name on the URL (${name})`);
  if (namespace && text(meta['namespace']) !== namespace) {
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
  }
}

/** A patch as Go prints a map: `map[foo:1]`. */
function goMap(body: Buffer): string {
  const shown = (value: unknown): string => {
    if (Array.isArray(value)) return `[${value.map(shown).join(' ')}]`;
    if (typeof value !== 'object' || value === null) return value === null ? '<nil>' : String(value);
    return `map[${Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, one]) => `${key}:${shown(one)}`)
      .join(' ')}]`;
  };
  return shown(JSON.parse(body.toString('utf8')));
}

function apply(api: Api, call: ResourceCall, live: Obj | undefined): Written {
  const { resource, target } = call;
  const options = writeOptions(call, 'PatchOptions', true);
  const { value } = readYaml(call.body.toString('utf8'));
  const kind = groupVersion(resource);
  const meta = dict(value['metadata']);
  if (!text(value['apiVersion']) && !text(value['kind'])) throw badRequest('invalid object type: /, Kind=');
  if (text(value['apiVersion']) !== kind || text(value['kind']) !== resource.kind) {
    throw badRequest(`invalid object type: ${text(value['apiVersion'])}, Kind=${text(value['kind'])}`);
  }
  if (Array.isArray(meta['managedFields']) && meta['managedFields'].length > 0) throw badRequest('metadata.managedFields must be nil');
  if (!text(meta['name']))
    throw badRequest(`the name of the object (${target.name} based on URL) was undeterminable: name must be provided`);
  if (text(meta['namespace']) && text(meta['namespace']) !== target.namespace) {
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
  }
  if (text(meta['name']) !== target.name)
    throw badRequest(`the name of the object (${text(meta['name'])}) does not match the name on the URL (${target.name})`);
  if (!live && target.subresource) throw notFound(resource, target.name);
  checkSchema(value, call);
  const decoding = { validation: options.validation, warnings: call.warnings, refuse: patchRefusal(JSON.stringify(value)) };
  const write = { resource, manager: options.manager, dryRun: options.dryRun, subresource: target.subresource, warnings: call.warnings };
  const applied = { ...value, metadata: { ...meta, ...(target.namespace ? { namespace: target.namespace } : {}) } } as Obj;
  if (!live) {
    if (text(meta['uid'])) {
      throw conflict(
        resource,
        target.name,
        `uid mismatch: the provided object specified uid ${text(meta['uid'])}, and no existing object was found`,
      );
    }
    const merged = applyTo(undefined, applied, { ...tracking(api, write, 'Apply'), force: true });
    const object = storedForm(resource, decode(resource, { value: merged, complaints: [] }, decoding));
    return { object: create(api, object, { ...write, applied: true }), created: true };
  }
  const merged = applyTo(present(resource, live), applied, { ...tracking(api, write, 'Apply'), force: options.force });
  const next = storedForm(resource, decode(resource, { value: merged, complaints: [] }, decoding));
  return { object: update(api, { live, next }, { ...write, applied: true }), created: false };
}

function checkSchema(value: Dict, { resource, target }: ResourceCall): void {
  try {
    checkTyped(value, rootSchema(resource.schema, resource.custom));
  } catch (error) {
    if (!(error instanceof TypedError)) throw error;
    const { group, version, kind } = resource;
    throw unforeseen(
      `failed to create typed patch object (${text(dict(value['metadata'])['namespace'])}/${target.name}; ${group}/${version}, Kind=${kind}): ${error.message}`,
    );
  }
}
