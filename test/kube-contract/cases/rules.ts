/** Rules of custom resource definitions: x-kubernetes-validations, in the Common Expression Language. */
import type { Cases } from './case.ts';

const group = 'rules.example.com';
const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const gadgetsOf = `/apis/${group}/v1/namespaces/{ns}/gadgets`;
const string = { type: 'string', maxLength: 100 };
const rule = (text: string, more: object = {}): object => ({ rule: text, ...more });
const ruled = (schema: object, ...rules: object[]): object => ({ ...schema, 'x-kubernetes-validations': rules });

const spec = ruled(
  {
    type: 'object',
    properties: {
      min: { type: 'integer' },
      max: { type: 'integer' },
      ratio: { type: 'number' },
      share: { type: 'number' },
      name: ruled(string, rule('self == oldSelf', { message: 'name is immutable' })),
      once: ruled(string, rule('oldSelf.orValue("none") == "none" || self == "kept"', { optionalOldSelf: true, message: 'once only' })),
      port: ruled({ 'x-kubernetes-int-or-string': true }, rule('type(self) == int ? self > 0 : self.endsWith("%")')),
      storage: ruled(string, rule("quantity(self).isGreaterThan(quantity('1Gi'))", { message: 'at least 1Gi' })),
      dns: ruled(string, rule('!format.dns1123Subdomain().validate(self).hasValue()', { message: 'must be a DNS name' })),
      url: ruled(string, rule("isURL(self) && url(self).getScheme() == 'https' && url(self).getHostname() != ''", { message: 'https' })),
      network: ruled(string, rule("isCIDR(self) && cidr(self).containsIP('10.0.0.7') && cidr(self).prefixLength() <= 24")),
      address: ruled(string, rule('isIP(self) && ip(self).family() == 4')),
      when: ruled({ type: 'string', format: 'date-time' }, rule("self > timestamp('2020-01-01T00:00:00Z')", { message: 'too early' })),
      wait: ruled({ type: 'string', format: 'duration' }, rule("self <= duration('1h')", { message: 'too long' })),
      words: ruled(
        { type: 'array', maxItems: 5, items: ruled(string, rule("self.matches('^[a-z]+$')", { message: 'small letters only' })) },
        rule('self.isSorted() && self.all(x, self.exists_one(y, x == y))', { message: 'sorted, each once' }),
      ),
      sum: ruled({ type: 'array', maxItems: 5, items: { type: 'integer' } }, rule('self.sum() < 10 && self.max() < 7')),
      parts: {
        type: 'array',
        maxItems: 5,
        items: ruled(
          { type: 'object', required: ['id'], properties: { id: string, size: { type: 'integer' } } },
          rule('!has(oldSelf.size) || self.size >= oldSelf.size', { message: 'a part may not shrink' }),
        ),
        'x-kubernetes-list-type': 'map',
        'x-kubernetes-list-map-keys': ['id'],
      },
      labels: ruled(
        { type: 'object', maxProperties: 5, additionalProperties: ruled(string, rule("self != 'bad'")) },
        rule("!('forbidden' in self)", { message: 'that label is forbidden', reason: 'FieldValueForbidden' }),
      ),
      first: ruled({ type: 'array', maxItems: 5, items: string }, rule("self[0] == 'a'")),
      'odd-name': string,
      namespace: string,
      mode: { type: 'string', enum: ['A', 'B'], default: 'A' },
    },
  },
  rule('!has(self.min) || !has(self.max) || self.min <= self.max', {
    message: 'min must not be more than max',
    messageExpression: '"min is " + (self.max < 0 ? "positive" : "more than max")',
  }),
  rule('!has(self.ratio) || !has(self.min) || self.ratio < double(self.min)', { reason: 'FieldValueForbidden', fieldPath: '.ratio' }),
  rule("!has(self.odd__dash__name) || self.odd__dash__name == 'even'", { message: 'the odd name' }),
  rule("!has(self.__namespace__) || self.__namespace__ != 'taken'", { message: 'the namespace', reason: 'FieldValueDuplicate' }),
  rule('!has(oldSelf.max) || has(self.max)', { message: 'max may not be removed', reason: 'FieldValueRequired', fieldPath: '.max' }),
  rule("self.?mode.orValue('A') != 'B' || has(self.url)", { message: 'mode B needs a url' }),
);

