/** Which bundle a Subscription gets, and OLM's words where it gets none. Pure. */
import type { CatalogSource, Csv, Subscription } from '../kinds.ts';
import { keyOf } from '../toolkit/objects.ts';
import type { Bundle, Package } from './contents.ts';

export interface Market {
  /** Those the namespace sees: its own and the global ones. */
  readonly catalogs: readonly CatalogSource[];
  contents(catalog: CatalogSource): readonly Package[];
  /** CSVs and Subscriptions of the namespace. */
  readonly csvs: readonly Csv[];
  readonly subscriptions: readonly Subscription[];
}

export type Resolution =
  | { readonly is: 'bundle'; readonly bundle: Bundle }
  | { readonly is: 'failed'; readonly reason: string; readonly message: string };

export const isReady = (catalog: CatalogSource): boolean => catalog.status?.connectionState?.lastObservedState === 'READY';

export function resolve(subscription: Subscription, market: Market): Resolution {
  // One broken catalog is enough, whichever the Subscription names.
  const broken = market.catalogs.find((catalog) => !isReady(catalog));
  if (broken) return { is: 'failed', reason: 'ErrorPreventedResolution', message: cacheError(broken) };
  const { name: pack, channel, source, sourceNamespace, startingCSV } = subscription.spec;
  const referenced = `the catalog referenced by subscription ${subscription.metadata.name}, subscription ${subscription.metadata.name} exists`;
  const unsatisfiable = (what: string): Resolution => ({
    is: 'failed',
    reason: 'ConstraintsNotSatisfiable',
    message: `constraints not satisfiable: ${what}`,
  });
  const catalog = market.catalogs.find((one) => keyOf(one) === `${sourceNamespace}/${source}`);
  const packages = catalog ? market.contents(catalog) : [];
  if (packages.length === 0) {
    const by = `referenced by subscription ${subscription.metadata.name}, subscription ${subscription.metadata.name} exists`;
    return unsatisfiable(`no operators found from catalog ${source} in namespace ${sourceNamespace} ${by}`);
  }
  const found = packages.find((one) => one.name === pack);
  if (!found) return unsatisfiable(`no operators found in package ${pack} in ${referenced}`);
  const wanted = channel || found.defaultChannel;
  const head = found.channels.find((one) => one.name === wanted)?.head;
  if (!head) return unsatisfiable(`no operators found in channel ${wanted} of package ${pack} in ${referenced}`);
  if (startingCSV && startingCSV !== head.csv) {
    return unsatisfiable(`no operators found with name ${startingCSV} in channel ${wanted} of package ${pack} in ${referenced}`);
  }
  const leftover = market.csvs.find((csv) => csv.metadata.name === head.csv);
  const referencedBy = market.subscriptions.some((one) => [one.status?.installedCSV, one.status?.currentCSV].includes(head.csv));
  if (leftover && !referencedBy) {
    return unsatisfiable(`clusterserviceversion ${head.csv} exists and is not referenced by a subscription`);
  }
  return { is: 'bundle', bundle: head };
}

const cacheError = (catalog: CatalogSource): string => {
  const { name, namespace } = catalog.metadata;
  const dial = `dial tcp: lookup ${name}.${namespace}.svc on 172.30.0.10:53: no such host`;
  return (
    `failed to populate resolver cache from source ${name}/${namespace}: failed to list bundles: ` +
    `rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing: ${dial}"`
  );
};
