/** What the cluster said about an object lately. */
import type { KubeEvent, KubeObject, KubeRef } from '../../core/kube.ts';
import type { Ask } from './http.ts';

/** core/v1 Events: OpenShift's operators and kubelet write these. Cluster-scoped objects have theirs in `default`. */
export const askEvents = (ref: KubeRef): Ask => ({
  method: 'GET',
  path: `/api/v1/namespaces/${encodeURIComponent(ref.namespace ?? 'default')}/events`,
  query: {
    fieldSelector: `involvedObject.kind=${ref.kind},involvedObject.name=${ref.name}`,
    limit: 500,
  },
});

/** Newest first. Events repeat by count or, in the newer form, by series. */
export const eventsOf = (items: readonly KubeObject[]): readonly KubeEvent[] =>
  items.map(eventOf).sort((a, b) => (a.lastSeen < b.lastSeen ? 1 : a.lastSeen > b.lastSeen ? -1 : 0));

interface RawEvent {
  readonly type?: string;
  readonly reason?: string;
  readonly message?: string;
  readonly count?: number;
  readonly lastTimestamp?: string | null;
  readonly eventTime?: string | null;
  readonly series?: { readonly count?: number; readonly lastObservedTime?: string } | null;
  readonly metadata?: { readonly creationTimestamp?: string };
}

function eventOf(item: KubeObject): KubeEvent {
  const raw = item as unknown as RawEvent;
  return {
    type: raw.type ?? 'Normal',
    reason: raw.reason ?? '',
    message: (raw.message ?? '').trim(),
    count: raw.series?.count ?? raw.count ?? 1,
    lastSeen: raw.series?.lastObservedTime ?? raw.lastTimestamp ?? raw.eventTime ?? raw.metadata?.creationTimestamp ?? '',
  };
}
