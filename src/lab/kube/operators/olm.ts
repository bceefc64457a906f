/** The operator lifecycle manager: catalogs, Subscriptions, InstallPlans, ClusterServiceVersions. */
import type { Context } from './context.ts';
import type { Crd } from './kinds.ts';
import { type CatalogFor, startCatalogSources } from './olm/catalog-source.ts';
import { catalogContents } from './olm/contents.ts';
import { startCsvs } from './olm/csv.ts';
import { startInstallPlans } from './olm/install-plan.ts';
import { startSubscriptions } from './olm/subscription.ts';

export function startOlm(context: Context, localStorageCrds: readonly Crd[]): void {
  const contents: CatalogFor = (catalog) => catalogContents(catalog.spec.image ?? '', context.options.version, localStorageCrds);
  startCatalogSources(context, contents);
  startSubscriptions(context, contents);
  startInstallPlans(context, contents);
  startCsvs(context);
}
