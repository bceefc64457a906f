/** Events as `kubectl get events` shows them. */
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

/** One event object per (object, reason, message), counted up when it happens again. */
export function recordEvents(sink: Sink): (about: Obj & { kind: string; apiVersion: string }, draft: EventDraft) => Promise<void> {
  const counts = new Map<string, { count: number; first: string }>();
  return async (about, draft) => {
    const { name, uid = '', namespace = 'default', resourceVersion = '' } = about.metadata;
    const message = draft.message.slice(0, longest);
    const hash = createHash('sha256')
      .update(JSON.stringify([about.kind, uid, draft.type, draft.reason, draft.from, draft.host ?? '', message]))
      .digest('hex')
      .slice(0, 16);
    const eventName = `${name}.${hash}`;
    const now = `${new Date().toISOString().slice(0, 19)}Z`;
    const known = counts.get(eventName);
    const count = (known?.count ?? 0) + 1;
    counts.set(eventName, { count, first: known?.first ?? now });
    try {
      if (known) {
        await sink.patch(namespace, eventName, { count, lastTimestamp: now });
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
        firstTimestamp: now,
        lastTimestamp: now,
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
