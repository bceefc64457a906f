/** A pod's log: what the API server refuses, and what a kubelet makes of the options. */
import type { Api } from '../api.ts';
import type { LogLine } from '../exec/handlers.ts';
import { type Answer, isTrue, type ResourceCall } from '../http/call.ts';
import { badRequest, type Cause, forbiddenField, invalid, invalidValue } from '../http/status.ts';
import { at, dicts, type Obj, text } from '../json.ts';
import { live } from './objects.ts';
import { containerOf } from './pod-parts.ts';

const plain = 'text/plain';

export function logAnswer(api: Api, call: ResourceCall): Answer {
  const pod = live(api, call);
  const { query, signal } = call;
  const causes = optionCauses(query);
  if (causes.length > 0) throw invalid({ group: '', kind: 'PodLogOptions' }, pod.metadata.name ?? '', causes);
  const container = containerOf(pod, query.get('container') ?? '');
  // Nothing runs yet, so there is nothing to read.
  if (!text(at(pod, 'spec', 'nodeName'))) return { status: 204, text: '' };
  const { namespace = '', name = '' } = pod.metadata;
  if (isTrue(query.get('previous'))) {
    if (!at(statusOf(pod, container), 'lastState', 'terminated'))
      throw badRequest(`previous terminated container ${JSON.stringify(container)} in pod ${JSON.stringify(name)} not found`);
    // It was killed before it said anything.
    return { status: 200, text: '', type: plain };
  }
  checkRunning(pod, container);
  const log = api.logs?.({ namespace, pod: name, container });
  if (!log) return { status: 200, text: '', type: plain };
  const shown = written(query);
  const lines = chosen(log.lines, query);
  if (!isTrue(query.get('follow'))) return { status: 200, text: limited([...lines].map(shown).join(''), query), type: plain };
  const more = log.more(signal);
  return { status: 200, stream: followed(lines.map(shown), { more, shown }), type: plain };
}

function optionCauses(query: URLSearchParams): Cause[] {
  const [sinceSeconds, sinceTime] = [query.get('sinceSeconds'), query.get('sinceTime')];
  return [
    ...['tailLines', 'limitBytes', 'sinceSeconds'].flatMap((name) => {
      const value = query.get(name);
      const least = name === 'tailLines' ? 0 : 1;
      if (value === null || Number(value) >= least) return [];
      return [invalidValue(name, Number(value), `must be greater than ${least === 0 ? 'or equal to 0' : '0'}`)];
    }),
    ...(sinceSeconds !== null && sinceTime !== null
      ? [forbiddenField('[]', 'at most one of `sinceTime` or `sinceSeconds` may be specified')]
      : []),
  ];
}

/** Those since the wanted time, and of them the last ones. */
function chosen(lines: readonly LogLine[], query: URLSearchParams): readonly LogLine[] {
  const [seconds, time, tail] = ['sinceSeconds', 'sinceTime', 'tailLines'].map((name) => query.get(name));
  const since = time ? Date.parse(time) : seconds ? Date.now() - Number(seconds) * 1000 : Number.NEGATIVE_INFINITY;
  const late = lines.filter((line) => line.at.getTime() >= since);
  return tail == null ? late : late.slice(Math.max(0, late.length - Number(tail)));
}

const written = (query: URLSearchParams): ((line: LogLine) => string) =>
  isTrue(query.get('timestamps')) ? (line) => `${line.at.toISOString().replace('Z', '000000Z')} ${line.text}` : (line) => line.text;

function limited(whole: string, query: URLSearchParams): string | Uint8Array {
  const most = query.get('limitBytes');
  return most === null ? whole : Buffer.from(whole).subarray(0, Number(most));
}

interface Following {
  readonly more: AsyncIterable<LogLine>;
  readonly shown: (line: LogLine) => string;
}

async function* followed(lines: readonly string[], { more, shown }: Following): AsyncIterable<string> {
  yield* lines;
  for await (const line of more) yield shown(line);
}

const statusOf = (pod: Obj, container: string): object =>
  [...dicts(at(pod, 'status', 'containerStatuses')), ...dicts(at(pod, 'status', 'initContainerStatuses'))].find(
    (one) => one['name'] === container,
  ) ?? {};

/** A kubelet's words for the common reasons why there is no log yet. */
const waitingFor: { readonly [reason: string]: string } = {
  ErrImagePull: "image can't be pulled",
  ImagePullBackOff: 'trying and failing to pull image',
};

function checkRunning(pod: Obj, container: string): void {
  const status = statusOf(pod, container);
  const waiting = text(at(status, 'state', 'waiting', 'reason'));
  // Of one that has ended before, that log is shown.
  if (!waiting || waiting === 'CrashLoopBackOff' || at(status, 'lastState', 'terminated')) return;
  const why = waitingFor[waiting] ?? waiting;
  throw badRequest(`container "${container}" in pod "${pod.metadata.name}" is waiting to start: ${why}`);
}
