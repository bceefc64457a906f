/** OLM's catalog operator: Subscriptions become InstallPlans. */
import type { Context } from '../context.ts';
import { delays } from '../delays.ts';
import {
  CATALOG_SOURCE,
  CSV,
  INSTALL_PLAN,
  type InstallPlan,
  NAMESPACE,
  SUBSCRIPTION,
  type Subscription,
  type SubscriptionStatus,
} from '../kinds.ts';
import { timestamp } from '../toolkit/clock.ts';
import { type Again, on } from '../toolkit/controller.ts';
import { suffix } from '../toolkit/hash.ts';
import { keyOf, ownerOf, parseKey } from '../toolkit/objects.ts';
import type { CatalogFor } from './catalog-source.ts';
import { globalNamespace } from './catalog-source.ts';
import type { Bundle } from './contents.ts';
import { resolve } from './resolve.ts';
import { healthStatus, planReference, planStatus, withSubscriptionConditions } from './subscription-status.ts';
import { startUnpacking } from './unpack.ts';

export function startSubscriptions(context: Context, contents: CatalogFor): void {
  const { client } = context;
  const subscriptions = context.cache(SUBSCRIPTION);
  const catalogs = context.cache(CATALOG_SOURCE);
  const plans = context.cache(INSTALL_PLAN);
  const csvs = context.cache(CSV);
  const inNamespace = (namespace: string | undefined) => subscriptions.all(namespace).map(keyOf);
  const visible = (namespace: string) =>
    catalogs
      .all()
      .filter((one) => [namespace, globalNamespace].includes(one.metadata.namespace ?? ''))
      .sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));

  const setStatus = (subscription: Subscription, change: (live: Subscription) => SubscriptionStatus) =>
    client.editStatus(SUBSCRIPTION, subscription.metadata, (live) => {
      live.status = change(live);
    });

  const controller = context.controller(
    'catalog-operator',
    [
      on(subscriptions),
      on(catalogs, () => inNamespace(undefined)),
      on(plans, (plan) => inNamespace(plan.metadata.namespace)),
      on(csvs, (csv) => inNamespace(csv.metadata.namespace)),
    ],
    async (key): Promise<Again | undefined> => {
      const { name, namespace = '' } = parseKey(key);
      const subscription = await client.get(SUBSCRIPTION, { name, namespace });
      if (!subscription || subscription.metadata.deletionTimestamp) return undefined;
      const soon = context.wait(`subscription/${subscription.metadata.uid}`, 'react');
      if (soon) return soon;
      await setStatus(subscription, (live) => healthStatus(live, visible(namespace), timestamp()));
      const reference = subscription.status?.installPlanRef;
      const plan = reference && (await client.get(INSTALL_PLAN, { name: reference['name'] ?? '', namespace }));
      if (plan) return follow(subscription, plan);
      if (subscription.status?.installedCSV) return undefined;
      return progress(subscription);
    },
  );
  const unpack = startUnpacking(context, (key) => controller.add(key));

  const follow = async (subscription: Subscription, plan: InstallPlan): Promise<Again | undefined> => {
    const name = subscription.status?.currentCSV ?? '';
    const csv = await client.get(CSV, { name, namespace: subscription.metadata.namespace ?? '' });
    await setStatus(subscription, (live) => planStatus(live, plan, csv !== undefined, timestamp()));
    return undefined;
  };

  const progress = async (subscription: Subscription): Promise<Again | undefined> => {
    const { namespace = '', uid } = subscription.metadata;
    const resolving = context.wait(`resolve/${uid}`, 'resolve');
    if (resolving) return resolving;
    const [owned, siblings] = [await client.list(CSV, { namespace }), await client.list(SUBSCRIPTION, { namespace })];
    const market = { catalogs: visible(namespace), contents, csvs: owned.items, subscriptions: siblings.items };
    const answer = resolve(subscription, market);
    if (answer.is === 'failed') return refuse(subscription, answer);
    const unpacked = await unpack(subscription, answer.bundle);
    const set = unpacked.condition ? [unpacked.condition] : [];
    await setStatus(subscription, (live) =>
      withSubscriptionConditions(
        live.status,
        { set, drop: ['ResolutionFailed', ...(unpacked.done ? ['BundleUnpacking', 'BundleUnpackFailed'] : [])] },
        timestamp(),
      ),
    );
    if (!unpacked.done) return unpacked.again;
    await plan(subscription, answer.bundle, siblings.items);
    return undefined;
  };

  const refuse = async (subscription: Subscription, answer: { reason: string; message: string }): Promise<Again> => {
    const condition = { type: 'ResolutionFailed', status: 'True' as const, ...answer };
    const { reason, message } = condition;
    await setStatus(subscription, (live) =>
      withSubscriptionConditions(live.status, { set: [{ type: condition.type, status: condition.status, reason, message }] }, timestamp()),
    );
    const namespace = await client.get(NAMESPACE, { name: subscription.metadata.namespace ?? '' });
    if (namespace) {
      const about = { ...namespace, kind: 'Namespace', apiVersion: 'v1' };
      await client.event(about, { type: 'Warning', reason: 'ResolutionFailed', message, from: 'operator-lifecycle-manager' });
    }
    return { again: delays.catalogRetry };
  };

  /** One Subscription with manual approval makes every plan of its namespace wait. */
  const plan = async (subscription: Subscription, bundle: Bundle, siblings: readonly Subscription[]): Promise<void> => {
    const { namespace = '', uid = '' } = subscription.metadata;
    const manual = siblings.some((one) => one.spec.installPlanApproval === 'Manual');
    const { items } = await client.list(INSTALL_PLAN, { namespace });
    const existing = items.find((one) => one.spec.clusterServiceVersionNames.includes(bundle.csv) && one.status?.phase !== 'Failed');
    const generation = Math.max(0, ...items.map((one) => one.spec.generation ?? 0)) + 1;
    const written =
      existing ??
      (await client.create<InstallPlan>(INSTALL_PLAN, {
        metadata: {
          name: `install-${suffix(`${uid}/${generation}`)}`,
          namespace,
          labels: { [`operators.coreos.com/${subscription.spec.name}.${namespace}`]: '' },
          ownerReferences: [{ ...ownerOf(SUBSCRIPTION, subscription, false), controller: false, blockOwnerDeletion: false }],
        },
        spec: { approval: manual ? 'Manual' : 'Automatic', approved: !manual, clusterServiceVersionNames: [bundle.csv], generation },
      }));
    await setStatus(subscription, (live) => ({
      ...live.status,
      state: 'UpgradePending',
      currentCSV: bundle.csv,
      installPlanGeneration: written.spec.generation ?? generation,
      installPlanRef: planReference(written),
      installplan: planLink(written),
      lastUpdated: timestamp(),
    }));
  };
}

const planLink = (plan: InstallPlan): Record<string, string> => {
  const { apiVersion = '', kind = '', name = '', uid = '' } = planReference(plan);
  return { apiVersion, kind, name, uuid: uid };
};
