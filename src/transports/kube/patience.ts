/** Trying again while the API server is away: a roll-out of kube-apiserver drops connections for half a minute. */
import { setTimeout as sleep } from 'node:timers/promises';
import { PbError } from '../../core/diagnostic.ts';
import type { Answer } from './http.ts';
import { NoAnswer, transient, untouched } from './trouble.ts';

export interface Patience {
  readonly patienceMs: number;
  /** First pause; doubled up to `MOST`. */
  readonly pauseMs: number;
  notice(text: string): void;
}

/** A moment of "429 storage is (re)initializing", as after every new CustomResourceDefinition, is no outage. */
const WORTH_TELLING_MS = 1000;
const MOST = 5000;
const LONGEST_WISH = 30_000;

/**
 * always: the request may be sent twice. unsent: only where the server surely did nothing.
 * Gives the last answer, or throws PbError 'unreachable' when there was none.
 */
export type Again = 'always' | 'unsent';

/** One per connection: it remembers an outage, so that it is announced once and not by every request. */
export function createPatience(server: string, given: Patience) {
  let outage: { readonly since: number; readonly told: boolean } | undefined;
  const away = (why: string): void => {
    outage ??= { since: Date.now(), told: false };
    if (outage.told || Date.now() - outage.since < WORTH_TELLING_MS) return;
    outage = { ...outage, told: true };
    given.notice(`the API server ${server} does not answer (${why}); trying again for up to ${Math.round(given.patienceMs / 1000)} s`);
  };
  const back = (): void => {
    if (outage?.told) given.notice(`the API server ${server} answers again after ${Math.round((Date.now() - outage.since) / 1000)} s`);
    outage = undefined;
  };
  return async (send: () => Promise<Answer>, again: Again, signal: AbortSignal): Promise<Answer> => {
    const until = Date.now() + given.patienceMs;
    for (let attempt = 0; ; attempt++) {
      const got = await send().catch((error: unknown) => {
        if (error instanceof NoAnswer) return error;
        throw error;
      });
      const pause = Math.min(given.pauseMs * 2 ** attempt, MOST) * (0.75 + Math.random() / 2);
      if (got instanceof NoAnswer) {
        const repeat = again === 'always' || !got.reached;
        if (!repeat || Date.now() + pause > until) throw gaveUp(server, got, repeat, given.patienceMs);
        away(got.reason);
        await sleep(pause, undefined, { signal });
        continue;
      }
      const wish = Math.min(got.retryAfterMs ?? 0, LONGEST_WISH);
      const passing = transient(got.status, got.text);
      const repeat = passing && (again === 'always' || untouched(got.status));
      if (!repeat || Date.now() + Math.max(pause, wish) > until) {
        if (!passing) back();
        return got;
      }
      away(`it says ${got.status}`);
      await sleep(Math.max(pause, wish), undefined, { signal });
    }
  };
}

const gaveUp = (server: string, { reason, cause }: NoAnswer, repeated: boolean, patienceMs: number): PbError =>
  new PbError('unreachable', `the API server ${server} does not answer: ${reason}`, {
    hint: repeated
      ? `tried for ${Math.round(patienceMs / 1000)} s; check the address, the load balancer before it and the network`
      : 'not sent again, for it may have been carried out',
    retryable: true,
    cause,
  });
