import { describe, expect, it } from 'vitest';
import type { CatalogSource, Csv, OperatorGroup, Subscription, SubscriptionSpec } from '../../../src/lab/kube/operators/kinds.ts';
import { defaultCatalogs, sourceStates } from '../../../src/lab/kube/operators/marketplace.ts';
import { catalogContents } from '../../../src/lab/kube/operators/olm/contents.ts';
import { type CsvPhase, type CsvSituation, nextPhase } from '../../../src/lab/kube/operators/olm/csv-phase.ts';
import { resolve } from '../../../src/lab/kube/operators/olm/resolve.ts';
import { healthStatus } from '../../../src/lab/kube/operators/olm/subscription-status.ts';

const ready = { connectionState: { address: '', lastObservedState: 'READY' } };
const catalogs: CatalogSource[] = defaultCatalogs('4.18.20').map((one) => ({ ...one, status: ready }));
const contents = (catalog: CatalogSource) => catalogContents(catalog.spec.image ?? '', '4.18.20', []);
const subscription = (spec: Partial<SubscriptionSpec> = {}): Subscription => ({
  metadata: { name: 'lso', namespace: 'ns' },
  spec: {
    name: 'local-storage-operator',
    channel: 'stable',
    source: 'redhat-operators',
    sourceNamespace: 'openshift-marketplace',
    ...spec,
  },
});
const tail = 'the catalog referenced by subscription lso, subscription lso exists';

describe('resolution', () => {
  const answer = (spec: Partial<SubscriptionSpec>, more: { catalogs?: CatalogSource[]; csvs?: Csv[] } = {}) =>
    resolve(subscription(spec), { catalogs, contents, csvs: [], subscriptions: [subscription(spec)], ...more });

  it('finds the head of the channel, the default one when none is named', () => {
    expect(answer({})).toMatchObject({ is: 'bundle', bundle: { csv: 'local-storage-operator.v4.18.0-202507081733' } });
    expect(answer({ channel: '' })).toMatchObject({ is: 'bundle' });
  });
  it.each<[Partial<SubscriptionSpec>, string]>([
    [{ name: 'nope' }, `no operators found in package nope in ${tail}`],
    [{ channel: 'alpha' }, `no operators found in channel alpha of package local-storage-operator in ${tail}`],
    [{ startingCSV: 'x.v1' }, `no operators found with name x.v1 in channel stable of package local-storage-operator in ${tail}`],
    [
      { source: 'gone' },
      'no operators found from catalog gone in namespace openshift-marketplace referenced by subscription lso, subscription lso exists',
    ],
  ])('cannot satisfy %o', (spec, message) => {
    expect(answer(spec)).toEqual({ is: 'failed', reason: 'ConstraintsNotSatisfiable', message: `constraints not satisfiable: ${message}` });
  });
  it('stumbles over a ClusterServiceVersion that was left over', () => {
    const name = 'local-storage-operator.v4.18.0-202507081733';
    const leftover = { metadata: { name, namespace: 'ns' } } as Csv;
    expect(answer({}, { csvs: [leftover] })).toMatchObject({
      message: `constraints not satisfiable: clusterserviceversion ${name} exists and is not referenced by a subscription`,
    });
  });
  it('is prevented by any broken catalog', () => {
    const broken = catalogs.map((one) => (one.metadata.name === 'community-operators' ? { ...one, status: {} } : one));
    expect(answer({}, { catalogs: broken })).toMatchObject({
      reason: 'ErrorPreventedResolution',
      message: expect.stringMatching(
        /^failed to populate resolver cache from source community-operators\/openshift-marketplace: failed to list bundles: rpc error: /,
      ),
    });
  });
});

describe('health of a Subscription’s catalogs', () => {
  const unhealthy = (spec: Partial<SubscriptionSpec>, all = catalogs) =>
    healthStatus(subscription(spec), all, '2026-01-01T00:00:00Z').conditions?.[0];
  it('looks at the catalog it names', () => {
    expect(unhealthy({})).toMatchObject({
      status: 'False',
      reason: 'AllCatalogSourcesHealthy',
      message: 'all available catalogsources are healthy',
    });
    expect(unhealthy({ source: 'gone' })).toMatchObject({
      status: 'True',
      reason: 'UnhealthyCatalogSourceFound',
      message: 'targeted catalogsource openshift-marketplace/gone missing',
    });
    const broken = catalogs.map((one) => ({ ...one, status: {} }));
    expect(unhealthy({}, broken)).toMatchObject({ message: 'targeted catalogsource openshift-marketplace/redhat-operators unhealthy' });
  });
});

