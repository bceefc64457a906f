/** A pod's logs and placement. */
import type { Api } from '../api.ts';
import { readObject } from '../http/body.ts';
import { type Answer, header, isTrue, type ResourceCall } from '../http/call.ts';
import { badRequest, conflict, invalid, invalidValue } from '../http/status.ts';
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

export function logAnswer(api: Api, call: ResourceCall): Answer {
  const pod = live(api, call);
  const { query } = call;
  const tail = query.get('tailLines');
  const causes = ['tailLines', 'limitBytes', 'sinceSeconds'].flatMap((name) => {
    const value = query.get(name);
    if (value === null) return [];
    const least = name === 'tailLines' ? 0 : 1;
    return Number(value) < least ? [invalidValue(name, Number(value), `must be greater than ${least === 0 ? 'or equal to 0' : '0'}`)] : [];
  });
  if (causes.length > 0) throw invalid({ group: '', kind: 'PodLogOptions' }, pod.metadata.name ?? '', causes);
  const container = containerOf(pod, query.get('container') ?? '');
  // Nothing runs yet, so there is nothing to read.
  if (!text(at(pod, 'spec', 'nodeName'))) return { status: 204, text: '' };
  checkRunning(pod, container);
  const { namespace = '', name = '' } = pod.metadata;
  const output = api.logs?.({
    ...{ namespace, pod: name, container, follow: isTrue(query.get('follow')), previous: isTrue(query.get('previous')) },
    ...{ tailLines: tail === null ? undefined : Number(tail), signal: call.signal },
  });
  return output ? { status: 200, stream: output, type: 'text/plain' } : { status: 200, text: '', type: 'text/plain' };
}

function checkRunning(pod: Obj, container: string): void {
  const statuses = [...dicts(at(pod, 'status', 'containerStatuses')), ...dicts(at(pod, 'status', 'initContainerStatuses'))];
  const waiting = text(at(statuses.find((one) => one['name'] === container) ?? {}, 'state', 'waiting', 'reason'));
  if (waiting && waiting !== 'CrashLoopBackOff') {
    const why =
      { ContainerCreating: 'is waiting to start: ContainerCreating', PodInitializing: 'is waiting to start: PodInitializing' }[waiting] ??
      `is waiting to start: ${waiting}`;
    throw badRequest(`container "${container}" in pod "${pod.metadata.name}" ${why}`);
  }
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
