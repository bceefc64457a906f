/** The scale subresource: replicas of a workload or a custom resource as an autoscaling/v1 Scale. */
import type { Api } from '../api.ts';
import { type FieldSet, field } from '../apply/field-set.ts';
import { readManagers } from '../apply/managers.ts';
import { readMergePatch, readObject, readPatch } from '../http/body.ts';
import { type Answer, header, type ResourceCall } from '../http/call.ts';
import { writeOptions } from '../http/options.ts';
import { internal, invalid, invalidValue, modified } from '../http/status.ts';
import { at, copy, type Dict, dict, known, number, type Obj, put, text } from '../json.ts';
import type { Resource } from '../kinds/resource.ts';
import { jsonPatch } from '../patch/json.ts';
import { mergePatch } from '../patch/merge.ts';
import { selectorText } from '../store/labels.ts';
import { live } from './objects.ts';
import { pathNames } from './scale-value.ts';
import { update } from './write.ts';

const specPath = (resource: Resource): string[] => pathNames(resource.scale?.spec ?? '.spec.replicas');

export function scaleAnswer(api: Api, call: ResourceCall): Answer {
  const { resource } = call;
  const object = live(api, call);
  if (call.verb === 'get') {
    if (resource.scale && at(object, ...specPath(resource)) === undefined)
      throw internal(`the spec replicas field "${resource.scale.spec}" does not exist`);
    return { status: 200, json: scaleOf(resource, object) };
  }
  const options = writeOptions(call, call.verb === 'patch' ? 'PatchOptions' : 'UpdateOptions');
  const wanted =
    call.verb === 'patch'
      ? patched(scaleOf(resource, object), call)
      : readObject(call.body, { type: header(call, 'content-type'), kind: 'Scale' }).value;
  const version = text(at(wanted, 'metadata', 'resourceVersion'));
  if (version && version !== object.metadata.resourceVersion) throw modified(resource, object.metadata.name ?? '');
  const replicas = number(at(wanted, 'spec', 'replicas'));
  if (replicas < 0) {
    throw invalid({ group: 'autoscaling', kind: 'Scale' }, object.metadata.name ?? '', [
      invalidValue('spec.replicas', replicas, 'must be greater than or equal to 0'),
    ]);
  }
  const next = copy(object);
  put(next, specPath(resource), replicas);
  const write = {
    resource,
    manager: options.manager,
    dryRun: options.dryRun,
    subresource: 'scale',
    untracked: !isManaged(object, specPath(resource)),
  };
  return { status: 200, json: scaleOf(resource, update(api, { live: object, next }, write)) };
}

/** A Scale is managed when somebody manages the replicas; otherwise nobody begins to by scaling. */
const isManaged = (object: Obj, path: readonly string[]): boolean =>
  readManagers(object.metadata).some(
    ({ set }) => path.reduce<FieldSet | undefined>((here, name) => here?.children.get(field(name)), set) !== undefined,
  );

function patched(scale: Dict, call: ResourceCall): Dict {
  const body = call.body.toString('utf8');
  if (header(call, 'content-type').startsWith('application/json-patch+json')) return jsonPatch(scale, readPatch(body));
  return dict(mergePatch(scale, readMergePatch(body)));
}

function scaleOf(resource: Resource, object: Obj): Dict {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  const replicas = number(at(object, ...specPath(resource)));
  const selector = resource.custom
    ? resource.scale?.selector && text(at(object, ...pathNames(resource.scale.selector)))
    : selectorText(dict(at(object, 'spec', 'selector')));
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: known({ name, namespace, uid, resourceVersion, creationTimestamp }),
    spec: replicas === 0 ? {} : { replicas },
    status: known({
      replicas: number(at(object, ...pathNames(resource.scale?.status ?? '.status.replicas'))),
      selector: selector || undefined,
    }),
  };
}