const definition = (plural: string, schema: object): object => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `${plural}.${group}` },
  spec: {
    group,
    scope: 'Namespaced',
    names: { plural, singular: plural.slice(0, -1), kind: `${plural.slice(0, 1).toUpperCase()}${plural.slice(1, -1)}` },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: { openAPIV3Schema: schema },
        subresources: { status: {} },
      },
    ],
  },
});

/** The kind that these cases use. */
export const gadgets = definition(
  'gadgets',
  ruled(
    {
      type: 'object',
      properties: {
        spec,
        status: {
          type: 'object',
          properties: { revision: ruled({ type: 'integer' }, rule('self >= oldSelf', { message: 'must only increase' })) },
        },
      },
    },
    rule("!self.metadata.name.startsWith('x')", { message: 'no x to begin with' }),
  ),
);

const gadget = (name: string, one: object): object => ({ apiVersion: `${group}/v1`, kind: 'Gadget', metadata: { name }, spec: one });
const show = (body: { metadata: { name: string }; spec: object }): unknown => [body.metadata.name, body.spec];
const refused: readonly object[] = [
  { min: 3, max: 2 },
  { min: 3, ratio: 3.5 },
  { port: 0 },
  { port: 'x' },
  { storage: '1Gi' },
  { storage: 'much' },
  { dns: 'A.b' },
  { url: 'http://a' },
  { url: '::' },
  { network: '192.168.0.0/16' },
  { network: '10.0.0.0/8' },
  { address: '::1' },
  { when: '2019-01-01T00:00:00Z' },
  { wait: '61m' },
  { words: ['b', 'a'] },
  { words: ['a', 'B'] },
  { sum: [5, 6] },
  { labels: { forbidden: 'x' } },
  { labels: { a: 'bad' } },
  { first: [] },
  { 'odd-name': 'odd' },
  { namespace: 'taken' },
  { mode: 'B' },
  { min: 'x', max: 2 },
  { min: 3, max: 2, storage: '1M', labels: { a: 'bad', forbidden: '' } },
];
const accepted: readonly object[] = [
  { min: 1, max: 2, ratio: 0.5, share: 1, port: 8080, storage: '2Gi', dns: 'a.b-c', url: 'https://a.example.com:8443/x?y=z' },
  { port: '10%', network: '10.0.0.0/24', address: '10.0.0.1', when: '2021-01-01T00:00:00Z', wait: '59m59s', words: ['a', 'b'] },
  { sum: [4, 5], labels: { a: 'good' }, first: ['a'], 'odd-name': 'even', namespace: 'free', mode: 'B', url: 'https://b' },
];

