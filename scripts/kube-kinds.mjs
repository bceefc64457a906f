// Writes src/lab/kube/server/kinds/builtin.data.json: the kinds that the lab's API server has built in, as a real API server describes them;
// and beside it descriptions.data.json, their prose, which only `kubectl explain` reads.
// What OpenAPI does not say – which zero values Go leaves out, and which it always writes – is read from the Go types of the same release.
// Run: GOMODCACHE=~/go/pkg/mod node scripts/kube-kinds.mjs kubectl [--kubeconfig FILE …]
//      (any kubectl command line that reaches a Kubernetes API server; the modules k8s.io/api, apimachinery and apiextensions-apiserver downloaded)
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

const target = 'src/lab/kube/server/kinds/builtin.data.json';
const prose = 'src/lab/kube/server/kinds/descriptions.data.json';
const [program, ...flags] = process.argv.slice(2);
if (!program) throw new Error('name the kubectl command line to ask with: node scripts/kube-kinds.mjs kubectl --kubeconfig FILE');
const raw = (path) => JSON.parse(execFileSync(program, [...flags, 'get', '--raw', path], { maxBuffer: 1 << 28, encoding: 'utf8' }));

/** Group version → its resources that the lab serves. */
const served = {
  v1: [
    ...['namespaces', 'nodes', 'pods', 'services', 'configmaps', 'secrets', 'persistentvolumes', 'persistentvolumeclaims', 'events'],
    ...['serviceaccounts', 'resourcequotas', 'limitranges', 'endpoints', 'replicationcontrollers', 'podtemplates'],
  ],
  'apps/v1': ['deployments', 'daemonsets', 'statefulsets', 'replicasets', 'controllerrevisions'],
  'batch/v1': ['jobs', 'cronjobs'],
  'autoscaling/v2': ['horizontalpodautoscalers'],
  'certificates.k8s.io/v1': ['certificatesigningrequests'],
  'discovery.k8s.io/v1': ['endpointslices'],
  'scheduling.k8s.io/v1': ['priorityclasses'],
  'storage.k8s.io/v1': ['storageclasses', 'csidrivers', 'csinodes', 'volumeattachments'],
  'policy/v1': ['poddisruptionbudgets'],
  'rbac.authorization.k8s.io/v1': ['roles', 'rolebindings', 'clusterroles', 'clusterrolebindings'],
  'networking.k8s.io/v1': ['networkpolicies', 'ingresses', 'ingressclasses'],
  'authorization.k8s.io/v1': ['selfsubjectaccessreviews', 'selfsubjectrulesreviews', 'subjectaccessreviews', 'localsubjectaccessreviews'],
  'coordination.k8s.io/v1': ['leases'],
  'events.k8s.io/v1': ['events'],
  'apiextensions.k8s.io/v1': ['customresourcedefinitions'],
};
const subresources = ['status', 'scale', 'log', 'exec', 'eviction', 'token', 'finalize', 'binding', 'attach', 'portforward', 'approval'];
const extraTypes = [
  'io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions',
  'io.k8s.api.policy.v1.Eviction',
  'io.k8s.api.authentication.v1.TokenRequest',
  'io.k8s.api.core.v1.Binding',
];

const bare = (name) => name.replace('#/components/schemas/', '');

/** A schema without its prose; `allOf` of one reference becomes the reference. */
function slim(schema) {
  if (Array.isArray(schema)) return schema.map(slim);
  if (schema === null || typeof schema !== 'object') return schema;
  const out = {};
  for (const [key, value] of Object.entries(schema)) {
    if (key === 'description' && typeof value === 'string') continue;
    if (key === 'allOf' && value.length === 1) out.$ref = bare(value[0].$ref);
    else if (key === '$ref') out.$ref = bare(value);
    else if (key === 'properties') out.properties = Object.fromEntries(Object.entries(value).map(([name, one]) => [name, slim(one)]));
    else if (key === 'default' || key === 'enum') out[key] = value;
    else if (key === 'x-kubernetes-group-version-kind') out[key] = value.length > 5 ? value.slice(0, 1) : value;
    else out[key] = slim(value);
  }
  return out;
}

/** Of a type: its own text at '', its fields' at their names. */
function described({ description, properties = {} }) {
  const own = description ? [['', description]] : [];
  const fields = Object.entries(properties).filter(([, field]) => field.description);
  return Object.fromEntries([...own, ...fields.map(([name, field]) => [name, field.description])]);
}

const resources = [];
const types = {};
const descriptions = {};
for (const [groupVersion, names] of Object.entries(served)) {
  const path = groupVersion.includes('/') ? `apis/${groupVersion}` : `api/${groupVersion}`;
  const schemas = raw(`/openapi/v3/${path}`).components.schemas;
  const take = (name) => {
    if (types[name]) return;
    types[name] = slim(schemas[name]);
    descriptions[name] = described(schemas[name]);
    JSON.stringify(types[name], (key, value) => {
      if (key === '$ref' && typeof value === 'string') take(value);
      return value;
    });
  };
  const listed = raw(`/${path}`).resources;
  for (const one of listed) {
    const [name, subresource] = one.name.split('/');
    if (!names.includes(name) || (subresource && !subresources.includes(subresource))) continue;
    const { storageVersionHash: _, ...rest } = one;
    resources.push({ groupVersion, ...rest });
    if (subresource && one.kind !== 'Scale') continue;
    const [group, version] = groupVersion.includes('/') ? groupVersion.split('/') : ['', groupVersion];
    const of = { group: one.group ?? group, version: one.version ?? version, kind: one.kind };
    const same = (gvk) => gvk.group === of.group && gvk.version === of.version && gvk.kind === of.kind;
    const type = Object.keys(schemas).find((key) => schemas[key]['x-kubernetes-group-version-kind']?.some(same));
    if (!type) throw new Error(`no schema for ${JSON.stringify(of)}`);
    take(type);
  }
  for (const name of extraTypes) if (schemas[name]) take(name);
}

