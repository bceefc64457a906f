/** A Subscription's conditions. Pure. */
import type { CatalogSource, InstallPlan, Subscription, SubscriptionStatus } from '../kinds.ts';
import { CATALOG_SOURCE, INSTALL_PLAN } from '../kinds.ts';
import { conditionOf, type NewCondition, withCondition } from '../toolkit/conditions.ts';
import type { Condition } from '../toolkit/objects.ts';
import { isReady } from './resolve.ts';

export function healthStatus(subscription: Subscription, catalogs: readonly CatalogSource[], now: string): SubscriptionStatus {
  const { source, sourceNamespace } = subscription.spec;
  const target = catalogs.find((one) => one.metadata.name === source && one.metadata.namespace === sourceNamespace);
  const full = `${sourceNamespace}/${source}`;
  const trouble = !target
    ? `targeted catalogsource ${full} missing`
    : isReady(target)
      ? undefined
      : `targeted catalogsource ${full} unhealthy`;
  const condition: NewCondition = trouble
    ? { type: 'CatalogSourcesUnhealthy', status: 'True', reason: 'UnhealthyCatalogSourceFound', message: trouble }
    : {
        type: 'CatalogSourcesUnhealthy',
        status: 'False',
        reason: 'AllCatalogSourcesHealthy',
        message: 'all available catalogsources are healthy',
      };
  const before = (subscription.status?.catalogHealth ?? []) as {
    catalogSourceRef: { uid?: string };
    healthy: boolean;
    lastUpdated: string;
  }[];
  return {
    ...subscription.status,
    conditions: withCondition(subscription.status?.conditions, condition, now),
    catalogHealth: catalogs.map((catalog) => {
      const { name, namespace, uid = '', resourceVersion = '' } = catalog.metadata;
      const known = before.find((one) => one.catalogSourceRef.uid === uid);
      if (known && known.healthy === isReady(catalog)) return known;
      const { apiVersion, kind } = CATALOG_SOURCE;
      return { catalogSourceRef: { apiVersion, kind, name, namespace, uid, resourceVersion }, healthy: isReady(catalog), lastUpdated: now };
    }),
    lastUpdated: subscription.status?.lastUpdated ?? now,
  };
}

/** The status with these conditions set, and those of `drop` taken away. */
export function withSubscriptionConditions(
  status: SubscriptionStatus | undefined,
  change: { set?: readonly NewCondition[]; drop?: readonly string[] },
  now: string,
): SubscriptionStatus {
  const kept: Condition[] = (status?.conditions ?? []).filter((one) => !change.drop?.includes(one.type));
  const conditions = (change.set ?? []).reduce((list, condition) => withCondition(list, condition, now), kept);
  return { ...status, conditions, lastUpdated: status?.lastUpdated ?? now };
}

/** What the plan's phase means for the Subscription it is for. */
export function planStatus(subscription: Subscription, plan: InstallPlan, csvExists: boolean, now: string): SubscriptionStatus {
  const status = subscription.status ?? {};
  const phase = plan.status?.phase ?? 'Planning';
  if (phase === 'Complete' && csvExists) {
    const done = withSubscriptionConditions(status, { drop: ['InstallPlanPending', 'InstallPlanFailed'] }, now);
    return { ...done, state: 'AtLatestKnown', ...(status.currentCSV ? { installedCSV: status.currentCSV } : {}) };
  }
  if (phase === 'Failed') {
    const reason = 'InstallComponentFailed';
    const set = [
      { type: 'InstallPlanFailed', status: 'True' as const, reason, ...(plan.status?.message ? { message: plan.status.message } : {}) },
    ];
    return { ...withSubscriptionConditions(status, { set, drop: ['InstallPlanPending'] }, now), state: 'UpgradeFailed' };
  }
  if (phase === 'RequiresApproval' || phase === 'Installing') {
    const set = [{ type: 'InstallPlanPending', status: 'True' as const, reason: phase }];
    const known = conditionOf(status.conditions, 'InstallPlanPending');
    return known?.reason === phase ? status : withSubscriptionConditions(status, { set }, now);
  }
  return status;
}

export const planReference = (plan: InstallPlan): Record<string, string> => {
  const { name, namespace = '', uid = '', resourceVersion = '' } = plan.metadata;
  return { apiVersion: INSTALL_PLAN.apiVersion, kind: INSTALL_PLAN.kind, name, namespace, uid, resourceVersion };
};
