import { unmanaged as show } from '../talk.ts';
import { type Cases, claims, deployments, pods } from './case.ts';

const container = { name: 'c', image: 'registry.example.com/app' };
const labels = { app: 'x' };
const template = (spec: object = {}): object => ({ metadata: { labels }, spec: { containers: [container], ...spec } });

export const defaultCases: Cases = {
  'of a deployment': async (t) => {
    await t.post(
      deployments,
      { metadata: { name: 'd' }, spec: { paused: true, selector: { matchLabels: labels }, template: template() } },
      { show },
    );
    await t.post(
      deployments,
      {
        metadata: { name: 'e' },
        spec: {
          paused: true,
          strategy: { type: 'Recreate' },
          selector: { matchLabels: labels },
          template: template({
            containers: [
              {
                ...container,
                image: 'a:1',
                livenessProbe: { httpGet: { port: 80 } },
                readinessProbe: { tcpSocket: { port: 80 } },
                ports: [{ containerPort: 80 }],
              },
            ],
            volumes: [
              { name: 'v' },
              { name: 'm', configMap: { name: 'm' } },
              { name: 's', secret: { secretName: 's' } },
              { name: 'h', hostPath: { path: '/' } },
            ],
          }),
        },
      },
      { show },
    );
  },
  'of other workloads': async (t) => {
    const apps = '/apis/apps/v1/namespaces/{ns}';
    await t.post(
      `${apps}/daemonsets`,
      { metadata: { name: 'd' }, spec: { selector: { matchLabels: labels }, template: template({ nodeSelector: { none: 'such' } }) } },
      { show },
    );
    await t.post(
      `${apps}/statefulsets`,
      {
        metadata: { name: 's' },
        spec: {
          replicas: 0,
          serviceName: 's',
          selector: { matchLabels: labels },
          template: template(),
          volumeClaimTemplates: [
            { metadata: { name: 'v' }, spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } },
          ],
        },
      },
      { show },
    );
    await t.post(
      `${apps}/replicasets`,
      { metadata: { name: 'r' }, spec: { replicas: 0, selector: { matchLabels: labels }, template: template() } },
      { show },
    );
    await t.post(
      '/apis/batch/v1/namespaces/{ns}/cronjobs',
      {
        metadata: { name: 'c' },
        spec: {
          suspend: true,
          schedule: '0 0 * * *',
          jobTemplate: { spec: { template: { spec: { restartPolicy: 'Never', containers: [container] } } } },
        },
      },
      { show },
    );
  },
  'of a job': async (t) => {
    await t.post(
      '/apis/batch/v1/namespaces/{ns}/jobs',
      { metadata: { name: 'j' }, spec: { suspend: true, template: { spec: { restartPolicy: 'Never', containers: [container] } } } },
      { show },
    );
  },
  'of a pod': async (t) => {
    await t.post(
      pods,
      { metadata: { name: 'p' }, spec: { containers: [{ ...container, resources: { limits: { cpu: '0.5', memory: '1024Mi' } } }] } },
      { show: withoutToken },
    );
    await t.post(
      pods,
      {
        metadata: { name: 'q' },
        spec: {
          automountServiceAccountToken: false,
          serviceAccountName: 'default',
          initContainers: [{ name: 'i', image: 'i:latest' }],
          containers: [{ ...container, resources: { requests: { cpu: '100m', memory: '64Mi' }, limits: { cpu: '100m', memory: '64Mi' } } }],
        },
      },
      { show: withoutToken },
    );
  },
  'of a service': async (t) => {
    const services = '/api/v1/namespaces/{ns}/services';
    await t.post(services, { metadata: { name: 's' }, spec: { selector: labels, ports: [{ port: 80 }] } }, { show });
    await t.post(
      services,
      { metadata: { name: 'h' }, spec: { clusterIP: 'None', ports: [{ port: 80, targetPort: 'http', name: 'x' }] } },
      { show },
    );
  },
  'of a claim and a volume': async (t) => {
    await t.post(
      claims,
      {
        metadata: { name: 'c' },
        spec: { storageClassName: 'none', accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1.5Gi' } } },
      },
      { show },
    );
    await t.post(
      '/api/v1/persistentvolumes',
      {
        metadata: { name: 'pv-{ns}' },
        spec: {
          storageClassName: 'x-{ns}',
          capacity: { storage: '1024Gi' },
          accessModes: ['ReadWriteOnce'],
          local: { path: '/mnt/x' },
          nodeAffinity: {
            required: { nodeSelectorTerms: [{ matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: ['w'] }] }] },
          },
        },
      },
      { show },
    );
    await t.merge('/api/v1/persistentvolumes/pv-{ns}', { metadata: { finalizers: null } }, { quiet: true });
    await t.delete('/api/v1/persistentvolumes/pv-{ns}', undefined, { quiet: true });
  },
  'quantities are written in one way': async (t) => {
    const given = [
      '0.5',
      '1500m',
      '1e3',
      '12E6',
      '1.5Gi',
      '1024Mi',
      '1000',
      '100Mi',
      '0.1',
      '1E',
      '1.1Mi',
      '+5',
      '5.',
      '.5',
      '1000m',
      '0',
      '0Gi',
      '1000k',
      '1024',
      '1.0001',
      '1n',
      '2048Ki',
      '1e-3',
      '1000000000000Ti',
      7,
      0.25,
    ];
    const wrong = ['', ' 1', '1 Gi', '1g', '1KI', '0x1', '1e', '1,5', 'e3'];
    for (const size of [...given, ...wrong]) {
      const quota = { metadata: { name: 'q' }, spec: { hard: { 'requests.storage': size } } };
      await t.post('/api/v1/namespaces/{ns}/resourcequotas?dryRun=All', quota, { show: (body: { spec: object }) => [size, body.spec] });
    }
  },
  'of storage classes and budgets': async (t) => {
    await t.post('/apis/storage.k8s.io/v1/storageclasses', { metadata: { name: 'sc-{ns}' }, provisioner: 'x' }, { show });
    await t.delete('/apis/storage.k8s.io/v1/storageclasses/sc-{ns}', undefined, { quiet: true });
    await t.post(
      '/apis/policy/v1/namespaces/{ns}/poddisruptionbudgets',
      { metadata: { name: 'b' }, spec: { minAvailable: 1, selector: { matchLabels: labels } } },
      { show },
    );
    await t.post(
      '/apis/coordination.k8s.io/v1/namespaces/{ns}/leases',
      { metadata: { name: 'l' }, spec: { holderIdentity: 'me', leaseDurationSeconds: 15 } },
      { show },
    );
  },
  'of a node': async (t) => {
    await t.post('/api/v1/nodes', { metadata: { name: 'n-{ns}', labels: { a: 'b' } }, status: { capacity: { cpu: '4' } } }, { show });
    await t.delete('/api/v1/nodes/n-{ns}');
  },
  'of roles, policies, quotas': async (t) => {
    const rbac = '/apis/rbac.authorization.k8s.io/v1/namespaces/{ns}';
    await t.post(
      `${rbac}/rolebindings`,
      {
        metadata: { name: 'r' },
        roleRef: { kind: 'ClusterRole', name: 'view' },
        subjects: [
          { kind: 'ServiceAccount', name: 'x' },
          { kind: 'Group', name: 'g' },
        ],
      },
      { show },
    );
    await t.post(
      '/apis/networking.k8s.io/v1/namespaces/{ns}/networkpolicies',
      { metadata: { name: 'n' }, spec: { podSelector: {}, ingress: [{ ports: [{ port: 80 }] }] } },
      { show },
    );
    await t.post(
      '/api/v1/namespaces/{ns}/limitranges',
      { metadata: { name: 'l' }, spec: { limits: [{ type: 'Container', max: { cpu: '1000m' } }] } },
      { show },
    );
    await t.post('/api/v1/namespaces/{ns}/serviceaccounts', { metadata: { name: 's' } }, { show });
  },
};

type Pod = {
  metadata: object;
  spec: { volumes?: { name: string }[]; containers: { volumeMounts?: { name: string }[] }[]; initContainers?: object[] };
};

/** A pod with its generated token volume named alike in every run. */
function withoutToken(body: Pod): unknown {
  return JSON.parse(JSON.stringify(show(body as never)).replace(/kube-api-access-[a-z0-9]{5}/g, 'kube-api-access-x'));
}
