/** Events as `kubectl get events` shows them. What a source may tell is limited as client-go limits it (tools/record/events_cache.go). */
import { createHash } from 'node:crypto';
import type { Obj } from './objects.ts';

export interface EventDraft {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
  /** Who says so: "kubelet", "default-scheduler". */
  readonly from: string;
  /** The node of a kubelet's event. */
  readonly host?: string;
}

interface Sink {
  create(namespace: string, body: unknown): Promise<unknown>;
  patch(namespace: string, name: string, body: unknown): Promise<unknown>;
}

/** Messages of the API server's own limit. */
const longest = 1024;
/** Different messages of one reason that stay apart; those beyond are one event, until there were none for so long. */
const apart = 9;
const apartMs = 600_000;
/** What a source may tell of one object in a row, and after how long once more. */
const burst = 25;
const refillMs = 300_000;

/**
 * One event object per (object, reason, message), counted up when it happens again. `now` gives ms. A source that tells of one object again and
 * again is not heard any more for a while.
 */
export function recordEvents(
  sink: Sink,
  now: () => number,
): (about: Obj & { kind: string; apiVersion: string }, draft: EventDraft) => Promise<void> {
  const counts = new Map<string, { count: number; first: string }>();
  const mayTell = allowance(now);
  const isOneOfMany = variety(now);
  return async (about, draft) => {
    const { name, uid = '', namespace = 'default', resourceVersion = '' } = about.metadata;
    const source = JSON.stringify([about.kind, uid, draft.from, draft.host ?? '']);
    const combined = isOneOfMany(JSON.stringify([source, draft.type, draft.reason]), draft.message);
    if (!mayTell(source)) return;
    const message = `${combined ? '(combined from similar events): ' : ''}${draft.message}`.slice(0, longest);
    const hash = createHash('sha256')
      .update(JSON.stringify([about.kind, uid, draft.type, draft.reason, draft.from, draft.host ?? '', combined || message]))
      .digest('hex')
      .slice(0, 16);
    const eventName = `${name}.${hash}`;
    const at = `${new Date().toISOString().slice(0, 19)}Z`;
    const known = counts.get(eventName);
    const count = (known?.count ?? 0) + 1;
    counts.set(eventName, { count, first: known?.first ?? at });
    try {
      if (known) {
        await sink.patch(namespace, eventName, { message, count, lastTimestamp: at });
        return;
      }
      await sink.create(namespace, {
        apiVersion: 'v1',
        kind: 'Event',
        metadata: { name: eventName, namespace },
        involvedObject: {
          apiVersion: about.apiVersion,
          kind: about.kind,
          name,
          uid,
          resourceVersion,
          ...(about.metadata.namespace ? { namespace } : {}),
        },
        type: draft.type,
        reason: draft.reason,
        message,
        count,
        firstTimestamp: at,
        lastTimestamp: at,
        source: { component: draft.from, ...(draft.host ? { host: draft.host } : {}) },
        reportingComponent: draft.from,
        reportingInstance: draft.host ?? '',
      });
    } catch {
      // The namespace is going away, the event has expired or the server is down: next time it is made anew.
      counts.delete(eventName);
    }
  };
}

/** Whether a source may tell one thing more: so many at once, and then one each time that so much time has passed. */
function allowance(now: () => number): (source: string) => boolean {
  const left = new Map<string, { count: number; at: number }>();
  return (source) => {
    const at = now();
    const before = left.get(source);
    const count = before ? Math.min(burst, before.count + (at - before.at) / refillMs) : burst;
    left.set(source, { count: count < 1 ? count : count - 1, at });
    return count >= 1;
  };
}

/** Whether a message is one too many that differs from those before it. */
function variety(now: () => number): (kind: string, message: string) => boolean {
  const heard = new Map<string, { messages: Set<string>; at: number }>();
  return (kind, message) => {
    const at = now();
    const before = heard.get(kind);
    const messages = before && at - before.at <= apartMs ? before.messages : new Set<string>();
    heard.set(kind, { messages, at });
    if (messages.size < apart) messages.add(message);
    return !messages.has(message);
  };
}
