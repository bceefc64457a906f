/** Stand-ins for the operator's CRDs, written after their documented fields; the real ones may be given instead. */
import type { Crd } from '../kinds.ts';

type Schema = Readonly<Record<string, unknown>>;

const text: Schema = { type: 'string' };
const list = (items: Schema, atomic = true): Schema => ({
  type: 'array',
  items,
  ...(atomic ? { 'x-kubernetes-list-type': 'atomic' } : {}),
});
const object = (properties: Readonly<Record<string, Schema>>, required: readonly string[] = []): Schema => ({
  type: 'object',
  properties,
  ...(required.length > 0 ? { required } : {}),
});
const open: Schema = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };

const requirements = list(object({ key: text, operator: text, values: list(text) }, ['key', 'operator']));
const managementState: Schema = { type: 'string', pattern: '^(Managed|Unmanaged|Force|Removed)$' };
const int64: Schema = { type: 'integer', format: 'int64' };

const localVolumeSpec = object({
  logLevel: { type: 'string', enum: ['', 'Normal', 'Debug', 'Trace', 'TraceAll'] },
  managementState,
  nodeSelector: object({ nodeSelectorTerms: list(object({ matchExpressions: requirements, matchFields: requirements })) }, [
    'nodeSelectorTerms',
  ]),
  storageClassDevices: list(
    object(
      {
        storageClassName: text,
        volumeMode: text,
        fsType: text,
        forceWipeDevicesAndDestroyAllData: { type: 'boolean' },
        devicePaths: list(text, false),
      },
      ['storageClassName'],
    ),
    false,
  ),
  tolerations: list(object({ key: text, operator: text, value: text, effect: text, tolerationSeconds: int64 }), false),
});

const localVolumeStatus = object(
  {
    managementState,
    observedGeneration: int64,
    readyReplicas: { type: 'integer', format: 'int32' },
    conditions: list(
      object(
        {
          type: text,
          status: { type: 'string', enum: ['True', 'False', 'Unknown'] },
          reason: text,
          message: text,
          lastTransitionTime: { type: 'string', format: 'date-time' },
        },
        ['lastTransitionTime', 'status', 'type'],
      ),
      false,
    ),
    generations: list(
      object({ group: text, resource: text, namespace: text, name: text, hash: text, lastGeneration: int64 }, [
        'group',
        'name',
        'namespace',
        'resource',
      ]),
      false,
    ),
  },
  ['readyReplicas'],
);

const crd = (kind: string, version: string, schema: Schema): Crd => {
  const singular = kind.toLowerCase();
  const plural = singular.endsWith('y') ? `${singular.slice(0, -1)}ies` : `${singular}s`;
  return {
    metadata: { name: `${plural}.local.storage.openshift.io` },
    spec: {
      group: 'local.storage.openshift.io',
      names: { kind, listKind: `${kind}List`, plural, singular },
      scope: 'Namespaced',
      versions: [{ name: version, served: true, storage: true, subresources: { status: {} }, schema: { openAPIV3Schema: schema } }],
    },
  };
};

export const localStorageCrds: readonly Crd[] = [
  crd('LocalVolume', 'v1', object({ spec: localVolumeSpec, status: localVolumeStatus })),
  ...['LocalVolumeSet', 'LocalVolumeDiscovery', 'LocalVolumeDiscoveryResult'].map((kind) =>
    crd(kind, 'v1alpha1', object({ spec: open, status: open })),
  ),
];
