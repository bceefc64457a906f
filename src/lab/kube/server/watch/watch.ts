/** Watches: changes as lines of JSON, from now or from a version that is still remembered. */
import type { Api } from '../api.ts';
import { isTrue, type ResourceCall } from '../http/call.ts';
import { type Form, formOf, partial } from '../http/representation.ts';
import { type Cause, forbiddenField, gone, invalid, notSupported, unforeseen } from '../http/status.ts';
import { asTable } from '../http/table.ts';
import type { Dict, Obj } from '../json.ts';
import { groupVersion } from '../kinds/resource.ts';
import type { Change } from '../store/store.ts';
import { type Chosen, checkReached, parseVersion, selection } from '../verbs/list.ts';
import { present } from '../verbs/present.ts';

const bookmarkMs = 30_000;
const longestSeconds = 3600;

interface Event {
  readonly type: string;
  readonly object: Dict;
}

/** The lines of a watch. What is wrong with the request is thrown before the first of them. */
export function watchLines(api: Api, call: ResourceCall): AsyncIterable<string> {
  const choose = selection(call);
  const form = formOf(call);
  const from = start(api, call, choose);
  return lines(api, call, { choose, form, from });
}

interface Start {
  readonly events: readonly Event[];
  /** Changes after this revision follow. */
  readonly revision: number;
  readonly expired?: boolean;
}

function start(api: Api, call: ResourceCall, choose: Chosen): Start {
  const { query, resource, target } = call;
  const version = query.get('resourceVersion') ?? '';
  const initial = query.get('sendInitialEvents');
  const match = query.get('resourceVersionMatch');
  const causes: Cause[] = [];
  if (initial !== null && match !== 'NotOlderThan') {
    causes.push(forbiddenField('resourceVersionMatch', 'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan'));
    if (match) causes.push(notSupported('resourceVersionMatch', match, ['NotOlderThan']));
  }
  if (initial === null && match)
    causes.push(forbiddenField('resourceVersionMatch', 'resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided'));
  if (causes.length > 0) throw invalid({ group: 'meta.k8s.io', kind: 'ListOptions' }, '', causes);
  const { revision } = api.store;
  const all = (): Event[] =>
    api.store
      .list(resource.bucket, target.namespace)
      .filter(choose)
      .map((one) => ({ type: 'ADDED', object: present(resource, one) }));
  const wanted = initial === null ? version === '' : isWanted(initial);
  if (wanted) {
    const end = bookmark(call, revision, { 'k8s.io/initial-events-end': 'true' });
    return { events: isTrue(query.get('allowWatchBookmarks')) ? [...all(), end] : all(), revision };
  }
  if (version === '' || version === '0') return { events: initial === null ? all() : [], revision };
  let since: number;
  try {
    since = parseVersion(version);
  } catch (error) {
    throw unforeseen(error instanceof Error ? error.message : '');
  }
  checkReached(api, since);
  if (since < api.store.oldest) {
    return {
      events: [{ type: 'ERROR', object: gone(`too old resource version: ${since} (${api.store.oldest})`).body }],
      revision,
      expired: true,
    };
  }
  return { events: [], revision: since };
}

/** As Go reads a flag of a query: all but 0 and false. */
const isWanted = (value: string): boolean => value !== '0' && value.toLowerCase() !== 'false';

interface Watching {
  readonly choose: Chosen;
  readonly form: Form;
  readonly from: Start;
}

async function* lines(api: Api, call: ResourceCall, { choose, form, from }: Watching): AsyncGenerator<string> {
  const waiting: Event[] = [...from.events];
  const { bucket } = call.resource;
  let wake = (): void => {};
  let last = from.revision;
  let over = from.expired ?? false;
  const hear = (change: Change): void => {
    last = change.revision;
    if (change.bucket !== bucket) return;
    const event = transition(change, choose);
    if (event) waiting.push({ type: event.type, object: present(call.resource, event.object) });
    wake();
  };
  // Nothing is awaited between the look at the past and the subscription: no change is lost.
  if (!over) for (const change of api.store.since(from.revision) ?? []) hear(change);
  const stop = api.store.onChange(hear);
  const end = (): void => {
    over = true;
    wake();
  };
  const seconds = Math.min(Number(call.query.get('timeoutSeconds') ?? longestSeconds) || longestSeconds, longestSeconds);
  const timeout = setTimeout(end, seconds * 1000);
  const bookmarks = isTrue(call.query.get('allowWatchBookmarks'))
    ? setInterval(() => {
        waiting.push(bookmark(call, last));
        wake();
      }, bookmarkMs)
    : undefined;
  call.signal.addEventListener('abort', end, { once: true });
  try {
    for (;;) {
      for (let event = waiting.shift(); event; event = waiting.shift()) yield `${JSON.stringify(shaped(event, call, form))}\n`;
      if (over) return;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  } finally {
    stop();
    clearTimeout(timeout);
    clearInterval(bookmarks);
  }
}

/** What a change means to who sees only some objects: one that leaves the selection is deleted for them, as it last was within it. */
function transition(change: Change, choose: Chosen): { type: string; object: Obj } | undefined {
  const before = change.previous !== undefined && choose(change.previous);
  const { object, previous } = change;
  if (change.type === 'DELETED') return before || choose(object) ? { type: 'DELETED', object } : undefined;
  if (choose(object)) return { type: before ? 'MODIFIED' : 'ADDED', object };
  if (!before || !previous) return undefined;
  const { resourceVersion } = object.metadata;
  return { type: 'DELETED', object: { ...previous, metadata: { ...previous.metadata, ...(resourceVersion ? { resourceVersion } : {}) } } };
}

function bookmark({ resource }: ResourceCall, revision: number, annotations?: Record<string, string>): Event {
  const metadata = { resourceVersion: String(revision), creationTimestamp: null, ...(annotations ? { annotations } : {}) };
  return { type: 'BOOKMARK', object: { kind: resource.kind, apiVersion: groupVersion(resource), metadata } };
}

function shaped(event: Event, { resource }: ResourceCall, form: Form): Event {
  if (form.kind === 'object' || event.type === 'ERROR') return event;
  if (form.kind === 'metadata') return { type: event.type, object: partial(event.object as Obj) };
  if (event.type === 'BOOKMARK') return event;
  return { type: event.type, object: asTable(resource, [event.object as Obj], { form, metadata: {} }) };
}
