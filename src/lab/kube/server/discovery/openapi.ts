/** OpenAPI v3: the schemas of each group version, and of its paths what kubectl looks for (which parameters a write takes). */
import { createHash } from 'node:crypto';
import { type Dict, isDict } from '../json.ts';
import type { Registry } from '../kinds/registry.ts';
import type { Resource } from '../kinds/resource.ts';
import { type Descriptions, described, descriptions } from '../schema/descriptions.ts';
import { builtinTypes, objectMeta, type Schema } from '../schema/schema.ts';

const pathOf = (group: string, version: string): string => (group ? `apis/${group}/${version}` : `api/${version}`);

export function openapiIndex(registry: Registry): Dict {
  const versions = registry.groups.flatMap(({ group, versions }) => versions.map((version) => ({ group, version })));
  const entries = versions.map(({ group, version }) => {
    const names = registry.of({ group, version }).map((one) => [one.plural, one.custom ? one.schema : '']);
    const hash = createHash('sha512').update(JSON.stringify(names)).digest('hex').toUpperCase();
    const path = pathOf(group, version);
    return [path, { serverRelativeURL: `/openapi/v3/${path}?hash=${hash}` }];
  });
  return { paths: Object.fromEntries(entries) };
}

export async function openapiDocument(registry: Registry, group: string, version: string): Promise<Dict | undefined> {
  const resources = registry.of({ group, version });
  if (resources.length === 0) return undefined;
  const prose = await descriptions();
  const schemas: Dict = {};
  const names = new Map(resources.map((one) => [one, one.custom ? customName(one) : (one.schema.$ref ?? '')]));
  for (const [one, name] of names) {
    if (one.custom) {
      schemas[name] = { ...customSchema(one), 'x-kubernetes-group-version-kind': [gvk(one)] };
      collect(objectMeta, prose, schemas);
    } else collect(one.schema, prose, schemas);
  }
  const paths = Object.fromEntries(resources.flatMap((one) => resourcePaths(one, names.get(one) ?? '')));
  return { openapi: '3.0.0', info: { title: 'Kubernetes', version: 'lab' }, paths, components: { schemas: linked(schemas) } };
}

/** lab.example.com/v1 Widget → com.example.lab.v1.Widget. */
const customName = ({ group, version, kind }: Resource): string => [...group.split('.').reverse(), version, kind].join('.');
const gvk = ({ group, version, kind }: Resource): Dict => ({ group, version, kind });

const customSchema = ({ schema }: Resource): Dict => ({
  ...schema,
  type: 'object',
  properties: { ...schema.properties, apiVersion: { type: 'string' }, kind: { type: 'string' }, metadata: objectMeta },
});

/** A type and all that it refers to. */
function collect(schema: Schema, prose: Descriptions, into: Dict): void {
  const name = schema.$ref;
  if (name !== undefined) {
    const type = builtinTypes[name];
    if (into[name] !== undefined || !type) return;
    into[name] = described(type as Dict, prose[name]);
    collect(type, prose, into);
    return;
  }
  for (const one of Object.values(schema.properties ?? {})) collect(one, prose, into);
  if (schema.items) collect(schema.items, prose, into);
  if (typeof schema.additionalProperties === 'object') collect(schema.additionalProperties, prose, into);
}

/** References as OpenAPI writes them, without what only this server uses. */
function linked(value: unknown, isSchema = true): unknown {
  if (Array.isArray(value)) return value.map((one) => linked(one));
  if (!isDict(value)) return value;
  const out: Dict = {};
  for (const [key, one] of Object.entries(value)) {
    if (isSchema && ['x-always', 'x-drop-zero', 'x-proto'].includes(key)) continue;
    if (isSchema && key === '$ref' && typeof one === 'string') {
      const target = { $ref: `#/components/schemas/${one}` };
      if (Object.keys(value).length === 1) return target;
      out['allOf'] = [target];
    } else if (key === 'default' || key === 'enum') out[key] = one;
    else out[key] = linked(one, !(isSchema && key === 'properties'));
  }
  return out;
}

function resourcePaths(resource: Resource, type: string): [string, Dict][] {
  const base = `/${pathOf(resource.group, resource.version)}`;
  const collection = resource.namespaced ? `${base}/namespaces/{namespace}/${resource.plural}` : `${base}/${resource.plural}`;
  const one = `${collection}/{name}`;
  const parameters = (...names: string[]): Dict[] =>
    names.map((name) => ({ name, in: 'query', schema: { type: name === 'force' ? 'boolean' : 'string', uniqueItems: true } }));
  const operation = (action: string, names: string[]): Dict => ({
    parameters: parameters(...names),
    responses: { '200': { description: 'OK', content: { 'application/json': { schema: { $ref: `#/components/schemas/${type}` } } } } },
    'x-kubernetes-action': action,
    'x-kubernetes-group-version-kind': gvk(resource),
  });
  const write = ['dryRun', 'fieldManager', 'fieldValidation'];
  return [
    [
      collection,
      { get: operation('list', ['labelSelector', 'fieldSelector', 'limit', 'continue', 'watch']), post: operation('post', write) },
    ],
    [
      one,
      {
        get: operation('get', []),
        put: operation('put', write),
        patch: operation('patch', [...write, 'force']),
        delete: operation('delete', ['dryRun', 'gracePeriodSeconds', 'propagationPolicy']),
      },
    ],
  ];
}
