/** Evictions and budgets: what `kubectl drain` asks for. */
import type { Talk } from '../talk.ts';
import { type Cases, pod, pods } from './case.ts';

const budgets = '/apis/policy/v1/namespaces/{ns}/poddisruptionbudgets';
const eviction = (name: string, deleteOptions?: object): object => ({
  ...{ apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace: '{ns}' } },
  ...(deleteOptions ? { deleteOptions } : {}),
});
const ready = (status: 'True' | 'False'): object => ({ status: { phase: 'Running', conditions: [{ type: 'Ready', status }] } });
type Budget = { metadata: { generation: number }; status?: { observedGeneration?: number; currentHealthy: number; expectedPods: number } };
const status = (body: Budget): unknown => body.status;

async function running(t: Talk, name: string, isReady: 'True' | 'False' = 'True'): Promise<void> {
  await t.post(pods, pod(name, { nodeName: 'no-such-{ns}' }, { labels: { app: 'x' } }), { quiet: true });
  await t.merge(`${pods}/${name}/status`, ready(isReady), { quiet: true });
}
const create = (t: Talk, name: string, spec: object) =>
  t.post(budgets, { metadata: { name }, spec: { selector: { matchLabels: { app: 'x' } }, ...spec } }, { quiet: true });
/** Until the server has counted so many healthy pods for the budget as it is. */
const counted = (t: Talk, name: string, healthy: number, expected: number) =>
  t.until(
    `${budgets}/${name}`,
    ({ body }) =>
      body.status?.observedGeneration === body.metadata.generation &&
      body.status.currentHealthy === healthy &&
      body.status.expectedPods === expected,
    { show: status },
  );
const gone = (t: Talk, name: string) => t.delete(`${pods}/${name}`, { gracePeriodSeconds: 0 }, { quiet: true });

export const evictionCases: Cases = {
  'within a budget': async (t) => {
    await running(t, 'p');
    await running(t, 'q');
    await create(t, 'b', { minAvailable: 1 });
    await counted(t, 'b', 2, 2);
    await t.post(`${pods}/p/eviction?dryRun=All`, eviction('p'));
    await t.post(`${pods}/p/eviction`, eviction('p', { gracePeriodSeconds: 5 }));
    await t.get(`${pods}/p`, {
      show: (body: { metadata: { deletionGracePeriodSeconds: number }; status: { conditions: { type: string; reason?: string }[] } }) => [
        body.metadata.deletionGracePeriodSeconds,
        body.status.conditions.map((one) => [one.type, one.reason]),
      ],
    });
    await gone(t, 'p');
    await counted(t, 'b', 1, 1);
    await t.post(`${pods}/q/eviction`, eviction('q'));
    await gone(t, 'q');
    await counted(t, 'b', 0, 0);
  },
  'of pods that are not ready': async (t) => {
    await running(t, 'p', 'False');
    await create(t, 'b', { minAvailable: 1 });
    await counted(t, 'b', 0, 1);
    await t.post(`${pods}/p/eviction?dryRun=All`, eviction('p'));
    await t.merge(`${budgets}/b`, { spec: { unhealthyPodEvictionPolicy: 'AlwaysAllow' } }, { quiet: true });
    await counted(t, 'b', 0, 1);
    await t.post(`${pods}/p/eviction`, eviction('p'));
    await gone(t, 'p');
  },
  'of a pod that is not ready, while enough others are': async (t) => {
    await running(t, 'p', 'False');
    await running(t, 'q');
    await create(t, 'b', { minAvailable: 1 });
    await counted(t, 'b', 1, 2);
    await t.post(`${pods}/p/eviction?dryRun=All`, eviction('p'));
    await t.post(`${pods}/q/eviction?dryRun=All`, eviction('q'));
    await gone(t, 'p');
    await gone(t, 'q');
  },
  'a share of what a controller wants': async (t) => {
    const spec = { replicas: 4, selector: { matchLabels: { app: 'x' } }, serviceName: 's', podManagementPolicy: 'OrderedReady' };
    const template = { metadata: { labels: { app: 'x' } }, spec: { containers: [{ name: 'c', image: 'i' }] } };
    const sets = '/apis/apps/v1/namespaces/{ns}/statefulsets';
    const { body } = await t.post(sets, { metadata: { name: 's' }, spec: { ...spec, template } }, { quiet: true });
    const owner = { apiVersion: 'apps/v1', kind: 'StatefulSet', name: 's', uid: body.metadata.uid, controller: true };
    for (const name of ['s-0', 's-1', 's-2']) {
      await t.post(pods, pod(name, { nodeName: 'no-such-{ns}' }, { labels: { app: 'x' }, ownerReferences: [owner] }), { quiet: true });
      await t.merge(`${pods}/${name}/status`, ready('True'), { quiet: true });
    }
    await create(t, 'b', { maxUnavailable: '30%' });
    await counted(t, 'b', 3, 4);
    await create(t, 'c', { minAvailable: '30%' });
    await counted(t, 'c', 3, 4);
    for (const name of ['s-0', 's-1', 's-2']) await gone(t, name);
  },
  'a pod with two budgets': async (t) => {
    await running(t, 'p');
    await create(t, 'a', { minAvailable: 0 });
    await create(t, 'b', { minAvailable: 0 });
    await counted(t, 'a', 1, 1);
    await counted(t, 'b', 1, 1);
    await t.post(`${pods}/p/eviction`, eviction('p'));
    await gone(t, 'p');
  },
  'what is asked in other ways': async (t) => {
    await running(t, 'p');
    await t.post(`${pods}/p/eviction`, eviction('other'));
    await t.post(`${pods}/p/eviction`, eviction('p', { preconditions: { uid: 'another' } }));
    await t.post(`${pods}/p/eviction`, eviction('p', { dryRun: ['All'] }));
    await t.post(`${pods}/p/eviction`, { ...eviction('p'), apiVersion: 'policy/v1beta1' });
    await t.post(`${pods}/none/eviction`, eviction('none'));
    await t.post(`${pods}/p/eviction`, eviction('p'), { token: t.nobody });
    await gone(t, 'p');
  },
};
