/** namespaces/finalize: only spec.finalizers may change; without any, a leaving namespace goes. */
import type { Api } from '../api.ts';
import { readObject } from '../http/body.ts';
import { type Answer, header, type ResourceCall } from '../http/call.ts';
import { at, copy, list, put, texts } from '../json.ts';
import { finish } from './delete.ts';
import { live } from './objects.ts';
import { present } from './present.ts';

export function finalize(api: Api, call: ResourceCall): Answer {
  const { resource } = call;
  const next = copy(live(api, call));
  const sent = readObject(call.body, { type: header(call, 'content-type'), kind: resource.kind }).value;
  put(next, ['spec', 'finalizers'], texts(at(sent, 'spec', 'finalizers')));
  if (list(at(next, 'spec', 'finalizers')).length === 0) put(next, ['spec'], {});
  const gone = next.metadata.deletionTimestamp !== undefined && finish(next, resource);
  return { status: 200, json: present(resource, gone ? api.store.remove(resource.bucket, next) : api.store.put(resource.bucket, next)) };
}
