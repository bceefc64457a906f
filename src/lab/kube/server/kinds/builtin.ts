/** The built-in resources, made from the data file. */
import { builtinResources, builtinTypes, type Schema } from '../schema/schema.ts';
import { type Resource, splitGroupVersion } from './resource.ts';

/** group/version/kind → name of the type. */
const typeNames = new Map<string, string>();
for (const [name, type] of Object.entries(builtinTypes)) {
  const declared = (type as { 'x-kubernetes-group-version-kind'?: readonly { group: string; version: string; kind: string }[] })[
    'x-kubernetes-group-version-kind'
  ];
  for (const one of declared ?? []) typeNames.set(`${one.group}/${one.version}/${one.kind}`, name);
}

export function builtinType(group: string, version: string, kind: string): Schema {
  const name = typeNames.get(`${group}/${version}/${kind}`);
  return name === undefined ? {} : { $ref: name };
}

/** Group version and kind → what its users are warned with. */
const deprecations: { readonly [kind: string]: string } = {
  'v1 Endpoints': 'v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice',
};

export function builtinKinds(): Resource[] {
  return builtinResources
    .filter((one) => !one.name.includes('/'))
    .map((one): Resource => {
      const { group, version } = splitGroupVersion(one.groupVersion);
      const subresources = builtinResources
        .filter((other) => other.groupVersion === one.groupVersion && other.name.startsWith(`${one.name}/`))
        .map(({ name, kind, verbs, group: subGroup, version: subVersion }) => ({
          ...{ name: name.slice(one.name.length + 1), kind, verbs },
          ...(subGroup && subVersion ? { group: subGroup, version: subVersion } : {}),
        }));
      return {
        ...{ group, version, plural: one.name, singular: one.singularName, kind: one.kind, listKind: `${one.kind}List` },
        ...{
          namespaced: one.namespaced,
          verbs: one.verbs,
          shortNames: one.shortNames ?? [],
          categories: one.categories ?? [],
          subresources,
        },
        bucket: one.name === 'events' ? '/events' : `${group}/${one.name}`,
        schema: builtinType(group, version, one.kind),
        ...{
          custom: false,
          columns: [],
          selectableFields: [],
          scale: undefined,
          deprecation: deprecations[`${one.groupVersion} ${one.kind}`],
        },
      };
    });
}
