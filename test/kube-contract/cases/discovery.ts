import type { Cases } from './case.ts';

type Resources = { resources: { name: string; storageVersionHash?: string }[] };
const of = (wanted: readonly string[]) => (body: Resources) =>
  body.resources.filter((one) => wanted.includes(one.name)).map(({ storageVersionHash: _, ...rest }) => rest);

/** Subresources of pods that the lab leaves out. */
const notInTheLab = ['ephemeralcontainers', 'proxy', 'resize'];

export const discoveryCases: Cases = {
  'core resources': async (t) => {
    await t.get('/api/v1', {
      show: of([
        'namespaces',
        'namespaces/status',
        'namespaces/finalize',
        'nodes',
        'pods',
        'pods/log',
        'pods/exec',
        'pods/attach',
        'pods/portforward',
        'pods/eviction',
        'pods/status',
        'configmaps',
        'persistentvolumeclaims',
        'persistentvolumeclaims/status',
        'serviceaccounts/token',
        'events',
        'services',
      ]),
    });
  },
  'resources of groups': async (t) => {
    await t.get('/apis/apps/v1', { show: of(['deployments', 'deployments/scale', 'deployments/status', 'daemonsets']) });
    await t.get('/apis/storage.k8s.io/v1', { show: of(['storageclasses', 'csidrivers']) });
    await t.get('/apis/authorization.k8s.io/v1', { show: of(['selfsubjectaccessreviews', 'selfsubjectrulesreviews']) });
    await t.get('/apis/apiextensions.k8s.io/v1', { show: of(['customresourcedefinitions', 'customresourcedefinitions/status']) });
  },
  'resources of a custom group': async (t) => {
    await t.get('/apis/lab.example.com/v1', { show: of(['widgets', 'widgets/status', 'widgets/scale']) });
    await t.get('/apis/lab.example.com/v1beta1', { show: of(['widgets', 'widgets/status', 'widgets/scale']) });
    await t.get('/apis/lab.example.com');
    await t.get('/apis/lab.example.com/v9');
    await t.get('/apis/none.example.com');
  },
  groups: async (t) => {
    await t.get('/apis', {
      show: (body: { groups: { name: string }[] }) =>
        body.groups
          .filter((one) => ['apps', 'storage.k8s.io', 'lab.example.com'].includes(one.name))
          .sort((a, b) => (a.name < b.name ? -1 : 1)),
    });
    await t.get('/apis/apps');
    await t.get('/api', { show: (body: { kind: string; versions: string[] }) => [body.kind, body.versions] });
  },
  'all in one answer': async (t) => {
    const accept = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
    type Discovery = {
      kind: string;
      apiVersion: string;
      items: {
        metadata: { name: string };
        versions: { version: string; resources: { resource: string; subresources?: { subresource: string }[] }[] }[];
      }[];
    };
    await t.get('/apis', {
      accept,
      show: (body: Discovery) => [body.kind, body.apiVersion, body.items.filter((one) => one.metadata.name === 'lab.example.com')],
    });
    await t.get('/api', {
      accept,
      show: (body: Discovery) =>
        body.items[0]?.versions[0]?.resources
          .filter((one) => ['pods', 'configmaps', 'namespaces'].includes(one.resource))
          .map((one) => ({ ...one, subresources: one.subresources?.filter(({ subresource }) => !notInTheLab.includes(subresource)) })),
    });
  },
  'health and version': async (t) => {
    await t.get('/healthz');
    await t.get('/livez');
    await t.get('/readyz');
    await t.get('/version', {
      show: (body: { major: string; gitVersion: string; platform: string }) => [
        body.major,
        /^v1\.\d+\.\d+/.test(body.gitVersion),
        body.platform,
      ],
    });
  },
  schemas: async (t) => {
    await t.get('/openapi/v3', {
      show: (body: { paths: Record<string, { serverRelativeURL: string }> }) =>
        ['api/v1', 'apis/apps/v1', 'apis/lab.example.com/v1'].map((path) => body.paths[path]?.serverRelativeURL.replace(/hash=.*/, 'hash')),
    });
    type Schemas = { components: { schemas: Record<string, { 'x-kubernetes-group-version-kind'?: unknown }> } };
    await t.get('/openapi/v3/apis/lab.example.com/v1', {
      show: (body: Schemas) => body.components.schemas['com.example.lab.v1.Widget']?.['x-kubernetes-group-version-kind'],
    });
    await t.get('/openapi/v3/apis/apps/v1', {
      show: (body: Schemas) => body.components.schemas['io.k8s.api.apps.v1.Deployment']?.['x-kubernetes-group-version-kind'],
    });
    await t.get('/openapi/v3/apis/none.example.com/v1');
  },
};
