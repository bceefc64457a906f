/** Objects as results. */
import type { KubeObject } from '../../core/kube.ts';

/** Without the bookkeeping of who set what. */
export function withoutNoise(object: KubeObject): KubeObject {
  const { managedFields: _, ...metadata } = object.metadata;
  return { ...object, metadata } as KubeObject;
}
