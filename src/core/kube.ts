/** Kubernetes objects and answers as plain data, named as in the API reference. */
import type { Json, JsonObject } from './value.ts';

export interface KubeRef {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
}

/** What to list or watch; without `name` all of the kind. */
export interface KubeQuery {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
}

export type KubeObject = {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly [key: string]: Json };
} & JsonObject;

/** The API's own Status, for answers other than 2xx: the module decides what it means. */
export interface KubeStatus {
  readonly code: number;
  readonly reason: string;
  readonly message: string;
  readonly details?: Json;
}

/** An answer to a request that the API may refuse for reasons a module must see. */
export type KubeAnswer = { readonly object: KubeObject } | { readonly status: KubeStatus };

/** Which part of what a container has written. */
export interface LogPart {
  readonly container?: string;
  /** Of the run before the last restart. */
  readonly previous?: boolean;
  readonly sinceSeconds?: number;
  /** The last so many lines. */
  readonly tailLines?: number;
}

export interface KubeEvent {
  readonly type: string;
  readonly reason: string;
  readonly message: string;
  readonly count: number;
  /** RFC 3339. */
  readonly lastSeen: string;
}

/** `v1/Namespace openshift-local-storage`, `apps/v1/Deployment ns/name`: how messages name an object. */
export const kubeName = (ref: { apiVersion: string; kind: string; namespace?: string; name?: string }): string =>
  `${ref.kind} ${ref.namespace ? `${ref.namespace}/` : ''}${ref.name ?? '*'}`;

export const refOf = (object: KubeObject): KubeRef => ({
  apiVersion: object.apiVersion,
  kind: object.kind,
  ...(object.metadata.namespace ? { namespace: object.metadata.namespace } : {}),
  name: object.metadata.name,
});
