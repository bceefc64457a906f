/** A pod's containers and placement. */
import type { Api } from '../api.ts';
import { readObject } from '../http/body.ts';
import { type Answer, header, type ResourceCall } from '../http/call.ts';
import { badRequest, conflict } from '../http/status.ts';
import { at, copy, dicts, type Obj, put, text, timestamp } from '../json.ts';
import { live } from './objects.ts';

export const success = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 };

/** The container that a request means; with several, it must be named. */
export function containerOf(pod: Obj, wanted: string): string {
  const containers = dicts(at(pod, 'spec', 'containers')).map((one) => text(one['name']));
  const initial = dicts(at(pod, 'spec', 'initContainers')).map((one) => text(one['name']));
  const { name } = pod.metadata;
  if (wanted) {
    if ([...containers, ...initial].includes(wanted)) return wanted;
    throw badRequest(`container ${wanted} is not valid for pod ${name}`);
  }
  const [only] = containers;
  const named = pod.metadata.annotations?.['kubectl.kubernetes.io/default-container'];
  if (named && containers.includes(named)) return named;
  if (containers.length === 1 && only !== undefined && initial.length === 0) return only;
  const others = initial.length > 0 ? ` or one of the init containers: [${initial.join(' ')}]` : '';
  throw badRequest(`a container name must be specified for pod ${name}, choose one of: [${containers.join(' ')}]${others}`);
}

export function bind(api: Api, call: ResourceCall): Answer {
  const pod = live(api, call);
  const sent = readObject(call.body, { type: header(call, 'content-type'), kind: 'Binding' }).value;
  const node = text(at(sent, 'target', 'name'));
  const { name = '' } = pod.metadata;
  const has = text(at(pod, 'spec', 'nodeName'));
  if (has) throw conflict({ group: '', plural: 'pods/binding' }, name, `pod ${name} is already assigned to node "${has}"`);
  const next = copy(pod);
  put(next, ['spec', 'nodeName'], node);
  const others = dicts(at(pod, 'status', 'conditions')).filter((one) => one['type'] !== 'PodScheduled');
  put(
    next,
    ['status', 'conditions'],
    [...others, { type: 'PodScheduled', status: 'True', lastProbeTime: null, lastTransitionTime: timestamp(api.now()) }],
  );
  api.store.put(call.resource.bucket, next);
  return { status: 201, json: success };
}
