import { unmanaged as show } from '../talk.ts';
import { type Cases, claim, claims, configMap, deployment, deployments, maps, pod, pods } from './case.ts';

const services = '/api/v1/namespaces/{ns}/services';
const service = (spec: object): object => ({ apiVersion: 'v1', kind: 'Service', metadata: { name: 's' }, spec });

export const validationCases: Cases = {
  'unknown fields, strictly': async (t) => {
    await t.post(`${maps}?fieldValidation=Strict`, { ...configMap('a'), foo: 1, bar: { x: 1 } });
    await t.post(
      `${deployments}?fieldValidation=Strict`,
      deployment('d', {
        foo: 1,
        template: {
          metadata: { labels: { app: 'd' }, foo: 1 },
          spec: { containers: [{ name: 'c', image: 'i', imagee: 'x', ports: [{ port: 1 }] }] },
        },
      }),
    );
    await t.post(`${claims}?fieldValidation=Strict`, claim('c', { size: '1Gi' }));
  },
  'unknown fields, warned about': async (t) => {
    await t.post(`${maps}?fieldValidation=Warn`, { ...configMap('a'), foo: 1 }, { show });
    await t.post(maps, { ...configMap('b'), foo: 1 }, { show });
    await t.post(`${maps}?fieldValidation=Ignore`, { ...configMap('c'), foo: 1 }, { show });
  },
  'unknown fields in patches': async (t) => {
    await t.post(maps, configMap('a'), { quiet: true });
    await t.merge(`${maps}/a?fieldValidation=Strict`, { foo: 1 });
    await t.strategic(`${maps}/a?fieldValidation=Strict`, { foo: 1 });
    await t.json(`${maps}/a?fieldValidation=Strict`, [{ op: 'add', path: '/foo', value: 1 }]);
    await t.put(`${maps}/a?fieldValidation=Strict`, { ...configMap('a'), foo: 1 });
    await t.merge(`${maps}/a`, { foo: 1 }, { show });
  },
  'the same field twice': async (t) => {
    await t.post(
      `${maps}?fieldValidation=Strict`,
      '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"},"data":{"k":"1","k":"2"}}',
    );
    await t.post(
      `${maps}?fieldValidation=Strict`,
      'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {k: "1"}\ndata: {k: "2"}\n',
      { type: 'application/yaml' },
    );
  },
  'values of the wrong type': async (t) => {
    await t.post(maps, { ...configMap('a'), data: { k: 1 } });
    await t.post(maps, { ...configMap('a'), data: 'x' });
    await t.post(deployments, deployment('d', { replicas: 'three' }));
    await t.post(deployments, deployment('d', { replicas: 1.5 }));
    await t.post(deployments, deployment('d', { template: { spec: { containers: {} } } }));
    await t.post(deployments, deployment('d', { paused: 'yes' }));
    await t.post(maps, { ...configMap('a'), immutable: 'yes' });
  },
  'a claim that is none': async (t) => {
    await t.post(claims, claim('c', { accessModes: [] }));
    await t.post(claims, claim('c', { accessModes: ['Sometimes'] }));
    await t.post(claims, claim('c', { resources: {} }));
    await t.post(claims, claim('c', { resources: { requests: { storage: 'lots' } } }));
    await t.post(claims, claim('c', { resources: { requests: { storage: '-1Gi' } } }));
    await t.post(claims, claim('c', { volumeMode: 'Tape' }));
  },
  'a deployment that is none': async (t) => {
    await t.post(deployments, { metadata: { name: 'd' }, spec: {} });
    await t.post(deployments, deployment('d', { selector: { matchLabels: { app: 'other' } } }));
    await t.post(deployments, deployment('d', { replicas: -1 }));
    await t.post(deployments, deployment('d', { strategy: { type: 'Sideways' } }));
    await t.post(deployments, deployment('d', { strategy: { type: 'Recreate', rollingUpdate: { maxSurge: 1 } } }));
  },
  'a pod that is none': async (t) => {
    await t.post(pods, { metadata: { name: 'p' }, spec: {} });
    await t.post(pods, { metadata: { name: 'p' }, spec: { containers: [{}] } });
    await t.post(pods, pod('p', { restartPolicy: 'Perhaps' }));
    await t.post(
      pods,
      pod('p', {
        containers: [
          { name: 'c', image: 'i' },
          { name: 'c', image: 'i' },
        ],
      }),
    );
    await t.post(pods, pod('p', { containers: [{ name: 'C_', image: 'i' }] }));
    await t.post(pods, pod('p', { containers: [{ name: 'c', image: 'i', volumeMounts: [{ name: 'v', mountPath: '/v' }] }] }));
  },
  'a service that is none': async (t) => {
    await t.post(services, service({}));
    await t.post(services, service({ ports: [{ port: 0 }] }));
    await t.post(services, service({ ports: [{ port: 80 }, { port: 81 }] }));
    await t.post(services, service({ type: 'Sideways', ports: [{ port: 80 }] }));
  },
  'a storage class that is none': async (t) => {
    const classes = '/apis/storage.k8s.io/v1/storageclasses';
    await t.post(classes, { metadata: { name: 'sc-{ns}' } });
    await t.post(classes, { metadata: { name: 'sc-{ns}' }, provisioner: 'x', reclaimPolicy: 'Burn' });
    await t.post(classes, { metadata: { name: 'sc-{ns}' }, provisioner: 'x', volumeBindingMode: 'Never' });
  },
  'a volume that is none': async (t) => {
    const volumes = '/api/v1/persistentvolumes';
    await t.post(volumes, { metadata: { name: 'pv-{ns}' }, spec: {} });
    await t.post(volumes, { metadata: { name: 'pv-{ns}' }, spec: { capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'] } });
    await t.post(volumes, {
      metadata: { name: 'pv-{ns}' },
      spec: { capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'], local: { path: '/mnt/x' } },
    });
  },
  'a secret and a role binding that are none': async (t) => {
    await t.post('/api/v1/namespaces/{ns}/secrets', { metadata: { name: 's' }, type: 'kubernetes.io/tls', data: {} });
    await t.post('/api/v1/namespaces/{ns}/secrets', { metadata: { name: 's' }, type: 'kubernetes.io/dockerconfigjson', data: {} });
    await t.post('/api/v1/namespaces/{ns}/secrets', { metadata: { name: 's' }, data: { a: 'not base64!' } });
    await t.post(maps, configMap('a', { 'a b': 'x' }));
    await t.post('/apis/rbac.authorization.k8s.io/v1/namespaces/{ns}/rolebindings', { metadata: { name: 'r' } });
  },
};
