/** What the cluster needs to use the mirror: mirror policies and catalog sources, named as oc-mirror names them. Pure. */
import type { JsonObject } from '../../core/value.ts';
import { originOf, type Pair } from './pairs.ts';

export interface Policies {
  readonly kind: 'idms' | 'icsp';
  /** Sources that are operator catalogs. */
  readonly catalogs: readonly string[];
}

export interface ClusterFile {
  readonly name: string;
  readonly object: JsonObject;
}

/** Objects in the order in which they may be applied. */
export function clusterFiles(pairs: readonly Pair[], { kind, catalogs }: Policies, base: string): readonly ClusterFile[] {
  const byDigest = new Map<string, Set<string>>();
  const byTag = new Map<string, Set<string>>();
  const sources: ClusterFile[] = [];
  for (const { from, to } of pairs) {
    const origin = originOf(from, base);
    if (!origin || to.in !== 'registry') continue;
    const name = `${origin.at}/${origin.repository}`;
    const mirror = `${to.at}/${to.repository}`;
    if (catalogs.some((catalog) => catalog === name || catalog === `${name}:${origin.tag}` || catalog.startsWith(`${name}@`))) {
      sources.push(catalogSource(origin, `${mirror}${to.tag === undefined ? `@${to.digest}` : `:${to.tag}`}`));
      continue;
    }
    // The tag sha256-… is what an image without a tag got on its way through a layout.
    const known = from.digest !== undefined || /^sha256-[0-9a-f]{64}$/.test(origin.tag ?? '') ? byDigest : byTag;
    if (mirror !== name) known.set(name, (known.get(name) ?? new Set()).add(mirror));
  }
  const of = catalogs.length > 0 ? 'operator' : 'generic';
  const digests =
    byDigest.size === 0 ? [] : [kind === 'idms' ? imageDigestMirrorSet(byDigest, of) : imageContentSourcePolicy(byDigest, of)];
  const tags = byTag.size === 0 || kind === 'icsp' ? [] : [imageTagMirrorSet(byTag, of)];
  return [...digests, ...tags, ...sources];
}

const mirrorsOf = (found: ReadonlyMap<string, ReadonlySet<string>>): readonly JsonObject[] =>
  [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([source, mirrors]) => ({ mirrors: [...mirrors].sort(), source }));

const imageDigestMirrorSet = (found: ReadonlyMap<string, ReadonlySet<string>>, of: string): ClusterFile => ({
  name: 'idms-oc-mirror.yaml',
  object: {
    ...{ apiVersion: 'config.openshift.io/v1', kind: 'ImageDigestMirrorSet', metadata: { name: `idms-${of}-0` } },
    spec: { imageDigestMirrors: mirrorsOf(found) },
  },
});

const imageTagMirrorSet = (found: ReadonlyMap<string, ReadonlySet<string>>, of: string): ClusterFile => ({
  name: 'itms-oc-mirror.yaml',
  object: {
    ...{ apiVersion: 'config.openshift.io/v1', kind: 'ImageTagMirrorSet', metadata: { name: `itms-${of}-0` } },
    spec: { imageTagMirrors: mirrorsOf(found) },
  },
});

/** Up to 4.12; it knows digests only. */
const imageContentSourcePolicy = (found: ReadonlyMap<string, ReadonlySet<string>>, of: string): ClusterFile => ({
  name: 'imageContentSourcePolicy.yaml',
  object: {
    ...{ apiVersion: 'operator.openshift.io/v1alpha1', kind: 'ImageContentSourcePolicy', metadata: { name: `${of}-0` } },
    spec: { repositoryDigestMirrors: mirrorsOf(found) },
  },
});

/** "redhat/redhat-operator-index:v4.18" becomes cs-redhat-operator-index-v4-18. */
function catalogSource(
  origin: { readonly repository: string; readonly tag?: string; readonly digest?: string },
  image: string,
): ClusterFile {
  const tag = origin.tag ?? origin.digest?.slice('sha256:'.length, 'sha256:'.length + 12) ?? 'latest';
  const name = `cs-${origin.repository.split('/').at(-1)}-${tag}`.toLowerCase().replace(/[^a-z0-9-]+/g, '-');
  return {
    name: `${name}.yaml`,
    object: {
      ...{ apiVersion: 'operators.coreos.com/v1alpha1', kind: 'CatalogSource', metadata: { name, namespace: 'openshift-marketplace' } },
      spec: { sourceType: 'grpc', image, grpcPodConfig: { securityContextConfig: 'restricted' } },
    },
  };
}
