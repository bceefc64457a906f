/** Kinds of the cluster at large: what they are given, what they are refused, and how they are shown. */
import { unmanaged as show } from '../talk.ts';
import type { Cases } from './case.ts';

const requests = '/apis/certificates.k8s.io/v1/certificatesigningrequests';
/** RSA, 1024 bits, CN=contract. Nobody signs it. */
const pem = [
  'LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KTUlJQlVqQ0J2QUlCQURBVE1SRXdEd1lEVlFRRERBaGpiMjUwY21GamREQ0Juek',
  'FOQmdrcWhraUc5dzBCQVFFRgpBQU9CalFBd2dZa0NnWUVBMk5BUmxOdGx4WGJ1Sklrem4rRHNFcERtK2hIL1JEWHIvVzNXOGY5ejdUMVkwa2JM',
  'CmoyVC9mVktHVHlOcFdkM09ZOXVjbTdpWXJUdHdYVlJYcWx3Kzhic0UrUkl0REFkZ1lJTUdPRS83cE9SL2lZM2UKQ2lFci9CSk00MHp2VEplSF',
  'duVkJ5M1JGU2YvWXhEcjhZY1k1allPbU1SeVpTRXhpR0w5R3RITEZTYTBDQXdFQQpBYUFBTUEwR0NTcUdTSWIzRFFFQkN3VUFBNEdCQUFBVXhC',
  'cnllenJpNTBCcDkwZE8rUlpKa0gzTHN6UXR3RzlVClBpdFNBNFlCNi9FdlpKTno5WmM2eXRKKzVtN2Zab3kvek1WZm9Qck9WYTVLSXdRMFcyd0',
  'NtazM1QXJuSGxEV0UKbVh6N2Y2OEYvZlhQdnJYOFRnaE9uWUVKN2lTZmkzaFplM25DNmEwcjZ4a0l3RTVnTGpxRlhsYjNUOUFqVWtPVApaREM5',
  'a0E0bwotLS0tLUVORCBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0K',
].join('');
const request = (spec: object): object => ({
  ...{ apiVersion: 'certificates.k8s.io/v1', kind: 'CertificateSigningRequest', metadata: { name: 'r-{ns}' } },
  spec: { request: pem, signerName: 'example.com/signer', usages: ['client auth'], expirationSeconds: 3600, ...spec },
});
type Request = {
  spec: { usages: string[]; expirationSeconds: number; username: string };
  status: { conditions?: { type: string; status: string }[] };
};
const decision = ({ spec, status }: Request): unknown => [
  typeof spec.username,
  spec.usages,
  spec.expirationSeconds,
  status.conditions?.map((one) => [one.type, one.status]),
];
const table = 'application/json;as=Table;v=v1;g=meta.k8s.io';
/** All but how old things are. */
const cells = (body: { columnDefinitions: { name: string; priority: number }[]; rows: { cells: unknown[] }[] }): unknown => ({
  columns: body.columnDefinitions.map((one) => [one.name, one.priority]),
  rows: body.rows.map((one) => one.cells.filter((cell) => typeof cell !== 'string' || !/^(\d+[smhd])+$/.test(cell))),
});

