/** Waiting until a young cluster stands as one that has been there for long: what a run may rely on is in place. */
import { idleTime } from '../idle-time.ts';
import { observeLogins } from '../kube/operators/authentication/observe.ts';
import { settingsNamespace } from '../kube/operators/authentication/resources.ts';
import {
  CATALOG_SOURCE,
  CLUSTER_OPERATOR,
  OPERATOR_HUB,
  PACKAGE_MANIFEST,
  REGISTRY_CONFIG,
  SECRET,
  SUBSCRIPTION,
} from '../kube/operators/kinds.ts';
import { sourceStates } from '../kube/operators/marketplace.ts';
import { OAUTH } from '../kube/operators/openshift-kinds.ts';
import { type Client, openClient } from '../kube/operators/toolkit/client.ts';
import { sleep } from '../kube/operators/toolkit/clock.ts';
import { conditionOf } from '../kube/operators/toolkit/conditions.ts';
import type { ApiAddress } from '../kube/operators/toolkit/http.ts';

/** The lab's time; at speed 1 the catalogs take a minute. */
const PATIENCE_MS = 180_000;
const AGAIN_MS = 50;

/** `without` are faults that keep a part from ever getting ready. */
export async function untilSettled(address: ApiAddress, without: ReadonlySet<string>, signal: AbortSignal): Promise<void> {
  const client = await openClient(address, signal);
  try {
    const until = idleTime() + PATIENCE_MS;
    for (let missing = await missingIn(client, without); missing !== undefined; missing = await missingIn(client, without)) {
      if (signal.aborted) return;
      if (idleTime() > until) throw new Error(`the lab's cluster does not settle: ${missing}`);
      await sleep(AGAIN_MS, signal);
    }
  } finally {
    client.close();
  }
}

async function missingIn(client: Client, without: ReadonlySet<string>): Promise<string | undefined> {
  if (!without.has('F01')) {
    const config = await client.get(REGISTRY_CONFIG, { name: 'cluster' });
    if (!config) return 'the registry operator has not made its Config';
    if (config.status?.observedGeneration !== config.metadata.generation) return 'the registry operator has not seen its Config';
    if (!(await client.get(CLUSTER_OPERATOR, { name: 'image-registry' }))) return 'the registry operator has not told its state';
  }
  if (await isSilentOnLogins(client)) return 'the authentication operator has not told what is wrong with its providers';
  if (without.has('F16') || without.has('F25')) return undefined;
  // Where the default catalogs are off, whatever catalogs there are is the run's own affair: one may never get READY or offer anything.
  const hub = await client.get(OPERATOR_HUB, { name: 'cluster' });
  if (sourceStates(hub?.spec).every(({ disabled }) => disabled)) return undefined;
  const { items } = await client.list(CATALOG_SOURCE);
  const late = items.find((one) => one.status?.connectionState?.lastObservedState !== 'READY');
  if (items.length === 0) return 'there is no catalog';
  if (late) return `catalog ${late.metadata.name} is not READY`;
  const offered = await client.list(PACKAGE_MANIFEST);
  if (offered.items.length === 0) return 'the catalogs offer no package yet';
  return without.has('F18') ? undefined : uninstalledIn(client);
}

/** It has patience with what is wrong; in a cluster that has been there for long that is over. */
async function isSilentOnLogins(client: Client): Promise<boolean> {
  const providers = (await client.get(OAUTH, { name: 'cluster' }))?.spec?.identityProviders ?? [];
  if (providers.length === 0) return false;
  const { items } = await client.list(SECRET, { namespace: settingsNamespace });
  const { errors } = observeLogins(providers, (name) => items.find(({ metadata }) => metadata.name === name));
  if (errors.length === 0) return false;
  const operator = await client.get(CLUSTER_OPERATOR, { name: 'authentication' });
  return conditionOf(operator?.status?.conditions, 'Degraded')?.status !== 'True';
}

/** What was subscribed to before, as a recording brings along, is at work; what waits for an approval is not waited for. */
async function uninstalledIn(client: Client): Promise<string | undefined> {
  const { items } = await client.list(SUBSCRIPTION);
  if (items.some(({ spec }) => spec.installPlanApproval === 'Manual')) return undefined;
  const late = items.find(({ status }) => status?.state !== 'AtLatestKnown');
  return late && `Subscription ${late.metadata.name} is not at the latest version`;
}
