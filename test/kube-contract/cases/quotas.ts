/** Quotas and limits of a namespace: what they refuse, fill in, and count. */
import { type Talk, unmanaged } from '../talk.ts';
import { type Cases, claim, claims, configMap, maps, pod, pods } from './case.ts';

const quotas = '/api/v1/namespaces/{ns}/resourcequotas';
const limits = '/api/v1/namespaces/{ns}/limitranges';
const quota = (name: string, hard: object, more: object = {}): object => ({
  ...{ apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name } },
  spec: { hard, ...more },
});
const range = (...ranges: object[]): object => ({
  apiVersion: 'v1',
  kind: 'LimitRange',
  metadata: { name: 'l' },
  spec: { limits: ranges },
});
type Counted = { status: { used?: Record<string, string>; hard?: object } };
const status = (body: Counted): unknown => body.status;
const sized = (name: string, resources: object): object => pod(name, { containers: [{ name: 'c', image: 'i', resources }] });
const resources = (body: { spec: { containers: { resources: object }[] } }): unknown => body.spec.containers.map((one) => one.resources);
const name = (body: { metadata: { name: string } }): unknown => body.metadata.name;

/** The quota is in force once it is counted, and once it refuses what is too much: the two are different caches of the real server. */
const inForce = async (t: Talk, name: string, path: string, tooMuch: object): Promise<void> => {
  await t.until(`${quotas}/${name}`, ({ body }) => body.status?.used !== undefined, { show: status });
  await t.until(`${path}?dryRun=All`, ({ body }) => body.message?.includes(`exceeded quota: ${name}`), {
    ...{ method: 'POST', body: tooMuch, quiet: true },
  });
};
/** Every namespace has this one: it counts from the beginning. */
const rootCa = (t: Talk): Promise<unknown> => t.until(`${maps}/kube-root-ca.crt`, ({ status: code }) => code === 200, { quiet: true });
const secret = { metadata: { name: 's' } };
const secrets = '/api/v1/namespaces/{ns}/secrets';