const { gitVersion } = raw('/version');
const moduleVersion = gitVersion.replace(/^v1/, 'v0');
const modules = process.env.GOMODCACHE ?? join(homedir(), 'go/pkg/mod');

/** The Go source that declares a type's package: `io.k8s.api.core.v1.PodSpec` → k8s.io/api@v0.36.3/core/v1. */
function goSource(name) {
  const parts = name.split('.').slice(2, -1);
  const folder = join(modules, 'k8s.io', `${parts[0]}@${moduleVersion}`, ...parts.slice(1));
  const files = ['types.go', 'types_jsonschema.go', 'group_version.go'].map((file) => join(folder, file)).filter(existsSync);
  if (files.length === 0) throw new Error(`no Go types in ${folder}: go mod download k8s.io/${parts[0]}@${moduleVersion}`);
  return files.map((file) => readFileSync(file, 'utf8')).join('\n');
}

/** A struct's fields as declared; those of an inlined struct are `inner`, which in protobuf is a message of its own. */
function goFields(source, struct) {
  const body = new RegExp(`^type ${struct} struct \\{\\n([\\s\\S]*?)^\\}`, 'm').exec(source)?.[1];
  const found = [];
  for (const [, goType, field, options, tags] of (body ?? '').matchAll(/^\t(?:\w+\s+)?(\S+)\s+`json:"([\w$-]*)((?:,\w+)*)"([^`]*)`/gm)) {
    const number = /protobuf:"\w+,(\d+)/.exec(tags)?.[1];
    if (options.includes('inline') && field === '') found.push({ number, inner: goFields(source, goType) });
    else if (field !== '') found.push({ number, goType, field, options });
  }
  return found;
}

const numbersOf = (fields) =>
  Object.fromEntries(fields.filter((one) => one.number).map((one) => [one.number, one.inner ? numbersOf(one.inner) : one.field]));

/** `x-drop-zero`: optional fields whose zero value is not written; `x-always`: fields written even when nobody set them, with that value;
 * `x-proto`: field numbers in protobuf, which kubectl's own requests are written in. */
for (const [name, type] of Object.entries(types)) {
  if (!type.properties) continue;
  const fields = goFields(goSource(name), name.split('.').pop());
  const numbers = numbersOf(fields);
  if (Object.keys(numbers).length) type['x-proto'] = numbers;
  const dropped = [];
  const always = {};
  for (const { goType, field, options } of fields.flatMap((one) => one.inner ?? [one])) {
    const schema = type.properties[field];
    if (!schema || name.endsWith('.ObjectMeta')) continue;
    const scalar = ['string', 'integer', 'number', 'boolean'].includes(schema.type);
    const target = types[schema.$ref];
    const isTime = target?.format === 'date-time';
    const omits =
      options.includes('omitzero') || (options.includes('omitempty') && (goType.startsWith('*') || (!isTime && !target?.properties)));
    if (omits) {
      if (scalar && !goType.startsWith('*')) dropped.push(field);
    } else if (goType.startsWith('*') || isTime || /^(\[\]|map\[)/.test(goType)) always[field] = null;
    else if (scalar) always[field] = { string: '', boolean: false }[schema.type] ?? 0;
    else if (target?.properties) always[field] = {};
  }
  if (dropped.length) type['x-drop-zero'] = dropped;
  if (Object.keys(always).length) type['x-always'] = always;
}

const file = {
  source: `Made by scripts/kube-kinds.mjs from the discovery and OpenAPI v3 documents of kube-apiserver ${gitVersion} (Kubernetes, Apache-2.0), without descriptions`,
  version: gitVersion,
  resources,
  types: Object.fromEntries(Object.entries(types).sort(([a], [b]) => (a < b ? -1 : 1))),
};
const lines = Object.entries(file).map(([key, value]) =>
  typeof value === 'string'
    ? ` ${JSON.stringify(key)}: ${JSON.stringify(value)}`
    : Array.isArray(value)
      ? ` ${JSON.stringify(key)}: [\n${value.map((one) => `  ${JSON.stringify(one)}`).join(',\n')}\n ]`
      : ` ${JSON.stringify(key)}: {\n${Object.entries(value)
          .map(([name, one]) => `  ${JSON.stringify(name)}: ${JSON.stringify(one)}`)
          .join(',\n')}\n }`,
);
writeFileSync(target, `{\n${lines.join(',\n')}\n}\n`);
const texts = Object.entries(descriptions).sort(([a], [b]) => (a < b ? -1 : 1));
writeFileSync(prose, `{\n${texts.map(([name, one]) => `  ${JSON.stringify(name)}: ${JSON.stringify(one)}`).join(',\n')}\n}\n`);
console.log(`${target}: ${resources.length} resources, ${Object.keys(types).length} types`);
