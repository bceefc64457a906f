/** The one that changes the cluster: held by engine/task.ts alone, and in check mode by nobody. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { KubeStep } from '../../core/change.ts';
import { PbError } from '../../core/diagnostic.ts';
import { type KubeObject, type KubeStatus, kubeName, refOf } from '../../core/kube.ts';
import type { KubeWriter } from '../../core/module.ts';
import type { Output } from '../../core/probe.ts';
import { reveal } from '../../core/secret.ts';
import { isObject } from '../../core/value.ts';
import type { Api, ApiAnswer } from './api.ts';
import type { Served } from './discovery.ts';
import type { Ask } from './http.ts';
import { againPatch, applyAsk, deleteAsk, doing, patchAsk } from './mutate.ts';
import type { Again } from './patience.ts';
import { fetch, put } from './pod-files.ts';
import { learnPatch } from './reader.ts';
import { learn } from './secrets.ts';
import type { Session } from './session.ts';
import { refusal } from './trouble.ts';

/** A CRD that was applied a moment ago is served a little later. */
const SERVED_WITHIN_MS = 30_000;
/** Operators write the same object at the same time. */
const CONFLICT_TRIES = 6;

/** `api` is the one without the fence. */
export function createWriter(session: Session, api: Api): KubeWriter {
  const send = async (step: KubeStep, ask: Ask, how: { again: Again; signal: AbortSignal }): Promise<ApiAnswer> => {
    for (let attempt = 1; ; attempt++) {
      const answer = await api.ask(ask, how.again, how.signal);
      const { status } = answer;
      if (!status) return answer;
      if (attempt < CONFLICT_TRIES && status.code === 409 && isLostRace(step, status)) {
        await sleep(50 * 2 ** attempt, undefined, { signal: how.signal });
        continue;
      }
      if (status.code === 404 && step.do === 'kube.delete') return answer;
      throw status.code === 409 && status.reason !== 'AlreadyExists' ? conflict(status, step) : refusal(status, doing(step));
    }
  };

  return {
    async run(step, signal) {
      const ref = step.do === 'kube.apply' ? refOf(step.manifest) : step.ref;
      if (step.do === 'kube.exec') {
        const { container, argv, stdin } = step;
        const input = stdin === undefined ? {} : { stdin: reveal(stdin) };
        return session.exec({ namespace: ref.namespace ?? 'default', pod: ref.name, container, argv, ...input }, signal);
      }
      if (step.do === 'kube.put') return put(session, step, signal);
      if (step.do === 'kube.fetch') return fetch(session, step, signal);
      const served = await serving(session, ref, signal);
      switch (step.do) {
        case 'kube.apply': {
          learn(session.redactor, step.manifest);
          const ask = applyAsk(step.manifest, served, { force: step.force, dry: false });
          return said(await send(step, ask, { again: 'always', signal }), step);
        }
        case 'kube.patch':
          learnPatch(session, step);
          return said(await send(step, patchAsk(step, served, false), { again: againPatch(step), signal }), step);
        case 'kube.delete':
          // With the uid given, a second request can only meet the same object or none.
          return said(await send(step, deleteAsk(step, served), { again: step.uid ? 'always' : 'unsent', signal }), step);
      }
    },
  };
}

async function serving({ discovery }: Session, ref: { apiVersion: string; kind: string }, signal: AbortSignal): Promise<Served> {
  const until = Date.now() + SERVED_WITHIN_MS;
  for (;;) {
    const served = await discovery.served(ref.apiVersion, ref.kind);
    if (served) return served;
    if (Date.now() > until) throw new PbError('kube', `the cluster does not serve ${ref.kind} in ${ref.apiVersion}`, { retryable: true });
    await sleep(500, undefined, { signal });
  }
}

/** A 409 that a fresh try can win: nobody asked for a certain version, and no other manager claims the fields. */
function isLostRace(step: KubeStep, status: KubeStatus): boolean {
  if (step.do === 'kube.apply') return !causesOf(status).some(({ reason }) => reason === 'FieldManagerConflict');
  return step.do === 'kube.patch' && step.resourceVersion === undefined;
}

function conflict(status: KubeStatus, step: KubeStep): PbError {
  const details = { status: 409, reason: status.reason };
  if (step.do === 'kube.delete') {
    return new PbError('conflict', `${doing(step)}: another object of this name has taken its place meanwhile; it was left alone`, {
      details,
    });
  }
  return new PbError('conflict', `${doing(step)}: ${status.message}`, {
    hint: 'something else changed it at the same time; run again to decide from what is there now',
    retryable: true,
    details,
  });
}

const causesOf = ({ details }: KubeStatus): readonly { readonly reason?: string }[] =>
  isObject(details) && Array.isArray(details['causes']) ? (details['causes'] as { reason?: string }[]) : [];

function said({ body, status }: ApiAnswer, step: KubeStep): Output {
  const object = body as KubeObject | null;
  const name = step.do === 'kube.apply' ? kubeName(refOf(step.manifest)) : kubeName(step.ref);
  const version = object?.metadata?.['resourceVersion'];
  const done = {
    'kube.apply': 'applied',
    'kube.patch': 'patched',
    'kube.delete': status ? 'was gone' : 'deleted',
    'kube.exec': 'ran',
    'kube.put': 'written to',
    'kube.fetch': 'read from',
  }[step.do];
  return { code: 0, stdout: `${name} ${done}${typeof version === 'string' ? ` (resourceVersion ${version})` : ''}\n`, stderr: '' };
}
