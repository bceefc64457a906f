import { type Cases, claim, claims, configMap, deployment, deployments, maps, pod, pods, widget, widgetsOf } from './case.ts';

const accept = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json';
type Table = {
  kind: string;
  columnDefinitions: { name: string; type: string; format: string; priority: number }[];
  rows: { cells: unknown[]; object: { kind: string; metadata: { name: string } } }[];
};
const age = /^(\d+[smhd])+$|^<invalid>$/;
const show = (table: Table): unknown => ({
  kind: table.kind,
  columns: table.columnDefinitions?.map(({ name, type, format, priority }) => [name, type, format, priority]),
  rows: table.rows.map((row) => [
    row.object?.kind,
    ...row.cells.map((cell) => (typeof cell === 'string' && age.test(cell) ? '<age>' : cell)),
  ]),
});

export const tableCases: Cases = {
  'of custom resources': async (t) => {
    await t.post(widgetsOf, widget('w', { size: 3 }), { quiet: true });
    await t.merge(`${widgetsOf}/w/status`, { status: { conditions: [{ type: 'Ready', status: 'True' }] } }, { quiet: true });
    await t.post(widgetsOf, widget('x', { size: 4 }), { quiet: true });
    await t.get(widgetsOf, { accept, show });
    await t.get(`${widgetsOf}/w`, { accept, show });
    await t.get(`${widgetsOf}/w?includeObject=None`, { accept, show });
    await t.get(`${widgetsOf}/none`, { accept });
    await t.get('/apis/lab.example.com/v1beta1/namespaces/{ns}/widgets', { accept, show });
  },
  'of config maps and secrets': async (t) => {
    await t.post(maps, configMap('a', { k: '1', l: '2' }), { quiet: true });
    await t.get(`${maps}?fieldSelector=metadata.name=a`, { accept, show });
    await t.post('/api/v1/namespaces/{ns}/secrets', { metadata: { name: 's' }, stringData: { a: 'b' } }, { quiet: true });
    await t.get('/api/v1/namespaces/{ns}/secrets', { accept, show });
  },
  'of namespaces, nodes and classes': async (t) => {
    await t.get('/api/v1/namespaces/{ns}', { accept, show });
    await t.post('/api/v1/nodes', { metadata: { name: 'n-{ns}', labels: { 'node-role.kubernetes.io/worker': '' } } }, { quiet: true });
    await t.get('/api/v1/nodes/n-{ns}', { accept, show });
    await t.delete('/api/v1/nodes/n-{ns}', undefined, { quiet: true });
    await t.post('/apis/storage.k8s.io/v1/storageclasses', { metadata: { name: 'sc-{ns}' }, provisioner: 'x' }, { quiet: true });
    await t.get('/apis/storage.k8s.io/v1/storageclasses/sc-{ns}', { accept, show });
    await t.delete('/apis/storage.k8s.io/v1/storageclasses/sc-{ns}', undefined, { quiet: true });
  },
  'of pods': async (t) => {
    await t.post(pods, pod('p'), { quiet: true });
    await t.get(pods, { accept, show });
    const state = { name: 'c', image: 'i', imageID: '', ready: true, restartCount: 2, started: true, state: { running: {} } };
    await t.merge(
      `${pods}/p/status`,
      { status: { phase: 'Running', podIP: '10.0.0.9', containerStatuses: [state], conditions: [{ type: 'Ready', status: 'True' }] } },
      { quiet: true },
    );
    await t.get(pods, { accept, show });
    await t.merge(
      `${pods}/p/status`,
      { status: { containerStatuses: [{ ...state, ready: false, state: { waiting: { reason: 'CrashLoopBackOff' } } }] } },
      { quiet: true },
    );
    await t.get(pods, { accept, show });
  },
  'of claims and deployments': async (t) => {
    await t.post(claims, claim('c'), { quiet: true });
    await t.get(claims, { accept, show });
    await t.post(deployments, deployment('d', { replicas: 2 }), { quiet: true });
    await t.get(deployments, { accept, show });
    await t.get('/apis/apps/v1/namespaces/{ns}/daemonsets', { accept, show });
  },
  'of volumes, services, events': async (t) => {
    await t.post(
      '/api/v1/persistentvolumes',
      {
        metadata: { name: 'pv-{ns}' },
        spec: {
          storageClassName: 'x-{ns}',
          capacity: { storage: '1Gi' },
          accessModes: ['ReadWriteOnce', 'ReadOnlyMany'],
          hostPath: { path: '/x' },
        },
      },
      { quiet: true },
    );
    await t.until('/api/v1/persistentvolumes/pv-{ns}', ({ body }) => body.status?.phase !== undefined, { quiet: true });
    await t.get('/api/v1/persistentvolumes/pv-{ns}', {
      accept,
      show: (table: Table) => [table.columnDefinitions.map((one) => one.name), table.rows[0]?.cells.slice(0, 4)],
    });
    await t.delete('/api/v1/persistentvolumes/pv-{ns}', undefined, { quiet: true });
    await t.merge('/api/v1/persistentvolumes/pv-{ns}', { metadata: { finalizers: null } }, { quiet: true });
    await t.post(
      '/api/v1/namespaces/{ns}/services',
      { metadata: { name: 's' }, spec: { clusterIP: 'None', ports: [{ port: 80 }], selector: { a: 'b' } } },
      { quiet: true },
    );
    await t.get('/api/v1/namespaces/{ns}/services', { accept, show });
  },
};
