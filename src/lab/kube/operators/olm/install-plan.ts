/** InstallPlans: approval, then CRDs and the ClusterServiceVersion. */
import type { Context } from '../context.ts';
import { delays } from '../delays.ts';
import { CATALOG_SOURCE, CRD, CSV, INSTALL_PLAN, type InstallPlan, SUBSCRIPTION } from '../kinds.ts';
import { timestamp } from '../toolkit/clock.ts';
import { isTrue } from '../toolkit/conditions.ts';
import { type Again, on } from '../toolkit/controller.ts';
import { parseKey } from '../toolkit/objects.ts';
import type { CatalogFor } from './catalog-source.ts';
import type { Bundle } from './contents.ts';

export function startInstallPlans(context: Context, contents: CatalogFor): void {
  const { client } = context;
  const plans = context.cache(INSTALL_PLAN);
  const crds = context.cache(CRD);

  const setStatus = (plan: InstallPlan, status: Partial<NonNullable<InstallPlan['status']>> & { phase: string }) =>
    client.editStatus(INSTALL_PLAN, plan.metadata, (live) => {
      live.status = { catalogSources: [], ...live.status, ...status };
    });

  context.controller('install-plans', [on(plans)], async (key): Promise<Again | undefined> => {
    const { name, namespace } = parseKey(key);
    const plan = plans.get(name, namespace);
    if (!plan || plan.metadata.deletionTimestamp) return undefined;
    const phase = plan.status?.phase;
    if (phase === 'Complete' || phase === 'Failed') return undefined;
    if (!plan.spec.approved) {
      if (phase !== 'RequiresApproval') await setStatus(plan, { phase: 'RequiresApproval' });
      return undefined;
    }
    if (phase !== 'Installing') await setStatus(plan, { phase: 'Installing', startTime: timestamp() });
    const busy = context.wait(`plan/${plan.metadata.uid}`, 'installPlan');
    if (busy) return busy;
    const sources = new Set<string>();
    const steps: unknown[] = [];
    for (const csv of plan.spec.clusterServiceVersionNames) {
      const found = bundleOf(csv);
      if (!found) return fail(plan, `bundle ${csv} not found in any catalog`);
      sources.add(found.source);
      for (const crd of found.bundle.crds) {
        if (!isTrue(crds.get(crd.metadata.name)?.status?.conditions, 'Established')) {
          await client.ensure(CRD, structuredClone(crd));
          return { again: delays.react };
        }
        steps.push(step(csv, 'apiextensions.k8s.io', { kind: CRD.kind, name: crd.metadata.name, version: 'v1' }, found));
      }
      await createCsv(plan, found.bundle);
      steps.push(step(csv, 'operators.coreos.com', { kind: CSV.kind, name: csv, version: 'v1alpha1' }, found));
    }
    const now = timestamp();
    await setStatus(plan, {
      phase: 'Complete',
      catalogSources: [...sources],
      conditions: [{ type: 'Installed', status: 'True', lastTransitionTime: now, lastUpdateTime: now }],
      plan: steps,
    });
    return undefined;
  });

  const fail = async (plan: InstallPlan, message: string): Promise<Again | undefined> => {
    const retry = context.wait(`plan/${plan.metadata.uid}/retry`, 'installPlanRetry');
    if (retry) return { again: Math.min(retry.again, delays.resolve) };
    const now = timestamp();
    const condition = {
      type: 'Installed',
      status: 'False',
      reason: 'InstallComponentFailed',
      message,
      lastTransitionTime: now,
      lastUpdateTime: now,
    };
    await setStatus(plan, { phase: 'Failed', message, conditions: [condition] });
    return undefined;
  };

  const catalogs = context.cache(CATALOG_SOURCE);
  const bundleOf = (csv: string): Found | undefined => {
    for (const catalog of catalogs.all()) {
      for (const { channels } of contents(catalog)) {
        const bundle = channels.find(({ head }) => head.csv === csv)?.head;
        if (bundle) return { bundle, source: catalog.metadata.name, sourceNamespace: catalog.metadata.namespace ?? '' };
      }
    }
    return undefined;
  };

  const createCsv = async (plan: InstallPlan, bundle: Bundle): Promise<void> => {
    const { namespace = '' } = plan.metadata;
    const subscriptions = await client.list(SUBSCRIPTION, { namespace });
    const pack = subscriptions.items.find((one) => one.status?.currentCSV === bundle.csv)?.spec.name;
    await client.ensure(CSV, {
      metadata: {
        name: bundle.csv,
        namespace,
        ...(pack ? { labels: { [`operators.coreos.com/${pack}.${namespace}`]: '' } } : {}),
        annotations: { 'operatorframework.io/suggested-namespace': namespace, capabilities: 'Full Lifecycle' },
      },
      spec: structuredClone(bundle.spec),
    });
  };
}

interface Found {
  readonly bundle: Bundle;
  readonly source: string;
  readonly sourceNamespace: string;
}

const step = (resolving: string, group: string, resource: { kind: string; name: string; version: string }, found: Found): unknown => ({
  resolving,
  status: 'Created',
  resource: { ...resource, group, manifest: '', sourceName: found.source, sourceNamespace: found.sourceNamespace },
});
