/** Which objects a task's arguments mean. */
import type { KubeQuery } from '../../core/kube.ts';
import { joined } from './cluster-args.ts';

export interface Selection {
  readonly api_version: string;
  readonly kind: string;
  readonly name?: string;
  readonly namespace?: string;
  readonly label_selectors?: readonly string[];
  readonly field_selectors?: readonly string[];
}

export function queryOf(given: Selection): KubeQuery {
  const labelSelector = joined(given.label_selectors);
  const fieldSelector = joined(given.field_selectors);
  return {
    apiVersion: given.api_version,
    kind: given.kind,
    ...(given.namespace === undefined ? {} : { namespace: given.namespace }),
    ...(given.name === undefined ? {} : { name: given.name }),
    ...(labelSelector === undefined ? {} : { labelSelector }),
    ...(fieldSelector === undefined ? {} : { fieldSelector }),
  };
}
