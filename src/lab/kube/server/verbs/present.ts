/** Stored objects as a resource shows them: in its version, and events in the form of their two groups. */
import { dict, type Obj, text } from '../json.ts';
import { groupVersion, type Resource } from '../kinds/resource.ts';

const isNewEvent = (resource: Resource): boolean => resource.bucket === '/events' && resource.group !== '';

/** Names of an event's fields: in the core group, in events.k8s.io. */
const eventFields: readonly (readonly [string, string])[] = [
  ['involvedObject', 'regarding'],
  ['message', 'note'],
  ['source', 'deprecatedSource'],
  ['firstTimestamp', 'deprecatedFirstTimestamp'],
  ['lastTimestamp', 'deprecatedLastTimestamp'],
  ['count', 'deprecatedCount'],
  ['reportingComponent', 'reportingController'],
];

export function present(resource: Resource, stored: Obj): Obj {
  const { kind: _k, apiVersion: _a, metadata, ...rest } = stored;
  const head = { kind: resource.kind, apiVersion: groupVersion(resource), metadata };
  if (!isNewEvent(resource)) return { ...head, ...rest };
  const out: Obj = { ...head, ...rest };
  for (const [old, now] of eventFields) {
    if (!(old in out)) continue;
    if (out[old] !== '') out[now] = out[old];
    delete out[old];
  }
  if (out['reportingInstance'] === '') delete out['reportingInstance'];
  return out;
}

/** What a client sent, in the stored form. */
export function storedForm(resource: Resource, object: Obj): Obj {
  if (!isNewEvent(resource)) return object;
  const out: Obj = { ...object, apiVersion: 'v1' };
  for (const [old, now] of eventFields) {
    if (!(now in out)) continue;
    out[old] = out[now];
    delete out[now];
  }
  return {
    ...out,
    source: dict(out['source']),
    reportingComponent: text(out['reportingComponent']),
    reportingInstance: text(out['reportingInstance']),
  };
}

/** An item of a list: the list names the kind of built-in items. */
export function presentItem(resource: Resource, stored: Obj): Obj {
  const object = present(resource, stored);
  if (resource.custom) return object;
  const { kind: _k, apiVersion: _a, ...rest } = object;
  return rest as Obj;
}