export const quotaCases: Cases = {
  'of pods and what they ask for': async (t) => {
    await t.post(quotas, quota('q', { pods: '2', 'requests.cpu': '1', 'limits.memory': '1Gi' }), { quiet: true });
    await inForce(t, 'q', pods, sized('p', { requests: { cpu: '1500m' }, limits: { memory: '1Mi' } }));
    await t.post(pods, pod('p'));
    await t.post(pods, sized('p', { requests: { cpu: '1500m', memory: '1Mi' }, limits: { memory: '2Gi', cpu: '2' } }));
    await t.post(pods, sized('p', { requests: { cpu: '600m' }, limits: { memory: '100Mi' } }), { show: name });
    await t.until(`${quotas}/q`, ({ body }) => body.status?.used?.pods === '1', { show: status });
    await t.post(pods, sized('r', { requests: { cpu: '600m' }, limits: { memory: '100Mi' } }));
    await t.post(`${pods}?dryRun=All`, sized('r', { requests: { cpu: '600m' }, limits: { memory: '100Mi' } }));
    await t.post(pods, sized('r', { requests: { cpu: '100m' }, limits: { memory: '100Mi' } }), { show: name });
    await t.post(pods, sized('s', { requests: { cpu: '100m' }, limits: { memory: '100Mi' } }));
    await t.delete(`${pods}/p`, undefined, { quiet: true });
    await t.until(`${quotas}/q`, ({ body }) => body.status?.used?.pods === '1', { show: status });
  },
  'of claims and their storage': async (t) => {
    const ofClass = 'none.storageclass.storage.k8s.io/requests.storage';
    await t.post(quotas, quota('q', { persistentvolumeclaims: '3', 'requests.storage': '250Gi', [ofClass]: '150Gi' }), { quiet: true });
    await inForce(t, 'q', claims, claim('a', { resources: { requests: { storage: '251Gi' } } }));
    await t.post(claims, claim('a'), { show: name });
    await t.post(claims, claim('b'));
    await t.post(claims, claim('b', { storageClassName: 'other' }), { show: name });
    await t.post(claims, claim('c', { storageClassName: 'other' }));
    await t.until(`${quotas}/q`, ({ body }) => body.status?.used?.persistentvolumeclaims === '2', { show: status });
  },
  'of counted objects': async (t) => {
    await rootCa(t);
    await t.post(quotas, quota('q', { 'count/configmaps': '2', secrets: '0' }), { quiet: true });
    await inForce(t, 'q', secrets, secret);
    await t.post(maps, configMap('a'), { show: name });
    await t.post(maps, configMap('b'));
    await t.apply(`${maps}/b?fieldManager=one`, configMap('b'));
    await t.post(secrets, secret);
  },
  'more than one, and changed': async (t) => {
    await rootCa(t);
    await t.post(quotas, quota('b', { 'count/configmaps': '5' }), { quiet: true });
    await t.until(`${quotas}/b`, ({ body }) => body.status?.used !== undefined, { show: status });
    await t.post(quotas, quota('a', { 'count/configmaps': '1' }), { quiet: true });
    await inForce(t, 'a', maps, configMap('a'));
    await t.post(maps, configMap('a'));
    await t.merge(`${quotas}/a`, { spec: { hard: { 'count/configmaps': '3' } } }, { show: unmanaged, quiet: true });
    await t.until(`${quotas}/a`, ({ body }) => body.status?.hard?.['count/configmaps'] === '3', { show: status });
    await t.until(`${maps}?dryRun=All`, ({ status: code }) => code === 201, { method: 'POST', body: configMap('a'), quiet: true });
    await t.post(maps, configMap('a'), { show: name });
  },
  'quotas that are none': async (t) => {
    await t.post(quotas, quota('q', { pods: '-1' }));
    await t.post(quotas, quota('q', { pods: '1.5' }));
    await t.post(quotas, quota('q', { nonsense: '1' }));
  },
  'limits fill in what a container leaves out': async (t) => {
    const defaults = { type: 'Container', default: { cpu: '500m', memory: '256Mi' }, defaultRequest: { cpu: '100m', memory: '128Mi' } };
    await t.post(limits, range(defaults), { quiet: true });
    await t.until(`${pods}?dryRun=All`, ({ body }) => body.spec?.containers[0].resources?.limits !== undefined, {
      method: 'POST',
      body: pod('p'),
      show: resources,
    });
    await t.post(`${pods}?dryRun=All`, sized('p', { requests: { cpu: '50m' } }), { show: resources });
    await t.post(`${pods}?dryRun=All`, sized('p', { limits: { memory: '1Gi' } }), { show: resources });
    await t.post(`${pods}?dryRun=All`, pod('p'), {
      show: (body: { metadata: { annotations: object } }) => body.metadata.annotations,
    });
  },
  'limits refuse': async (t) => {
    await t.post(
      limits,
      range(
        { type: 'Container', max: { cpu: '1', memory: '1Gi' }, min: { cpu: '100m' }, maxLimitRequestRatio: { memory: '2' } },
        { type: 'Pod', max: { cpu: '1500m' } },
        { type: 'PersistentVolumeClaim', min: { storage: '1Gi' }, max: { storage: '50Gi' } },
      ),
      { quiet: true },
    );
    await t.until(`${claims}?dryRun=All`, ({ status: code }) => code === 403, { method: 'POST', body: claim('c') });
    await t.post(claims, claim('c', { resources: { requests: { storage: '100Mi' } } }));
    await t.post(claims, claim('c', { resources: { requests: { storage: '10Gi' } } }), { show: name });
    await t.post(pods, sized('p', { limits: { cpu: '2' } }));
    await t.post(pods, sized('p', { requests: { cpu: '50m' } }));
    await t.post(pods, sized('p', { requests: { memory: '100Mi' }, limits: { memory: '300Mi' } }));
    await t.post(pods, sized('p', { requests: { memory: '200Mi' }, limits: { memory: '300Mi' } }), { show: resources });
    const two = ['c', 'd'].map((one) => ({ name: one, image: 'i', resources: { limits: { cpu: '1', memory: '1Gi' } } }));
    await t.post(pods, pod('q', { containers: two }));
  },
};
