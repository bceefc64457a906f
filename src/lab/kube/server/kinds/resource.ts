/** What the server knows of one resource of one group version. */
import type { Schema } from '../schema/schema.ts';

export interface Subresource {
  readonly name: string;
  readonly kind: string;
  readonly verbs: readonly string[];
  readonly group?: string;
  readonly version?: string;
}

export interface Column {
  readonly name: string;
  readonly type: string;
  readonly format: string;
  readonly description: string;
  readonly priority: number;
  readonly jsonPath: string;
}

export interface Resource {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly singular: string;
  readonly kind: string;
  readonly listKind: string;
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly subresources: readonly Subresource[];
  /** Where its objects are stored: shared by all versions, and by both kinds of events. */
  readonly bucket: string;
  readonly schema: Schema;
  readonly custom: boolean;
  readonly columns: readonly Column[];
  readonly selectableFields: readonly string[];
  /** Of a custom resource: where a Scale finds what it shows. */
  readonly scale: { readonly spec: string; readonly status: string; readonly selector: string | undefined } | undefined;
  readonly deprecation: string | undefined;
}

export const groupVersion = (resource: { readonly group: string; readonly version: string }): string =>
  resource.group ? `${resource.group}/${resource.version}` : resource.version;

export const hasSubresource = (resource: Resource, name: string): boolean => resource.subresources.some((one) => one.name === name);

/** The API group and version of an object's apiVersion. */
export function splitGroupVersion(apiVersion: string): { group: string; version: string } {
  const slash = apiVersion.indexOf('/');
  return slash < 0 ? { group: '', version: apiVersion } : { group: apiVersion.slice(0, slash), version: apiVersion.slice(slash + 1) };
}

/** v2, v1, v1beta2, v1beta1, v1alpha1, then others by name: apimachinery's CompareKubeAwareVersionStrings. */
export function byPreference(a: string, b: string): number {
  const rank = (version: string): readonly number[] | undefined => {
    const match = /^v(\d+)(?:(alpha|beta)(\d+))?$/.exec(version);
    return match === null ? undefined : [match[2] === undefined ? 2 : match[2] === 'beta' ? 1 : 0, Number(match[1]), Number(match[3] ?? 0)];
  };
  const [one, two] = [rank(a), rank(b)];
  if (!one || !two) return one ? -1 : two ? 1 : a < b ? -1 : 1;
  const index = one.findIndex((part, place) => part !== two[place]);
  return index < 0 ? 0 : (two[index] ?? 0) - (one[index] ?? 0);
}
