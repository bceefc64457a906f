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

const MOST = 5000;
const LONGEST_WISH = 30_000;

/**
 * always: the request may be sent twice. unsent: only where the server surely did nothing.
 * Gives the last answer, or throws PbError 'unreachable' when there was none.
 */
export type Again = 'always' | 'unsent';

/** One per connection: it remembers an outage, so that it is announced once and not by every request. */
export function createPatience(server: string, given: Patience) {
  let since: number | undefined;
  const away = (why: string): void => {
    if (since !== undefined) return;
    since = Date.now();
    given.notice(`the API server ${server} does not answer (${why}); trying again for up to ${Math.round(given.patienceMs / 1000)} s`);
  };
  const back = (): void => {
    if (since === undefined) return;
    given.notice(`the API server ${server} answers again after ${Math.round((Date.now() - since) / 1000)} s`);
    since = undefined;
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
      const repeat = transient(got.status) && (again === 'always' || untouched(got.status));
      if (!repeat || Date.now() + Math.max(pause, wish) > until) {
        if (!transient(got.status)) back();
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
