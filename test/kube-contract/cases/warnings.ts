/** Warnings: what is accepted and should not be done. */
import { type Cases, configMap, maps, pod, pods } from './case.ts';

const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const done = (): unknown => 'accepted';
const dry = '?dryRun=All';

export const warningCases: Cases = {
  'versions that will go': async (t) => {
    const version = (name: string, more: object): object => ({
      ...{ name, served: true, storage: name === 'v1', schema: { openAPIV3Schema: { type: 'object' } }, ...more },
    });
    const spec = {
      ...{ group: 'old.example.com', scope: 'Namespaced', names: { plural: 'relics', singular: 'relic', kind: 'Relic' } },
      versions: [
        version('v1', {}),
        version('v1beta1', { deprecated: true }),
        version('v1alpha1', { deprecated: true, deprecationWarning: 'old.example.com/v1alpha1 Relic is gone soon' }),
      ],
    };
    await t.post(
      definitions,
      { metadata: { name: 'relics.old.example.com' }, spec, kind: 'CustomResourceDefinition', apiVersion: 'apiextensions.k8s.io/v1' },
      { quiet: true },
    );
    await t.until('/apis/old.example.com/v1alpha1/relics', ({ status }) => status === 200, { quiet: true });
    for (const name of ['v1', 'v1beta1', 'v1alpha1']) {
      const path = `/apis/old.example.com/${name}/namespaces/{ns}/relics`;
      await t.get(path, { show: done });
      await t.post(`${path}${dry}`, { apiVersion: `old.example.com/${name}`, kind: 'Relic', metadata: { name: 'r' } }, { show: done });
      await t.get(`${path}/none`);
    }
    await t.delete(`${definitions}/relics.old.example.com`, undefined, { quiet: true });
  },
  'kinds that will go': async (t) => {
    await t.get('/api/v1/namespaces/{ns}/endpoints', { show: done });
    await t.get('/api/v1/namespaces/{ns}/endpoints/none');
    await t.post(`/api/v1/namespaces/{ns}/endpoints${dry}`, { metadata: { name: 'e' } }, { show: done });
  },
  finalizers: async (t) => {
    await t.post(`${maps}${dry}`, configMap('a', {}, { finalizers: ['lonely'] }), { show: done });
    await t.post(`${maps}${dry}`, configMap('a', {}, { finalizers: ['example.com/good', 'foregroundDeletion'] }), { show: done });
    const path = '/apis/lab.example.com/v1/namespaces/{ns}/widgets';
    const widget = { apiVersion: 'lab.example.com/v1', kind: 'Widget', metadata: { name: 'w', finalizers: ['lonely'] }, spec: { size: 1 } };
    await t.post(`${path}${dry}`, widget, { show: done });
    await t.post(path, { ...widget, metadata: { name: 'w' } }, { show: done });
    await t.merge(`${path}/w${dry}`, { metadata: { finalizers: ['lonely'] } }, { show: done });
  },
  pods: async (t) => {
    const container = (more: object): object => ({ name: 'c', image: 'i', ...more });
    const ask = (spec: object, metadata: object = {}) => t.post(`${pods}${dry}`, pod('p', spec, metadata), { show: done });
    await ask({
      containers: [
        container({
          env: [
            { name: 'A', value: '1' },
            { name: 'A', value: '2' },
          ],
        }),
      ],
    });
    await ask({ containers: [container({ ports: [{ containerPort: 80 }, { containerPort: 80 }] })] });
    await ask({ nodeSelector: { 'beta.kubernetes.io/os': 'linux' } });
    await ask({ containers: [container({ resources: { requests: { memory: '1500m' } } })] });
    await ask({ imagePullSecrets: [{ name: '' }] });
    await ask({ terminationGracePeriodSeconds: -1 });
    await ask({
      hostAliases: [
        { ip: '1.2.3.4', hostnames: ['a'] },
        { ip: '1.2.3.4', hostnames: ['b'] },
      ],
    });
    await ask({}, { annotations: { 'scheduler.alpha.kubernetes.io/critical-pod': '' } });
    await ask({ volumes: [{ name: 'v', gitRepo: { repository: 'x' } }] });
  },
  'workloads and templates': async (t) => {
    const template = (spec: object): object => ({
      metadata: { labels: { a: 'b' } },
      spec: { containers: [{ name: 'c', image: 'i' }], ...spec },
    });
    const workload = (kind: string, spec: object): object => ({
      apiVersion: 'apps/v1',
      kind,
      metadata: { name: 'w' },
      spec: { selector: { matchLabels: { a: 'b' } }, ...spec },
    });
    const old = template({ nodeSelector: { 'failure-domain.beta.kubernetes.io/zone': 'z' } });
    await t.post(`/apis/apps/v1/namespaces/{ns}/deployments${dry}`, workload('Deployment', { template: old }), { show: done });
    await t.post(`/apis/apps/v1/namespaces/{ns}/daemonsets${dry}`, workload('DaemonSet', { template: old }), { show: done });
    const job = {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { name: 'j.dotted' },
      spec: { template: template({ restartPolicy: 'Never' }) },
    };
    await t.post(`/apis/batch/v1/namespaces/{ns}/jobs${dry}`, job, { show: done });
    const cron = { schedule: 'TZ=UTC 0 0 * * *', jobTemplate: { spec: { template: template({ restartPolicy: 'Never' }) } } };
    await t.post(`/apis/batch/v1/namespaces/{ns}/cronjobs${dry}`, { metadata: { name: 'c' }, spec: cron }, { show: done });
  },
  'volumes, claims, classes': async (t) => {
    const spec = {
      capacity: { storage: '1Gi' },
      accessModes: ['ReadWriteOnce'],
      hostPath: { path: '/x' },
      persistentVolumeReclaimPolicy: 'Recycle',
    };
    await t.post(
      `/api/v1/persistentvolumes${dry}`,
      { metadata: { name: 'pv-{ns}', annotations: { 'volume.beta.kubernetes.io/storage-class': 'x' } }, spec },
      { show: done },
    );
    await t.post(
      `/api/v1/namespaces/{ns}/persistentvolumeclaims${dry}`,
      {
        metadata: { name: 'c', annotations: { 'volume.beta.kubernetes.io/storage-class': 'x' } },
        spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1500m' } } },
      },
      { show: done },
    );
    await t.post(
      `/apis/storage.k8s.io/v1/storageclasses${dry}`,
      {
        metadata: { name: 'sc-{ns}' },
        provisioner: 'x',
        allowedTopologies: [{ matchLabelExpressions: [{ key: 'failure-domain.beta.kubernetes.io/zone', values: ['a'] }] }],
      },
      { show: done },
    );
  },
  'nodes, services, budgets, policies': async (t) => {
    await t.post(
      `/api/v1/nodes${dry}`,
      {
        metadata: { name: 'n-{ns}' },
        spec: { configSource: { configMap: { name: 'x', namespace: 'y', kubeletConfigKey: 'z' } }, externalID: 'q' },
      },
      { show: done },
    );
    await t.post(
      `/api/v1/namespaces/{ns}/services${dry}`,
      { metadata: { name: 's' }, spec: { type: 'LoadBalancer', clusterIP: '', ports: [{ port: 80 }], loadBalancerIP: '::ffff:1.2.3.4' } },
      { show: done },
    );
    await t.post(
      `/apis/policy/v1/namespaces/{ns}/poddisruptionbudgets${dry}`,
      { metadata: { name: 'b' }, spec: { minAvailable: 1, selector: {} } },
      { show: done },
    );
  },
};
