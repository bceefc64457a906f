import { unmanaged as show } from '../talk.ts';
import { type Cases, widget, widgetsOf } from './case.ts';

const group = 'lab.example.com';
const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';

const spec = {
  type: 'object',
  required: ['size'],
  properties: {
    size: { type: 'integer', minimum: 1, maximum: 100 },
    mode: { type: 'string', enum: ['Fast', 'Safe'], default: 'Safe' },
    name: { type: 'string', pattern: '^[a-z]+$', maxLength: 10, minLength: 2 },
    email: { type: 'string', format: 'email' },
    when: { type: 'string', format: 'date-time' },
    port: { 'x-kubernetes-int-or-string': true },
    ratio: { type: 'number' },
    on: { type: 'boolean' },
    note: { type: 'string', nullable: true },
    words: { type: 'array', maxItems: 3, items: { type: 'string' } },
    tags: { type: 'array', items: { type: 'string' }, 'x-kubernetes-list-type': 'set' },
    parts: {
      type: 'array',
      items: {
        type: 'object',
        required: ['name'],
        properties: { name: { type: 'string' }, count: { type: 'integer' }, kind: { type: 'string', default: 'Plain' } },
      },
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['name'],
    },
    labels: { type: 'object', additionalProperties: { type: 'string' } },
    whole: { type: 'object', additionalProperties: { type: 'string' }, 'x-kubernetes-map-type': 'atomic' },
    open: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
    nested: { type: 'object', default: {}, properties: { deep: { type: 'string', default: 'deep' } } },
    either: {
      type: 'object',
      properties: { a: { type: 'string' }, b: { type: 'string' } },
      oneOf: [{ required: ['a'] }, { required: ['b'] }],
    },
    replicas: { type: 'integer' },
    resource: { type: 'object', 'x-kubernetes-embedded-resource': true, 'x-kubernetes-preserve-unknown-fields': true },
  },
};
const condition = {
  type: 'object',
  required: ['type', 'status'],
  properties: {
    type: { type: 'string' },
    status: { type: 'string' },
    reason: { type: 'string' },
    message: { type: 'string' },
    lastTransitionTime: { type: 'string', format: 'date-time' },
  },
};
const status = {
  type: 'object',
  properties: {
    ready: { type: 'integer' },
    conditions: { type: 'array', items: condition, 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['type'] },
  },
};

/** The kind that the suite's cases use. */
export const widgets = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `widgets.${group}` },
  spec: {
    group,
    scope: 'Namespaced',
    names: { plural: 'widgets', singular: 'widget', kind: 'Widget', shortNames: ['wi'], categories: ['all'] },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: 'object', required: ['spec'], properties: { spec, status } } },
        subresources: { status: {}, scale: { specReplicasPath: '.spec.replicas', statusReplicasPath: '.status.ready' } },
        additionalPrinterColumns: [
          { name: 'Size', type: 'integer', jsonPath: '.spec.size' },
          { name: 'Ready', type: 'string', jsonPath: '.status.conditions[?(@.type=="Ready")].status', description: 'whether it is ready' },
          { name: 'Wide', type: 'string', priority: 1, jsonPath: '.spec.mode' },
          { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
        ],
      },
      {
        name: 'v1beta1',
        served: true,
        storage: false,
        schema: { openAPIV3Schema: { type: 'object', properties: { spec, status } } },
        subresources: { status: {} },
      },
      { name: 'v1alpha1', served: false, storage: false, schema: { openAPIV3Schema: { type: 'object' } } },
    ],
  },
};

const crd = (plural: string, kind: string, extra: object = {}): object => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `${plural}.more.example.com` },
  spec: {
    group: 'more.example.com',
    scope: 'Cluster',
    names: { plural, kind },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
      },
    ],
    ...extra,
  },
});
type Crd = { status: { conditions: { type: string; status: string }[] } };
const established = ({ body }: { body: Crd }): boolean =>
  body.status?.conditions?.some((one) => one.type === 'Established' && one.status === 'True') ?? false;
const withSchema = (openAPIV3Schema: object): object => ({
  versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema } }],
});

