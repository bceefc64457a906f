/** How objects, kinds and namespaces are called where one task needs what another brings. */
import type { Resource } from '../../core/change.ts';
import type { KubeObject, KubeRef } from '../../core/kube.ts';
import { isObject, type Json } from '../../core/value.ts';

export const namespaceKey = (name: string): Resource => `namespace/${name}`;
export const kindKey = (apiVersion: string, kind: string): Resource => `kind/${apiVersion}/${kind}`;
/** What to do about a kind that is not served. */
export const KIND_REMEDY =
  'install the operator that brings this kind and wait for it, or correct apiVersion and kind (see: oc api-resources)';
export const objectKey = (ref: KubeRef): Resource =>
  `object/${ref.apiVersion}/${ref.kind}/${ref.namespace ? `${ref.namespace}/` : ''}${ref.name}`;

/** What a look at these objects depends on: one of them, or all of a kind (in a namespace). */
export const readBy = (given: {
  readonly api_version?: string;
  readonly kind: string;
  readonly name?: string;
  readonly namespace?: string;
}): Resource =>
  objectKey({
    apiVersion: given.api_version ?? 'v1',
    kind: given.kind,
    name: given.name ?? '*',
    ...(given.namespace === undefined ? {} : { namespace: given.namespace }),
  });

/** What will exist once this object is applied. */
export function providedBy(manifest: KubeObject): readonly Resource[] {
  const { apiVersion, kind, metadata } = manifest;
  const own = objectKey({ apiVersion, kind, name: metadata.name, ...(metadata.namespace ? { namespace: metadata.namespace } : {}) });
  const [group] = apiVersion.split('/');
  if (apiVersion === 'v1' && kind === 'Namespace') return [own, namespaceKey(metadata.name)];
  if (kind === 'Project' && group === 'project.openshift.io') return [own, namespaceKey(metadata.name)];
  if (kind === 'CustomResourceDefinition') return [own, `crd/${metadata.name}`, ...kindsOf(manifest)];
  // An operator brings kinds that nobody here can foretell.
  if (kind === 'Subscription' && group === 'operators.coreos.com') return [own, 'kind/*'];
  return [own];
}

function kindsOf(crd: KubeObject): readonly Resource[] {
  const spec = isObject(crd['spec']) ? (crd['spec'] as { group?: string; names?: { kind?: string }; versions?: readonly Json[] }) : {};
  const versions = (spec.versions ?? []) as readonly { readonly name?: string; readonly served?: boolean }[];
  return versions.filter(({ served }) => served !== false).map(({ name }) => kindKey(`${spec.group}/${name}`, spec.names?.kind ?? ''));
}
