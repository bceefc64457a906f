/** Where the API keeps things. */
import type { Served } from './discovery.ts';

/** "v1" → /api/v1, "apps/v1" → /apis/apps/v1. */
export const root = (apiVersion: string): string => (apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`);

/** A collection, or with `name` an object; encoded. */
export function pathOf(apiVersion: string, served: Served, where: { readonly namespace?: string; readonly name?: string }): string {
  const namespace = served.namespaced && where.namespace ? `/namespaces/${encodeURIComponent(where.namespace)}` : '';
  const name = where.name === undefined ? '' : `/${encodeURIComponent(where.name)}`;
  return `${root(apiVersion)}${namespace}/${served.plural}${name}`;
}
