/** One look at the objects that are waited for. */
import { PbError } from '../../core/diagnostic.ts';
import { type KubeEvent, type KubeObject, refOf } from '../../core/kube.ts';
import type { KubeReader } from '../../core/module.ts';
import { readiness } from './ready.ts';
import { selectorOf } from './selector.ts';
import { conditionsOf, type Found, problemOf, selected, type WaitArgs, type WaitState } from './wait-args.ts';
import { type Judged, judge, judgeExpression, kindsOf, wantedOf } from './waiting.ts';

/** Since when fail_when holds, by the arguments of the call: a call is one wait, read again and again. */
const failingSince = new WeakMap<object, number>();

const EVENTS = 5;
const PODS = 3;

export async function lookAt(given: WaitArgs, io: KubeReader): Promise<WaitState> {
  const none = { objects: [], failingMs: null, events: [] };
  const problem = problemOf(given);
  if (problem !== undefined) return { ...none, served: false, problem };
  const { api_version = 'v1', kind, name, namespace } = given.k8s;
  const served = await io.served(api_version, kind);
  if (!served) return { ...none, served: false };
  if (served.namespaced && name !== undefined && namespace === undefined)
    return { ...none, served: true, problem: `${kind} ${name} needs a namespace` };
  const listed = await io.list(selected(given));
  const objects = await Promise.all(listed.map((object) => find(object, given, io)));
  const [open] = objects.filter(({ holds }) => !holds);
  const events = open && given.state === undefined ? await eventsOf(open.object, io) : [];
  return { served: true, objects, failingMs: failingFor(given, objects, io.now()), events };
}

/** The newest; of a workload its pods' warnings first, for they tell why it does not come up. */
export async function eventsOf(object: KubeObject, io: KubeReader): Promise<readonly KubeEvent[]> {
  const own = await io.events(refOf(object));
  const theirs = await Promise.all((await podsAtFault(object, io)).map((pod) => io.events(refOf(pod))));
  return [...theirs.flat().filter(({ type }) => type === 'Warning'), ...own].slice(0, EVENTS);
}

/** Pods of a Deployment, StatefulSet, DaemonSet or Job that are not ready; none where one may not look at pods. */
export async function podsAtFault(object: KubeObject, io: KubeReader): Promise<readonly KubeObject[]> {
  const { namespace } = object.metadata;
  const labelSelector = selectorOf(object);
  if (!/^(?:apps|batch)\//.test(object.apiVersion) || namespace === undefined || labelSelector === undefined) return [];
  try {
    const pods = await io.list({ apiVersion: 'v1', kind: 'Pod', namespace, labelSelector });
    return pods.filter((pod) => !readiness(pod).holds).slice(0, PODS);
  } catch (error) {
    if (error instanceof PbError && error.code === 'kube') return [];
    throw error;
  }
}

/** Counting and state ask only whether objects exist, unless until or condition says more. */
async function find(object: KubeObject, given: WaitArgs, io: KubeReader): Promise<Found> {
  const bare = !given.until && !given.condition;
  const exists = bare && (given.state !== undefined || given.count !== undefined || given.min_count !== undefined);
  const judged = exists
    ? existing(object)
    : await usable(object, await judge(object, { until: given.until, conditions: conditionsOf(given)?.map(wantedOf) }), bare, io);
  const failing = given.fail_when ? (await judgeExpression(object, given.fail_when)).holds : false;
  return { object, ...judged, failing };
}

const existing = ({ metadata }: KubeObject): Judged => ({
  holds: true,
  seen: metadata['deletionTimestamp'] ? 'it is being deleted' : 'it exists',
});

/** Of a CustomResourceDefinition that is said to be ready: discovery names its kinds, and a list of them answers. */
async function usable(object: KubeObject, judged: Judged, bare: boolean, io: KubeReader): Promise<Judged> {
  if (!bare || !judged.holds || object.kind !== 'CustomResourceDefinition') return judged;
  for (const { apiVersion, kind } of kindsOf(object)) {
    if (!(await io.served(apiVersion, kind)))
      return { holds: false, seen: `Established, but ${apiVersion} ${kind} is not in discovery yet`, lookAgainMs: 500 };
    await io.list({ apiVersion, kind });
  }
  return judged;
}

function failingFor(given: WaitArgs, objects: readonly Found[], now: number): number | null {
  if (!objects.some(({ failing }) => failing)) {
    failingSince.delete(given);
    return null;
  }
  const since = failingSince.get(given) ?? now;
  failingSince.set(given, since);
  return now - since;
}