export const ruleCases: Cases = {
  'objects that keep them': async (t) => {
    for (const [index, one] of accepted.entries()) await t.post(gadgetsOf, gadget(`g${index}`, one), { show });
  },
  'objects that break them': async (t) => {
    for (const one of refused) await t.post(gadgetsOf, gadget('g', one));
    await t.post(gadgetsOf, gadget('x', {}));
  },
  'of changes': async (t) => {
    await t.post(gadgetsOf, gadget('g', { name: 'a', max: 3, once: 'none', parts: [{ id: 'a', size: 2 }, { id: 'b' }] }), { show });
    await t.merge(`${gadgetsOf}/g`, { spec: { name: 'b' } });
    await t.merge(`${gadgetsOf}/g`, { spec: { max: null } });
    await t.merge(`${gadgetsOf}/g`, {
      spec: {
        parts: [
          { id: 'b', size: 1 },
          { id: 'a', size: 1 },
        ],
      },
    });
    await t.merge(
      `${gadgetsOf}/g`,
      {
        spec: {
          parts: [
            { id: 'b', size: 1 },
            { id: 'c', size: 0 },
            { id: 'a', size: 3 },
          ],
        },
      },
      { show },
    );
    await t.merge(`${gadgetsOf}/g`, { spec: { name: null, once: 'first' } });
    await t.merge(`${gadgetsOf}/g`, { spec: { name: null, once: 'kept' } }, { show });
    await t.merge(`${gadgetsOf}/g`, { spec: { name: 'c', once: 'other' } });
    await t.merge(`${gadgetsOf}/g`, { spec: { name: 'c' } }, { show });
  },
  'of applied objects, with and without dry run': async (t) => {
    await t.apply(`${gadgetsOf}/g?fieldManager=one&dryRun=All`, gadget('g', { min: 2, max: 1 }));
    await t.apply(`${gadgetsOf}/g?fieldManager=one`, gadget('g', { name: 'a' }), { show });
    await t.apply(`${gadgetsOf}/g?fieldManager=one&dryRun=All`, gadget('g', { name: 'b' }));
    await t.apply(`${gadgetsOf}/g?fieldManager=one`, gadget('g', { name: 'b' }));
  },
  'of the status': async (t) => {
    await t.post(gadgetsOf, gadget('g', {}), { quiet: true });
    await t.merge(`${gadgetsOf}/g/status`, { status: { revision: 3 } }, { show: (body: { status: object }) => body.status });
    await t.merge(`${gadgetsOf}/g/status`, { status: { revision: 2 } });
    await t.merge(`${gadgetsOf}/g/status`, { status: { revision: 3 } }, { show: (body: { status: object }) => body.status });
  },
  'what broke a rule before may stay': async (t) => {
    const path = `${definitions}/laters.${group}`;
    const one = '/apis/rules.example.com/v1/namespaces/{ns}/laters/l';
    const plain = { type: 'object', properties: { spec: { type: 'object', properties: { size: { type: 'integer' }, note: string } } } };
    await t.post(definitions, definition('laters', plain), { quiet: true });
    await t.until('/apis/rules.example.com/v1/laters', ({ status }) => status === 200, { quiet: true });
    await t.post(
      one.slice(0, -2),
      { apiVersion: `${group}/v1`, kind: 'Later', metadata: { name: 'l' }, spec: { size: 1 } },
      { quiet: true },
    );
    const stricter = { ...plain.properties.spec.properties, size: ruled({ type: 'integer', minimum: 2 }, rule('self > 5')) };
    await t.merge(
      path,
      {
        spec: {
          versions: [
            {
              name: 'v1',
              served: true,
              storage: true,
              subresources: { status: {} },
              schema: { openAPIV3Schema: { type: 'object', properties: { spec: { type: 'object', properties: stricter } } } },
            },
          ],
        },
      },
      { quiet: true },
    );
    // A server takes a moment to serve the new schema.
    await t.until(`${one}?dryRun=All`, ({ status }) => status === 422, {
      method: 'PATCH',
      body: { spec: { size: 3 } },
      type: 'application/merge-patch+json',
    });
    await t.merge(one, { spec: { note: 'x' } }, { show });
    await t.merge(one, { spec: { size: 0 } });
    await t.merge(one, { spec: { size: 6 } }, { show });
    await t.delete(path, undefined, { quiet: true });
  },
  'rules that are none': async (t) => {
    type Refused = { details: { causes: { reason: string; field: string; message: string }[] } };
    const causes = (body: Refused): unknown =>
      body.details.causes.map(({ reason, field, message }) => [reason, field, message.split('compilation failed')[0]]);
    const path = `${definitions}?dryRun=All`;
    const of = (...rules: object[]): object =>
      definition('brokens', {
        type: 'object',
        properties: {
          spec: ruled(
            { type: 'object', properties: { size: { type: 'integer' }, list: { type: 'array', maxItems: 9, items: string } } },
            ...rules,
          ),
        },
      });
    const ask = { show: causes, always: true } as const;
    await t.post(path, of(rule('self.size >')), ask);
    await t.post(path, of(rule('self.sise > 1')), ask);
    await t.post(path, of(rule("self.size == 'a'")), ask);
    await t.post(path, of(rule('self.size')), ask);
    await t.post(path, of(rule('nothing(self)')), ask);
    await t.post(path, of(rule('other > 1')), ask);
    await t.post(path, of(rule('')), ask);
    await t.post(path, of(rule('self.size > 1', { messageExpression: 'self.size' })), ask);
    await t.post(path, of(rule('self.size > 1', { fieldPath: '.none' })), ask);
    await t.post(path, of(rule('self.size > 1', { reason: 'Nonsense' })), ask);
    await t.post(path, of(rule('self.size > 1', { message: 'two\nlines' })), ask);
    await t.post(path, of(rule('self.size > 1', { optionalOldSelf: true })), ask);
    await t.post(path, of(rule('self.list.all(x, x.size() > self.size)')), { show: () => 'accepted' });
  },
};
