/** PackageManifests: on OpenShift an aggregated API computed from the catalogs; here objects. Pure. */
import type { CatalogSource, PackageManifest } from '../kinds.ts';
import type { Package } from './contents.ts';

/** Named by the package, so of two catalogs with the same package only one shows. */
export const packageManifest = (pack: Package, catalog: CatalogSource): PackageManifest => {
  const { name, namespace = '' } = catalog.metadata;
  return {
    metadata: {
      name: pack.name,
      namespace,
      labels: {
        catalog: name,
        'catalog-namespace': namespace,
        // A stored object's label may hold no spaces, which the real, computed one does ("Red Hat").
        provider: pack.provider.replaceAll(' ', '-'),
        'provider-url': '',
        'operatorframework.io/arch.amd64': 'supported',
        'operatorframework.io/os.linux': 'supported',
      },
    },
    status: {
      catalogSource: name,
      catalogSourceDisplayName: catalog.spec.displayName ?? '',
      catalogSourcePublisher: catalog.spec.publisher ?? '',
      catalogSourceNamespace: namespace,
      provider: { name: pack.provider },
      packageName: pack.name,
      defaultChannel: pack.defaultChannel,
      channels: pack.channels.map(({ name: channel, head }) => ({
        name: channel,
        currentCSV: head.csv,
        currentCSVDesc: { displayName: pack.displayName, version: head.version, installModes: head.spec.installModes },
        entries: [{ name: head.csv, version: head.version }],
      })),
    },
  };
};
