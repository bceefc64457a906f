/** Where a custom resource keeps what its Scale shows. */
import { type Cause, invalidValue } from '../http/status.ts';
import { at, isDict, type Obj } from '../json.ts';
import type { Resource } from '../kinds/resource.ts';

/** `.spec.replicas` → ['spec', 'replicas']. */
export const pathNames = (jsonPath: string): string[] => jsonPath.split('.').filter((one) => one !== '');

/** A path that leads through something that is no map cannot be read. */
export function scaleCauses(resource: Resource, object: Obj): Cause[] {
  if (!resource.scale) return [];
  const path = pathNames(resource.scale.spec);
  const parent = at(object, ...path.slice(0, -1));
  if (parent === undefined || parent === null || isDict(parent)) return [];
  const type = Array.isArray(parent) ? '[]interface {}' : typeof parent;
  const field = resource.scale.spec;
  const value = typeof parent === 'string' ? parent : JSON.stringify(parent);
  return [invalidValue(field, 0, `${field} accessor error: ${value} is of the type ${type}, expected map[string]interface{}`)];
}
