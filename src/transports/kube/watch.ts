/** Waiting for a change without asking over and over. */
import { setTimeout as sleep } from 'node:timers/promises';
import { PbError } from '../../core/diagnostic.ts';
import type { KubeQuery } from '../../core/kube.ts';
import { isObject, type Json } from '../../core/value.ts';
import type { Lines } from './http.ts';
import { list, queryKey, selectors, versionOf } from './list.ts';
import { pathOf } from './paths.ts';
import type { Session } from './session.ts';
import { NoAnswer, refusal, statusOf, transient } from './trouble.ts';

/** Busy collections would otherwise be read again for every event. */
const AT_LEAST_MS = 200;
/** Kinds that are not served (yet), have just come, or cannot be watched are looked at this often. */
const POLL_MS = 2000;
const FIRST_PAUSE_MS = 250;
const MOST_PAUSE_MS = 5000;

/**
 * Fulfilled once one of the queries has changed since it was last listed through this session, or after `timeoutMs`. A broken watch is
 * taken up again where it broke, with back-off; throws PbError 'kube' where the API refuses it.
 */
export async function changed(session: Session, queries: readonly KubeQuery[], timeoutMs: number, signal: AbortSignal): Promise<void> {
  const done = new AbortController();
  const signals = AbortSignal.any([signal, done.signal]);
  const until = Date.now() + timeoutMs;
  try {
    await sleep(Math.min(AT_LEAST_MS, timeoutMs), undefined, { signal });
    if (queries.length === 0) await sleep(Math.max(0, until - Date.now()), undefined, { signal });
    else await Promise.race(queries.map((query) => follow(session, query, { until, signal: signals })));
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    throw error;
  } finally {
    done.abort();
  }
}

interface Span {
  readonly until: number;
  readonly signal: AbortSignal;
}

async function follow(session: Session, query: KubeQuery, { until: end, signal }: Span): Promise<void> {
  const { api, discovery, seen } = session;
  const served = await discovery.served(query.apiVersion, query.kind);
  const until = discovery.isYoung(query.apiVersion, query.kind) ? Math.min(end, Date.now() + POLL_MS) : end;
  const left = (): number => until - Date.now();
  if (!served?.verbs.includes('watch')) return void (await sleep(Math.max(0, Math.min(POLL_MS, left())), undefined, { signal }));
  const before = seen.get(queryKey(query));
  let from = before && 'list' in before ? before.list : undefined;
  if (from === undefined) {
    // Seen alone or never: its own version is too old a place to watch from, so the list says where, and whether it changed until then.
    const listed = await list(api, query, served);
    const [now] = listed?.items ?? [];
    if (!listed || (before && 'object' in before && before.object !== (now && versionOf(now)))) return;
    from = listed.resourceVersion;
  }
  const path = pathOf(query.apiVersion, served, query.namespace ? { namespace: query.namespace } : {});
  for (let pause = FIRST_PAUSE_MS; left() > 0; ) {
    const seconds = Math.max(1, Math.ceil(left() / 1000));
    const ends = AbortSignal.any([signal, AbortSignal.timeout(Math.ceil(left()) + 250)]);
    const asked = { watch: true, allowWatchBookmarks: true, timeoutSeconds: seconds, resourceVersion: from, ...selectors(query) };
    try {
      const stream = await api.stream({ method: 'GET', path, query: asked }, ends);
      const event = await firstEvent(stream, query);
      if (event.changed) return;
      from = event.at ?? from;
      pause = FIRST_PAUSE_MS;
    } catch (error) {
      if (signal.aborted) throw error;
      if (ends.aborted) return;
      const again = error instanceof NoAnswer || (error instanceof PbError && error.retryable);
      if (!again) throw error;
    }
    await sleep(Math.max(0, Math.min(pause, left())), undefined, { signal });
    pause = Math.min(pause * 2, MOST_PAUSE_MS);
  }
}

/** Reads a watch until something changed, or until it ends; bookmarks move the place to go on from. */
async function firstEvent({ status, lines }: Lines, query: KubeQuery): Promise<{ readonly changed: boolean; readonly at?: string }> {
  const doing = `watch ${query.kind}`;
  if (status !== 200) {
    const text: string[] = [];
    for await (const line of lines) text.push(line);
    return answered(statusOf(status, parse(text.join('\n')), text.join('\n')), doing);
  }
  let at: string | undefined;
  for await (const line of lines) {
    const event = parse(line) as { type?: string; object?: Json } | undefined;
    const object = isObject(event?.object) ? event.object : {};
    if (event?.type === 'ERROR') return answered(statusOf(Number(object['code'] ?? 500), object as Json, ''), doing);
    if (event?.type !== 'BOOKMARK') return { changed: true };
    at = (object['metadata'] as { resourceVersion?: string } | undefined)?.resourceVersion ?? at;
  }
  return { changed: false, ...(at === undefined ? {} : { at }) };
}

/** 410: too old to go on from, and 404: the kind went away. The reader lists anew. */
function answered(status: ReturnType<typeof statusOf>, doing: string): { readonly changed: true } {
  if (status.code === 410 || status.code === 404) return { changed: true };
  if (transient(status.code, status.message)) throw new NoAnswer(`it says ${status.code}`, true, undefined);
  throw refusal(status, doing);
}

function parse(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
