import { unmanaged as show } from '../talk.ts';
import { type Cases, claim, claims, configMap, deployment, deployments, maps, pod, pods, widget, widgetsOf } from './case.ts';

type Meta = { metadata: { generation: number }; spec?: unknown; status?: unknown };
const generation = (body: Meta) => ({ generation: body.metadata.generation, spec: body.spec, status: body.status });

export const updateCases: Cases = {
  'an update': async (t) => {
    await t.post(maps, configMap('a', { k: '1' }), { quiet: true });
    await t.put(`${maps}/a`, configMap('a', { k: '2' }), { show });
    await t.get(`${maps}/a`, { show });
  },
  'an update of what is not there': async (t) => {
    await t.put(`${maps}/none`, configMap('none'), { show });
    await t.put(`${widgetsOf}/none`, widget('none', { size: 1 }));
    await t.put(`${deployments}/none`, deployment('none'));
  },
  'a stale update': async (t) => {
    const first = (await t.post(maps, configMap('a', { k: '1' }), { quiet: true })).body;
    await t.put(`${maps}/a`, configMap('a', { k: '2' }, { resourceVersion: first.metadata.resourceVersion }), { show });
    await t.put(`${maps}/a`, configMap('a', { k: '3' }, { resourceVersion: first.metadata.resourceVersion }));
    const second = (await t.post(deployments, deployment('d'), { quiet: true })).body;
    await t.merge(`${deployments}/d`, { spec: { replicas: 3 } }, { quiet: true });
    await t.put(`${deployments}/d`, second);
    const third = (await t.post(widgetsOf, widget('w', { size: 1 }), { quiet: true })).body;
    await t.merge(`${widgetsOf}/w`, { spec: { size: 2 } }, { quiet: true });
    await t.put(`${widgetsOf}/w`, third);
  },
  'a custom resource needs its resourceVersion': async (t) => {
    await t.post(widgetsOf, widget('w', { size: 1 }), { quiet: true });
    await t.put(`${widgetsOf}/w`, widget('w', { size: 2 }));
  },
  'an update that changes nothing keeps the version': async (t) => {
    const first = (await t.post(maps, configMap('a', { k: '1' }), { quiet: true })).body;
    await t.put(`${maps}/a`, configMap('a', { k: '1' }), {
      show: (body: typeof first) => body.metadata.resourceVersion === first.metadata.resourceVersion,
    });
    await t.merge(
      `${maps}/a`,
      { data: { k: '1' } },
      { show: (body: typeof first) => body.metadata.resourceVersion === first.metadata.resourceVersion },
    );
    await t.merge(
      `${maps}/a`,
      { data: { k: '2' } },
      { show: (body: typeof first) => body.metadata.resourceVersion === first.metadata.resourceVersion },
    );
  },
  'another name or uid in the body': async (t) => {
    await t.post(maps, configMap('a'), { quiet: true });
    await t.put(`${maps}/a`, configMap('b'));
    await t.put(`${maps}/a`, configMap('a', {}, { uid: '6b1b7a0e-0000-0000-0000-000000000000' }));
    await t.merge(`${maps}/a`, { metadata: { name: 'b' } });
    await t.merge(`${maps}/a`, { metadata: { namespace: 'other' } });
    await t.merge(`${maps}/a`, { metadata: { uid: '6b1b7a0e-0000-0000-0000-000000000000' } });
    await t.merge(`${maps}/a`, { metadata: { resourceVersion: '1' } });
  },
  'without a name in the body': async (t) => {
    await t.post(maps, configMap('a'), { quiet: true });
    await t.put(`${maps}/a`, { apiVersion: 'v1', kind: 'ConfigMap', data: {} });
  },
  'what may not change of a claim': async (t) => {
    await t.post(claims, claim('c'), { quiet: true });
    await t.merge(`${claims}/c`, { spec: { storageClassName: 'other' } });
    await t.merge(`${claims}/c`, { spec: { accessModes: ['ReadWriteMany'] } });
  },
  'a claim that is not bound cannot grow': async (t) => {
    await t.post(claims, claim('c'), { quiet: true });
    await t.merge(`${claims}/c`, { spec: { resources: { requests: { storage: '200Gi' } } } });
  },
  'what may not change of a storage class': async (t) => {
    const classes = '/apis/storage.k8s.io/v1/storageclasses';
    await t.post(
      classes,
      { metadata: { name: 'sc-{ns}' }, provisioner: 'kubernetes.io/no-provisioner', volumeBindingMode: 'WaitForFirstConsumer' },
      { show },
    );
    await t.merge(`${classes}/sc-{ns}`, { provisioner: 'other' });
    await t.merge(`${classes}/sc-{ns}`, { reclaimPolicy: 'Retain' });
    await t.merge(`${classes}/sc-{ns}`, { volumeBindingMode: 'Immediate' });
    await t.merge(`${classes}/sc-{ns}`, { parameters: { a: 'b' } });
    await t.merge(`${classes}/sc-{ns}`, { allowVolumeExpansion: true }, { show });
    await t.delete(`${classes}/sc-{ns}`, undefined, { show });
  },
  'what may not change of a deployment, a job, a service': async (t) => {
    await t.post(deployments, deployment('d'), { quiet: true });
    await t.merge(`${deployments}/d`, { spec: { selector: { matchLabels: { app: 'e' } } } });
    const jobs = '/apis/batch/v1/namespaces/{ns}/jobs';
    await t.post(
      jobs,
      {
        metadata: { name: 'j' },
        spec: { suspend: true, template: { spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'i' }] } } },
      },
      { quiet: true },
    );
    await t.merge(`${jobs}/j`, { spec: { completions: 3 } });
    const services = '/api/v1/namespaces/{ns}/services';
    await t.post(
      services,
      { metadata: { name: 's' }, spec: { clusterIP: 'None', selector: { a: 'b' }, ports: [{ port: 80 }] } },
      { quiet: true },
    );
    await t.merge(`${services}/s`, { spec: { clusterIP: '10.96.0.77' } });
  },
  'an immutable config map and secret': async (t) => {
    await t.post(maps, { ...configMap('a'), immutable: true }, { quiet: true });
    await t.merge(`${maps}/a`, { data: { k: 'other' } });
    await t.merge(`${maps}/a`, { immutable: false });
    const secrets = '/api/v1/namespaces/{ns}/secrets';
    await t.post(secrets, { metadata: { name: 's' }, type: 'Opaque', stringData: { a: 'b' } }, { show });
    await t.merge(`${secrets}/s`, { type: 'kubernetes.io/tls' });
  },
  'pods may change their image only': async (t) => {
    await t.post(pods, pod('p'), { quiet: true });
    await t.strategic(
      `${pods}/p`,
      { spec: { containers: [{ name: 'c', image: 'registry.example.com/app:2' }] } },
      { show: (body: { spec: { containers: { image: string }[] } }) => body.spec.containers.map((one) => one.image) },
    );
    await t.merge(
      `${pods}/p`,
      { spec: { nodeName: 'other' } },
      { always: true, show: (body: { message: string }) => body.message.split('\n')[0] },
    );
  },
  'generation counts changes of the spec': async (t) => {
    await t.post(widgetsOf, widget('w', { size: 1 }), { show: generation });
    await t.merge(`${widgetsOf}/w`, { spec: { size: 2 } }, { show: generation });
    await t.merge(`${widgetsOf}/w`, { metadata: { labels: { a: 'b' } } }, { show: generation });
    await t.merge(`${widgetsOf}/w`, { status: { ready: 5 } }, { show: generation });
    await t.merge(`${widgetsOf}/w/status`, { status: { ready: 1 }, spec: { size: 9 } }, { show: generation });
    await t.post(deployments, deployment('d'), { show: (body: Meta) => body.metadata.generation });
    await t.merge(`${deployments}/d`, { spec: { minReadySeconds: 3 } }, { show: (body: Meta) => body.metadata.generation });
    await t.merge(`${deployments}/d`, { metadata: { labels: { a: 'b' } } }, { show: (body: Meta) => body.metadata.generation });
    await t.post(maps, configMap('a'), { show: (body: Meta) => body.metadata.generation ?? 'none' });
  },
  'status through its subresource': async (t) => {
    const made = (await t.post(widgetsOf, widget('w', { size: 1 }), { quiet: true })).body;
    await t.put(`${widgetsOf}/w/status`, { ...made, spec: { size: 5 }, status: { ready: 2 } }, { show });
    await t.get(`${widgetsOf}/w/status`, { show });
    await t.put(`${widgetsOf}/w/status`, made);
    await t.get(`${maps}/a/status`);
    await t.post(pods, pod('p'), { quiet: true });
    await t.merge(
      `${pods}/p/status`,
      { status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] }, metadata: { labels: { a: 'b' } } },
      { show },
    );
    await t.merge(`${pods}/p`, { status: { phase: 'Failed' } }, { show: (body: { status: { phase: string } }) => body.status.phase });
  },
  scale: async (t) => {
    await t.post(deployments, deployment('d', { replicas: 2 }), { quiet: true });
    await t.get(`${deployments}/d/scale`, { show });
    await t.merge(`${deployments}/d/scale`, { spec: { replicas: 5 } }, { show });
    await t.get(`${deployments}/d`, { show: (body: { spec: { replicas: number } }) => body.spec.replicas });
    const scale = (await t.get(`${deployments}/d/scale`, { quiet: true })).body;
    await t.put(`${deployments}/d/scale`, { ...scale, metadata: { name: 'd' }, spec: { replicas: 0 } }, { show });
    await t.merge(`${deployments}/d/scale`, { spec: { replicas: -1 } });
    await t.post(widgetsOf, widget('w', { size: 3 }), { quiet: true });
    await t.get(`${widgetsOf}/w/scale`, { show });
    await t.merge(`${widgetsOf}/w/scale`, { spec: { replicas: 4 } }, { show });
    await t.get(`${widgetsOf}/w`, { show });
  },
  'a dry run of an update': async (t) => {
    await t.post(maps, configMap('a', { k: '1' }), { quiet: true });
    await t.put(`${maps}/a?dryRun=All`, configMap('a', { k: '2' }), { show });
    await t.get(`${maps}/a`, { show });
  },
};