export const customCases: Cases = {
  'defaults are filled in': async (t) => {
    await t.post(widgetsOf, widget('w', { size: 1, parts: [{ name: 'p' }] }), { show });
    await t.post(widgetsOf, widget('x', { size: 1, mode: null, note: null, nested: {} }), { show });
  },
  'unknown fields are dropped': async (t) => {
    await t.post(
      `${widgetsOf}?fieldValidation=Ignore`,
      { ...widget('w', { size: 1, extra: 1, parts: [{ name: 'p', more: 1 }], open: { any: { thing: [1] } } }), extra: 1 },
      { show },
    );
  },
  'unknown fields are refused or warned about': async (t) => {
    const odd = { ...widget('w', { size: 1, extra: 1, parts: [{ name: 'p', more: 1 }] }), extra: 1 };
    await t.post(`${widgetsOf}?fieldValidation=Strict`, odd);
    await t.post(`${widgetsOf}?fieldValidation=Warn`, odd, { show });
    await t.post(widgetsOf, { ...odd, metadata: { name: 'x' } }, { show });
    await t.merge(`${widgetsOf}/w?fieldValidation=Strict`, { spec: { other: 1 } });
    await t.post(`${widgetsOf}?fieldValidation=Strict`, { ...widget('w2', { size: 1 }), metadata: { name: 'w2', extra: 1 } });
    await t.post(`${widgetsOf}?fieldValidation=Sometimes`, odd);
  },
  'what is required': async (t) => {
    await t.post(widgetsOf, { apiVersion: `${group}/v1`, kind: 'Widget', metadata: { name: 'w' } });
    await t.post(widgetsOf, widget('w', {}));
    await t.post(widgetsOf, widget('w', { size: 1, parts: [{ count: 1 }] }));
  },
  types: async (t) => {
    const wrong = [
      { size: '1' },
      { size: 1.5 },
      { size: 1, name: 5 },
      { size: 1, words: 'x' },
      { size: 1, words: [1] },
      { size: 1, labels: { a: 1 } },
      { size: 1, parts: [{ name: 1, count: 'x' }] },
      { size: 1, port: true },
      { size: 1, ratio: 'x' },
      { size: 1, on: 'true' },
      { size: null },
      { size: 1, name: null },
    ];
    for (const one of wrong) await t.post(widgetsOf, widget('w', one), { show });
    await t.post(widgetsOf, { ...widget('v', {}), spec: 'x' });
  },
  'limits, patterns, enumerations and formats': async (t) => {
    const wrong = [
      { size: 0 },
      { size: 101 },
      { size: 1, mode: 'Slow' },
      { size: 1, name: 'A' },
      { size: 1, name: 'x' },
      { size: 1, name: 'abcdefghijklm' },
      { size: 1, words: ['a', 'b', 'c', 'd'] },
      { size: 1, email: 'nobody' },
      { size: 1, when: 'yesterday' },
      { size: 1, either: {} },
      { size: 1, either: { a: '1', b: '2' } },
    ];
    for (const one of wrong) await t.post(widgetsOf, widget('w', one));
    await t.post(
      widgetsOf,
      widget('w', {
        size: 1,
        port: 'http',
        ratio: 1.5,
        on: true,
        name: 'good',
        email: 'a@example.com',
        when: '2020-01-01T00:00:00Z',
        either: { a: '1' },
      }),
      { show },
    );
  },
  'several mistakes at once': async (t) => {
    await t.post(widgetsOf, widget('w', { size: 0, mode: 'Slow', name: 'A' }));
  },
  'sets and keyed lists': async (t) => {
    await t.post(widgetsOf, widget('w', { size: 1, tags: ['a', 'a'] }));
    await t.post(widgetsOf, widget('w', { size: 1, parts: [{ name: 'p' }, { name: 'p' }] }));
  },
  'an embedded resource': async (t) => {
    await t.post(widgetsOf, widget('w', { size: 1, resource: { spec: {} } }));
    await t.post(
      widgetsOf,
      widget('w', { size: 1, resource: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', extra: 1 }, spec: {} } }),
      { show },
    );
  },
  'another version of the same object': async (t) => {
    await t.post(widgetsOf, widget('w', { size: 1 }), { quiet: true });
    await t.get(`/apis/${group}/v1beta1/namespaces/{ns}/widgets/w`, { show });
    await t.merge(`/apis/${group}/v1beta1/namespaces/{ns}/widgets/w`, { spec: { size: 2 } }, { show });
    await t.get(`${widgetsOf}/w`, { show });
    await t.get(`/apis/${group}/v1alpha1/namespaces/{ns}/widgets/w`);
    await t.get(`/apis/${group}/v1beta1/namespaces/{ns}/widgets/w/scale`);
  },
  'the status of a definition': async (t) => {
    const path = `${definitions}/gadgets.more.example.com`;
    await t.post(definitions, crd('gadgets', 'Gadget'), { quiet: true });
    await t.until(path, established, {
      show: (body: Crd & { status: { acceptedNames: object; storedVersions: string[] } }) => body.status,
    });
    await t.until('/apis/more.example.com/v1/gadgets', ({ status }) => status === 200, { show: (body: { kind: string }) => body.kind });
    await t.post(
      '/apis/more.example.com/v1/gadgets',
      { apiVersion: 'more.example.com/v1', kind: 'Gadget', metadata: { name: 'g' }, anything: { goes: 1 } },
      { show },
    );
    await t.get(path, { show: (body: { spec: object; metadata: object }) => body.spec });
    await t.delete(path, undefined, { quiet: true });
    await t.until(path, ({ status }) => status === 404);
    await t.until('/apis/more.example.com/v1/gadgets', ({ status }) => status === 404);
  },
  'definitions that are refused': async (t) => {
    await t.post(definitions, { ...crd('things', 'Thing'), metadata: { name: 'wrong' } });
    await t.post(definitions, crd('things', 'Thing', { scope: 'Everywhere' }));
    await t.post(definitions, crd('things', 'Thing', { versions: [{ name: 'v1', served: true, storage: true }] }));
    await t.post(definitions, crd('things', 'Thing', withSchema({ type: 'object', properties: { a: {} } })));
    await t.post(definitions, crd('things', 'Thing', { versions: [] }));
    await t.post(
      definitions,
      crd('things', 'Thing', { versions: [{ name: 'v1', served: true, storage: false, schema: { openAPIV3Schema: { type: 'object' } } }] }),
    );
    await t.post(`${definitions}?fieldValidation=Strict`, { ...crd('things', 'Thing'), extra: 1 });
  },
};
