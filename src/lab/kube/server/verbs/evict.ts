/** pods/eviction: a deletion that disruption budgets may refuse. */
import type { Api } from '../api.ts';
import { isReady } from '../gc/budgets.ts';
import { readObject } from '../http/body.ts';
import { type Answer, header, type ResourceCall } from '../http/call.ts';
import { ApiError, badRequest, unforeseen } from '../http/status.ts';
import { at, copy, dict, dicts, number, type Obj, put, text, timestamp } from '../json.ts';
import { matchesSelector } from '../store/labels.ts';
import { checkPreconditions, deleteOptions, remove } from './delete.ts';
import { live } from './objects.ts';
import { success } from './pod-parts.ts';

/** A budget that has no disruption left refuses; an eviction that is allowed uses one up. */
export function evict(api: Api, call: ResourceCall): Answer {
  const sent = readObject(call.body, { type: header(call, 'content-type'), kind: 'Eviction' }).value;
  if (text(at(sent, 'metadata', 'name')) !== call.target.name) throw badRequest('name in URL does not match name in Eviction object');
  const pod = live(api, call);
  const options = deleteOptions(dict(sent['deleteOptions']), call.query);
  const ended = ['Succeeded', 'Failed', 'Pending'].includes(text(at(pod, 'status', 'phase')));
  const budgets = api.store
    .list('policy/poddisruptionbudgets', pod.metadata.namespace)
    .filter((one) => matchesSelector(at(one, 'spec', 'selector'), pod.metadata.labels ?? {}));
  checkPreconditions(pod, call.resource, options);
  if (!ended && !pod.metadata.deletionTimestamp && budgets.length > 0) {
    const [budget, second] = budgets;
    if (second) throw unforeseen('This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.');
    if (budget && !mayGoAnyway(budget, pod)) spendDisruption(api, budget, { pod, dryRun: options.dryRun });
  }
  const going = options.dryRun ? pod : api.store.put(call.resource.bucket, marked(pod, timestamp(api.now())));
  remove(api, going, { resource: call.resource, options: { ...options, resourceVersion: '' } });
  return { status: 201, json: success };
}

/** A pod that is not ready: always, or while enough others are. */
function mayGoAnyway(budget: Obj, pod: Obj): boolean {
  if (isReady(pod)) return false;
  if (at(budget, 'spec', 'unhealthyPodEvictionPolicy') === 'AlwaysAllow') return true;
  const status = dict(budget['status']);
  return number(status['desiredHealthy']) > 0 && number(status['currentHealthy']) >= number(status['desiredHealthy']);
}

function marked(pod: Obj, lastTransitionTime: string): Obj {
  const next = copy(pod);
  const others = dicts(at(pod, 'status', 'conditions')).filter((one) => one['type'] !== 'DisruptionTarget');
  const added = {
    type: 'DisruptionTarget',
    status: 'True',
    reason: 'EvictionByEvictionAPI',
    message: 'Eviction API: evicting',
    lastTransitionTime,
  };
  put(next, ['status', 'conditions'], [...others, added]);
  return next;
}

function spendDisruption(api: Api, budget: Obj, { pod, dryRun }: { readonly pod: Obj; readonly dryRun: boolean }): void {
  const status = dict(budget['status']);
  const refused = (why: string, retryAfter?: number): ApiError => {
    const causes = [{ reason: 'DisruptionBudget', message: why }];
    const again = retryAfter === undefined ? {} : { retryAfter };
    const details = { causes, ...(retryAfter === undefined ? {} : { retryAfterSeconds: retryAfter }) };
    return new ApiError(429, 'TooManyRequests', "Cannot evict pod as it would violate the pod's disruption budget.", { details, ...again });
  };
  if (number(status['observedGeneration']) < number(budget.metadata.generation)) {
    throw refused(`The disruption budget ${budget.metadata.name} is still being processed by the server.`, 10);
  }
  const allowed = number(status['disruptionsAllowed']);
  if (allowed < 1) {
    throw refused(
      `The disruption budget ${budget.metadata.name} needs ${number(status['desiredHealthy'])} healthy pods and has ${number(status['currentHealthy'])} currently`,
    );
  }
  if (dryRun) return;
  const next = copy(budget);
  put(next, ['status', 'disruptionsAllowed'], allowed - 1);
  put(next, ['status', 'disruptedPods', pod.metadata.name ?? ''], timestamp(api.now()));
  api.store.put('policy/poddisruptionbudgets', next);
}