describe('phases of a ClusterServiceVersion', () => {
  const [lso] = catalogContents('redhat-operator-index', '4.18.20', []);
  const spec = lso?.channels[0]?.head.spec;
  if (!spec) throw new Error('no local storage operator in the catalog');
  const group = (targetNamespaces?: string[]): OperatorGroup => ({
    metadata: { name: 'og', namespace: 'ns' },
    ...(targetNamespaces ? { spec: { targetNamespaces } } : {}),
  });
  const calm: CsvSituation = { groups: [group(['ns'])], checked: true, missing: [], created: true, unready: [], timedOut: false };
  const next = (now: CsvPhase | undefined, situation: Partial<CsvSituation> = {}) => nextPhase(now, spec, { ...calm, ...situation });
  const short = ({ phase, reason }: CsvPhase) => `${phase} ${reason}`;

  it('goes through all of them', () => {
    const seen: string[] = [];
    for (let now: CsvPhase | undefined; seen.at(-1) !== 'Succeeded InstallSucceeded'; seen.push(short(now))) now = next(now);
    expect(seen).toEqual([
      'Pending RequirementsUnknown',
      'InstallReady AllRequirementsMet',
      'Installing InstallSucceeded',
      'Succeeded InstallSucceeded',
    ]);
  });
  it.each<[string, OperatorGroup[], string, string]>([
    ['none', [], 'NoOperatorGroup', 'csv in namespace with no operatorgroups'],
    [
      'two',
      [group(['ns']), group(['ns'])],
      'TooManyOperatorGroups',
      "csv created in namespace with multiple operatorgroups, can't pick one automatically",
    ],
    [
      'all namespaces',
      [group()],
      'UnsupportedOperatorGroup',
      'AllNamespaces InstallModeType not supported, cannot configure to watch all namespaces',
    ],
  ])('fails with OperatorGroup: %s (F17), and recovers', (_, groups, reason, message) => {
    const failed = next(undefined, { groups });
    expect(failed).toEqual({ phase: 'Failed', reason, message });
    expect(short(next(failed))).toBe('Pending RequirementsUnknown');
  });
  it('waits for requirements and deployments, up to a limit', () => {
    const pending = next(undefined);
    expect(short(next(pending, { missing: ['x'] }))).toBe('Pending RequirementsNotMet');
    const installing = next(next(pending));
    const unready = { unready: ['local-storage-operator'] };
    expect(next(installing, unready)).toMatchObject({
      reason: 'InstallWaiting',
      message: expect.stringMatching(/^installing: waiting for deployment local-storage-operator to become ready: /),
    });
    const failed = next(installing, { ...unready, timedOut: true });
    expect(failed).toEqual({ phase: 'Failed', reason: 'InstallCheckFailed', message: 'install timeout' });
    expect(short(next(failed, unready))).toBe('Pending NeedsReinstall');
  });
  it('notices when its deployment breaks', () => {
    const done: CsvPhase = { phase: 'Succeeded', reason: 'InstallSucceeded', message: '' };
    const failed = next(done, { unready: ['local-storage-operator'] });
    expect(short(failed)).toBe('Failed ComponentUnhealthy');
    expect(short(next(failed))).toBe('Pending NeedsReinstall');
  });
});

describe('default catalogs', () => {
  it('follow the switch, and what is said of each', () => {
    const states = sourceStates({
      disableAllDefaultSources: true,
      sources: [{ name: 'redhat-operators', disabled: false }, { name: 'mine' }],
    });
    expect(states.filter((one) => !one.disabled).map((one) => one.name)).toEqual(['redhat-operators', 'mine']);
    expect(states.at(-1)).toMatchObject({ status: 'Error', message: 'Not present in the default definitions' });
  });
  it('poll less often from 4.18 on', () => {
    const interval = (version: string) => JSON.stringify(defaultCatalogs(version)[0]?.spec['updateStrategy']).match(/\d+m/)?.[0];
    expect([interval('4.14.15'), interval('4.18.20')]).toEqual(['10m', '240m']);
  });
});
