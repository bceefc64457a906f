/** OpenAPI v3 schemas as the API server uses them: of built-in kinds (with $ref into the data file) and of custom ones (structural). */
import builtin from '../kinds/builtin.data.json' with { type: 'json' };

export interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly format?: string;
  readonly properties?: { readonly [name: string]: Schema };
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema;
  readonly required?: readonly string[];
  readonly enum?: readonly unknown[];
  readonly default?: unknown;
  readonly nullable?: boolean;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: boolean;
  readonly exclusiveMaximum?: boolean;
  readonly multipleOf?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly uniqueItems?: boolean;
  readonly minProperties?: number;
  readonly maxProperties?: number;
  readonly oneOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly not?: Schema;
  readonly 'x-kubernetes-validations'?: readonly unknown[];
  readonly 'x-kubernetes-preserve-unknown-fields'?: boolean;
  readonly 'x-kubernetes-int-or-string'?: boolean;
  readonly 'x-kubernetes-embedded-resource'?: boolean;
  readonly 'x-kubernetes-list-type'?: string;
  readonly 'x-kubernetes-list-map-keys'?: readonly string[];
  readonly 'x-kubernetes-map-type'?: string;
  readonly 'x-kubernetes-patch-strategy'?: string;
  readonly 'x-kubernetes-patch-merge-key'?: string;
  /** Optional fields whose zero value Go does not write. */
  readonly 'x-drop-zero'?: readonly string[];
  /** Fields that Go writes though nobody set them, and what it writes. */
  readonly 'x-always'?: { readonly [name: string]: unknown };
  readonly 'x-proto'?: ProtoFields;
}

/** Protobuf field number → field, or the fields of a struct that JSON writes inline. */
export interface ProtoFields {
  readonly [number: string]: string | ProtoFields;
}

export interface BuiltinResource {
  readonly groupVersion: string;
  readonly name: string;
  readonly singularName: string;
  readonly namespaced: boolean;
  readonly kind: string;
  readonly verbs: readonly string[];
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
  readonly group?: string;
  readonly version?: string;
}

export const kubeVersion: string = builtin.version;
export const builtinResources = builtin.resources as readonly BuiltinResource[];
export const builtinTypes = builtin.types as unknown as { readonly [name: string]: Schema };

export const metaType = 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta';
export const quantityType = 'io.k8s.apimachinery.pkg.api.resource.Quantity';
export const objectMeta: Schema = { $ref: metaType };

/** The schema that a reference stands for. */
export function resolve(schema: Schema): Schema {
  return schema.$ref === undefined ? schema : (builtinTypes[schema.$ref] ?? {});
}

export const fieldOf = (schema: Schema | undefined, name: string): Schema | undefined => {
  if (!schema) return undefined;
  const whole = resolve(schema);
  const declared = whole.properties?.[name];
  if (declared && Object.hasOwn(whole.properties ?? {}, name)) return declared;
  return typeof whole.additionalProperties === 'object' ? whole.additionalProperties : undefined;
};

export const isDeclared = (schema: Schema | undefined, name: string): boolean =>
  schema !== undefined && Object.hasOwn(resolve(schema).properties ?? {}, name);

/** The list and map kinds that decide how values are merged. */
export type Shape =
  | { readonly kind: 'leaf' }
  | { readonly kind: 'map' }
  | { readonly kind: 'set' }
  | { readonly kind: 'keyed'; readonly keys: readonly string[]; readonly item: Schema };

const leaf: Shape = { kind: 'leaf' };

/** How a value of this schema is owned and merged; where nothing is known, maps are granular and lists are one value. */
export function shapeOf(schema: Schema | undefined, value: unknown): Shape {
  const whole = schema && resolve(schema);
  if (Array.isArray(value)) {
    const type = whole?.['x-kubernetes-list-type'];
    const item = whole?.items;
    if (type === 'set') return { kind: 'set' };
    if (type === 'map' && item) return { kind: 'keyed', keys: whole?.['x-kubernetes-list-map-keys'] ?? [], item };
    if (type === undefined && item && whole?.['x-kubernetes-patch-strategy']?.includes('merge')) {
      const key = whole['x-kubernetes-patch-merge-key'];
      return key ? { kind: 'keyed', keys: [key], item } : { kind: 'set' };
    }
    return leaf;
  }
  if (typeof value !== 'object' || value === null) return leaf;
  return whole?.['x-kubernetes-map-type'] === 'atomic' || schema?.['x-kubernetes-map-type'] === 'atomic' ? leaf : { kind: 'map' };
}