export const kindCases: Cases = {
  'a certificate signing request, and what approves it': async (t) => {
    await t.post(requests, request({}), { show: decision });
    await t.put(`${requests}/r-{ns}/status`, request({ usages: ['server auth'] }), { show: decision });
    const approved = { type: 'Approved', status: 'True', reason: 'ByContract', message: 'as it should' };
    await t.merge(`${requests}/r-{ns}/approval`, { status: { conditions: [approved] } }, { show: decision });
    await t.get(`${requests}/r-{ns}`, { show: decision });
    await t.merge(`${requests}/r-{ns}`, { spec: { signerName: 'example.com/other' } }, { show: decision });
    await t.delete(`${requests}/r-{ns}`, undefined, { quiet: true });
  },
  'requests that are none': async (t) => {
    const refused = { show: (body: { code: number; reason: string }) => [body.code, body.reason], always: true };
    await t.post(requests, request({ usages: [] }), refused);
    await t.post(requests, request({ signerName: '' }), refused);
    await t.post(requests, request({ request: 'aGVsbG8=' }), refused);
  },
  priorities: async (t) => {
    const classes = '/apis/scheduling.k8s.io/v1/priorityclasses';
    await t.post(classes, { metadata: { name: 'p-{ns}' }, value: 100 }, { show });
    await t.post(classes, { metadata: { name: 'q-{ns}' }, value: 1_000_000_001 });
    await t.get(`${classes}/p-{ns}`, { accept: table, show: cells });
    await t.merge(`${classes}/p-{ns}`, { value: 5 });
    await t.delete(`${classes}/p-{ns}`, undefined, { quiet: true });
    await t.get(`${classes}/system-node-critical`, {
      show: (body: { value: number; description: string }) => [body.value, body.description],
    });
  },
  ingresses: async (t) => {
    const ingresses = '/apis/networking.k8s.io/v1/namespaces/{ns}/ingresses';
    const backend = { service: { name: 's', port: { number: 80 } } };
    const ingress = (paths: object[]): object => ({
      metadata: { name: 'i' },
      spec: { rules: [{ host: 'a.example.com', http: { paths } }] },
    });
    await t.post(ingresses, ingress([{ path: '/', pathType: 'Prefix', backend }]), { show });
    await t.post(ingresses, ingress([{ path: '/', backend }]));
    await t.post(ingresses, ingress([{ path: 'x', pathType: 'Exact', backend }]));
    await t.get(ingresses, { accept: table, show: cells });
  },
  autoscalers: async (t) => {
    const scalers = '/apis/autoscaling/v2/namespaces/{ns}/horizontalpodautoscalers';
    const scaler = (spec: object): object => ({
      metadata: { name: 'h' },
      spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'none' }, maxReplicas: 3, ...spec },
    });
    await t.post(scalers, scaler({}), { show: (body: { spec: object }) => body.spec });
    await t.post(scalers, scaler({ minReplicas: 5 }), { show: () => 'refused', always: true });
    await t.get(scalers, { accept: table, show: cells });
  },
  'endpoint slices': async (t) => {
    const slices = '/apis/discovery.k8s.io/v1/namespaces/{ns}/endpointslices';
    await t.post(
      slices,
      { metadata: { name: 'e' }, addressType: 'IPv4', ports: [{ port: 80 }], endpoints: [{ addresses: ['10.1.2.3'] }] },
      { show },
    );
    await t.post(slices, { metadata: { name: 'f' }, addressType: 'x', endpoints: [] });
    await t.get(slices, { accept: table, show: cells });
  },
  'columns of bindings, cron jobs and network policies': async (t) => {
    const rbac = '/apis/rbac.authorization.k8s.io/v1/namespaces/{ns}/rolebindings';
    const apiGroup = 'rbac.authorization.k8s.io';
    const subjects = [
      { kind: 'User', apiGroup, name: 'u' },
      { kind: 'Group', apiGroup, name: 'g' },
      { kind: 'ServiceAccount', name: 's', namespace: 'n' },
    ];
    await t.post(rbac, { metadata: { name: 'b' }, roleRef: { apiGroup, kind: 'Role', name: 'r' }, subjects }, { quiet: true });
    await t.get(rbac, { accept: table, show: cells });
    const template = { spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'i' }] } };
    const crons = '/apis/batch/v1/namespaces/{ns}/cronjobs';
    await t.post(
      crons,
      { metadata: { name: 'c' }, spec: { schedule: '0 0 1 1 *', suspend: true, jobTemplate: { spec: { template } } } },
      { quiet: true },
    );
    await t.get(crons, { accept: table, show: cells });
    const policies = '/apis/networking.k8s.io/v1/namespaces/{ns}/networkpolicies';
    await t.post(policies, { metadata: { name: 'p' }, spec: { podSelector: { matchLabels: { a: 'b' } } } }, { quiet: true });
    await t.get(policies, { accept: table, show: cells });
  },
  'a default storage class is shown as such': async (t) => {
    const classes = '/apis/storage.k8s.io/v1/storageclasses';
    const annotations = { 'storageclass.kubernetes.io/is-default-class': 'true' };
    await t.post(classes, { metadata: { name: 's-{ns}', annotations }, provisioner: 'example.com/p' }, { quiet: true });
    await t.get(`${classes}/s-{ns}`, { accept: table, show: (body: { rows: { cells: unknown[] }[] }) => body.rows[0]?.cells[0] });
    await t.delete(`${classes}/s-{ns}`, undefined, { quiet: true });
  },
  'ports of nodes': async (t) => {
    const services = '/api/v1/namespaces/{ns}/services';
    await t.post(
      services,
      { metadata: { name: 's' }, spec: { type: 'NodePort', ports: [{ port: 80 }] } },
      {
        show: (body: { spec: { ports: { nodePort: number }[] } }) =>
          body.spec.ports.map((one) => one.nodePort >= 30_000 && one.nodePort <= 32_767),
      },
    );
  },
  'what fields are for': async (t) => {
    type Described = {
      components: { schemas: Record<string, { description?: string; properties?: Record<string, { description?: string }> }> };
    };
    await t.get('/openapi/v3/apis/networking.k8s.io/v1', {
      show: (body: Described) => body.components.schemas['io.k8s.api.networking.v1.IngressSpec'],
    });
    await t.get('/openapi/v3/api/v1', {
      show: (body: Described) => [
        body.components.schemas['io.k8s.api.core.v1.Pod']?.description,
        body.components.schemas['io.k8s.api.core.v1.Container']?.properties?.['image']?.description,
      ],
    });
  },
};
