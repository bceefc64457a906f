/** What is served, in the three forms that clients ask for it: groups, resources of a version, and all in one. */

import { type Dict, known } from '../json.ts';
import type { Registry } from '../kinds/registry.ts';
import { groupVersion, type Resource } from '../kinds/resource.ts';
import { kubeVersion } from '../schema/schema.ts';

export function versionDocument(): Dict {
  const [major = '1', minor = '0'] = kubeVersion.slice(1).split('.');
  return {
    ...{ major, minor, gitVersion: kubeVersion, gitCommit: 'lab', gitTreeState: 'clean', buildDate: '1970-01-01T00:00:00Z' },
    ...{ goVersion: 'go1', compiler: 'gc', platform: 'linux/amd64' },
  };
}

export const coreVersions = (address: string): Dict => ({
  kind: 'APIVersions',
  versions: ['v1'],
  serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress: address }],
});

function groupOf(group: string, versions: readonly string[]): Dict {
  const named = versions.map((version) => ({ groupVersion: `${group}/${version}`, version }));
  return { name: group, versions: named, preferredVersion: named[0] };
}

export const groupList = (registry: Registry): Dict => ({
  kind: 'APIGroupList',
  apiVersion: 'v1',
  groups: registry.groups.filter(({ group }) => group !== '').map(({ group, versions }) => groupOf(group, versions)),
});

export function groupDocument(registry: Registry, group: string): Dict | undefined {
  const found = registry.groups.find((one) => one.group === group);
  return found && { kind: 'APIGroup', apiVersion: 'v1', ...groupOf(group, found.versions) };
}

export function resourceList(registry: Registry, group: string, version: string): Dict | undefined {
  const resources = registry.of({ group, version });
  if (resources.length === 0) return undefined;
  const entries = resources.flatMap((one) => [
    known({
      ...{ name: one.plural, singularName: one.singular, namespaced: one.namespaced, kind: one.kind, verbs: one.verbs },
      ...{ shortNames: ifAny(one.shortNames), categories: ifAny(one.categories) },
    }),
    ...one.subresources.map((sub) =>
      known({
        name: `${one.plural}/${sub.name}`,
        singularName: '',
        namespaced: one.namespaced,
        group: sub.group,
        version: sub.version,
        kind: sub.kind,
        verbs: sub.verbs,
      }),
    ),
  ]);
  return { kind: 'APIResourceList', apiVersion: 'v1', groupVersion: groupVersion({ group, version }), resources: entries };
}

const ifAny = (values: readonly string[]): readonly string[] | undefined => (values.length > 0 ? values : undefined);

/** apidiscovery.k8s.io/v2, which newer clients ask for first. */
export function aggregated(registry: Registry, isCore: boolean): Dict {
  const groups = registry.groups.filter(({ group }) => (group === '') === isCore);
  return {
    kind: 'APIGroupDiscoveryList',
    apiVersion: 'apidiscovery.k8s.io/v2',
    metadata: {},
    items: groups.map(({ group, versions }) => ({
      metadata: known({ name: group || undefined }),
      versions: versions.map((version) => ({ version, resources: registry.of({ group, version }).map(discovered), freshness: 'Current' })),
    })),
  };
}

/** The core group's kinds are named without their version, as the real server does. */
function discovered(one: Resource): Dict {
  const responseKind = (group: string, version: string, kind: string): Dict => ({ group, version: group ? version : '', kind });
  return known({
    resource: one.plural,
    responseKind: responseKind(one.group, one.version, one.kind),
    scope: one.namespaced ? 'Namespaced' : 'Cluster',
    singularResource: one.singular,
    verbs: one.verbs,
    shortNames: ifAny(one.shortNames),
    categories: ifAny(one.categories),
    subresources:
      one.subresources.length === 0
        ? undefined
        : one.subresources.map((sub) => ({
            subresource: sub.name,
            responseKind: responseKind(sub.group ?? one.group, sub.version ?? one.version, sub.kind),
            verbs: sub.verbs,
          })),
  });
}

/** What `kubectl get --raw /` lists. */
export function rootPaths(registry: Registry): Dict {
  const groups = registry.groups.filter(({ group }) => group !== '');
  const paths = [
    ...['/api', '/api/v1', '/apis', '/healthz', '/livez', '/openapi/v2', '/openapi/v3', '/readyz', '/version'],
    ...groups.flatMap(({ group, versions }) => [`/apis/${group}`, ...versions.map((version) => `/apis/${group}/${version}`)]),
  ];
  return { paths: paths.sort() };
}
