/** Lists, page by page. */
import type { KubeObject, KubeQuery } from '../../core/kube.ts';
import { kubeName } from '../../core/kube.ts';
import { isObject, type Json } from '../../core/value.ts';
import type { Api } from './api.ts';
import type { Served } from './discovery.ts';
import type { Query } from './http.ts';
import { pathOf } from './paths.ts';
import { refusal } from './trouble.ts';

const PAGE = 500;

export interface Listed {
  readonly items: readonly KubeObject[];
  /** Of the collection: a watch can go on from here. */
  readonly resourceVersion: string;
}

/** Undefined where the collection does not exist: the kind is not served any more. */
export async function list(api: Api, query: KubeQuery, served: Served): Promise<Listed | undefined> {
  const items: KubeObject[] = [];
  const path = pathOf(query.apiVersion, served, { ...(query.namespace ? { namespace: query.namespace } : {}) });
  let next: string | undefined;
  for (;;) {
    const page: Query = { ...selectors(query), limit: PAGE, ...(next ? { continue: next } : {}) };
    const answer = await api.ask({ method: 'GET', path, query: page }, 'always');
    if (answer.status?.code === 410 && next) {
      // The snapshot that the pages came from is gone (a slow reader, a compaction): from the start.
      items.length = 0;
      next = undefined;
      continue;
    }
    if (answer.status?.code === 404) return undefined;
    if (answer.status) throw refusal(answer.status, `list ${kubeName(query)}`);
    const { metadata = {}, items: more = [] } = answer.body as {
      metadata?: { continue?: string; resourceVersion?: string };
      items?: Json[];
    };
    for (const item of more) if (isObject(item)) items.push({ apiVersion: query.apiVersion, kind: query.kind, ...item } as KubeObject);
    next = metadata.continue || undefined;
    if (!next) return { items: named(items, query.name), resourceVersion: metadata.resourceVersion ?? '' };
  }
}

/** A name becomes a field selector, so that a list or a watch of one object says where it ended. */
export function selectors(query: KubeQuery): Query {
  const fields = [query.name === undefined ? '' : `metadata.name=${query.name}`, query.fieldSelector ?? ''].filter(Boolean).join(',');
  return {
    ...(query.labelSelector ? { labelSelector: query.labelSelector } : {}),
    ...(fields ? { fieldSelector: fields } : {}),
  };
}

/** Some aggregated APIs (packagemanifests) take no notice of field selectors. */
const named = (items: readonly KubeObject[], name: string | undefined): readonly KubeObject[] =>
  name === undefined ? items : items.filter((item) => item.metadata.name === name);

export const queryKey = (query: KubeQuery): string =>
  JSON.stringify([query.apiVersion, query.kind, query.namespace, query.name, query.labelSelector, query.fieldSelector]);

export const versionOf = (object: KubeObject): string | undefined => {
  const { resourceVersion } = object.metadata;
  return typeof resourceVersion === 'string' ? resourceVersion : undefined;
};
