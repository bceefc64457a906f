/** Everything that may be asked of a cluster. */
import { PbError } from '../../core/diagnostic.ts';
import { type KubeAnswer, type KubeObject, type KubeRef, kubeName, refOf } from '../../core/kube.ts';
import type { Controller, KubeReader } from '../../core/module.ts';
import { isObject, type Json, type JsonObject } from '../../core/value.ts';
import type { ApiAnswer } from './api.ts';
import { askEvents, eventsOf } from './events.ts';
import type { Ask } from './http.ts';
import { list, queryKey, versionOf } from './list.ts';
import { applyAsk, patchAsk } from './mutate.ts';
import { pathOf, root } from './paths.ts';
import { learn, learnOperations } from './secrets.ts';
import type { Session } from './session.ts';
import { isForbidden, refusal, transient } from './trouble.ts';

export function createReader(session: Session): Omit<KubeReader, keyof Controller> {
  const { api, discovery, redactor, seen } = session;

  /** A dry run: refusals about rights and overload are errors, all others are for the module to judge. */
  const dryRun = async (ref: KubeRef, ask: Ask): Promise<KubeAnswer> => {
    const { body, status } = await api.ask(ask, 'always');
    if (!status) {
      learn(redactor, body);
      return { object: body as KubeObject };
    }
    if (status.code === 401 || transient(status.code, status.message) || isForbidden(status))
      throw refusal(status, `dry run on ${kubeName(ref)}`);
    if (isKindGone({ body, status })) discovery.forget(ref.apiVersion);
    return { status };
  };
  const served = async (ref: KubeRef) => {
    const found = await discovery.served(ref.apiVersion, ref.kind);
    if (found) return found;
    throw new PbError('kube', `the cluster does not serve ${ref.kind} in ${ref.apiVersion}`, {
      hint: 'check apiVersion and kind (oc api-resources); its operator or CustomResourceDefinition may be missing',
    });
  };

  return {
    served: async (apiVersion, kind) => {
      const found = await discovery.served(apiVersion, kind);
      return found && { plural: found.plural, namespaced: found.namespaced };
    },
    async get(ref) {
      const known = await discovery.served(ref.apiVersion, ref.kind);
      if (!known) return undefined;
      const answer = await api.ask({ method: 'GET', path: pathOf(ref.apiVersion, known, ref) }, 'always');
      if (answer.status?.code === 404) {
        if (isKindGone(answer)) discovery.forget(ref.apiVersion);
        seen.set(queryKey(ref), { object: undefined });
        return undefined;
      }
      if (answer.status) throw refusal(answer.status, `get ${kubeName(ref)}`);
      learn(redactor, answer.body);
      const object = answer.body as KubeObject;
      seen.set(queryKey(ref), { object: versionOf(object) });
      return object;
    },
    async list(query) {
      const known = await discovery.served(query.apiVersion, query.kind);
      const listed = known && (await list(api, query, known));
      if (!listed) {
        discovery.forget(query.apiVersion);
        seen.delete(queryKey(query));
        return [];
      }
      seen.set(queryKey(query), { list: listed.resourceVersion });
      for (const item of listed.items) learn(redactor, item);
      return listed.items;
    },
    async dryRunApply(manifest, force) {
      learn(redactor, manifest);
      const ref = refOf(manifest);
      return dryRun(ref, applyAsk(manifest, await served(ref), { force, dry: true }));
    },
    async dryRunPatch(step) {
      learnPatch(session, step);
      return dryRun(step.ref, patchAsk(step, await served(step.ref), true));
    },
    async events(ref) {
      const answer = await api.ask(askEvents(ref), 'always');
      // Events only explain: whoever may not read them gets none.
      if (answer.status?.code === 403 || answer.status?.code === 404) return [];
      if (answer.status) throw refusal(answer.status, `list events of ${kubeName(ref)}`);
      const items = isObject(answer.body) ? answer.body['items'] : undefined;
      return eventsOf(Array.isArray(items) ? (items as KubeObject[]) : []);
    },
    async log(pod, part) {
      const path = `${pathOf(pod.apiVersion, await served(pod), pod)}/log`;
      const { text = '', status } = await api.ask({ method: 'GET', path, query: { ...part } }, 'always');
      if (!status) return { text };
      if (status.code === 401 || isForbidden(status)) throw refusal(status, `read the log of ${kubeName(pod)}`);
      return { status };
    },
    async review(apiVersion, kind, spec) {
      const answer = await api.ask(reviewAsk(apiVersion, kind, spec), 'always');
      if (answer.status) throw refusal(answer.status, `ask with a ${kind}`);
      const status = isObject(answer.body) ? answer.body['status'] : undefined;
      return isObject(status) ? (status as JsonObject) : {};
    },
    clock: async () => (await api.ask({ method: 'GET', path: '/version' }, 'always')).dateMs,
    probeExec: (ref, container, argv) => session.exec({ namespace: ref.namespace ?? 'default', pod: ref.name, container, argv }),
  };
}

const REVIEWS = new Set(['SelfSubjectAccessReview', 'SubjectAccessReview', 'SelfSubjectReview']);

/** A dry run, so that the fence lets it pass; no server keeps a review anyway. */
function reviewAsk(apiVersion: string, kind: string, spec: JsonObject): Ask {
  if (!REVIEWS.has(kind)) throw new PbError('bug', `${kind} is no review`);
  const body = JSON.stringify({ apiVersion, kind, ...(Object.keys(spec).length === 0 ? {} : { spec }) });
  return { method: 'POST', path: `${root(apiVersion)}/${kind.toLowerCase()}s`, query: { dryRun: 'All' }, body };
}

/** What a patch puts into a Secret is hidden like the Secret. */
export function learnPatch({ redactor }: Pick<Session, 'redactor'>, step: { readonly ref: KubeRef; readonly patch: Json }): void {
  if (step.ref.kind !== 'Secret') return;
  if (Array.isArray(step.patch)) learnOperations(redactor, step.patch);
  else learn(redactor, step.patch, true);
}

/** A missing object is answered with a Status that names it, a missing kind with "404 page not found". */
const isKindGone = ({ status }: ApiAnswer): boolean => status?.code === 404 && status.reason === '';
