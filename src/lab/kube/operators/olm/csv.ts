/** OLM's operator: ClusterServiceVersions become Deployments. */
import type { Context } from '../context.ts';
import { delays } from '../delays.ts';
import { CRD, CSV, type Csv, DEPLOYMENT, OPERATOR_GROUP, SERVICE_ACCOUNT } from '../kinds.ts';
import { timestamp } from '../toolkit/clock.ts';
import { isTrue } from '../toolkit/conditions.ts';
import { type Again, on } from '../toolkit/controller.ts';
import { keyOf, ownerOf, parseKey } from '../toolkit/objects.ts';
import { type CsvPhase, nextPhase } from './csv-phase.ts';

export function startCsvs(context: Context): void {
  const { client } = context;
  const csvs = context.cache(CSV);
  const groups = context.cache(OPERATOR_GROUP);
  const crds = context.cache(CRD);
  const deployments = context.cache(DEPLOYMENT);
  const inNamespace = (namespace: string | undefined) => csvs.all(namespace).map(keyOf);

  context.controller(
    'olm-operator',
    [
      on(csvs),
      on(groups, (one) => inNamespace(one.metadata.namespace)),
      on(deployments, (one) => inNamespace(one.metadata.namespace)),
      on(crds, () => inNamespace(undefined)),
    ],
    async (key): Promise<Again | undefined> => {
      const { name, namespace = '' } = parseKey(key);
      const csv = csvs.get(name, namespace);
      if (!csv || csv.metadata.deletionTimestamp) return undefined;
      const uid = csv.metadata.uid ?? '';
      const now = phaseOf(csv);
      const checking = context.wait(`csv/${uid}/requirements`, 'csvRequirements');
      const owned = csv.spec.install.spec.deployments;
      const missing = csv.spec.customresourcedefinitions.owned
        .map((one) => one.name)
        .filter((one) => !isTrue(crds.get(one)?.status?.conditions, 'Established'));
      if (now?.phase === 'InstallReady') await install(csv);
      const created = now?.phase === 'InstallReady' || owned.every((one) => deployments.get(one.name, namespace));
      const unready = owned.map((one) => one.name).filter((one) => (deployments.get(one, namespace)?.status?.availableReplicas ?? 0) < 1);
      if (now?.phase !== 'Installing') context.clock.forget(`csv/${uid}/install`);
      const installing = now?.phase === 'Installing' ? context.wait(`csv/${uid}/install`, 'csvInstallTimeout') : undefined;
      const timedOut = now?.phase === 'Installing' && !installing;
      const next = nextPhase(now, csv.spec, { groups: groups.all(namespace), checked: !checking, missing, created, unready, timedOut });
      if (next.phase === now?.phase && next.reason === now.reason && next.message === now.message) return checking ?? installing;
      await write(csv, next);
      return { again: delays.react };
    },
  );

  const write = async (csv: Csv, next: CsvPhase): Promise<void> => {
    const [group] = groups.all(csv.metadata.namespace);
    if (group && next.phase === 'Pending' && !csv.metadata.annotations?.['olm.operatorGroup']) {
      const annotations = {
        'olm.operatorGroup': group.metadata.name,
        'olm.operatorNamespace': csv.metadata.namespace ?? '',
        'olm.targetNamespaces': (group.spec?.targetNamespaces ?? []).join(','),
      };
      await client.mergePatch(CSV, csv.metadata, { metadata: { annotations } });
    }
    const at = timestamp();
    await client.editStatus(CSV, csv.metadata, (live) => {
      const entry = { ...next, lastTransitionTime: at, lastUpdateTime: at };
      const changed = live.status?.phase !== next.phase || live.status?.reason !== next.reason;
      const conditions = changed ? [...(live.status?.conditions ?? []), entry].slice(-20) : (live.status?.conditions ?? []);
      live.status = { ...live.status, ...entry, conditions };
    });
    const about = { ...csv, kind: CSV.kind, apiVersion: CSV.apiVersion };
    const type = next.phase === 'Failed' ? 'Warning' : 'Normal';
    await client.event(about, { type, reason: next.reason, message: next.message, from: 'operator-lifecycle-manager' });
  };

  const install = async (csv: Csv): Promise<void> => {
    const { name, namespace = '' } = csv.metadata;
    const labels = { 'olm.owner': name, 'olm.owner.namespace': namespace, 'olm.owner.kind': CSV.kind, 'olm.managed': 'true' };
    for (const { name: deployment, spec } of csv.spec.install.spec.deployments) {
      const account = spec.template.spec.serviceAccountName;
      if (account)
        await client.ensure(SERVICE_ACCOUNT, { metadata: { name: account, namespace, ownerReferences: [ownerOf(CSV, csv, false)] } });
      const reference = { ...ownerOf(CSV, csv, false), controller: false, blockOwnerDeletion: false };
      await client.ensure(DEPLOYMENT, {
        metadata: { name: deployment, namespace, labels, ownerReferences: [reference] },
        spec: structuredClone(spec),
      });
    }
  };
}

const phaseOf = (csv: Csv): CsvPhase | undefined =>
  csv.status?.phase
    ? ({ phase: csv.status.phase, reason: csv.status.reason ?? '', message: csv.status.message ?? '' } as CsvPhase)
    : undefined;
